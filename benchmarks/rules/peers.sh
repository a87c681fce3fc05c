#!/bin/sh
# Each peer in a virtual environment of its own, outside the product's requirements.
# usage: peers.sh FOLDER [PYTHON]
set -eu
folder=${1:?folder for the environments}
python=${2:-python3}

make() {
    name=$1
    shift
    [ -x "$folder/$name/bin/python" ] && [ -f "$folder/$name/done" ] && return 0
    "$python" -m venv "$folder/$name"
    "$folder/$name/bin/pip" install --quiet --disable-pip-version-check "$@" || {
        echo "peer $name could not be installed" >&2
        return 0
    }
    touch "$folder/$name/done"
}

mkdir -p "$folder"
make pandera "pandera[polars]" pyarrow
make cuallee cuallee duckdb pyarrow numpy pandas
make soda soda-core-duckdb setuptools
make pointblank pointblank "ibis-framework[duckdb]" polars pyarrow
make gx great_expectations pandas pyarrow
