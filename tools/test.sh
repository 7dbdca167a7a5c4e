# shellcheck shell=bash
# Runs the tests.

readonly TEST_USAGE="usage: ./nerium test [--full] [--parallel] [GROUP...]

Groups: quick (python and unit), python, unit, server, sandbox, interop, console, package. Without one: all but package.
  --full      run the longest suites in full, where the usual run takes a sample of them; without a group, also package
  --parallel  run four JVMs with tests, and the checks of the Python side and of the console beside them"

command_test() {
    local groups=() full=() parallel="" beside group all=(python unit server sandbox interop console)
    for group in "$@"; do
        case $group in
            --full)
                full=(-Dnerium.reference.count=5000 -Dnerium.reference.polars=100000 -Dnerium.soak=1000 -Dnerium.tpch=full
                    -Dnerium.row-groups.queries=60)
                full+=(-Dnerium.schemathesis.examples=100)
                all+=(package)
                export NERIUM_SAMPLE=full
                ;;
            --parallel) parallel=yes ;;
            quick) groups+=(python unit) ;;
            python | unit | server | sandbox | interop | console | package) groups+=("$group") ;;
            *) die "there is no group '$group'."$'\n'"$TEST_USAGE" ;;
        esac
    done
    [ ${#groups[@]} -gt 0 ] || groups=("${all[@]}")
    logs=$(mktemp -d)
    # shellcheck disable=SC2064  # expand the name now
    trap "rm -rf '$logs'" EXIT
    prepare
    beside=$parallel
    # Unit tests run beside the Python checks.
    ! chosen unit || chosen server sandbox interop || beside=yes
    if chosen python && [ -n "$beside" ]; then
        check_python >"$logs/python" 2>&1 &
    elif chosen python; then
        check_python
        require_success
    fi
    if chosen console && [ -n "$parallel" ]; then
        check_console >"$logs/console" 2>&1 &
    elif chosen console; then
        check_console
    fi
    ! chosen unit server sandbox interop || check_java
    # After Maven has fetched all POMs: the check itself is offline.
    ! chosen interop || check licences "$root" "$NERIUM_DEV_PYTHON" tools/check_licences.py
    ! chosen package || check package "$root" "$NERIUM_DEV_PYTHON" -m pytest -q packaging/tests
    wait
    cat "$logs"/{python,console} >&2 2>/dev/null || true
    require_success
    say "all tests passed"
}

# Ends the run where a check failed.
require_success() { [ ! -f "$logs/failed" ] || die "failed: $(paste -sd ' ' "$logs/failed")"; }

# Succeeds if one of these groups was chosen.
chosen() {
    local group
    for group in "$@"; do
        [[ " ${groups[*]} " != *" $group "* ]] || return 0
    done
    return 1
}

# Installs the requirements of the chosen groups, before the first test runs.
prepare() {
    find_jdk
    find_maven
    ensure_runtime
    ensure_dev_python
    ! chosen console || prepare_console
    chosen interop || return 0
    # The check of licences reads what the console contains.
    ensure_console || die "the web console could not be built; the errors are above."
    if ! find_spark_java && [ -z "${CI:-}" ]; then
        say "SKIPPED: the tests that need Spark, which needs Java 17 or 21" \
            "($(install_command openjdk-17-jre-headless java-17-openjdk-headless openjdk@17))"
        without_spark=1
    else
        ensure_spark
    fi
    ensure_clients
}

# The server of the console's tests is the built one: Maven has nothing to do for it beside the other tests.
prepare_console() {
    local types=$root/console/src/api/schema.d.ts
    find_node
    if [ "$root/console/package-lock.json" -nt "$root/console/node_modules/.package-lock.json" ]; then
        say "installing the packages of the console's tests"
        (cd "$root/console" && "${npm[@]}" ci --ignore-scripts --prefer-offline >&2) || die "'npm ci' in console/ failed; the errors are above."
    fi
    # Before the server is built: it would count as older than its sources otherwise.
    [ "$types" -nt "$root/spec/openapi.yaml" ] || (cd "$root/console" && "${npm[@]}" run types >&2) || die "the types of the API could not be written."
    find_server
}

# Runs one check in a folder, prints its name and its time, and records a failure.
check() {
    local name=$1 folder=$2 begun=$SECONDS
    shift 2
    say "$name"
    if (cd "$folder" && "$@") >&2; then
        say "$name: ok ($((SECONDS - begun)) s)"
    else
        say "$name: FAILED ($((SECONDS - begun)) s)"
        echo "$name" >>"$logs/failed"
    fi
}

check_python() {
    local tools
    tools=$(dirname "$NERIUM_DEV_PYTHON")
    if command -v shellcheck >/dev/null; then
        check shellcheck "$root" shellcheck -x nerium packaging/wheel/nerium .ci/run
    else
        say "shellcheck: skipped, it is not installed ($(install_command shellcheck ShellCheck shellcheck))"
    fi
    check ruff "$root" "$tools/ruff" check worker submitter tools packaging
    check ruff-format "$root" "$tools/ruff" format --check worker submitter tools packaging
    check words "$root" "$NERIUM_DEV_PYTHON" tools/check_words.py
    check settings "$root" "$NERIUM_DEV_PYTHON" tools/write_settings.py --check
    check mypy "$root/worker" "$NERIUM_DEV_PYTHON" -m mypy
    check imports "$root/worker" env PYTHONPATH=src "$tools/lint-imports" --no-cache
    check imports-submitter "$root/submitter" env PYTHONPATH=src "$tools/lint-imports" --no-cache
    # including tests/spark, if prepare has installed Spark
    check pytest "$root/worker" "$NERIUM_DEV_PYTHON" -m pytest -q
    check pytest-submitter "$root/submitter" "$NERIUM_DEV_PYTHON" -m pytest -q
}

check_console() {
    local folder=$root/console browser
    check console-types "$folder" "${npm[@]}" run check
    check console-units "$folder" "${npm[@]}" run test
    if browser=$(command -v "${NERIUM_CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome); then
        check console-browser "$folder" env NERIUM_CHROMIUM="$browser" "${npm[@]}" run e2e
    elif [ "${CI:-}" = true ]; then
        say "console-browser: FAILED, Chromium is not installed"
        echo console-browser >>"$logs/failed"
    else
        say "console-browser: SKIPPED, Chromium is not installed ($(install_command chromium chromium chromium))"
    fi
}

# The groups are tags of JUnit; a class that has none of them is a unit test.
check_java() {
    local wanted=() unwanted=() options=() group
    for group in server sandbox interop; do
        if chosen "$group"; then wanted+=("$group"); else unwanted+=("$group"); fi
    done
    [ -z "$parallel" ] || options+=(-DforkCount=4)
    ! chosen interop || options+=(-Pinterop)
    chosen unit || options+=("-Dgroups=$(IFS='|' && echo "${wanted[*]}")")
    [ -z "${without_spark:-}" ] || unwanted+=(spark)
    options+=("-DexcludedGroups=$(IFS=, && echo "${unwanted[*]}")" "${full[@]}")
    check maven "$root" mvn -B -ntp "${options[@]}" verify
}
