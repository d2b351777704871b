#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A build that goes on from an earlier one has nothing old in it: our Makefile over a tree of a few lines,
# which changes as trees do under a rebase. Exit 1 with one line for every program that is not of today.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{base,ipc,tests/tools,tests/worker,tests/confine,tests/harness,bin}
cp Makefile "$work"
cd "$work" || exit 1
bad=0
count=0

# No package is needed for these few lines, and no Makefile of a caller has a word here.
printf '#!/bin/sh\n' >tests/tools/deps.sh
cp tests/tools/deps.sh bin/pkg-config
# gcc, and what happens in the tree while it compiles. A compiler cache among them must not find this one.
{
	printf '#!/bin/sh\nPATH=%q gcc "$@" || exit\n' "$PATH"
	echo '[ ! -e during ] || { mv during done; . ./done; }'
} >bin/gcc
chmod +x tests/tools/deps.sh bin/*
unset MAKEFLAGS MAKELEVEL VARIANT
export PATH=$work/bin:$PATH

file() { # NAME LINE...
	local name=$1
	shift
	printf '%s\n' "$@" >"$name"
}
# says PROGRAM TEXT WHAT TARGET [VARIABLE]...: what it prints when it has been made after a change.
says() {
	local program=$1 want=$2 what=$3 got
	shift 3
	count=$((count + 1))
	got=$(make --no-print-directory "$@" 2>&1 >make.log) && got=$("$program" 2>&1)
	[ "$got" = "$want" ] && return
	echo "stale: after $what, $program says \"$got\", not \"$want\""
	bad=$((bad + 1))
}

null=build/release/certfill-null
file base/value.h 'struct value { int first; };' 'int value(void);' 'int sum(const struct value *v);'
file base/value.c '#include "base/value.h"' 'int value(void) { return 1; }'
file base/sum.c '#include "base/value.h"' 'int sum(const struct value *v) { return v->first; }'
file ipc/other.c 'int other(void); int other(void) { return 0; }'
file ipc/null_main.c '#include "base/value.h"' '#include <stdio.h>' '#ifdef CONFINE_ABLATION' 'int probe;' '#endif' \
	'int main(void) { struct value v = {.first = 7}; return printf("%d %d", value(), sum(&v)) < 0; }'
says $null '1 7' 'nothing' $null
file base/value.c '#include "base/value.h"' 'int value(void) { return 2; }'
says $null '2 7' 'a change of a source' $null

# The variants that take most archives from release.
file tests/confine/probe.c 'int attempts;'
says build/confine/certfill-null '2 7' 'nothing' VARIANT=confine build/confine/certfill-null
file base/value.h 'struct value { int before; int first; };' 'int value(void);' 'int sum(const struct value *v);'
says build/confine/certfill-null '2 7' 'a change of a header of an archive from release' VARIANT=confine build/confine/certfill-null
says $null '2 7' 'a change of a header' $null

# A function that moves from one archive to another leaves the first, though nothing else in that changes.
file ipc/value.c '#include "base/value.h"' 'int value(void) { return 3; }'
rm base/value.c
says $null '3 7' 'a move from base to ipc' $null
file base/value.c '#include "base/value.h"' 'int value(void) { return 4; }'
rm ipc/value.c
says $null '4 7' 'a move from ipc to base' $null

# What changes while it is compiled.
file base/value.c '#include "base/value.h"' 'int value(void) { return 5; }'
file during "printf '%s\n' '#include \"base/value.h\"' 'int value(void) { return 6; }' >base/value.c"
make --no-print-directory $null >make.log 2>&1
says $null '6 7' 'a change during the compilation' $null

# A test of workers starts those of today.
file tests/worker/null_test.c 'int main(void) { return 0; }'
file tests/harness/harness.c 'int harness;'
file base/value.c '#include "base/value.h"' 'int value(void) { return 8; }'
make --no-print-directory -n build/release/tests/worker/null_test >make.log 2>&1
count=$((count + 1))
grep -q 'LINK *build/release/certfill-null' make.log || {
	echo "stale: a test of workers does not make them"
	bad=$((bad + 1))
}
# Another library, other flags.
sed -i 's/^certfill-null.lib := .*/certfill-null.lib := -lm/' Makefile
make --no-print-directory -n $null >make.log 2>&1
count=$((count + 1))
grep -q "LINK *$null" make.log || {
	echo "stale: another library does not link a program anew"
	bad=$((bad + 1))
}
says $null '8 7' 'a change of libraries' $null
sed -i 's/return 8/return HOW/' base/value.c
says $null '9 7' 'a change of flags' $null CFLAGS=-DHOW=9
says $null '10 7' 'a change of flags' $null CFLAGS=-DHOW=10
count=$((count + 1))
make --no-print-directory -q $null CFLAGS=-DHOW=10 || {
	echo "stale: a build without a change builds again"
	bad=$((bad + 1))
}
echo "stale: $count builds, $bad with something old"
[ "$bad" -eq 0 ]
