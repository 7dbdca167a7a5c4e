# shellcheck shell=bash
# A file keeps what an earlier start found: the JDK, the workers' runtime, the AOT caches. So a start usually creates
# one process before Java: find, which looks for changed files. Bash would fork for each $(...), hence the plain variables.

# One file per account: each account has its own cache folder.
launch_file=$here/server/target/launch-$EUID
packages_file=$here/packages.lock
[ -f "$packages_file" ] || packages_file=""
# The file is valid for these variables only.
launch_environment="${JAVA_HOME:-}|$PATH|${HOME:-}|${XDG_CACHE_HOME:-}|${packages_file:+packages}"
aot_cache="" python="" runtime="" spark_submitter="" polars_submitter=""

# Files of the console whose changes need a new jar.
console_sources=()
[ ! -d "$here/console" ] || console_sources=("$here"/console/{src,build,index.html,package-lock.json,vite.config.ts})

# Sets jar and lib, the jars of this clone.
find_jars() { jar=$root/server/target/nerium.jar lib=$root/server/target/lib; }

# Sets release to a JDK's description of itself, in one line.
read_release() {
    IFS= read -r -d '' release <"$1/release" || true
    release=${release//$'\n'/|}
}

# Reads the file. Fails if there is none, or if anything changed since it was written.
recall() {
    local environment jdk known_release release changed
    [ -f "$launch_file" ] && [ -r "$launch_file" ] || return 1
    {
        IFS= read -r environment && IFS= read -r root && IFS= read -r jdk && IFS= read -r known_release &&
            IFS= read -r aot_cache && IFS= read -r python && IFS= read -r runtime &&
            IFS= read -r spark_submitter && IFS= read -r polars_submitter
    } <"$launch_file" || return 1
    [ "$environment" = "$launch_environment" ] && [ "$here" -ef "$root" ] || return 1
    [ -x "$jdk/bin/java" ] && [ -r "$jdk/release" ] || return 1
    read_release "$jdk"
    [ "$release" = "$known_release" ] || return 1
    # By the time of the last change of a file (ctime), which no program can set.
    changed=$(exec find "$root/nerium" "$root/tools" "$root/pom.xml" "$root/server/src/main" "$root/server/target/nerium.jar" \
        "$root/server/target/lib" "$root/spec" "$root/worker/src" "$root/worker/requirements.lock" "$root/submitter" \
        ${console_sources[@]+"${console_sources[@]}"} \
        ${packages_file:+"$packages_file"} ${python:+"$python"} \
        -name __pycache__ -prune -o -cnewer "$launch_file" -print -quit 2>&1) && [ -z "$changed" ] || return 1
    export JAVA_HOME=$jdk
    find_jars
}

# Exports NERIUM_RUNTIME. Fails if the runtime is unknown or not complete.
recall_runtime() {
    local folder=${NERIUM_RUNTIME:-$runtime}
    [ -n "$folder" ] && [ -f "$folder/runtime.json" ] && export NERIUM_RUNTIME=$folder
}

# Exports the Pythons of the submitters that are installed. Only a server that has a cluster needs one, and it reports a missing one.
# Fails if their folders are unknown.
recall_submitters() {
    [ -n "$spark_submitter" ] && [ -n "$polars_submitter" ] || return 1
    [ -n "${NERIUM_SUBMITTER:-}" ] || [ ! -f "$spark_submitter/complete" ] ||
        export NERIUM_SUBMITTER=$spark_submitter/bin/python3
    [ -n "${NERIUM_POLARS_SUBMITTER:-}" ] || [ ! -f "$polars_submitter/complete" ] ||
        export NERIUM_POLARS_SUBMITTER=$polars_submitter/bin/python3
}

# Forgets what the file had, which is out of date or not enough.
begin_search() {
    aot_cache="" python="" runtime="" spark_submitter="" polars_submitter=""
    trap 'rm -f "$launch_file.$$"' EXIT
    : 2>/dev/null >"$launch_file.$$" || true
}

# Writes the file, unless the folder is read-only: then each start searches. Files that were edited during the search are newer
# than the file, which gets the time of the search's begin.
remember() {
    local release
    read_release "$JAVA_HOME"
    [ ! -f "$launch_file.$$" ] || [ -d "$launch_file" ] || {
        printf '%s\n' "$launch_environment" "$root" "$JAVA_HOME" "$release" "$aot_cache" "$python" "$runtime" \
            "$spark_submitter" "$polars_submitter" >"$launch_file.$$.new" &&
            touch -r "$launch_file.$$" "$launch_file.$$.new" &&
            mv "$launch_file.$$.new" "$launch_file"
    } || rm -f "$launch_file.$$.new"
    rm -f "$launch_file.$$"
}
