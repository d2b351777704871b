#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs every fuzz target of build/fuzz.
#   run.sh [RUNS [NAME...]]   RUNS each (default 100000) from its corpus, with its dictionary where there is
#                             one; at most FUZZ_SECONDS (default 600) per target. NAME: only these (wire, ...).
# New inputs go to build/fuzz/corpus/NAME, findings to build/fuzz/findings. Exit 1 when anything was found.
set -u
cd "$(dirname "$0")/../.." || exit 1
runs=${1:-100000}
[ $# -gt 0 ] && shift
failed=0
count=0
mkdir -p build/fuzz/findings
for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	[ $# -gt 0 ] && [[ " $* " != *" $name "* ]] && continue
	target=build/fuzz/tests/fuzz/fuzz_$name
	if [ ! -x "$target" ]; then
		echo "fuzz: $target is not built: make VARIANT=fuzz fuzzers" >&2
		failed=1
		continue
	fi
	found=build/fuzz/corpus/$name
	mkdir -p "$found"
	options=(-runs="$runs" -max_total_time="${FUZZ_SECONDS:-600}" -timeout=10 -rss_limit_mb=2048
		-artifact_prefix="build/fuzz/findings/$name-" -print_final_stats=1 -verbosity=0)
	[ -f "tests/fuzz/$name.dict" ] && options+=(-dict="tests/fuzz/$name.dict")
	[ -d "tests/fuzz/corpus/$name" ] && seeds=("tests/fuzz/corpus/$name") || seeds=()
	count=$((count + 1))
	if "$target" "${options[@]}" "$found" "${seeds[@]}" >"build/fuzz/$name.log" 2>&1; then
		done_runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$name.log")
		echo "fuzz $name: ${done_runs:-0} runs, nothing found"
	else
		echo "fuzz $name: FOUND something; see build/fuzz/$name.log and build/fuzz/findings/" >&2
		tail -n 20 "build/fuzz/$name.log" >&2
		failed=1
	fi
done
echo "fuzz: $count targets"
exit $failed
