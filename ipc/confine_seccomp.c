// SPDX-License-Identifier: Apache-2.0
/* The system call filter: base calls and a profile's own, all others end the process. Runs in: every worker. */
#include "base/text.h"
#include "ipc/confine_parts.h"
#include "ipc/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ANONYMOUS (MAP_ANONYMOUS | MAP_PRIVATE)
/* What pthread_create asks for, exactly; anything else is no thread. */
#define THREAD_FLAGS \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM \
		| CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

static bool name_calls;

void confine_name_forbidden_calls(void)
{
	name_calls = true;
}

/*
 * The call was not made, and this handler has nothing but the number to say, to who started us (docs/adr/0043).
 * write(2) and exit_group(2) are on every list.
 */
static void report_forbidden_call(int signal_number, siginfo_t *info, void *context)
{
	uint64_t last_words = (uint64_t)(uint32_t)info->si_syscall + 1;
	char text[96];
	ssize_t ignored = write(WORKER_LAST_FD, &last_words, sizeof last_words);

	(void)signal_number;
	(void)context;
	if (name_calls) {
		(void)text_fmt(text, sizeof text, "error confine: forbidden system call %d\n",
			info->si_syscall);
		ignored = write(STDERR_FILENO, text, strlen(text));
	}
	(void)ignored;
	_exit(CONFINE_FORBIDDEN_STATUS);
}

static int allow(scmp_filter_ctx f, int call, unsigned count, const struct scmp_arg_cmp *rules)
{
	return seccomp_rule_add_array(f, SCMP_ACT_ALLOW, call, count, rules);
}

static int allow_if(scmp_filter_ctx f, int call, struct scmp_arg_cmp rule)
{
	return allow(f, call, 1, &rule);
}

/* SQLite's index of its write-ahead log is a shared mapping. */
static int allow_shared_reads(scmp_filter_ctx f)
{
	const struct scmp_arg_cmp read_only[] = {
		SCMP_A2(SCMP_CMP_EQ, PROT_READ, 0),
		SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0),
	};

	return allow(f, SYS_mmap, ARRAY_COUNT(read_only), read_only);
}

static int allow_mmap(scmp_filter_ctx f, bool files)
{
	const struct scmp_arg_cmp anonymous[] = {
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
		SCMP_A3(SCMP_CMP_MASKED_EQ, ANONYMOUS | MAP_LOCKED, ANONYMOUS),
	};
	const struct scmp_arg_cmp read_only[] = {
		SCMP_A2(SCMP_CMP_EQ, PROT_READ, 0),
		SCMP_A3(SCMP_CMP_MASKED_EQ, ANONYMOUS | MAP_SHARED, MAP_PRIVATE),
	};
	int failed = allow(f, SYS_mmap, ARRAY_COUNT(anonymous), anonymous);

	if (failed == 0 && files)
		failed = allow(f, SYS_mmap, ARRAY_COUNT(read_only), read_only);
	return failed;
}

/*
 * Opening for reading is allowed, for writing refused politely; below a directory it is Landlock's. Never
 * without opening (O_PATH), which Landlock does not see.
 */
static int allow_openat(scmp_filter_ctx f, bool may_write)
{
	const struct scmp_arg_cmp reading =
		SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC | O_PATH, O_RDONLY);
	const struct scmp_arg_cmp writing = SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE, O_WRONLY);
	const struct scmp_arg_cmp both = SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDWR);
	int failed;

	if (may_write)
		return allow_if(f, SYS_openat, SCMP_A2(SCMP_CMP_MASKED_EQ, O_PATH, 0));
	failed = allow(f, SYS_openat, 1, &reading);
	if (failed == 0)
		failed = seccomp_rule_add_array(f, SCMP_ACT_ERRNO(EACCES), SYS_openat, 1, &writing);
	if (failed == 0)
		failed = seccomp_rule_add_array(f, SCMP_ACT_ERRNO(EACCES), SYS_openat, 1, &both);
	return failed;
}

