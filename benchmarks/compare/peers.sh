#!/bin/sh
# The tools compared with, in a virtual environment outside the product's requirements.
# usage: peers.sh FOLDER [PYTHON]
set -eu
folder=${1:?folder for the environment}
python=${2:-python3}
[ -f "$folder/done" ] && exit 0
"$python" -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check \
    datacompy polars pandas pyarrow reladiff duckdb
touch "$folder/done"
