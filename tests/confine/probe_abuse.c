// SPDX-License-Identifier: Apache-2.0
/* Attempts at processes, the kernel, memory and limits. Runs in: workers of VARIANT=confine. */
#include "base/mem.h"
#include "ipc/worker.h"
#include "tests/confine/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* The child of a clone that succeeded must not go on as a second worker. */
static long end_child(long pid)
{
	if (pid == 0)
		_exit(0);
	return pid;
}

static long clone_with(unsigned long flags)
{
	return end_child(syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0));
}

static long map_result(const void *p)
{
	return p == MAP_FAILED ? -1 : 1;
}

static long fill_given(void)
{
	static char z[1U << 20];

	for (long i = 0; i < 64; i++)
		if (write(WORKER_SECRET_FD, z, sizeof z) < 0)
			return -1;
	return 64;
}

/* One line is one attempt. */
/* clang-format off */
/* ---- an executable by its descriptor: no path is needed, so only seccomp stops it ---- */
ATTEMPT(exec_descriptor, KIND_KERNEL, FREE, char name[] = "true"; char *argv[] = {name, NULL};
	return syscall(SYS_execveat, probe_program_fd, "", argv, NULL, AT_EMPTY_PATH);)

/* ---- other processes ---- */
ATTEMPT(fork_call, KIND_PROCESS, ROOT, return end_child(syscall(SYS_fork));)
ATTEMPT(clone_process, KIND_PROCESS, ROOT, return clone_with(0);)
ATTEMPT(clone_vfork, KIND_PROCESS, ROOT, return clone_with(CLONE_VFORK);)
ATTEMPT(clone_newuser, KIND_PROCESS, ROOT, return clone_with(CLONE_NEWUSER);)
ATTEMPT(clone_newnet, KIND_PROCESS, ROOT, return clone_with(CLONE_NEWUSER | CLONE_NEWNET);)
ATTEMPT(clone3_call, KIND_PROCESS, ROOT, uint64_t args[11] = {0}; args[4] = SIGCHLD;
	return end_child(syscall(SYS_clone3, args, sizeof args));)
ATTEMPT(unshare_user, KIND_PROCESS, ROOT, return unshare(CLONE_NEWUSER);)
ATTEMPT(unshare_files, KIND_PROCESS, FREE, return unshare(CLONE_FILES);)
ATTEMPT(setns_call, KIND_PROCESS, ROOT, return setns(probe_names_fd, CLONE_NEWUTS);)
ATTEMPT(ptrace_me, KIND_PROCESS, FREE, return ptrace(PTRACE_TRACEME, 0, NULL, NULL);)
ATTEMPT(ptrace_parent, KIND_PROCESS, ROOT, return ptrace(PTRACE_SEIZE, t->parent, NULL, NULL);)
/* There is nothing at that address; a kernel that looks has let us. */
ATTEMPT(read_parent, KIND_PROCESS, ROOT, char b[8]; struct iovec here = {b, sizeof b};
	struct iovec there = {(void *)(uintptr_t)0x1000, 8};
	long n = process_vm_readv(t->parent, &here, 1, &there, 1, 0); return n < 0 && errno == EFAULT ? 1 : n;)
ATTEMPT(kill_parent, KIND_PROCESS, ROOT, return kill(t->parent, 0);)
ATTEMPT(kill_everybody, KIND_PROCESS, ROOT, return kill(-1, 0);)
ATTEMPT(kill_self, KIND_PROCESS, FREE, return kill(getpid(), 0);)
ATTEMPT(pidfd_parent, KIND_PROCESS, FREE, return syscall(SYS_pidfd_open, t->parent, 0);)
ATTEMPT(pidfd_steal, KIND_PROCESS, FREE, return syscall(SYS_pidfd_getfd, probe_self_fd, 3, 0);)
ATTEMPT(become_root, KIND_PROCESS, ROOT, return (long)syscall(SYS_setresuid, 0, 0, 0);)
ATTEMPT(become_root_group, KIND_PROCESS, ROOT, return (long)syscall(SYS_setresgid, 0, 0, 0);)
ATTEMPT(join_groups, KIND_PROCESS, ROOT, gid_t root = 0; return (long)syscall(SYS_setgroups, 1, &root);)
ATTEMPT(take_capabilities, KIND_PROCESS, ROOT,
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct admin[2] = {{1U << CAP_SYS_ADMIN, 1U << CAP_SYS_ADMIN, 0}, {0, 0, 0}};
	return syscall(SYS_capset, &head, admin);)
ATTEMPT(be_dumpable, KIND_PROCESS, FREE, return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);)
ATTEMPT(raise_limit, KIND_PROCESS, FREE, struct rlimit l = {64, 64};
	return prlimit(0, RLIMIT_NOFILE, &l, NULL);)
