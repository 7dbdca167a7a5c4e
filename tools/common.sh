# shellcheck shell=bash
# Functions for all parts of the launcher.

say() { printf 'nerium: %s\n' "$*" >&2; }

die() {
    say "$@"
    exit 1
}

# Three package lists, one for each package manager; prints the command that fits this machine.
install_command() {
    local sudo=""
    [ "$EUID" -eq 0 ] || sudo="sudo "
    if command -v apt-get >/dev/null; then
        echo "${sudo}apt-get install $1"
    elif command -v dnf >/dev/null; then
        echo "${sudo}dnf install $2"
    else
        echo "brew install $3"
    fi
}

cache_folder() {
    if [ "$EUID" -eq 0 ]; then
        echo /var/cache/nerium
    else
        echo "${XDG_CACHE_HOME:-${HOME:-}/.cache}/nerium"
    fi
}

# The first 16 hex digits of what arrives on stdin.
digest() { sha256sum | cut -c1-16; }