static int allow_fcntl(scmp_filter_ctx f, bool locks)
{
	static const int commands[] = {
		F_GETFD, F_SETFD, F_GETFL, F_GET_SEALS, F_SETFL, F_SETLK, F_GETLK, F_DUPFD_CLOEXEC};
	size_t count = locks ? ARRAY_COUNT(commands) : 4;
	int failed = 0;

	for (size_t n = 0; n < count && failed == 0; n++)
		failed = allow_if(f, SYS_fcntl, SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)commands[n], 0));
	return failed;
}

/* On a connection there is nobody else to send to. */
static int allow_sendto(scmp_filter_ctx f)
{
	const struct scmp_arg_cmp connected[] = {
		SCMP_A4(SCMP_CMP_EQ, 0, 0),
		SCMP_A5(SCMP_CMP_EQ, 0, 0),
	};

	return allow(f, SYS_sendto, ARRAY_COUNT(connected), connected);
}

/* A thread's stack is given back, and guarded by glibc of 2.42 and later (MADV_GUARD_INSTALL). */
static int allow_madvise(scmp_filter_ctx f)
{
	int failed = allow_if(f, SYS_madvise, SCMP_A2(SCMP_CMP_EQ, MADV_DONTNEED, 0));

	return failed != 0 ? failed : allow_if(f, SYS_madvise, SCMP_A2(SCMP_CMP_EQ, 102, 0));
}

/* Waiting and waking, all that glibc, GLib and Rust's std do; never a lock that inherits priorities. */
static int allow_futex(scmp_filter_ctx f)
{
	static const int operations[] = {FUTEX_WAIT, FUTEX_WAKE, FUTEX_WAIT_BITSET};
	int failed = 0;

	for (size_t n = 0; n < ARRAY_COUNT(operations) && failed == 0; n++)
		failed = allow_if(f, SYS_futex,
			SCMP_A1(SCMP_CMP_MASKED_EQ, (uint32_t)FUTEX_CMD_MASK,
				(scmp_datum_t)operations[n]));
	return failed;
}

/* Of the internet, and netlink, which getaddrinfo(3) asks for addresses; a local one (nscd) is refused politely. */
static int allow_socket(scmp_filter_ctx f)
{
	static const struct {
		int family;
		int type;
	} kinds[] = {{AF_INET, SOCK_STREAM}, {AF_INET, SOCK_DGRAM}, {AF_INET6, SOCK_STREAM},
		{AF_INET6, SOCK_DGRAM}, {AF_NETLINK, SOCK_RAW}};
	const struct scmp_arg_cmp local = SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0);
	int failed = seccomp_rule_add_array(f, SCMP_ACT_ERRNO(EACCES), SYS_socket, 1, &local);

	for (size_t n = 0; n < ARRAY_COUNT(kinds) && failed == 0; n++) {
		const struct scmp_arg_cmp rules[] = {
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)kinds[n].family, 0),
			SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, (scmp_datum_t)kinds[n].type),
			/* TCP and UDP, no other protocol of the internet; of netlink routes alone. */
			SCMP_A2(SCMP_CMP_LE,
				kinds[n].family == AF_NETLINK ? NETLINK_ROUTE : IPPROTO_UDP, 0),
		};

		failed = allow(f, SYS_socket, ARRAY_COUNT(rules), rules);
	}
	return failed;
}

/* Connected streams only: a datagram socket could be connected to somebody else. */
static int allow_socketpair(scmp_filter_ctx f)
{
	const struct scmp_arg_cmp rules[] = {
		SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0),
		SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_STREAM),
	};

	return allow(f, SYS_socketpair, ARRAY_COUNT(rules), rules);
}

/* Modules of name services are libraries: not loaded, and glibc goes on without them. */
static int refuse_libraries(scmp_filter_ctx f)
{
	const struct scmp_arg_cmp code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC);

	return seccomp_rule_add_array(f, SCMP_ACT_ERRNO(EACCES), SYS_mmap, 1, &code);
}

