#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over all C sources, or over those named. Configuration: .clang-tidy.
set -u
cd "$(dirname "$0")/../.."
command -v clang-tidy >/dev/null || { echo "clang-tidy is missing: apt-get install -y clang-tidy" >&2; exit 1; }
files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(git ls-files '*.c' | grep -vE '^(tests|docs)/')
# One process for each file, on all processors: what one of them says does not depend on the others.
check() {
	# shellcheck disable=SC2046
	clang-tidy --quiet --warnings-as-errors='*' "$1" -- -std=gnu17 -D_GNU_SOURCE -I. -Iverify \
		-isystem /usr/share/include/llhttp -DLLHTTP_STRICT_MODE=1 $(cat build/pkg-cflags) \
		-DCERTFILL_VERSION='"0"' -DCERTFILL_LIBEXECDIR='"/"' -DCERTFILL_DATADIR='"/"' 2>&1 |
		grep -v '^[0-9]* warnings\? generated'
	return "${PIPESTATUS[0]}"
}
export -f check
printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -I{} bash -c 'check {}'
