# shellcheck shell=bash
# Builds the packages that users install.

readonly PACKAGE_USAGE="usage: ./nerium package wheel [FOLDER]

Builds nerium_server-VERSION-py3-none-any.whl in FOLDER (server/target/packages if there is none), and prints its path."

command_package() {
    [ "${1:-}" = wheel ] && [ $# -le 2 ] || die "$PACKAGE_USAGE"
    local folder=${2:-$root/server/target/packages}
    mkdir -p "$folder"
    folder=$(cd "$folder" && pwd -P)
    find_jdk
    find_python
    find_maven
    find_uv "$(cache_folder)"
    follow_pip_configuration
    ensure_console || die "the web console could not be built; the errors are above."
    (
        flock 9
        # From the sources alone: an earlier build may have left classes or libraries that are gone.
        rm -rf "$jar" "$lib" "$root/server/target/classes"
        build_jar -Ppackage 9<&-
    ) 9<"$root/pom.xml"
    stage_wheel "$root/server/target/wheel"
    say "building the wheel"
    "$uv" build --quiet --no-config --no-create-gitignore --wheel --python "$python" --out-dir "$folder" "$root/server/target/wheel" >&2
    ls "$folder/nerium_server-$(package_version)"-*.whl
}

# The version of pom.xml, as Python packages write it.
package_version() { sed -n '/<artifactId>nerium</,/<version>/s/ *<version>\(.*\)<.*/\1/p' "$root/pom.xml" | sed 's/-SNAPSHOT/.dev0/'; }

# Puts together what the package has.
stage_wheel() {
    local stage=$1 package=$1/nerium_server file
    rm -rf "$stage"
    mkdir -p "$package/launcher" "$package/worker"
    cp "$root"/packaging/wheel/{pyproject.toml,hatch_build.py,README.md,nerium,requirements-java.lock} "$stage"
    cp "$root"/{LICENSE,NOTICE,THIRD-PARTY.md} "$root/worker/requirements.lock" "$root/server/target/nerium-server.cdx.json" "$stage"
    cp "$jar" "$package"
    cp -R "$lib" "$package/lib"
    cp -R "$root"/worker/src/{nerium_spawner,nerium_worker} "$package/worker"
    find "$package/worker" -name __pycache__ -prune -exec rm -rf {} +
    for file in tools/{common,start,aot}.sh tools/describe_runtime.py packaging/wheel/prepare_environment.py; do
        cp "$root/$file" "$package/launcher"
    done
    echo "__version__ = \"$(package_version)\"" >"$package/__init__.py"
}
