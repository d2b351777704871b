#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# docs/PROTOCOL.md from the message and record tables.
#   protocol.sh           writes it
#   protocol.sh --check   exit 1 when it is out of date
set -eu
cd "$(dirname "$0")/../.."
make --no-print-directory -s build/release/libipc.a build/release/libbase.a build/release/tests/tools/protocol.o >&2
made=$(mktemp)
trap 'rm -f "$made" "$made.run"' EXIT
"${CC:-gcc}" -pie build/release/tests/tools/protocol.o build/release/libipc.a build/release/libbase.a \
	-lseccomp -lcrypto -lm -o "$made.run"
"$made.run" >"$made"
if [ "${1:-}" = --check ]; then
	cmp -s "$made" docs/PROTOCOL.md || { echo "docs/PROTOCOL.md is out of date: run tests/tools/protocol.sh" >&2; exit 1; }
	exit 0
fi
mkdir -p docs
cp "$made" docs/PROTOCOL.md
chmod 644 docs/PROTOCOL.md
