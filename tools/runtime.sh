# shellcheck shell=bash
# Makes what a server runs its workers from: one folder that a sandbox can be shown whole.

# The digest of the sources of a Python program: worker or submitter.
sources_digest() {
    (
        cd "$root/$1"
        find src -type f ! -name '*.pyc' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
    ) | digest
}

# One folder that a sandbox can be shown whole. The environment comes in by hard links, so that a change of the
# worker's own sources costs a moment and no disk.
make_runtime() {
    local runtime=$1 environment=$2
    rm -rf "$runtime"
    mkdir -p "$runtime"
    cp -al "$environment" "$runtime/python" 2>/dev/null || { rm -rf "$runtime/python" && cp -a "$environment" "$runtime/python"; }
    cp -R "$root/worker/src" "$runtime/worker"
    find "$runtime/worker" -name __pycache__ -prune -exec rm -rf {} +
    "$runtime/python/bin/python3" -I -m compileall -qq --invalidation-mode unchecked-hash "$runtime/worker"
    chmod -R go+rX,go-w "$runtime/worker"
    "$runtime/python/bin/python3" -I "$root/tools/describe_runtime.py" "$runtime"
}

make_missing_runtime() {
    local runtime=$1 cache=$2
    [ ! -f "$runtime/runtime.json" ] || return 0
    # What these would change is where packages and bytecode are looked for and left.
    unset PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX PYTHONPATH PYTHONHOME PYTHONOPTIMIZE
    umask 022
    ensure_environment environment "$root/worker/requirements.lock" "$cache"
    say "preparing the worker in $runtime"
    mkdir -p "$runtime"
    [ "$(id -u)" -ne 0 ] || others_can_enter "$(readlink -f "$runtime")/x" ||
        die "the runtime can't lie in $runtime: the sandbox's account can't reach it. Set NERIUM_RUNTIME to another folder."
    make_runtime "$runtime" "$environment"
}

# Sets and exports NERIUM_RUNTIME, a finished folder. One that is given and finished is used as it is.
ensure_runtime() {
    [ "$(uname -s)" = Linux ] || die "the sandbox needs Linux; the commands polars, load, keys and runs work here too."
    [ ! -f "${NERIUM_RUNTIME:-/nonexistent}/runtime.json" ] || return 0
    local cache
    cache=$(cache_folder)
    find_python
    (umask 022 && mkdir -p "$cache")
    if [ -z "${NERIUM_RUNTIME:-}" ]; then
        NERIUM_RUNTIME=$cache/$(environment_name runtime "$root/worker/requirements.lock")-$(sources_digest worker)
    elif [ -n "$(ls -A "$NERIUM_RUNTIME" 2>/dev/null)" ]; then
        die "NERIUM_RUNTIME is $NERIUM_RUNTIME, which is neither a finished runtime nor empty."
    fi
    export NERIUM_RUNTIME
    [ -f "$NERIUM_RUNTIME/runtime.json" ] || (
        flock 9
        make_missing_runtime "$NERIUM_RUNTIME" "$cache" 9<&-
    ) 9>"$cache/lock"
}
