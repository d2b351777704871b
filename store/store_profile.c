// SPDX-License-Identifier: Apache-2.0
/* What the store may do and which messages it answers. Runs in: store. */
#include "store/store_worker.h"

#include <sys/syscall.h>

/* Beside the calls of every worker (confine_base_calls). Paths are Landlock's: below its directory only. */
static const struct confine_call calls[] = {
	{SYS_recvmsg, CONFINE_ALLOW_CHECKED, 0, "sources and FETCH bring descriptors"},
	{SYS_openat, CONFINE_ALLOW_CHECKED, 0,
		"rare: another segment than the one at hand, and index files"},
	{SYS_close, CONFINE_ALLOW, 0, "the same"},
	{SYS_pread64, CONFINE_ALLOW, 0, "pieces and records"},
	{SYS_pwrite64, CONFINE_ALLOW, 0, "records, and artifacts handed out"},
	{SYS_ftruncate, CONFINE_ALLOW, 0, "rare: a put is taken back"},
	{SYS_fdatasync, CONFINE_ALLOW, 0, "commit"},
	{SYS_fsync, CONFINE_ALLOW, 0, "rare: a new segment's folder"},
	{SYS_renameat, CONFINE_ALLOW, 0, "rare: index files are replaced whole"},
	{SYS_unlinkat, CONFINE_ALLOW, 0, "rare: a file that could not be finished"},
	{SYS_getpid, CONFINE_ALLOW, 0,
		"rare: OpenSSL's random generator asks whether it was forked"},
};

const struct confine_profile store_profile = {
	.name = "store",
	.calls = calls,
	.call_count = ARRAY_COUNT(calls),
	.may_write_dir = true,
	.memory_max = UINT64_C(1) << 30,
	.file_max = UINT64_C(4) << 30,
	.open_max = 96,
};

/* The same for one that only reads. */
static const struct confine_call reading_calls[] = {
	{SYS_recvmsg, CONFINE_ALLOW_CHECKED, 0, "FETCH brings a descriptor"},
	{SYS_openat, CONFINE_ALLOW_CHECKED, 0,
		"rare: another segment than the one at hand, and index files"},
	{SYS_close, CONFINE_ALLOW, 0, "the same"},
	{SYS_pread64, CONFINE_ALLOW, 0, "pieces and records"},
	{SYS_pwrite64, CONFINE_ALLOW, 0, "artifacts handed out"},
	{SYS_ftruncate, CONFINE_ALLOW, 0,
		"rare: a descriptor to hand an artifact out in is made empty"},
	{SYS_getpid, CONFINE_ALLOW, 0,
		"rare: OpenSSL's random generator asks whether it was forked"},
};

const struct confine_profile store_reading_profile = {
	.name = "store",
	.calls = reading_calls,
	.call_count = ARRAY_COUNT(reading_calls),
	.dir_place = "/dir",
	.memory_max = UINT64_C(1) << 30,
	.file_max = UINT64_C(4) << 30,
	.open_max = 96,
};

const struct worker_message store_worker_messages[] = {
	{MESSAGE_STORE_OPEN, store_worker_open},
	{MESSAGE_STORE_SOURCE, store_worker_source},
	{MESSAGE_PUT, store_worker_put},
	{MESSAGE_COMMIT, store_worker_commit},
	{MESSAGE_FETCH, store_worker_fetch},
	{MESSAGE_STORE_LIST, store_worker_list},
};

const size_t store_worker_message_count = ARRAY_COUNT(store_worker_messages);
