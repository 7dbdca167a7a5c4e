# shellcheck shell=bash
# Makes the program that hands distributed runs to a cluster.

# The folder of the program that hands distributed runs to a cluster, with the client of one kind: spark or polars.
submitter_environment() {
    echo "$(cache_folder)/$(environment_name "submitter-$1" "$root/submitter/requirements-$1.lock")-$(sources_digest submitter)"
}

# Sets folder.
make_submitter() {
    local kind=$1 cache
    cache=$(cache_folder)
    find_python
    (umask 022 && mkdir -p "$cache")
    folder=$(submitter_environment "$kind")
    [ -f "$folder/complete" ] || (
        flock 9
        unset PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX PYTHONPATH PYTHONHOME PYTHONOPTIMIZE
        umask 022
        ensure_environment environment "$cache" "$root/submitter/requirements-$kind.lock" 9<&-
        rm -rf "$folder.new"
        cp -al "$environment" "$folder.new" 2>/dev/null || { rm -rf "$folder.new" && cp -a "$environment" "$folder.new"; }
        cp -R "$root/submitter/src/nerium_submitter" "$folder.new"/lib/python3*/site-packages/
        mv "$folder.new" "$folder"
    ) 9>"$cache/lock"
}

# Sets and exports NERIUM_SUBMITTER, the Python of the program for Spark.
ensure_submitter() {
    local folder
    make_submitter spark
    export NERIUM_SUBMITTER=$folder/bin/python3
}

# Sets and exports NERIUM_POLARS_SUBMITTER, that of the program for clusters of Polars.
ensure_polars_submitter() {
    local folder
    make_submitter polars
    export NERIUM_POLARS_SUBMITTER=$folder/bin/python3
}

# Sets spark_submitter and polars_submitter, the folders of both programs, and exports the Pythons of those that are installed.
use_submitters() {
    [ -n "$python" ] || find_python
    spark_submitter=$(submitter_environment spark)
    polars_submitter=$(submitter_environment polars)
    recall_submitters
}
