#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The limits of control groups on a machine that has them: starts Linux as a process (Debian's user-mode-linux),
# whose root is this file system, read-only, with cgroup v2 and every controller in it, and tries there what
# cgroup_test.c can only skip on other machines: by hand, in a batch, after SIGKILL, as root and as nobody.
#   cgroup_machine.sh     needs VARIANT=confine: all, and tests/confine/cgroup_test; release: starts_test. LINUX: another linux.uml.
# Exit 1 when anything failed, or that machine did not start.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)

if [ "${1:-}" != inside ]; then
	linux=${LINUX:-$(command -v linux.uml)}
	[ -n "$linux" ] || { echo "cgroups: linux.uml is missing; install user-mode-linux" >&2; exit 1; }
	log=$(mktemp)
	printf '#!/bin/bash\nexec "%s/tests/confine/cgroup_machine.sh" inside\n' "$here" >"$log.init"
	chmod +x "$log.init"
	timeout 300 "$linux" mem=1536M rootfstype=hostfs rootflags=/ ro init="$log.init" con=null con0=fd:0,fd:1 quiet </dev/null >"$log" 2>&1
	grep -aE '^(ok|NOT OK|    )' "$log"
	last=$(grep -aE '^cgroups: [0-9]+ passed, [0-9]+ failed' "$log" | tr -d '\r')
	[ -n "$last" ] || tail -n 20 "$log"
	rm -f "$log" "$log.init"
	echo "${last:-cgroups: the machine did not get to its end}"
	[[ $last == *" 0 failed" ]]
	exit
fi

# ---- inside ----
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/mnt TMPDIR=/mnt TERM=dumb
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /mnt
mount -t tmpfs tmpfs /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
chmod 1777 /mnt
cd "$here" || exit 1
groups=/sys/fs/cgroup
passed=0
failed=0

check() { # WHAT COMMAND...
	local what=$1
	shift
	if "$@" >/mnt/check 2>&1; then
		passed=$((passed + 1))
		echo "ok $what"
	else
		failed=$((failed + 1))
		echo "NOT OK $what"
		tail -n 15 /mnt/check | sed 's/^/    /'
	fi
}
within() { # GROUP COMMAND...: as the only process of a group that is delegated to it
	local group=$groups/$1
	shift
	(echo "$BASHPID" >"$group/cgroup.procs" && exec "$@")
}
nothing_in() {
	! ls -d "$groups/$1"/certfill.* 2>/dev/null
}
said() { # PATTERN COMMAND...
	local pattern=$1
	shift
	"$@" >/mnt/said 2>&1
	cat /mnt/said
	grep -qE "$pattern" /mnt/said
}
cohort() { # NAME...: one row each
	local i=0
	echo 'recipient_id,name,name_latin,email,locale,issued_on,field.honors'
	for name in "$@"; do
		i=$((i + 1))
		echo "$i,$name,,s$i@students.uni.example,en,2025-06-13,"
	done
}
mkdir $groups/svc $groups/killed $groups/nobodys

check "in the root group" env CGROUPS=must build/confine/tests/confine/cgroup_test
check "nothing is left there" nothing_in .
check "in a delegated group" within svc env CGROUPS=must build/confine/tests/confine/cgroup_test
check "nothing is left there" nothing_in svc
check "300 starts" within svc env STARTS=300 build/release/tests/worker/starts_test
check "leave nothing there" nothing_in svc
check "doctor says so" said 'cgroup limits of memory and processes in force' within svc build/confine/certfill doctor --data /mnt/doctor
check "and no line of the log" said '^0$' grep -c 'rlimits alone' /mnt/said

# The command line starts its checkers itself.
verify_in_group() { # it stands still when nobody reads what it says; then its checkers are looked at
	local limit status files=()
	echo '{}' >/mnt/not-signed.json
	for _ in $(seq 4000); do files+=(/mnt/not-signed.json); done
	mkfifo /mnt/said-of-it
	within svc build/confine/certfill verify "${files[@]}" >/mnt/said-of-it &
	exec 7</mnt/said-of-it
	for _ in $(seq 1000); do
		# In its own group, or the one above.
		limit=$(cat $groups/{svc/,}certfill.*/w*/memory.max 2>/dev/null | head -n 1)
		[ "$limit" = 2147483648 ] && break
		sleep 0.01
	done
	cat <&7 >/dev/null
	exec 7<&-
	wait $!
	status=$?
	echo "memory.max ${limit:-none}, exit $status"
	[ "$limit" = 2147483648 ] && [ $status -ne 126 ]
}
check "a checker's memory.max is that of its role" verify_in_group
check "nothing is left of it" nothing_in svc
check "nor above" nothing_in .

# Control dies while a worker hangs.
cohort 'Ada One' 'probe:hang' >/mnt/hang.csv
within killed build/confine/certfill issue /mnt/hang.csv --manifest sample/manifest.json --data /mnt/data2 --out /mnt/out2 >/mnt/hung 2>&1 &
for _ in $(seq 6000); do
	kill -0 $! 2>/dev/null || break
	grep -lqx 1610612736 $groups/killed/certfill.*/w*/memory.max 2>/dev/null && break
	sleep 0.01
done
kill -0 $! 2>/dev/null || sed 's/^/    /' /mnt/hung
for f in memory.max:1610612736 memory.swap.max:0 memory.oom.group:1 pids.max:1 "cpu.max:100000 100000"; do
	[ -e "$groups/killed/cgroup.controllers" ] && [ "${f%%:*}" = memory.swap.max ] && ! ls $groups/killed/certfill.*/w*/memory.swap.max >/dev/null 2>&1 && continue
	check "a render worker's ${f%%:*} is ${f#*:}" grep -qx "${f#*:}" $groups/killed/certfill.*/w*/"${f%%:*}"
done
kill -9 $(cat $groups/killed/certfill.*/main/cgroup.procs)
wait
check "its group is left" ls -d $groups/killed/certfill.*
for _ in $(seq 1000); do grep -q 'populated 0' $groups/killed/cgroup.events && break; sleep 0.01; done
mkdir $groups/killed/again
check "the next start removes it" within killed/again build/confine/certfill doctor --data /mnt/doctor
check "nothing is left" nothing_in killed

chown nobody $groups/nobodys $groups/nobodys/cgroup.{procs,subtree_control,threads}
check "an ordinary user's group" within nobodys setpriv --reuid nobody --regid nogroup --clear-groups env CGROUPS=must build/confine/tests/confine/cgroup_test
check "nothing is left there" nothing_in nobodys
mkdir $groups/shared $groups/shared/deep
sleep 600 &
echo $! >$groups/shared/cgroup.procs
check "a group that others live in is not ours" said 'rlimits alone: ' within shared/deep build/confine/certfill doctor --data /mnt/doctor
check "nothing is left there" nothing_in shared
echo "cgroups: $passed passed, $failed failed"
sync
echo o >/proc/sysrq-trigger
sleep 60
