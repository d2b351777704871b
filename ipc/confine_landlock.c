// SPDX-License-Identifier: Apache-2.0
/* Landlock: no files but the profile's, no TCP, no signals out. Runs in: every worker, at lockdown. */
#include "base/file.h"
#include "ipc/confine_parts.h"
#include "ipc/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Debian 12's headers know ABI 2; these are from linux/landlock.h of 6.15. */
#define ACCESS_REFER (UINT64_C(1) << 13) /* ABI 2 */
#define ACCESS_TRUNCATE (UINT64_C(1) << 14) /* ABI 3 */
#define ACCESS_IOCTL_DEV (UINT64_C(1) << 15) /* ABI 5 */
#define NET_BIND_TCP UINT64_C(1) /* ABI 4 */
#define NET_CONNECT_TCP UINT64_C(2) /* ABI 4 */
#define SCOPE_SIGNAL_ABSTRACT_UNIX UINT64_C(3) /* ABI 6 */
#define ABI_NEWEST 7

#define ACCESS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ACCESS_WRITE_BELOW \
	(ACCESS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE \
		| LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG \
		| LANDLOCK_ACCESS_FS_MAKE_DIR | ACCESS_REFER | ACCESS_TRUNCATE)

/* struct landlock_ruleset_attr as of ABI 6; older kernels take the front of it. */
struct ruleset {
	uint64_t handled_fs;
	uint64_t handled_net;
	uint64_t scoped;
};

static struct ruleset ruleset_for(uint32_t abi, bool connects, size_t *len)
{
	struct ruleset r = {.handled_fs = ACCESS_REFER - 1};

	if (abi >= 2)
		r.handled_fs |= ACCESS_REFER;
	if (abi >= 3)
		r.handled_fs |= ACCESS_TRUNCATE;
	if (abi >= 4)
		r.handled_net = connects ? NET_BIND_TCP : NET_BIND_TCP | NET_CONNECT_TCP;
	if (abi >= 5)
		r.handled_fs |= ACCESS_IOCTL_DEV;
	if (abi >= 6)
		r.scoped = SCOPE_SIGNAL_ABSTRACT_UNIX;
	*len = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
	return r;
}

static enum rc add_rule(int ruleset_fd, int fd, uint64_t access, struct err *err)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = fd};

	if (syscall(SYS_landlock_add_rule, ruleset_fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
		return err_errno(err, RC_SYSTEM, errno, "Landlock refuses a rule");
	return RC_OK;
}

static enum rc allow_readable(int ruleset_fd, const char *path, struct err *err)
{
	AUTO_FD fd = open(path, O_PATH | O_CLOEXEC);
	struct stat st;

	/* Not every machine has every directory. */
	if (fd < 0 || fstat(fd, &st) != 0)
		return RC_OK;
	return add_rule(ruleset_fd, fd,
		S_ISDIR(st.st_mode) ? ACCESS_READ : LANDLOCK_ACCESS_FS_READ_FILE, err);
}

enum rc confine_landlock(const struct confine_profile *profile, uint32_t *abi, struct err *err)
{
	long found = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	AUTO_FD fd = -1;
	struct ruleset r;
	enum rc rc = RC_OK;
	size_t len;

	if (found < 1)
		return err_set(err, RC_SYSTEM, "this kernel has no Landlock");
	*abi = found > ABI_NEWEST ? ABI_NEWEST : (uint32_t)found;
	r = ruleset_for(*abi, profile->connects, &len);
	fd = (int)syscall(SYS_landlock_create_ruleset, &r, len, 0);
	if (fd < 0)
		return err_errno(err, RC_SYSTEM, errno, "Landlock refuses a ruleset");
	for (size_t i = 0; i < profile->readable_count && rc == RC_OK; i++)
		rc = allow_readable(fd, profile->readable[i].path, err);
	if (rc == RC_OK && profile->may_write_dir)
		rc = add_rule(fd, WORKER_DIR_FD, ACCESS_WRITE_BELOW & r.handled_fs, err);
	if (rc == RC_OK && profile->dir_place != NULL)
		rc = add_rule(fd, WORKER_DIR_FD, ACCESS_READ, err);
	if (rc != RC_OK)
		return rc;
	if (syscall(SYS_landlock_restrict_self, fd, 0) != 0)
		return err_errno(err, RC_SYSTEM, errno, "Landlock refuses to be switched on");
	return RC_OK;
}
