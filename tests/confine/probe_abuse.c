// SPDX-License-Identifier: Apache-2.0
/* Attempts at processes, the kernel, memory and limits. Runs in: certfill-null of VARIANT=confine. */
#include "base/mem.h"
#include "tests/confine/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
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

/* One line is one attempt. */
/* clang-format off */
/* ---- an executable by its descriptor: no path is needed, so only seccomp stops it ---- */
ATTEMPT(exec_descriptor, KIND_KERNEL, FREE, char name[] = "true"; char *argv[] = {name, NULL};
	return syscall(SYS_execveat, probe_program_fd, "", argv, NULL, AT_EMPTY_PATH);)

/* ---- other processes ---- */
ATTEMPT(fork_call, KIND_PROCESS, RARE, return end_child(syscall(SYS_fork));)
ATTEMPT(clone_process, KIND_PROCESS, RARE, return clone_with(0);)
ATTEMPT(clone_vfork, KIND_PROCESS, RARE, return clone_with(CLONE_VFORK);)
ATTEMPT(clone_newuser, KIND_PROCESS, RARE, return clone_with(CLONE_NEWUSER);)
ATTEMPT(clone_newnet, KIND_PROCESS, RARE, return clone_with(CLONE_NEWUSER | CLONE_NEWNET);)
ATTEMPT(clone3_call, KIND_PROCESS, RARE, uint64_t args[11] = {0}; args[4] = SIGCHLD;
	return end_child(syscall(SYS_clone3, args, sizeof args));)
ATTEMPT(unshare_user, KIND_PROCESS, RARE, return unshare(CLONE_NEWUSER);)
ATTEMPT(unshare_files, KIND_PROCESS, FREE, return unshare(CLONE_FILES);)
ATTEMPT(setns_call, KIND_PROCESS, RARE, return setns(3, 0);)
ATTEMPT(ptrace_me, KIND_PROCESS, FREE, return ptrace(PTRACE_TRACEME, 0, NULL, NULL);)
ATTEMPT(ptrace_parent, KIND_PROCESS, RARE, return ptrace(PTRACE_SEIZE, t->parent, NULL, NULL);)
ATTEMPT(read_parent, KIND_PROCESS, RARE, char b[8]; struct iovec here = {b, sizeof b};
	struct iovec there = {(void *)(uintptr_t)0x400000, 8};
	return process_vm_readv(t->parent, &here, 1, &there, 1, 0);)
ATTEMPT(kill_parent, KIND_PROCESS, RARE, return kill(t->parent, 0);)
ATTEMPT(kill_everybody, KIND_PROCESS, RARE, return kill(-1, 0);)
ATTEMPT(kill_self, KIND_PROCESS, FREE, return kill(getpid(), 0);)
ATTEMPT(pidfd_parent, KIND_PROCESS, FREE, return syscall(SYS_pidfd_open, t->parent, 0);)
ATTEMPT(pidfd_steal, KIND_PROCESS, RARE, return syscall(SYS_pidfd_getfd, 3, 3, 0);)
ATTEMPT(become_root, KIND_PROCESS, RARE, return (long)syscall(SYS_setresuid, 0, 0, 0);)
ATTEMPT(become_root_group, KIND_PROCESS, RARE, return (long)syscall(SYS_setresgid, 0, 0, 0);)
ATTEMPT(join_groups, KIND_PROCESS, RARE, gid_t root = 0; return (long)syscall(SYS_setgroups, 1, &root);)
ATTEMPT(take_capabilities, KIND_PROCESS, RARE,
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct all[2] = {{~0U, ~0U, 0}, {~0U, ~0U, 0}};
	return syscall(SYS_capset, &head, all);)
ATTEMPT(be_dumpable, KIND_PROCESS, FREE, return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);)
ATTEMPT(raise_limit, KIND_PROCESS, FREE, struct rlimit l = {64, 64};
	return prlimit(0, RLIMIT_NOFILE, &l, NULL);)
ATTEMPT(set_priority, KIND_PROCESS, FREE, return setpriority(PRIO_PROCESS, 0, 19);)
ATTEMPT(new_session, KIND_PROCESS, RARE, return setsid();)
ATTEMPT(signal_handler, KIND_PROCESS, FREE, return signal(SIGUSR1, SIG_IGN) == SIG_ERR ? -1 : 0;)
ATTEMPT(own_filter, KIND_PROCESS, RARE, return syscall(SYS_seccomp, 1, 0, NULL);)
ATTEMPT(duplicate_fd, KIND_PROCESS, FREE, return dup(3);)

/* ---- the kernel ---- */
ATTEMPT(mount_tmpfs, KIND_KERNEL, RARE, return mount("none", "/", "tmpfs", 0, NULL);)
ATTEMPT(mount_new, KIND_KERNEL, RARE, return syscall(SYS_fsopen, "tmpfs", 0);)
ATTEMPT(unmount, KIND_KERNEL, RARE, return umount2("/", MNT_DETACH);)
ATTEMPT(change_root, KIND_KERNEL, RARE, return chroot("/");)
ATTEMPT(pivot_root_call, KIND_KERNEL, RARE, return syscall(SYS_pivot_root, ".", ".");)
ATTEMPT(bpf_call, KIND_KERNEL, RARE, char z[128] = {0}; return syscall(SYS_bpf, 5, z, sizeof z);)
ATTEMPT(perf_call, KIND_KERNEL, RARE, char z[128] = {0};
	return syscall(SYS_perf_event_open, z, 0, -1, -1, 0);)