static int allow_checked(scmp_filter_ctx f, const struct confine_profile *profile, int call)
{
	switch (call) {
	case SYS_mmap:
		return allow_mmap(f, false);
	case SYS_mprotect:
		return allow_if(f, call, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	case SYS_mremap:
		return allow_if(
			f, call, SCMP_A3(SCMP_CMP_MASKED_EQ, ~(scmp_datum_t)MREMAP_MAYMOVE, 0));
	case SYS_madvise:
		return allow_madvise(f);
	case SYS_openat:
		return allow_openat(f, profile->may_write_dir);
	case SYS_fcntl:
		return allow_fcntl(f, false);
	case SYS_futex:
		return allow_futex(f);
	case SYS_clone:
		return allow_if(f, call, SCMP_A0(SCMP_CMP_EQ, THREAD_FLAGS, 0));
	case SYS_accept4:
		return allow_if(f, call, SCMP_A3(SCMP_CMP_EQ, SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
	case SYS_sendto:
		return allow_sendto(f);
	case SYS_socket:
		return allow_socket(f);
	case SYS_socketpair:
		return allow_socketpair(f);
	case SYS_shutdown:
		return allow_if(f, call, SCMP_A1(SCMP_CMP_EQ, SHUT_WR, 0));
	case SYS_recvmsg:
		return allow_if(f, call, SCMP_A0(SCMP_CMP_EQ, WORKER_CHANNEL_FD, 0));
	default:
		return -ENOTSUP;
	}
}

static int add_call(
	scmp_filter_ctx f, const struct confine_profile *profile, const struct confine_call *c)
{
	switch (c->answer) {
	case CONFINE_ALLOW:
		return allow(f, c->number, 0, NULL);
	case CONFINE_ALLOW_CHECKED:
		return allow_checked(f, profile, c->number);
	case CONFINE_ALLOW_FILE_MAPS:
		CHECK(c->number == SYS_mmap);
		return allow_mmap(f, true);
	case CONFINE_ALLOW_SHARED_READS:
		CHECK(c->number == SYS_mmap);
		return allow_shared_reads(f) != 0 ? -EINVAL : allow_mmap(f, false);
	case CONFINE_ALLOW_LOCKS:
		CHECK(c->number == SYS_fcntl);
		return allow_fcntl(f, true);
	case CONFINE_REFUSE:
		return seccomp_rule_add_array(
			f, SCMP_ACT_ERRNO((uint32_t)c->error), c->number, 0, NULL);
	default:
		return -ENOTSUP;
	}
}

static bool lists(const struct confine_profile *profile, int number)
{
	for (size_t i = 0; i < profile->call_count; i++)
		if (profile->calls[i].number == number)
			return true;
	return false;
}

static int add_calls(scmp_filter_ctx f, const struct confine_profile *profile)
{
	int failed = 0;

	for (size_t i = 0; i < profile->call_count && failed == 0; i++)
		failed = add_call(f, profile, &profile->calls[i]);
	for (size_t i = 0; i < confine_base_call_count && failed == 0 && !profile->whole_list; i++)
		if (!lists(profile, confine_base_calls[i].number))
			failed = add_call(f, profile, &confine_base_calls[i]);
	if (failed == 0 && profile->connects)
		failed = refuse_libraries(f);
	return failed;
}

static int set_attributes(scmp_filter_ctx f, const struct confine_profile *profile)
{
	int failed = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	/* A tree of comparisons, not a list: render makes many calls of write(2). */
	if (failed == 0)
		failed = seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (failed == 0 && profile->threads)
		failed = seccomp_attr_set(f, SCMP_FLTATR_CTL_TSYNC, 1);
	return failed;
}

static int catch_forbidden_calls(void)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO};

	action.sa_sigaction = report_forbidden_call;
	return sigaction(SIGSYS, &action, NULL);
}

enum rc confine_seccomp(const struct confine_profile *profile, struct err *err)
{
	scmp_filter_ctx f;
	int failed;

	if (catch_forbidden_calls() != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot catch forbidden system calls");
	f = seccomp_init(SCMP_ACT_TRAP);
	if (f == NULL)
		return err_set(err, RC_SYSTEM, "libseccomp cannot start a system call filter");
	failed = set_attributes(f, profile);
	if (failed == 0)
		failed = add_calls(f, profile);
	if (failed == 0)
		failed = seccomp_load(f);
	seccomp_release(f);
	if (failed != 0)
		return err_errno(err, RC_SYSTEM, -failed, "the %s system call filter is refused",
			profile->name);
	return RC_OK;
}