ATTEMPT(set_priority, KIND_PROCESS, FREE, return setpriority(PRIO_PROCESS, 0, 19);)
ATTEMPT(set_affinity, KIND_PROCESS, FREE, cpu_set_t cores; CPU_ZERO(&cores); CPU_SET(0, &cores);
	return sched_setaffinity(0, sizeof cores, &cores);)
ATTEMPT(set_scheduler, KIND_PROCESS, FREE, struct sched_param least = {0};
	return sched_setscheduler(0, SCHED_IDLE, &least);)
ATTEMPT(signal_handler, KIND_PROCESS, FREE, return signal(SIGUSR1, SIG_IGN) == SIG_ERR ? -1 : 0;)
ATTEMPT(own_filter, KIND_PROCESS, ROOT, struct sock_filter all = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
	struct sock_fprog program = {1, &all};
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);)
ATTEMPT(duplicate_fd, KIND_PROCESS, FREE, return dup(3);)

/* ---- the kernel ---- */
ATTEMPT(mount_tmpfs, KIND_KERNEL, ROOT, return mount("none", "/", "tmpfs", 0, NULL);)
ATTEMPT(mount_new, KIND_KERNEL, ROOT, return syscall(SYS_fsopen, "tmpfs", 0);)
ATTEMPT(unmount, KIND_KERNEL, ROOT, return umount2("/", MNT_DETACH);)
ATTEMPT(change_root, KIND_KERNEL, ROOT, return chroot("/");)
ATTEMPT(pivot_root_call, KIND_KERNEL, ROOT, return syscall(SYS_pivot_root, ".", ".");)
ATTEMPT(bpf_call, KIND_KERNEL, ROOT, uint32_t array[32] = {2 /* BPF_MAP_TYPE_ARRAY */, 4, 4, 1};
	return syscall(SYS_bpf, 0 /* BPF_MAP_CREATE */, array, sizeof array);)
ATTEMPT(perf_call, KIND_KERNEL, ROOT, uint32_t clock[32] = {1 /* PERF_TYPE_SOFTWARE */, 64};
	return syscall(SYS_perf_event_open, clock, 0, -1, -1, 0);)
ATTEMPT(userfault, KIND_KERNEL, ROOT, return syscall(SYS_userfaultfd, 1);)
ATTEMPT(io_uring, KIND_KERNEL, ROOT, char z[256] = {0}; return syscall(SYS_io_uring_setup, 4, z);)
ATTEMPT(aio_setup, KIND_KERNEL, ROOT, unsigned long context = 0; return syscall(SYS_io_setup, 1, &context);)
ATTEMPT(keyring, KIND_KERNEL, ROOT, return syscall(SYS_keyctl, 0, -3, 0, 0, 0);)
ATTEMPT(add_key_call, KIND_KERNEL, ROOT, return syscall(SYS_add_key, "user", "probe", "x", 1, -3);)
ATTEMPT(shared_memory, KIND_KERNEL, FREE, int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	return id < 0 ? id : shmctl(id, IPC_RMID, NULL);)
ATTEMPT(message_queue, KIND_KERNEL, FREE, int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	return id < 0 ? id : msgctl(id, IPC_RMID, NULL);)
ATTEMPT(semaphore_set, KIND_KERNEL, FREE, int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	return id < 0 ? id : semctl(id, 0, IPC_RMID);)
ATTEMPT(posix_queue, KIND_KERNEL, ROOT, return syscall(SYS_mq_open, "probe", O_CREAT | O_RDWR, 0600, NULL);)
ATTEMPT(event_descriptor, KIND_KERNEL, FREE, return syscall(SYS_eventfd2, 0, 0);)
ATTEMPT(epoll, KIND_KERNEL, FREE, return syscall(SYS_epoll_create1, 0);)
ATTEMPT(local_descriptors, KIND_KERNEL, ROOT, char z[16] = {0};
	return syscall(SYS_modify_ldt, 0, z, sizeof z);)
