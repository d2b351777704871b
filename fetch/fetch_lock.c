// SPDX-License-Identifier: Apache-2.0
/* The layers of certfill-fetch, with its own lists of calls and files. Runs in: fetch. */
#include "fetch/fetch_lock.h"

#include "ipc/confine_parts.h"
#include "ipc/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct confine_call calls[] = {
	/* Connections. */
	{SYS_socket, CONFINE_ALLOW_CHECKED, 0, "connections and questions to name servers"},
	{SYS_socketpair, CONFINE_ALLOW_CHECKED, 0, "how curl's threads wake each other"},
	{SYS_connect, CONFINE_ALLOW, 0, "whom to is decided by fetch_main's open_socket"},
	{SYS_bind, CONFINE_ALLOW, 0, "getaddrinfo binds its netlink socket; TCP is Landlock's"},
	{SYS_getsockname, CONFINE_ALLOW, 0, "curl's and getaddrinfo's"},
	{SYS_getpeername, CONFINE_ALLOW, 0, "curl's"},
	{SYS_getsockopt, CONFINE_ALLOW, 0, "whether a connection came about"},
	{SYS_setsockopt, CONFINE_ALLOW, 0, "TCP_NODELAY, timeouts"},
	{SYS_sendto, CONFINE_ALLOW, 0,
		"TLS out; netlink's and name servers' address is given here"},
	{SYS_sendmmsg, CONFINE_ALLOW, 0, "two questions at once to a name server"},
	{SYS_sendmsg, CONFINE_ALLOW, 0, "TLS out"},
	{SYS_recvfrom, CONFINE_ALLOW, 0, "TLS in"},
	{SYS_recvmsg, CONFINE_ALLOW, 0, "netlink"},
	{SYS_poll, CONFINE_ALLOW, 0, "waiting"},
	{SYS_ppoll, CONFINE_ALLOW, 0, "the same"},
	{SYS_select, CONFINE_ALLOW, 0, "the same"},
	{SYS_shutdown, CONFINE_ALLOW, 0, "the end of TLS"},
	{SYS_close, CONFINE_ALLOW, 0, "each file and each connection"},
	{SYS_ioctl, CONFINE_REFUSE, ENOTTY, "FIONREAD, which has another way"},
	/* Files: reading only, and only what Landlock leaves. */
	{SYS_openat, CONFINE_ALLOW_CHECKED, 0, "certificate authorities, resolv.conf, hosts"},
	{SYS_newfstatat, CONFINE_ALLOW, 0, "names may be asked for, contents not"},
	{SYS_access, CONFINE_REFUSE, ENOENT, "nscd's switch"},
	{SYS_pread64, CONFINE_ALLOW, 0, "stdio"},
	{SYS_fcntl, CONFINE_ALLOW_LOCKS, 0, "O_NONBLOCK of a socket"},
	/* The thread that asks for a name. */
	{SYS_clone, CONFINE_ALLOW_CHECKED, 0, "threads, with a thread's flags only"},
	{SYS_clone3, CONFINE_REFUSE, ENOSYS, "glibc then takes clone"},
	{SYS_mprotect, CONFINE_ALLOW_CHECKED, 0, "guards of stacks, growth of heaps"},
	{SYS_madvise, CONFINE_ALLOW_CHECKED, 0, "stacks are given back"},
	{SYS_exit, CONFINE_ALLOW, 0, "a thread ends"},
	{SYS_set_robust_list, CONFINE_ALLOW, 0, "a thread begins"},
	{SYS_rseq, CONFINE_ALLOW, 0, "the same"},
	{SYS_rt_sigaction, CONFINE_REFUSE, EPERM, "curl guards SIGPIPE, which is ignored already"},
	{SYS_prctl, CONFINE_REFUSE, EPERM, "names of threads"},
	{SYS_getpid, CONFINE_ALLOW, 0, "OpenSSL's generator asks whether it was forked"},
	{SYS_gettid, CONFINE_ALLOW, 0, "locks"},
	{SYS_getuid, CONFINE_ALLOW, 0, "OpenSSL and curl ask whether to trust the environment"},
	{SYS_geteuid, CONFINE_ALLOW, 0, "the same"},
	{SYS_getgid, CONFINE_ALLOW, 0, "the same"},
	{SYS_getegid, CONFINE_ALLOW, 0, "the same"},
	{SYS_sysinfo, CONFINE_ALLOW, 0, "how much memory a sort may take"},
	{SYS_uname, CONFINE_ALLOW, 0, "the resolver's"},
	{SYS_clock_nanosleep, CONFINE_ALLOW, 0, "waiting"},
	{SYS_restart_syscall, CONFINE_ALLOW, 0, "a stopped process goes on waiting"},
};

/* What TLS and name services read, wherever distributions keep it. The last is the request's. */
static struct confine_path readable[] = {
	{"/etc/ssl/certs"},
	{"/etc/ssl/openssl.cnf"},
	{"/etc/pki/tls/certs"},
	{"/etc/pki/ca-trust/extracted"},
	{"/etc/ca-certificates/extracted"},
	{"/usr/lib/ssl"},
	{"/usr/share/ca-certificates"},
	{"/usr/local/share/ca-certificates"},
	{"/etc/resolv.conf"},
	{"/etc/hosts"},
	{"/etc/host.conf"},
	{"/etc/gai.conf"},
	{"/etc/nsswitch.conf"},
	{"/etc/services"},
	{"/etc/protocols"},
	{"/etc/localtime"},
	{"/run/systemd/resolve"},
	{"/run/resolvconf"},
	{"/run/NetworkManager/resolv.conf"},
	{"/dev/null"},
};

enum rc fetch_lock(const char *ca_file, struct err *err)
{
	struct confine_path paths[ARRAY_COUNT(readable) + 1];
	struct confine_profile profile = {.name = "fetch",
		.calls = calls,
		.call_count = ARRAY_COUNT(calls),
		.threads = true,
		.connects = true,
		.readable = paths,
		.readable_count = ARRAY_COUNT(readable)};
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct err no_landlock;
	uint32_t abi;
	enum rc rc;

	memcpy(paths, readable, sizeof readable);
	if (ca_file != NULL)
		paths[profile.readable_count++].path = ca_file;
	/* The number that a worker writes its last call to must not become a connection's. */
	if (nothing < 0 || dup2(nothing, WORKER_LAST_FD) < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot open /dev/null");
	(void)prctl(PR_SET_DUMPABLE, 0);
	/* A kernel without it leaves the filter: every file of this user can be read, nothing written, run or left. */
	if (confine_landlock(&profile, &abi, &no_landlock) != RC_OK)
		abi = 0;
	rc = confine_capabilities(err);
#ifndef WITH_SANITIZER
	if (rc == RC_OK)
		rc = confine_seccomp(&profile, err);
#endif
	return rc;
}
