// SPDX-License-Identifier: Apache-2.0
/* More attempts at the kernel, this process's standing in it, and memory. Runs in: workers of VARIANT=confine. */
#include "tests/confine/probe.h"

#include <asm/prctl.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/kcmp.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static void *new_page(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* The filter's own signal blocked: the kernel kills then. */
static long call_unheard(void)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	return eventfd(0, 0);
}

static long move_page(int flags)
{
	void *from = new_page();
	void *to = new_page();

	return syscall(SYS_mremap, from, 4096, 4096, MREMAP_MAYMOVE | flags, to) == -1 ? -1 : 1;
}

/* One line is one attempt. */
/* clang-format off */
/* ---- other processes ---- */
ATTEMPT(write_parent, KIND_PROCESS, ROOT, char b[8] = {0}; struct iovec here = {b, sizeof b};
	struct iovec there = {(void *)(uintptr_t)0x1000, 8};
	long n = process_vm_writev(t->parent, &here, 1, &there, 1, 0); return n < 0 && errno == EFAULT ? 1 : n;)
ATTEMPT(compare_parent, KIND_PROCESS, ROOT, return syscall(SYS_kcmp, getpid(), t->parent, KCMP_VM, 0, 0);)
ATTEMPT(limit_parent, KIND_PROCESS, ROOT, struct rlimit now; return prlimit(t->parent, RLIMIT_NOFILE, NULL, &now);)
ATTEMPT(signal_by_pidfd, KIND_PROCESS, FREE, return syscall(SYS_pidfd_send_signal, probe_self_fd, 0, NULL, 0);)
ATTEMPT(signal_thread, KIND_PROCESS, FREE, return syscall(SYS_tkill, getpid(), 0);)
ATTEMPT(queue_signal, KIND_PROCESS, FREE, siginfo_t info = {.si_code = SI_QUEUE};
	return syscall(SYS_rt_sigqueueinfo, getpid(), 0, &info);)
ATTEMPT(outlive_parent, KIND_PROCESS, FREE, return prctl(PR_SET_PDEATHSIG, 0);)
ATTEMPT(adopt_children, KIND_PROCESS, FREE, return prctl(PR_SET_CHILD_SUBREAPER, 1);)
ATTEMPT(keep_capabilities, KIND_PROCESS, FREE, return prctl(PR_SET_KEEPCAPS, 1);)
ATTEMPT(rename_process, KIND_PROCESS, FREE, return prctl(PR_SET_NAME, "init");)
ATTEMPT(raise_priority, KIND_PROCESS, ROOT, return setpriority(PRIO_PROCESS, 0, -5);)
ATTEMPT(set_io_priority, KIND_PROCESS, FREE, return syscall(SYS_ioprio_set, 1, 0, 3 << 13);)
ATTEMPT(lower_limit, KIND_PROCESS, FREE, struct rlimit l = {64, 64}; return (long)syscall(SYS_setrlimit, RLIMIT_NOFILE, &l);)
ATTEMPT(be_root_by_setuid, KIND_PROCESS, ROOT, return (long)syscall(SYS_setuid, 0);)
ATTEMPT(be_root_for_files, KIND_PROCESS, ROOT, (void)syscall(SYS_setfsuid, 0); return syscall(SYS_setfsuid, 0) == 0 ? 1 : -1;)
ATTEMPT(unshare_time, KIND_PROCESS, ROOT, return unshare(0x80 /* CLONE_NEWTIME */);)
ATTEMPT(unshare_mounts, KIND_PROCESS, ROOT, return unshare(CLONE_NEWNS);)
ATTEMPT(unshare_network, KIND_PROCESS, ROOT, return unshare(CLONE_NEWNET);)
ATTEMPT(unshare_directory, KIND_PROCESS, FREE, return unshare(CLONE_FS);)
ATTEMPT(filter_listener, KIND_PROCESS, ROOT, struct sock_filter all = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
	struct sock_fprog program = {1, &all};
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);)
ATTEMPT(stack_landlock, KIND_PROCESS, FREE,
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);)
ATTEMPT(unheard_call, KIND_PROCESS, FREE, return call_unheard();)
ATTEMPT(timer, KIND_PROCESS, FREE, int id; return syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id);)
ATTEMPT(alarm_clock, KIND_PROCESS, FREE, return (long)syscall(SYS_alarm, 0);)

