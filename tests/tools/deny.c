// SPDX-License-Identifier: Apache-2.0
/*
 * deny LAYER[,LAYER] COMMAND...: runs a command on a machine that seems to lack layers of confinement:
 * namespaces (clone and unshare refuse), landlock (unknown system call), seccomp (filters refused).
 * Runs in: tests.
 */
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Part of <linux/landlock.h>'s world; not in every libseccomp. */
#define CALL_LANDLOCK_CREATE 444

static int deny_namespaces(scmp_filter_ctx c)
{
	static const int flags[] = {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET};
	int rc = seccomp_rule_add(c, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(unshare), 0);

	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		rc |= seccomp_rule_add(c, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
			SCMP_A0(SCMP_CMP_MASKED_EQ, (scmp_datum_t)flags[i],
				(scmp_datum_t)flags[i]));
	/* Its flags lie in memory, where a filter cannot look; glibc then uses clone. */
	return rc | seccomp_rule_add(c, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

static int deny_seccomp(scmp_filter_ctx c)
{
	int rc = seccomp_rule_add(c, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(seccomp), 0);

	return rc
		| seccomp_rule_add(c, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), 1,
			SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP));
}

int main(int argc, char **argv)
{
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_ALLOW);
	int rc = 0;

	if (argc < 3 || c == NULL) {
		fprintf(stderr, "usage: deny namespaces,landlock,seccomp COMMAND...\n");
		return 2;
	}
	if (strstr(argv[1], "namespaces") != NULL)
		rc |= deny_namespaces(c);
	if (strstr(argv[1], "landlock") != NULL)
		rc |= seccomp_rule_add(c, SCMP_ACT_ERRNO(ENOSYS), CALL_LANDLOCK_CREATE, 0);
	if (strstr(argv[1], "seccomp") != NULL)
		rc |= deny_seccomp(c);
	if (rc != 0 || seccomp_load(c) != 0) {
		fprintf(stderr, "deny: the filter cannot be loaded\n");
		return 2;
	}
	seccomp_release(c);
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
