#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# make demo: installs what is missing, builds, issues the sample cohort, shows where everything is.
set -eu
cd "$(dirname "$0")/../.."
tests/tools/deps.sh install build
make --no-print-directory -j"$(nproc)" all
code=0
build/certfill issue sample/cohort.csv --manifest sample/manifest.json --out out --data data --yes || code=$?
first=$(find out -name certificate.pdf 2>/dev/null | sort | head -n 1)
if [ "$code" -ne 0 ] || [ -z "$first" ]; then
	echo "The demo did not finish (exit $code)." >&2
	exit 1
fi
folder=$(dirname "$first")
claim=$(grep -o '/c/[A-Za-z0-9_-]*' out/links.csv | head -n 1)
cat <<EOF

$(find out -name certificate.pdf | wc -l) people, five artifacts each, below out/. For example:
  file://$PWD/$folder/certificate.pdf
  file://$PWD/$folder/certificate.png
  file://$PWD/$folder/credential.json
  file://$PWD/$folder/credential.jwt
  file://$PWD/$folder/pass.pkpass
Links for a mail merge: out/links.csv     Signed receipt: out/receipt.json
Try next:  build/certfill batch list --data data
           build/certfill template lint templates/samples/classic.svg

Serve the pages:  build/certfill serve --data data
and open:         http://127.0.0.1:8080$claim
EOF
