#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Each header compiles alone, without warnings, and guards itself. Exit 1 with what the compiler said.
#   check_headers.sh [HEADER...]   default: all
set -u
cd "$(dirname "$0")/../.." || exit 1
[ -f build/pkg-cflags ] || make --no-print-directory build/pkg-cflags || exit 1
read -r -a packages <build/pkg-cflags
flags=(-std=gnu17 -D_GNU_SOURCE -I. -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wundef
	-Wstrict-prototypes -Wold-style-definition -Werror -fsyntax-only "${packages[@]}")
[ $# -gt 0 ] || mapfile -t headers < <(git ls-files '*.h')
[ $# -gt 0 ] && headers=("$@")

check_one() {
	# Twice: the second time its guard must make it empty. A translation unit must not be empty.
	printf '#include "%s"\n#include "%s"\nextern int nothing;\n' "$1" "$1" |
		"${CC:-gcc}" "${flags[@]}" -x c - || { echo "$1: does not compile alone"; return 1; }
}
bad=0
for h in "${headers[@]}"; do
	check_one "$h" || bad=$((bad + 1))
done
echo "headers: ${#headers[@]} compiled alone, $bad failed"
[ "$bad" -eq 0 ]
