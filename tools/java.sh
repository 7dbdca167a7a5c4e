# shellcheck shell=bash
# Finds a JDK, and builds the server.

readonly JAVA_MINIMUM=25

find_jars

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
        [ -z "$(find "$root/pom.xml" "$root/server/src/main" "$root/spec" ${console_sources[@]+"${console_sources[@]}"} -newer "$jar" -print -quit)" ]
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

# Takes options for Maven. A server without the console is of use, too: its page says how to build it.
build_jar() {
    find_maven
    ensure_console || say "the web console is not built; './nerium setup --console' tries it again"
    say "building the server (about a minute on first use)"
    # A library that pom.xml no longer names would stay on the class path.
    [ ! "$root/pom.xml" -nt "$jar" ] || rm -rf "$lib"
    # Maven would leave the files of an earlier console there.
    rm -rf "$root/server/target/classes/console"
    mkdir -p "$root/server/target"
    local started=$root/server/target/build-started
    touch "$started"
    (cd "$root" && mvn -B package -Dmaven.test.skip=true -Dspotless.check.skip=true "$@" </dev/null) 2>&1 |
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

# Finds or makes what every command of Java needs.
find_server() {
    begin_search
    find_jdk
    ensure_jar
    find_aot_cache
}
