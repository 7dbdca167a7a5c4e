# shellcheck shell=bash
# For developers of Nerium: the environments of the tests, and the variables with their paths.

# Sets and exports NERIUM_SPARK_JAVA, the home of a Java that the Spark of the tests runs on: 17 or 21, not the server's own.
find_spark_java() {
    local home version
    for home in "${NERIUM_SPARK_JAVA:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/*; do
        version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null) || continue
        if [ -x "$home/bin/java" ] && { [ "$version" = 17 ] || [ "$version" = 21 ]; }; then
            export NERIUM_SPARK_JAVA=$home
            return 0
        fi
    done
    return 1
}

# Sets environment to one of the tests' own: tools and clients (worker dev), a whole Spark (worker spark), programs that report
# lineage (worker lineage), and the stand-in for a Polars cluster (submitter stub).
ensure_test_environment() {
    local kind=$2 lock=$root/$1/requirements-$2.lock cache
    cache=$(cache_folder)
    find_python
    environment=$cache/$(environment_name "$kind" "$lock")
    [ -f "$environment/complete" ] || (
        flock 9
        unset PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX PYTHONPATH PYTHONHOME PYTHONOPTIMIZE
        umask 022
        ensure_environment "$kind" "$cache" "$lock" 9<&-
    ) 9>"$cache/lock"
}

# Sets and exports NERIUM_DEV_PYTHON.
ensure_dev_python() {
    ensure_test_environment worker dev
    export NERIUM_DEV_PYTHON=$environment/bin/python3
}

# Sets and exports NERIUM_SPARK_PYTHON, and NERIUM_SPARK_JAVA.
ensure_spark() {
    find_spark_java ||
        die "a Java of version 17 or 21 is missing, which the Spark of the tests runs on (looked at NERIUM_SPARK_JAVA and" \
            "/usr/lib/jvm). Install one with '$(install_command openjdk-17-jre-headless java-17-openjdk-headless openjdk@17)'."
    ensure_test_environment worker spark
    export NERIUM_SPARK_PYTHON=$environment/bin/python3
}

# Sets and exports NERIUM_LINEAGE_PYTHON.
ensure_lineage_python() {
    ensure_test_environment worker lineage
    export NERIUM_LINEAGE_PYTHON=$environment/bin/python3
}

# Sets and exports NERIUM_STUB_PYTHON.
ensure_stub() {
    ensure_test_environment submitter stub
    export NERIUM_STUB_PYTHON=$environment/bin/python3
}

# Makes what the tests of the group interop need beside the rest, but for Spark.
ensure_clients() {
    ensure_lineage_python
    ensure_submitter
    ensure_polars_submitter
    ensure_stub
}

# Prints one folder or program, which is made where it is missing. Each step ends the launcher where it fails: && would hide it.
command_setup() {
    local made
    case ${1:-} in
        "") ensure_runtime; made=$NERIUM_RUNTIME ;;
        --packages) choose_packages "${2:-}"; made=$NERIUM_RUNTIME ;;
        --dev) ensure_dev_python; made=$NERIUM_DEV_PYTHON ;;
        --lineage) ensure_lineage_python; made=$NERIUM_LINEAGE_PYTHON ;;
        --spark) ensure_spark; made=$NERIUM_SPARK_PYTHON ;;
        --submitter) ensure_submitter; made=$NERIUM_SUBMITTER ;;
        --polars-submitter) ensure_polars_submitter; made=$NERIUM_POLARS_SUBMITTER ;;
        --console)
            ensure_console || die "the web console could not be built; the errors are above."
            # The next start builds a jar with it.
            touch "$root/pom.xml"
            made=$root/console/dist
            ;;
        --stub) ensure_stub; made=$NERIUM_STUB_PYTHON ;;
        *) die "there is no './nerium setup $1': expected nothing, --packages, --dev, --lineage, --spark, --submitter, --polars-submitter, --console or --stub." ;;
    esac
    echo "$made"
}

# Prints what a shell has to export before Maven and pytest are run by hand: eval "$(./nerium dev)".
command_dev() {
    local group=${1:-} name names=(JAVA_HOME)
    [[ $group =~ ^(--java|--interop)?$ ]] || die "there is no './nerium dev $group': expected nothing, --java or --interop."
    find_jdk
    find_maven
    if [ "$group" != --java ]; then
        ensure_runtime
        ensure_dev_python
        names+=(NERIUM_RUNTIME NERIUM_DEV_PYTHON)
    fi
    if [ "$group" = --interop ]; then
        ensure_spark
        ensure_clients
        names+=(NERIUM_SPARK_JAVA NERIUM_SPARK_PYTHON NERIUM_LINEAGE_PYTHON)
        names+=(NERIUM_SUBMITTER NERIUM_POLARS_SUBMITTER NERIUM_STUB_PYTHON)
    fi
    for name in "${names[@]}"; do
        printf 'export %s=%q\n' "$name" "${!name}"
    done
}
