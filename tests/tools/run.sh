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
logs=build/test-logs
mkdir -p "$logs"
# Tests run side by side: each adds a line "passed failed" to one file, and what it says of failures to the other.
counts=$logs/counts
failures=$logs/failures
: >"$counts"
: >"$failures"

count() { # PASSED FAILED
	echo "$1 $2" >>"$counts"
}

# blame NAME FILE: says now that it failed, and at the end the first lines of FILE.
blame() {
	echo "FAILED $1"
	printf -- '---- %s\n%s\n' "$1" "$(head -n 120 "$2" | sed 's/^/    /')" >>"$failures"
}

# stage NAME COMMAND...: says how long it took
stage() {
	local name=$1 began=$SECONDS
	shift
	"$@"
	local status=$?
	printf '%5d s  %s\n' $((SECONDS - began)) "$name"
	return $status
}

# one NAME COMMAND...: a test that passes when the command exits 0
one() {
	local name=$1 log=$logs/${1//\//_}.log
	shift
	if timeout "${LIMIT:-300}" "$@" >"$log" 2>&1; then
		count 1 0
	else
		echo "exit status $?" >>"$log"
		count 0 1
		tail -n 40 "$log" >"$log.end"
		blame "$name" "$log.end"
	fi
}

# cmocka FILE: counts its tests one by one
cmocka() {
	local bin=$1 name=${1#build/} log
	log="$logs/${name//\//_}.log"
	timeout "${LIMIT:-600}" "$bin" >"$log" 2>&1
	local status=$? ok bad
	ok=$(sed -nE 's/^\[  PASSED  \] ([0-9]+) test.*/\1/p' "$log" | tail -n 1)
	bad=$(sed -nE 's/^\[  FAILED  \] ([0-9]+) test.*/\1/p' "$log" | tail -n 1)
	bad=${bad:-0}
	if [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
	fi
	if [ $status -eq 0 ] && [ -z "$ok" ]; then
		bad=1
		echo "ran no test" >>"$log"
	fi
	count "${ok:-0}" "$bad"
	if [ "$bad" -ne 0 ]; then
		{
			grep -vE '^\[ (RUN     |      OK|=====|  FAILED  ] [0-9])' "$log" | tail -n 40
			[ $status -eq 1 ] || echo "exit status $status"
		} >"$log.end"
		blame "$name" "$log.end"
	fi
}

# node_file FILE: one file of node:test
node_file() {
	local name=${1%.test.mjs} log ok bad
	name=${name#tests/}
	log="$logs/node_${name//\//_}.log"
	: | tee "$log" "$log.end" >"$log.stderr"
	TEST_STDERR=$log.stderr timeout "${LIMIT:-900}" node --test-reporter=tap --test-reporter-destination="$log" \
		--test-reporter=./tests/tools/failures.mjs --test-reporter-destination="$log.end" "$1" 2>>"$log.stderr" >/dev/null
	local status=$?
	ok=$(sed -nE 's/^# pass ([0-9]+)/\1/p' "$log" | tail -n 1)
	bad=$(awk '/^# (fail|cancelled) [0-9]+$/ { n += $3 } END { print n + 0 }' "$log")
	if { [ $status -ne 0 ] || [ -z "$ok" ]; } && [ "$bad" -eq 0 ]; then
		bad=1
		{
			echo "ended with exit status $status outside of any test"
			tail -n 30 "$log.stderr"
		} >>"$log.end"
	fi
	count "${ok:-0}" "$bad"
	[ "$bad" -eq 0 ] || blame "$1" "$log.end"
}

# pool COMMAND...: beside others, as many as there are processors; drain waits for them.
running=0
pool() {
	if [ "$running" -ge "$jobs" ]; then
		wait -n
		running=$((running - 1))
	fi
	"$@" &
	running=$((running + 1))
}
drain() {
	wait
	running=0
}

# node_tests DIR [FIRST...]: all files of DIR; the longest are named, so that none of them is the last to begin.
node_tests() {
	local dir=$1 f
	shift
	for f in $({ printf '%s\n' "$@" && cd "$dir" && ls -- *.test.mjs; } | awk 'NF { sub(/\.test\.mjs$/, "") } NF && !seen[$0]++'); do
		pool node_file "$dir/$f.test.mjs"
	done
	drain
}

build() {
	local log
	log="$logs/build_$(tr -c 'A-Za-z0-9\n' _ <<<"$*" | cut -c1-60).log"
	if ! make --no-print-directory -j"$jobs" "$@" >"$log" 2>&1; then
		count 0 1
		grep -E -A3 'error|\*\*\*' "$log" | head -n 40 >"$log.end"
		blame "build of $*" "$log.end"
		return 1
	fi
	if grep -q 'warning:' "$log"; then
		count 0 1
		grep -A4 'warning:' "$log" | head -n 40 >"$log.end"
		blame "build without warnings of $*" "$log.end"
	fi
}

finish() {
	local passed failed
	wait
	[ ! -s "$failures" ] || cat "$failures"
	read -r passed failed < <(awk '{ p += $1; f += $2 } END { print p + 0, f + 0 }' "$counts")
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
	exit
}

run_unit() { # VARIANT-directory
	local bin
	for bin in $(find "$1/tests/unit" "$1/tests/worker" "$1/tests/confine" -name '*_test' -type f 2>/dev/null | sort); do
		# A test whose source is gone is no test.
		[ -f "${bin#"$1"/}.c" ] && pool cmocka "$bin"
	done
	drain
}

run_corpus() { # VARIANT-directory
	local bin name
	for bin in $(find "$1/tests/fuzz" -name 'fuzz_*' -type f -executable 2>/dev/null | sort); do
		name=$(basename "$bin")
		[ -f "tests/fuzz/$name.c" ] && pool one "corpus/$name" "$bin" "tests/fuzz/corpus/${name#fuzz_}"
	done
	drain
}

run_house() {
	local c
	for c in layers headers sizes links threats stale; do
		pool one "house/$c" "tests/tools/check_$c.sh"
	done
	pool one house/protocol tests/tools/protocol.sh --check
	drain
}

npm_install() { # DIR
	# npm writes its own lock last: missing or older than ours means half done or out of date.
	if [ ! "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ]; then
		(cd "$1" && npm ci --no-audit --no-fund --ignore-scripts) >"$logs/npm.log" 2>&1 || {
			count 0 1
			blame "npm ci in $1" "$logs/npm.log"
		}
	fi
}

run_browser() {
	npm_install tests/browser
	LIMIT=3600 node_tests tests/browser
}

# What needs more than the release build, beside the tests of that.
run_variants() {
	LIMIT=1200 stage "confine tests" cmocka build/confine/tests/confine/confine_test
	stage "control groups" cmocka build/confine/tests/confine/cgroup_test
	stage "build mutate" build VARIANT=mutate build/mutate/tools/clean_svg &&
		LIMIT=900 stage "hostile, rules off" one hostile/rules-off node tests/hostile/mutations.mjs 8
	stage "build asan" build VARIANT=asan all fuzzers || return
	stage corpus run_corpus build/asan
	LIMIT=900 stage "asan whole product" one asan/whole-product env CERTFILL=build/asan/certfill node --test tests/e2e/again.test.mjs
}

run_release() {
	stage house run_house
	stage unit run_unit build/release
	stage interop node_tests tests/interop
	stage hostile node_tests tests/hostile
	stage e2e node_tests tests/e2e same issue gallery calls limits status
	LIMIT=900 stage instructions one bench/instructions node tests/bench/instructions.mjs
}

case $mode in
browser)
	tests/tools/deps.sh install browser || exit 1
	build all tools || finish
	run_browser
	;;
check)
	tests/tools/deps.sh check test || exit 1
	build all unit tools || finish
	run_house
	run_unit build/release
	;;
asan)
	tests/tools/deps.sh check test || exit 1
	build VARIANT=asan unit fuzzers || finish
	run_unit build/asan
	run_corpus build/asan
	;;
corpus)
	build VARIANT=asan fuzzers || finish
	run_corpus build/asan
	;;
test | test-all)
	stage packages tests/tools/deps.sh install test || exit 1
	npm_install tests/interop
	stage "build release" build all unit tools || finish
	stage "build confine" build VARIANT=confine all build/confine/tests/confine/confine_test build/confine/tests/confine/cgroup_test || finish
	run_variants &
	run_release &
	wait
	if [ "$mode" = test-all ]; then
		LIMIT=3600 one interop/10000-credentials env RDF_COUNT=10000 node --test --test-name-pattern='random credentials' tests/interop/rdf.test.mjs
		# The suite is W3C's own and no package: JSONLD_SUITE is the folder tests of a checkout of json-ld-api.
		[ -z "${JSONLD_SUITE:-}" ] || one interop/jsonld-suite node tests/tools/jsonld_suite.mjs "$JSONLD_SUITE"
		build COMPILER=clang all unit
		LIMIT=3600 one tidy tests/tools/tidy.sh
		LIMIT=7200 one hostile/every-rule-off node tests/hostile/mutations.mjs
		LIMIT=3600 one hostile/every-variant node tests/hostile/variants.mjs
		build VARIANT=asan unit && run_unit build/asan
		tests/tools/deps.sh install browser || exit 1
		run_browser
		LIMIT=3600 one hostile/every-canary env CANARY_EVERY=1 node --test tests/hostile/canary.test.mjs
		LIMIT=3600 one confine/every-traitor env ATTACKS=1 node --test tests/e2e/traitor.test.mjs
		LIMIT=900 one confine/cgroups tests/confine/cgroup_machine.sh
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
