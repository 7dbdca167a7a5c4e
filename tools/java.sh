# shellcheck shell=bash
# Finds a JDK, and builds the server.

readonly JAVA_MINIMUM=25

readonly jar=$root/server/target/nerium.jar
readonly lib=$root/server/target/lib

# The major version of the JDK in a folder, from its release file: starting each java would cost more.
jdk_version() {
    local version=0
    if [ -x "$1/bin/javac" ] && [ -r "$1/release" ]; then
        version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
    fi
    echo "${version:-0}"
}

find_jdk() {
    local home on_path=""
    if command -v javac >/dev/null; then
        on_path=$(readlink -f "$(command -v javac)")
        on_path=${on_path%/bin/javac}
    fi
    for home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        if [ -n "$home" ] && [ "$(jdk_version "$home")" -ge "$JAVA_MINIMUM" ]; then
            export JAVA_HOME=$home
            return
        fi
    done
    die "a JDK of version $JAVA_MINIMUM or later is missing (looked at JAVA_HOME, PATH and /usr/lib/jvm). Install one with" \
        "'$(install_command openjdk-25-jdk-headless java-25-openjdk-devel openjdk@25)'" \
        "or, where that package is unknown, Temurin 25 from https://adoptium.net, and set JAVA_HOME to its folder."
}

find_maven() {
    command -v mvn >/dev/null ||
        die "Maven is missing; it builds the server. Install it with '$(install_command maven maven maven)'."
}

jar_is_current() {
    [ -f "$jar" ] && [ -d "$lib" ] &&
        [ -z "$(find "$root/pom.xml" "$root/server/src/main" "$root/spec" -newer "$jar" -print -quit)" ]
}

# Maven's own output is thousands of lines; these few show its progress.
show_build_progress() {
    local line downloads=0
    while IFS= read -r line; do
        case $line in
            *'Downloaded from'*)
                downloads=$((downloads + 1))
                [ $((downloads % 50)) -ne 0 ] || say "  $downloads files downloaded"
                ;;
            '[INFO] --- '*) say "  $(cut -d' ' -f3 <<<"$line")" ;;
            # Warnings of the compiler are errors.
            '[ERROR]'* | '[WARNING] '*.java:*) printf '%s\n' "$line" >&2 ;;
        esac
    done
}

build_jar() {
    find_maven
    say "building the server (about a minute on first use)"
    # A library that pom.xml no longer names would stay on the class path.
    [ ! "$root/pom.xml" -nt "$jar" ] || rm -rf "$lib"
    mkdir -p "$root/server/target"
    local started=$root/server/target/build-started
    touch "$started"
    (cd "$root" && mvn -B package -Dmaven.test.skip=true -Dspotless.check.skip=true </dev/null) 2>&1 |
        show_build_progress || die "the build failed; its errors are above. All of its output: (cd $root && mvn package)"
    # The time of the build's start: what was edited during the build is newer.
    touch -r "$started" "$jar"
    rm "$started"
}

# The lock is taken on pom.xml itself, so two first starts at once build once.
ensure_jar() {
    jar_is_current || (
        flock 9
        jar_is_current || build_jar 9<&-
    ) 9<"$root/pom.xml"
}

# Sets aot_cache, the path of Java's AOT caches for this JDK and this jar, with KIND in place of server or client.
find_aot_cache() {
    local cache caches
    cache=$(cache_folder)
    (umask 022 && mkdir -p "$cache" 2>/dev/null) || true
    caches=$cache/KIND-$(echo "$lib" | digest)
    aot_cache=$caches-$({ cat "$JAVA_HOME/release" "$jar" && echo "$JAVA_HOME"; } | digest).aot
    # Files of older builds would accumulate.
    [ -f "${aot_cache/KIND/server}" ] || rm -f "${caches/KIND/server}"-*.aot "${caches/KIND/client}"-*.aot
    local archive=${aot_cache/KIND/client}
    [ -f "${archive%.aot}.jsa" ] || rm -f "${caches/KIND/client}"-*.jsa
}

# Finds or makes what every command of Java needs.
find_server() {
    begin_search
    find_jdk
    ensure_jar
    find_aot_cache
}

# Creates the AOT caches if one is missing. Without them, Java starts more slowly: aot_cache is then empty.
ensure_aot_cache() {
    local cache
    cache=$(cache_folder)
    ! recall_aot_cache || return 0
    if [ ! -w "$cache" ]; then
        aot_cache=""
        return
    fi
    (
        flock 9
        recall_aot_cache || train_aot_cache "$cache" 9<&-
    ) 9>"$cache/lock" || {
        say "Java's cache of classes could not be created in $cache: each start takes about twice as long."
        aot_cache=""
    }
}

# Runs a server and one query. At their ends, Java writes the classes that each of them loaded. A cache gets its name when it has
# proved usable, the client's first: the server's stands for both.
train_aot_cache() {
    local kind java main=(-cp "$jar:$lib/*" dev.nerium.Main) record
    # A debugger or settings of the operator are not for these processes.
    java=(env -i PATH="$PATH" HOME="${HOME:-/}" NERIUM_RUNTIME="$NERIUM_RUNTIME" "$JAVA_HOME/bin/java" "${java_options[@]}" -XX:+UseSerialGC)
    # Profiles would let C2 compile more at the start.
    record=(-XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:+IgnoreUnrecognizedVMOptions -XX:-AOTRecordTraining)
    say "preparing fast starts (about ten seconds, once for each build)"
    umask 022
    # The rest of an interrupted training.
    rm -rf "$1"/training-*
    folder=$(mktemp -d "$1/training-XXXXXX") || return 1
    server=""
    trap '[ -z "$server" ] || kill -KILL "$server" 2>/dev/null; rm -rf "$folder"' EXIT
    # The sandbox's account has to enter it.
    chmod 755 "$folder"
    "${java[@]}" "${record[@]}" "-XX:AOTCacheOutput=$folder/server" "${main[@]}" serve --home "$folder/home" --port 0 \
        </dev/null >/dev/null 2>&1 &
    server=$!
    until [ -f "$folder/home/server.json" ]; do
        kill -0 "$server" 2>/dev/null && sleep 0.1 || return 1
    done
    "${java[@]}" "${record[@]}" "-XX:AOTCacheOutput=$folder/client" "${main[@]}" polars "SELECT * FROM f LIMIT 5" \
        --table f=default.flowers --home "$folder/home" </dev/null >/dev/null 2>&1 || return 1
    kill "$server"
    wait "$server" || return 1
    server=""
    for kind in client server; do
        "${java[@]}" -XX:AOTMode=on "-XX:AOTCache=$folder/$kind" "${main[@]}" --help </dev/null >/dev/null 2>&1 || return 1
    done
    for kind in client server; do
        mv "$folder/$kind" "${aot_cache/KIND/$kind}" || return 1
    done
}
