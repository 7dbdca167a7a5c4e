# shellcheck shell=bash
# Creates Java's AOT caches. See docs/adr/0032-java-starts-from-an-aot-cache.md.

# Sets aot_cache, the path of Java's AOT caches for this JDK and these jars, with KIND in place of server or client. Java refuses a
# cache where the time of a jar has changed.
find_aot_cache() {
    local cache caches
    cache=$(cache_folder)
    (umask 022 && mkdir -p "$cache" 2>/dev/null) || true
    caches=$cache/KIND-$(echo "$lib" | digest)
    aot_cache=$caches-$({
        cat "$JAVA_HOME/release" "$jar"
        echo "$JAVA_HOME"
        find "$lib" -type f -printf '%f %s %T@\n' | LC_ALL=C sort
    } | digest).aot
    # Files of older builds would accumulate.
    [ -f "${aot_cache/KIND/server}" ] || rm -f "${caches/KIND/server}"-*.aot "${caches/KIND/client}"-*.aot
    local archive=${aot_cache/KIND/client}
    [ -f "${archive%.aot}.jsa" ] || rm -f "${caches/KIND/client}"-*.jsa
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
