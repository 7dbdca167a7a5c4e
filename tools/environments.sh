# shellcheck shell=bash
# Finds a Python and uv, and makes virtual environments of exactly the packages of a lock file.

# Part of the name of every environment: raise it when the steps that make one change.
readonly RUNTIME_FORMAT=1

# Whether accounts other than the owner can enter every folder on the way to a file.
others_can_enter() {
    local folder=$1
    while folder=$(dirname "$folder") && [ "$folder" != / ]; do
        case $(stat -L -c %a "$folder") in
            *[1357]) ;;
            *) return 1 ;;
        esac
    done
}

# Sets python, python_version. Root's sandboxes run under another account, which has to reach the interpreter.
find_python() {
    local candidate answer library refused=""
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python3.10 /usr/bin/python3 /usr/local/bin/python3; do
        candidate=$(command -v "$candidate") || continue
        # Asked before it runs, because a pyenv shim takes a third of a second to answer.
        if [ "$EUID" -eq 0 ] && ! others_can_enter "$candidate"; then
            refused=" ($candidate does not serve: the sandbox's account can't reach it)"
            continue
        fi
        answer=$("$candidate" -I "$root/tools/probe_python.py" 2>/dev/null) || continue
        { read -r python_version && read -r python && read -r library; } <<<"$answer"
        if [ "$EUID" -ne 0 ] || { others_can_enter "$python" && others_can_enter "$library"; }; then
            return
        fi
        refused=" ($python does not serve: the sandbox's account can't reach it)"
    done
    die "Python 3.10 or later is missing$refused. Install it with" \
        "'$(install_command python3 python3 python@3.13)'."
}

# Sets uv: the one on the PATH, else one of our own that pip fetches into the cache.
find_uv() {
    local own=$1/uv candidate
    uv=$(command -v uv) && "$uv" --version >/dev/null 2>&1 && return
    uv=$own/bin/uv
    "$uv" --version >/dev/null 2>&1 && return
    for candidate in "$python" python3 python; do
        "$candidate" -m pip --version >/dev/null 2>&1 || continue
        say "fetching uv, which installs the worker's packages"
        rm -rf "$own"
        "$candidate" -m pip install --quiet --no-input --target "$own" uv >&2 || break
        return
    done
    die "uv is missing, and no Python here has pip to fetch it with. Install it with" \
        "'$(install_command python3-pip uv uv)'."
}

# An index that is configured for pip only is used for uv, too.
follow_pip_configuration() {
    if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
        local index=${PIP_INDEX_URL:-}
        [ -n "$index" ] || index=$("$python" -m pip config get global.index-url 2>/dev/null) || true
        [ -z "$index" ] || export UV_DEFAULT_INDEX=$index
    fi
    [ -n "${SSL_CERT_FILE:-}" ] || [ -z "${PIP_CERT:-}" ] || export SSL_CERT_FILE=$PIP_CERT
}

# Makes a virtual environment of exactly the packages of lock files, with all bytecode compiled. The second lock is
# an operator's list: no code of these packages may run outside the sandbox, so they are not built and have no .pth files.
make_environment() {
    local folder=$1 wheels=()
    shift
    [ $# -eq 1 ] || wheels=(--only-binary :all:)
    rm -rf "$folder"
    # Not from the caller's folder: a project there may have settings for uv that are not meant for us.
    cd "$root"
    "$uv" venv --quiet --no-project --no-python-downloads --python "$python" "$folder"
    "$uv" pip sync --quiet --link-mode copy --require-hashes "${wheels[@]}" --python "$folder/bin/python3" "$@"
    [ $# -eq 1 ] || check_installed "$folder"
    say "  compiling bytecode"
    # Some packages carry files of other Python versions, which can't be compiled and are never imported.
    "$folder/bin/python3" -I -m compileall -qq -j 0 --invalidation-mode unchecked-hash "$folder"/lib/python3*/site-packages || true
    chmod -R go+rX,go-w "$folder"
    touch "$folder/complete"
}

# Fails for an environment whose packages of an operator's list are not allowed, before any Python runs in it.
check_installed() {
    local folder=$1 starting
    starting=$(find "$folder" -name '*.pth' ! -name _virtualenv.pth -printf '%f ')
    [ -z "$starting" ] ||
        die "the list has a package with ${starting% }: a file of that kind runs at every start of Python, also outside the" \
            "sandbox. Leave the package out."
    "$uv" pip check --quiet --python "$folder/bin/python3" >&2 ||
        die "the list lacks packages that others of it need, or has them in versions that do not fit."
}

# The name of the environment of one or more lock files.
environment_name() {
    local kind=$1
    shift
    echo "$kind-$({ echo "$RUNTIME_FORMAT $python_version $python" && cat "$@"; } | digest)"
}

# Ensures the environment of lock files in the cache, under the lock of the caller; sets environment to its folder.
ensure_environment() {
    local kind=$1 cache=$2 lock
    shift 2
    for lock in "$@"; do
        [ -f "$lock" ] || die "$lock is missing: this copy of Nerium is not whole."
    done
    environment=$cache/$(environment_name "$kind" "$@")
    [ ! -f "$environment/complete" ] || return 0
    find_uv "$cache"
    follow_pip_configuration
    say "installing the packages of ${*#"$root"/} for Python $python_version into $environment"
    make_environment "$environment" "$@"
}