/* ---- the kernel ---- */
ATTEMPT(list_mounts, KIND_KERNEL, KERNEL, uint64_t ids[8]; uint64_t ask[3] = {24, UINT64_MAX, 0};
	return syscall(458 /* listmount */, ask, ids, 8, 0);)
ATTEMPT(host_name, KIND_KERNEL, ROOT, return sethostname("probe", 5);)
ATTEMPT(read_clock_state, KIND_KERNEL, FREE, struct timex now = {0}; return adjtimex(&now);)
ATTEMPT(sync_disks, KIND_KERNEL, FREE, return syscall(SYS_sync);)
ATTEMPT(sync_quotas, KIND_KERNEL, KERNEL, return syscall(SYS_quotactl, 0x800001 << 8, NULL, 0, NULL);)
ATTEMPT(barrier, KIND_KERNEL, KERNEL, return syscall(SYS_membarrier, 0, 0, 0);)
ATTEMPT(memory_policy, KIND_KERNEL, KERNEL, return syscall(SYS_set_mempolicy, 0, NULL, 0);)
ATTEMPT(priority_futex, KIND_KERNEL, FREE, int32_t word = 0; return syscall(SYS_futex, &word, FUTEX_LOCK_PI, 0, NULL);)
ATTEMPT(requeue_futex, KIND_KERNEL, FREE, int32_t one = 0; int32_t other = 0;
	return syscall(SYS_futex, &one, FUTEX_CMP_REQUEUE, 0, NULL, &other, 0);)
ATTEMPT(grow_pipe, KIND_KERNEL, FREE, return fcntl(probe_pipe_fds[1], F_SETPIPE_SZ, 1 << 17);)
ATTEMPT(choose_signal, KIND_KERNEL, FREE, return fcntl(probe_pipe_fds[0], F_SETSIG, SIGKILL);)
ATTEMPT(notice_changes, KIND_KERNEL, FREE, return fcntl(probe_root_fd, F_NOTIFY, DN_CREATE);)
ATTEMPT(lease_program, KIND_KERNEL, ROOT, return fcntl(probe_program_fd, F_SETLEASE, F_RDLCK);)
#ifdef __x86_64__
ATTEMPT(segment_base, KIND_KERNEL, FREE, return syscall(SYS_arch_prctl, ARCH_SET_GS, 0);)
#endif

/* ---- memory ---- */
ATTEMPT(map_writable_code, KIND_MEMORY, FREE, return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 1;)
ATTEMPT(map_program, KIND_MEMORY, FREE, return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, probe_program_fd, 0)
	== MAP_FAILED ? -1 : 1;)
ATTEMPT(executable_stack, KIND_MEMORY, FREE, char here[1]; uintptr_t page = (uintptr_t)here & ~(uintptr_t)4095;
	return mprotect((void *)page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);)
ATTEMPT(move_onto, KIND_MEMORY, FREE, return move_page(MREMAP_FIXED);)
ATTEMPT(move_and_keep, KIND_MEMORY, FREE, return move_page(4 /* MREMAP_DONTUNMAP */);)
ATTEMPT(map_nothing, KIND_MEMORY, ROOT, return mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED ? -1 : 1;)
ATTEMPT(map_locked, KIND_MEMORY, ROOT, return mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0) == MAP_FAILED ? -1 : 1;)
ATTEMPT(lock_all_memory, KIND_MEMORY, ROOT, return mlockall(MCL_CURRENT);)
ATTEMPT(resident_pages, KIND_MEMORY, FREE, unsigned char there[1]; return mincore(new_page(), 4096, there);)
ATTEMPT(advise_by_pidfd, KIND_MEMORY, FREE, struct iovec v = {new_page(), 4096};
	return syscall(SYS_process_madvise, probe_self_fd, &v, 1, MADV_COLD, 0);)
