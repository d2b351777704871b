// SPDX-License-Identifier: Apache-2.0
/* What the public process may do. Runs in: verify. */
#include "serve/verify_profile.h"

#include <errno.h>
#include <sys/syscall.h>

/*
 * Beside the calls of every worker. Sockets: those that were bound before, and what connects to them. Nothing
 * is ever made, connected, or sent to anybody but who has connected.
 */
static const struct confine_call calls[] = {
	{SYS_accept4, CONFINE_ALLOW_CHECKED, 0, "connections"},
	{SYS_epoll_wait, CONFINE_ALLOW, 0, "the loop"},
	{SYS_epoll_pwait, CONFINE_ALLOW, 0, "rare: the loop, as other versions of libuv have it"},
	{SYS_epoll_ctl, CONFINE_ALLOW, 0, "the loop"},
	{SYS_restart_syscall, CONFINE_ALLOW, 0, "rare: a stopped process goes on waiting"},
	{SYS_recvfrom, CONFINE_ALLOW, 0, "requests"},
	{SYS_sendto, CONFINE_ALLOW_CHECKED, 0, "answers"},
	{SYS_recvmsg, CONFINE_ALLOW_CHECKED, 0, "artifacts come as descriptors"},
	{SYS_shutdown, CONFINE_ALLOW_CHECKED, 0, "lingering close"},
	{SYS_close, CONFINE_ALLOW, 0, "connections"},
	{SYS_ioctl, CONFINE_REFUSE, ENOTTY, "libuv asks whether a socket can do without blocking"},
	{SYS_fcntl, CONFINE_ALLOW_LOCKS, 0,
		"SQLite's locks, O_NONBLOCK, the descriptor kept for EMFILE"},
	{SYS_pread64, CONFINE_ALLOW, 0, "pages of the ledger, pieces of artifacts"},
	{SYS_openat, CONFINE_ALLOW_CHECKED, 0,
		"a tenant's ledger, for reading; Landlock knows no other place"},
	{SYS_newfstatat, CONFINE_ALLOW, 0, "the same"},
	{SYS_access, CONFINE_ALLOW, 0, "is there a write-ahead log"},
	{SYS_readlink, CONFINE_ALLOW, 0,
		"rare: without mount namespaces SQLite follows links in the ledger's path"},
	{SYS_getcwd, CONFINE_ALLOW, 0, "rare: the same, when the path is relative"},
	{SYS_mmap, CONFINE_ALLOW_SHARED_READS, 0, "the index of the write-ahead log"},
	{SYS_rt_sigreturn, CONFINE_ALLOW, 0,
		"rare: the index was cut by somebody (ledger_sqlite_map.c)"},
	{SYS_getpid, CONFINE_ALLOW, 0, "was SQLite forked, was OpenSSL"},
	{SYS_geteuid, CONFINE_ALLOW, 0, "SQLite: may a file's owner be changed"},
	{SYS_clock_nanosleep, CONFINE_ALLOW, 0, "rare: SQLite waits for a lock"},
};

const struct confine_profile verify_profile = {
	.name = "verify",
	.calls = calls,
	.call_count = ARRAY_COUNT(calls),
	.dir_place = VERIFY_LEDGER_PLACE,
	.memory_max = UINT64_C(4) << 30,
	.file_max = UINT64_C(1) << 30,
	.open_max = 65536,
};
