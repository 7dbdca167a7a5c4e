# shellcheck shell=bash
# Makes what a server runs its workers from: one folder that a sandbox can be shown whole.

# The digest of the sources of a Python program: worker or submitter.
sources_digest() {
    (
        cd "$root/$1"
        find src -type f ! -name '*.pyc' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
    ) | digest
}

# The digest of what a runtime has beside packages.
runtime_digest() { { sources_digest worker && cat "$root/tools/describe_runtime.py"; } | digest; }

# An operator's choice of packages for scripts, if there is one: a copy of the list, beside the launcher.
readonly chosen_packages=$root/packages.lock

# Sets locks to what the runtime's packages are listed in.
find_locks() {
    locks=("$root/worker/requirements.lock")
    [ ! -f "$chosen_packages" ] || locks+=("$chosen_packages")
}

check_packages() {
    "$python" -I "$root/tools/check_packages.py" "$1" "$root/worker/requirements.lock" ||
        die "${2:-the packages of scripts stay as they are.}"
}

# Makes the runtime with the packages of a list, and only then keeps the list for all starts to come. Sets NERIUM_RUNTIME.
choose_packages() {
    local list=$1
    [ -n "$list" ] || die "usage: ./nerium setup --packages FILE, or --packages none for the worker's own packages alone."
    [ -z "${NERIUM_RUNTIME:-}" ] || die "NERIUM_RUNTIME names the runtime of every start: unset it to choose packages."
    if [ "$list" = none ]; then
        rm -f "$chosen_packages" || die "$chosen_packages can't be removed."
        ensure_runtime
        return
    fi
    find_python
    check_packages "$list"
    locks=("$root/worker/requirements.lock" "$chosen_packages.new")
    cp "$list" "$chosen_packages.new" || die "$root can't be written to, where the list is kept for later starts."
    # shellcheck disable=SC2064  # expand the name now
    trap "rm -f '$chosen_packages.new'" EXIT
    ensure_runtime_of_locks
    mv "$chosen_packages.new" "$chosen_packages"
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
    "$runtime/python/bin/python3" -I "$root/tools/describe_runtime.py" "$runtime" "$runtime" "$runtime/worker"
}

make_missing_runtime() {
    local runtime=$1 cache=$2
    [ ! -f "$runtime/runtime.json" ] || return 0
    # These variables change where Python looks for packages and writes bytecode.
    unset PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX PYTHONPATH PYTHONHOME PYTHONOPTIMIZE
    umask 022
    # Again, because the worker's own packages may have changed since the list was chosen.
    [ ${#locks[@]} -eq 1 ] || check_packages "${locks[1]}" "bring $chosen_packages up to date by './nerium setup --packages FILE'."
    ensure_environment environment "$cache" "${locks[@]}"
    say "preparing the worker in $runtime"
    mkdir -p "$runtime"
    [ "$EUID" -ne 0 ] || others_can_enter "$(readlink -f "$runtime")/x" ||
        die "the runtime can't lie in $runtime: the sandbox's account can't reach it. Set NERIUM_RUNTIME to another folder."
    make_runtime "$runtime" "$environment"
}

# Sets and exports NERIUM_RUNTIME, and sets runtime: a finished folder. One that is given and finished is used as it is.
ensure_runtime() {
    local locks
    find_locks
    ensure_runtime_of_locks
}

ensure_runtime_of_locks() {
    [ "$(uname -s)" = Linux ] || die "the sandbox needs Linux; the commands polars, load, keys and runs work here too."
    [ ! -f "${NERIUM_RUNTIME:-/nonexistent}/runtime.json" ] || return 0
    local cache
    cache=$(cache_folder)
    find_python
    (umask 022 && mkdir -p "$cache")
    if [ -z "${NERIUM_RUNTIME:-}" ]; then
        runtime=$cache/$(environment_name runtime "${locks[@]}")-$(runtime_digest)
        NERIUM_RUNTIME=$runtime
    elif [ -n "$(ls -A "$NERIUM_RUNTIME" 2>/dev/null)" ]; then
        die "NERIUM_RUNTIME is $NERIUM_RUNTIME, which is neither a finished runtime nor empty."
    fi
    export NERIUM_RUNTIME
    [ -f "$NERIUM_RUNTIME/runtime.json" ] || (
        flock 9
        make_missing_runtime "$NERIUM_RUNTIME" "$cache" 9<&-
    ) 9>"$cache/lock"
}
