#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over all C sources, or over those named. Configuration: .clang-tidy.
set -u
cd "$(dirname "$0")/../.."
command -v clang-tidy >/dev/null || { echo "clang-tidy is missing: apt-get install -y clang-tidy" >&2; exit 1; }
files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(git ls-files '*.c' | grep -v '^tests/')
clang-tidy --quiet --warnings-as-errors='*' "${files[@]}" -- -std=gnu17 -D_GNU_SOURCE -I. $(cat build/pkg-cflags) \
	-DCERTFILL_VERSION='"0"' -DCERTFILL_LIBEXECDIR='"/"' -DCERTFILL_DATADIR='"/"'
