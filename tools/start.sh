# shellcheck shell=bash
# Starts Java with the class path of jar and lib, from JAVA_HOME.

# Fails if the AOT caches are missing, unless they could not be created: aot_cache is empty then.
recall_aot_cache() { [ -z "$aot_cache" ] || { [ -f "${aot_cache/KIND/server}" ] && [ -f "${aot_cache/KIND/client}" ]; }; }

# Options for every run of Java. Its own log would go to stdout, also that it could not use the AOT cache.
java_options=(
    --enable-native-access=ALL-UNNAMED
    --add-opens=java.base/java.nio=ALL-UNNAMED
    --sun-misc-unsafe-memory-access=allow
    -Xlog:disable
    "-Xlog:all=error,cds*=off,aot*=off:stderr"
)

# Sets command_name to the program as its user called it: messages name it. Bash remembers where it finds a program.
name_command() {
    command_name=$0
    if hash nerium 2>/dev/null && [ "${BASH_CMDS[nerium]}" -ef "$0" ]; then command_name=nerium; fi
}

# Runs the server or the command line. See docs/adr/0032-java-starts-from-an-aot-cache.md.
run_java() {
    local kind=$1 options=("${java_options[@]}")
    shift
    local cache=${aot_cache/KIND/$kind}
    if [ -f "$cache" ]; then
        options+=("-XX:AOTCache=$cache")
    elif [ "$kind" = client ] && [ -n "$cache" ]; then
        # Where no server was started. Java writes this archive at the end of the first command.
        options+=(-XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=${cache%.aot}.jsa")
    fi
    if [ "$kind" = client ]; then
        options+=(-XX:TieredStopAtLevel=1)
    else
        # Five times the defaults: the C2 compiler would take a processor during the start.
        options+=(-XX:Tier4InvocationThreshold=25000 -XX:Tier4MinInvocationThreshold=3000)
        options+=(-XX:Tier4CompileThreshold=75000 -XX:Tier4BackEdgeThreshold=200000)
    fi
    # Java refuses two collectors, and an initial heap above the maximum.
    local chosen="${JDK_JAVA_OPTIONS:-} ${JAVA_TOOL_OPTIONS:-} ${_JAVA_OPTIONS:-}"
    [[ $chosen == *-XX:+Use*GC* ]] || options+=(-XX:+UseSerialGC)
    [[ $chosen == *-Xm[sx]* ]] || [ "$kind" = client ] || options+=(-Xms48m)
    local command_name
    name_command
    options+=("-Dnerium.command=$command_name")
    # Java can't ask these of one stream alone. Bash knows the width after the first process, if stderr is the terminal.
    [ ! -t 1 ] || options+=(-Dnerium.terminal.out=true "-Dnerium.terminal.columns=${COLUMNS:-$(tput cols 2>/dev/null || echo 80)}")
    [ ! -t 0 ] || options+=(-Dnerium.terminal.in=true)
    [ ! -t 2 ] || options+=(-Dnerium.terminal.err=true)
    exec "$JAVA_HOME/bin/java" "${options[@]}" -cp "$jar:$lib/*" dev.nerium.Main "$@"
}
