#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every test that docs/THREATS.md names as `file:test` exists; a file alone must exist.
set -u
cd "$(dirname "$0")/../.."
named=0
missing=0
while IFS= read -r name; do
	file=${name%%:*} test=
	[ "$file" = "$name" ] || test=${name#*:}
	named=$((named + 1))
	if [ ! -f "$file" ] || { [ -n "$test" ] && ! grep -qF -- "$test" "$file"; }; then
		echo "docs/THREATS.md names $name, which is not there"
		missing=$((missing + 1))
	fi
done < <(grep -oE '`tests/[^`]+`' docs/THREATS.md | tr -d '`' | grep -v '/$' | sort -u)
echo "threats: $named tests named, $missing missing"
[ "$missing" -eq 0 ] && [ "$named" -gt 0 ]