ATTEMPT(io_privilege, KIND_KERNEL, KERNEL, return syscall(SYS_iopl, 3);)
ATTEMPT(load_module, KIND_KERNEL, KERNEL, return syscall(SYS_finit_module, 3, "", 0);)
ATTEMPT(load_kernel, KIND_KERNEL, KERNEL, return syscall(SYS_kexec_load, 0, 0, NULL, 0);)
ATTEMPT(set_clock, KIND_KERNEL, ROOT, struct timezone here = {0, 0}; return syscall(SYS_settimeofday, NULL, &here);)
ATTEMPT(kernel_log, KIND_KERNEL, ROOT, char b[64]; return klogctl(3, b, sizeof b);)
ATTEMPT(device_control, KIND_KERNEL, FREE, return ioctl(probe_memory_fd, FIOCLEX);)
ATTEMPT(system_name, KIND_KERNEL, FREE, struct utsname name; return uname(&name);)
ATTEMPT(system_info, KIND_KERNEL, FREE, struct sysinfo info; return sysinfo(&info);)
ATTEMPT(personality_call, KIND_KERNEL, FREE, return syscall(SYS_personality, 0x0400000);)
ATTEMPT(unknown_call, KIND_KERNEL, KERNEL, return syscall(1023);)
#ifdef __x86_64__
ATTEMPT(int80, KIND_KERNEL, ROOT, long r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(20) : "memory");
	errno = r < 0 ? (int)-r : 0; return r < 0 ? -1 : 1;)
ATTEMPT(x32, KIND_KERNEL, KERNEL, return syscall(0x40000000 | 39);)
#endif

/* ---- memory ---- */
ATTEMPT(map_executable, KIND_MEMORY, FREE,
	return map_result(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));)
ATTEMPT(make_executable, KIND_MEMORY, FREE,
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return mprotect(p, 4096, PROT_READ | PROT_EXEC);)
ATTEMPT(make_executable_key, KIND_MEMORY, FREE,
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return syscall(SYS_pkey_mprotect, p, 4096, PROT_READ | PROT_EXEC, -1);)
ATTEMPT(map_shared, KIND_MEMORY, FREE,
	return map_result(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));)
ATTEMPT(map_file, KIND_MEMORY, FREE,
	return map_result(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, probe_memory_fd, 0));)
ATTEMPT(new_memory_file, KIND_MEMORY, FREE, return memfd_create("probe", 0);)
ATTEMPT(lock_memory, KIND_MEMORY, ROOT, return mlock(&probe_memory_fd, 1);)
ATTEMPT(merge_pages, KIND_MEMORY, ROOT,
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return madvise(p, 4096, MADV_MERGEABLE);)

/* ---- bombs ---- */
ATTEMPT(cpu_bomb, KIND_LONG_BOMB, FREE, struct timespec used = {0}; while (used.tv_sec < 5)
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used); return used.tv_sec;)
ATTEMPT(memory_bomb, KIND_BOMB, FREE, for (size_t i = 0; i < 1024; i++) {
	char *p = mmap(NULL, 1U << 24, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return -1;
	memset(p, 1, 1U << 16);
} return 1024;)
ATTEMPT(heap_bomb, KIND_BOMB, FREE, for (size_t i = 0; i < 16384; i++) memset(mem_alloc(1U << 20), 1, 4096);
	return 16384;)
ATTEMPT(output_far, KIND_BOMB, FREE, return lseek(probe_memory_fd, INT64_C(9) << 30, SEEK_SET) < 0
	? -1 : write(probe_memory_fd, "x", 1);)
ATTEMPT(output_bomb, KIND_LONG_BOMB, FREE, static char z[1U << 20]; for (long i = 0; i < 64; i++) {
	if (write(probe_memory_fd, z, sizeof z) < 0)
		return -1;
} return 64;)
ATTEMPT(descriptor_bomb, KIND_BOMB, FREE, for (long i = 0; i < 256; i++) {
	if (dup(probe_memory_fd) < 0)
		return -1;
} return 256;)
ATTEMPT(process_bomb, KIND_BOMB, ROOT, for (long i = 0; i < 16; i++) {
	if (end_child(syscall(SYS_fork)) < 0)
		return -1;
} return 16;)
ATTEMPT(stack_bomb, KIND_BOMB, FREE, volatile char z[12U << 20];
	for (size_t i = sizeof z; i > 4096; i -= 4096) z[i - 1] = 1; return z[4095] + 1;)
/* Only in confine_test.c: into what the outside gave, which then looks how much arrived. */
ATTEMPT(output_given, KIND_ALONE, FREE, return fill_given();)
ATTEMPT(output_unheard, KIND_ALONE, FREE, sigset_t all; (void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL); return fill_given();)
/* Only where groups of processes are limited (cgroup_test.c): every page is there at once. */
ATTEMPT(resident_bomb, KIND_ALONE, FREE, size_t n = (size_t)512 << 20;
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	return p == MAP_FAILED ? -1 : 512;)
/* Only in a row (tests/e2e/limits.test.mjs): control's clock stops it. */
ATTEMPT(hang, KIND_ALONE, FREE, int32_t never = 0; return syscall(SYS_futex, &never, FUTEX_WAIT, 0, NULL);)