ATTEMPT(userfault, KIND_KERNEL, RARE, return syscall(SYS_userfaultfd, 1);)
ATTEMPT(io_uring, KIND_KERNEL, RARE, char z[256] = {0}; return syscall(SYS_io_uring_setup, 4, z);)
ATTEMPT(aio_setup, KIND_KERNEL, RARE, unsigned long context = 0; return syscall(SYS_io_setup, 1, &context);)
ATTEMPT(keyring, KIND_KERNEL, RARE, return syscall(SYS_keyctl, 0, -3, 0, 0, 0);)
ATTEMPT(add_key_call, KIND_KERNEL, RARE, return syscall(SYS_add_key, "user", "probe", "x", 1, -3);)
ATTEMPT(shared_memory, KIND_KERNEL, FREE, int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	return id < 0 ? id : shmctl(id, IPC_RMID, NULL);)
ATTEMPT(message_queue, KIND_KERNEL, FREE, int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	return id < 0 ? id : msgctl(id, IPC_RMID, NULL);)
ATTEMPT(semaphore_set, KIND_KERNEL, FREE, int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	return id < 0 ? id : semctl(id, 0, IPC_RMID);)
ATTEMPT(posix_queue, KIND_KERNEL, RARE, return syscall(SYS_mq_open, "probe", O_CREAT | O_RDWR, 0600, NULL);)
ATTEMPT(event_descriptor, KIND_KERNEL, FREE, return syscall(SYS_eventfd2, 0, 0);)
ATTEMPT(epoll, KIND_KERNEL, FREE, return syscall(SYS_epoll_create1, 0);)
ATTEMPT(local_descriptors, KIND_KERNEL, RARE, char z[16] = {0};
	return syscall(SYS_modify_ldt, 0, z, sizeof z);)
ATTEMPT(io_privilege, KIND_KERNEL, RARE, return syscall(SYS_iopl, 3);)
ATTEMPT(load_module, KIND_KERNEL, RARE, return syscall(SYS_finit_module, 3, "", 0);)
ATTEMPT(load_kernel, KIND_KERNEL, RARE, return syscall(SYS_kexec_load, 0, 0, NULL, 0);)
ATTEMPT(set_clock, KIND_KERNEL, RARE, struct timeval now = {1, 0}; return settimeofday(&now, NULL);)
ATTEMPT(kernel_log, KIND_KERNEL, RARE, char b[64]; return klogctl(3, b, sizeof b);)
ATTEMPT(terminal_control, KIND_KERNEL, RARE, char b[64]; return ioctl(0, TIOCGWINSZ, b);)
ATTEMPT(system_name, KIND_KERNEL, FREE, struct utsname name; return uname(&name);)
ATTEMPT(system_info, KIND_KERNEL, FREE, struct sysinfo info; return sysinfo(&info);)
ATTEMPT(personality_call, KIND_KERNEL, FREE, return syscall(SYS_personality, 0x0400000);)
ATTEMPT(unknown_call, KIND_KERNEL, RARE, return syscall(1023);)
#ifdef __x86_64__
ATTEMPT(int80, KIND_KERNEL, RARE, long r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(20) : "memory");
	errno = r < 0 ? (int)-r : 0; return r < 0 ? -1 : 1;)
ATTEMPT(x32, KIND_KERNEL, RARE, return syscall(0x40000000 | 39);)
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
ATTEMPT(lock_memory, KIND_MEMORY, RARE, return mlock(&probe_memory_fd, 1);)
ATTEMPT(merge_pages, KIND_MEMORY, RARE,
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return madvise(p, 4096, MADV_MERGEABLE);)

/* ---- bombs ---- */
ATTEMPT(cpu_bomb, KIND_BOMB, RARE, while (t->parent != -1) __asm__ volatile("");
	return 0;)
ATTEMPT(memory_bomb, KIND_BOMB, RARE, for (size_t i = 0; i < 1024; i++) {
	char *p = mmap(NULL, 1U << 24, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return -1;
	memset(p, 1, 1U << 16);
} return 1024;)
ATTEMPT(heap_bomb, KIND_BOMB, RARE, for (size_t i = 0; i < 16384; i++) memset(mem_alloc(1U << 20), 1, 4096);
	return 16384;)
ATTEMPT(output_bomb, KIND_BOMB, RARE, static char z[1U << 20]; for (long i = 0; i < 64; i++) {
	if (write(probe_memory_fd, z, sizeof z) < 0)
		return -1;
} return 64;)
ATTEMPT(stack_bomb, KIND_BOMB, RARE, volatile char z[12U << 20];
	for (size_t i = sizeof z; i > 4096; i -= 4096) z[i - 1] = 1; return z[4095] + 1;)
