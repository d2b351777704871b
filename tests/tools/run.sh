#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs tests and sums them up to one last line: N passed, N failed.
#   run.sh check      unit, worker, checks of the house
#   run.sh test       all of make test
#   run.sh test-all   and clang, tidy, the browser, crash sweeps, long fuzzing
#   run.sh asan       unit tests and fuzz corpora under ASan and UBSan
#   run.sh corpus     fuzz corpora alone
#   run.sh browser    the public pages in Chromium
set -u
cd "$(dirname "$0")/../.."
mode=${1:-check}
jobs=$(nproc)
passed=0
failed=0
logs=build/test-logs
mkdir -p "$logs"

# one NAME COMMAND...: a test that passes when the command exits 0
one() {
	local name=$1
	shift
	if timeout "${LIMIT:-300}" "$@" >"$logs/${name//\//_}.log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED $name"
		tail -n 25 "$logs/${name//\//_}.log" | sed 's/^/    /'
	fi
}

# cmocka FILE: counts its tests one by one
cmocka() {
	local bin=$1 name=${1#build/} log
	log="$logs/${name//\//_}.log"
	timeout "${LIMIT:-120}" "$bin" >"$log" 2>&1
	local status=$? ok bad
	ok=$(sed -nE 's/^\[  PASSED  \] ([0-9]+) test.*/\1/p' "$log" | tail -n 1)
	bad=$(grep -cE '^\[  FAILED  \] [A-Za-z_]' "$log")
	passed=$((passed + ${ok:-0}))
	if [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
	fi
	if [ $status -eq 0 ] && [ -z "$ok" ]; then
		bad=1
		echo "    ran no test" >>"$log"
	fi
	if [ "$bad" -ne 0 ]; then
		failed=$((failed + bad))
		echo "FAILED $name"
		grep -E '^\[ +(ERROR|FAILED|  LINE)|error:|ERROR:|Sanitizer' "$log" | head -n 25 | sed 's/^/    /'
	fi
}

# node_tests DIR: node's own runner
node_tests() {
	local log="$logs/node_${1//\//_}.log" ok bad
	timeout "${LIMIT:-1800}" node --test --test-concurrency=2 "$1"/*.test.mjs >"$log" 2>&1
	local status=$?
	ok=$(sed -nE 's/^# pass ([0-9]+)/\1/p; s/^ℹ pass ([0-9]+)/\1/p' "$log" | tail -n 1)
	bad=$(sed -nE 's/^# fail ([0-9]+)/\1/p; s/^ℹ fail ([0-9]+)/\1/p' "$log" | tail -n 1)
	passed=$((passed + ${ok:-0}))
	if [ $status -ne 0 ] && [ "${bad:-0}" -eq 0 ]; then bad=1; fi
	if [ "${bad:-0}" -ne 0 ] || [ -z "$ok" ]; then
		failed=$((failed + ${bad:-1}))
		echo "FAILED $1"
		grep -E '^not ok|✖|AssertionError|Error:' "$log" | head -n 40 | sed 's/^/    /'
	fi
}

build() {
	if ! make --no-print-directory -j"$jobs" "$@" >"$logs/build.log" 2>&1; then
		grep -E 'error|warning|\*\*\*' "$logs/build.log" | head -n 40
		echo "FAILED build of $*"
		failed=$((failed + 1))
		finish
	fi
	if grep -q 'warning:' "$logs/build.log"; then
		grep -A4 'warning:' "$logs/build.log" | head -n 40
		echo "FAILED build without warnings"
		failed=$((failed + 1))
	fi
}

finish() {
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
	exit
}

run_unit() { # VARIANT-directory
	local bin
	for bin in $(find "$1/tests/unit" "$1/tests/worker" "$1/tests/confine" -name '*_test' -type f 2>/dev/null | sort); do
		# A test whose source is gone is no test.
		[ -f "${bin#"$1"/}.c" ] && cmocka "$bin"
	done
}

run_corpus() { # VARIANT-directory
	local bin name
	for bin in $(find "$1/tests/fuzz" -name 'fuzz_*' -type f -executable 2>/dev/null | sort); do
		name=$(basename "$bin")
		[ -f "tests/fuzz/$name.c" ] && one "corpus/$name" "$bin" "tests/fuzz/corpus/${name#fuzz_}"
	done
}

run_house() {
	local c
	for c in layers headers sizes links threats; do
		one "house/$c" "tests/tools/check_$c.sh"
	done
	one house/protocol tests/tools/protocol.sh --check
}

npm_install() { # DIR
	# npm writes its own lock last: missing or older than ours means half done or out of date.
	if [ ! "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ]; then
		(cd "$1" && npm ci --no-audit --no-fund --ignore-scripts) >"$logs/npm.log" 2>&1 || {
			tail -n 5 "$logs/npm.log"
			echo "FAILED npm ci in $1"
			failed=$((failed + 1))
		}
	fi
}

run_browser() {
	npm_install tests/browser
	LIMIT=3600 node_tests tests/browser
}

case $mode in
browser)
	tests/tools/deps.sh install browser || exit 1
	build all tools
	run_browser
	;;
check)
	tests/tools/deps.sh check test || exit 1
	build all unit tools
	run_house
	run_unit build/release
	;;
asan)
	tests/tools/deps.sh check test || exit 1
	build VARIANT=asan unit fuzzers
	run_unit build/asan
	run_corpus build/asan
	;;
corpus)
	build VARIANT=asan fuzzers
	run_corpus build/asan
	;;
test | test-all)
	tests/tools/deps.sh install test || exit 1
	npm_install tests/interop
	build all unit tools
	run_house
	run_unit build/release
	build VARIANT=confine all build/confine/tests/confine/confine_test
	LIMIT=1200 cmocka build/confine/tests/confine/confine_test
	node_tests tests/interop
	node_tests tests/hostile
	build VARIANT=mutate build/mutate/tools/clean_svg
	LIMIT=900 one hostile/rules-off node tests/hostile/mutations.mjs 8
	node_tests tests/e2e
	LIMIT=900 one bench/instructions node tests/bench/instructions.mjs
	build VARIANT=asan all fuzzers
	run_corpus build/asan
	one asan/whole-product env CERTFILL=build/asan/certfill node --test tests/e2e/again.test.mjs
	if [ "$mode" = test-all ]; then
		LIMIT=3600 one interop/10000-credentials env RDF_COUNT=10000 node --test --test-name-pattern='random credentials' tests/interop/rdf.test.mjs
		# The suite is W3C's own and no package: JSONLD_SUITE is the folder tests of a checkout of json-ld-api.
		[ -z "${JSONLD_SUITE:-}" ] || one interop/jsonld-suite node tests/tools/jsonld_suite.mjs "$JSONLD_SUITE"
		build COMPILER=clang all unit
		LIMIT=3600 one tidy tests/tools/tidy.sh
		LIMIT=7200 one hostile/every-rule-off node tests/hostile/mutations.mjs
		build VARIANT=asan unit
		run_unit build/asan
		tests/tools/deps.sh install browser || exit 1
		run_browser
		LIMIT=700 one confine/10000-starts env STARTS=10000 build/release/tests/worker/starts_test
		LIMIT=3600 one crash tests/crash/sweep.sh
		LIMIT=36000 one fuzz make --no-print-directory fuzz
	fi
	;;
*)
	echo "usage: run.sh check|test|test-all|asan|corpus|browser" >&2
	exit 2
	;;
esac
finish
