// SPDX-License-Identifier: Apache-2.0
/* Confinement in its order: each layer in force or noted as missing. Runs in: every worker. */
#include "base/text.h"
#include "ipc/confine_parts.h"
#include "ipc/worker.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Nobody, on Debian and everywhere else. */
#define NOBODY 65534
#define THREADS_MAX 64
#define STACK_MAX (8U << 20)

/* text: what ready.note borrows; sentences of layers that are missing. */
struct progress {
	const struct confine_profile *profile;
	uint32_t off;
	uint32_t layers;
	uint32_t landlock_abi;
	struct confine_ids ids;
	char note[1024];
};

static void add_note(struct progress *p, const struct err *why)
{
	size_t used = strlen(p->note);

	(void)text_fmt(
		p->note + used, sizeof p->note - used, "%s%s", used != 0 ? "; " : "", why->text);
}

/* Puts the layer in force, or notes why it is missing: confine_enter() decides what that means. */
static void record(struct progress *p, enum layer layer, enum rc rc, const struct err *why)
{
	if (rc == RC_OK)
		p->layers |= (uint32_t)layer;
	else
		add_note(p, why);
}

static bool wanted(const struct progress *p, enum layer layer)
{
	return (p->off & (uint32_t)layer) == 0;
}

static void enter_namespaces(struct progress *p)
{
	struct err err = {0};
	enum rc rc;

	if (!wanted(p, LAYER_NAMESPACES))
		return;
	if (!p->ids.own_namespace)
		rc = err_set(&err, RC_SYSTEM, "this machine gave no namespaces");
	else
		rc = confine_root(p->profile, &err);
	record(p, LAYER_NAMESPACES, rc, &err);
}

/*
 * Who this worker is from now on. One that writes below its directory stays that directory's owner,
 * because nobody else may; all others become nobody outside, if they are not an ordinary user already.
 */
static enum rc leave_root(struct progress *p, struct err *err)
{
	bool as_owner = p->profile->may_write_dir || p->profile->dir_place != NULL;
	struct stat st = {.st_uid = NOBODY, .st_gid = NOBODY};
	uid_t uid = NOBODY;
	gid_t gid = NOBODY;

	if (p->ids.own_namespace) {
		if (as_owner || !p->ids.has_outsider)
			return RC_OK;
		uid = CONFINE_ID_OUTSIDER;
		gid = CONFINE_ID_OUTSIDER;
	} else if (geteuid() != 0) {
		return RC_OK;
	} else if (as_owner) {
		if (fstat(WORKER_DIR_FD, &st) != 0)
			return err_errno(
				err, RC_SYSTEM, errno, "cannot look at the worker's directory");
		uid = st.st_uid;
		gid = st.st_gid;
	}
	if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0
		|| setresuid(uid, uid, uid) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot change to an unprivileged user");
	return RC_OK;
}

static void change_user(struct progress *p)
{
	struct err err = {0};
	enum rc rc = leave_root(p, &err);
	bool outside_root = p->ids.own_namespace && geteuid() == CONFINE_ID_WORKER
		? p->ids.outer_worker == 0
		: geteuid() == 0;

	/* A container may know no other user than root; the other layers stand. */
	if (rc == RC_OK && outside_root)
		rc = err_set(
			&err, RC_SYSTEM, "outside its namespaces the worker has root's user id");
	record(p, LAYER_USER, rc, &err);
}

static void end_at_limit(int signal_number)
{
	_exit(CONFINE_LIMIT_STATUS + signal_number);
}

/*
 * The first process of a namespace, which a worker is, ignores these two unless it handles them. No list lets it
 * handle them otherwise; blocked, they leave it a refused write and the hard limit's SIGKILL.
 */
static enum rc end_at_limits(struct err *err)
{
	const struct sigaction action = {.sa_handler = end_at_limit};

	if (sigaction(SIGXCPU, &action, NULL) != 0 || sigaction(SIGXFSZ, &action, NULL) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot catch the end of a limit");
	return RC_OK;
}

/* A machine's own limit may be lower already, and is not raised. */
static enum rc limit(int resource, uint64_t soft, uint64_t hard, struct err *err)
{
	struct rlimit now = {RLIM_INFINITY, RLIM_INFINITY};

	(void)getrlimit((__rlimit_resource_t)resource, &now);
	hard = hard < now.rlim_max ? hard : now.rlim_max;
	soft = soft < hard ? soft : hard;
	if (setrlimit((__rlimit_resource_t)resource, &(struct rlimit){soft, hard}) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot set limit %d", resource);
	return RC_OK;
}

static enum rc set_limits(const struct progress *p, struct err *err)
{
	const struct confine_profile *profile = p->profile;
	uint64_t threads = profile->threads ? THREADS_MAX : 0;
	const struct {
		int resource;
		uint64_t soft;
		uint64_t hard;
		bool on;
	} limits[] = {
#ifndef WITH_SANITIZER /* AddressSanitizer reserves terabytes of addresses. */
		{RLIMIT_AS, profile->memory_max, profile->memory_max, profile->memory_max != 0},
#endif
		/* Never 0: it also governs memory descriptors, and 0 leaves no room at all. */
		{RLIMIT_FSIZE, profile->file_max, profile->file_max, true},
		{RLIMIT_CPU, profile->cpu_max_s, (uint64_t)profile->cpu_max_s + 1,
			profile->cpu_max_s != 0},
		{RLIMIT_NOFILE, profile->open_max, profile->open_max, true},
		/* Outside a namespace of ours it counts all that this user runs, so threads cannot have one. */
		{RLIMIT_NPROC, threads, threads, threads == 0 || p->ids.own_namespace},
		{RLIMIT_STACK, STACK_MAX, STACK_MAX, true},
		{RLIMIT_CORE, 0, 0, true},
		{RLIMIT_MEMLOCK, 0, 0, true},
		{RLIMIT_MSGQUEUE, 0, 0, true},
	};
	enum rc rc = end_at_limits(err);

	CHECK(profile->file_max != 0);
	for (size_t i = 0; i < ARRAY_COUNT(limits) && rc == RC_OK; i++)
		if (limits[i].on)
			rc = limit(limits[i].resource, limits[i].soft, limits[i].hard, err);
	return rc;
}

static enum rc set_no_new_privs(struct err *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot set no-new-privs");
	return RC_OK;
}

/* What the inherited directory was for is done, unless the profile writes there. */
static void close_directory(const struct confine_profile *profile)
{
	if (!profile->may_write_dir && profile->dir_place == NULL)
		(void)close(WORKER_DIR_FD);
}

static void drop_rights(struct progress *p)
{
	struct err err = {0};

	(void)prctl(PR_SET_DUMPABLE, 0);
	if (wanted(p, LAYER_CAPS))
		record(p, LAYER_CAPS, confine_capabilities(&err), &err);
	if (wanted(p, LAYER_NO_NEW_PRIVS))
		record(p, LAYER_NO_NEW_PRIVS, set_no_new_privs(&err), &err);
	if (wanted(p, LAYER_LANDLOCK))
		record(p, LAYER_LANDLOCK, confine_landlock(p->profile, &p->landlock_abi, &err),
			&err);
	if (wanted(p, LAYER_RLIMITS))
		record(p, LAYER_RLIMITS, set_limits(p, &err), &err);
#ifdef WITH_SANITIZER
	(void)err_set(&err, RC_SYSTEM, "no system call filter in a build with sanitizers");
	add_note(p, &err);
#else
	if (wanted(p, LAYER_SECCOMP))
		record(p, LAYER_SECCOMP, confine_seccomp(p->profile, &err), &err);
#endif
}

const char *confine_missing_layer(uint32_t layers, uint32_t layers_off)
{
	static const struct {
		uint32_t any_of;
		const char *name;
	} required[] = {
		{LAYER_NO_NEW_PRIVS, "no-new-privs"},
		{LAYER_RLIMITS, "resource limits"},
#ifndef WITH_SANITIZER
		{LAYER_SECCOMP, "the system call filter (seccomp)"},
#endif
		{LAYER_LANDLOCK | LAYER_NAMESPACES, "Landlock or namespaces"},
	};

	for (size_t i = 0; i < ARRAY_COUNT(required); i++)
		if (((layers | layers_off) & required[i].any_of) == 0)
			return required[i].name;
	return NULL;
}

enum rc confine_enter(const struct confine_profile *profile, uint32_t layers_off,
	struct wire_ready *ready, struct err *err)
{
	static struct progress p; /* ready.note borrows from it, and lockdown happens once */
	const char *missing;

#ifndef CONFINE_ABLATION
	if (layers_off != 0)
		return err_set(err, RC_SYSTEM, "layers of confinement cannot be left out");
#endif
	p = (struct progress){.profile = profile, .off = layers_off, .ids = confine_read_ids()};
	close_directory(profile);
	enter_namespaces(&p);
	if (wanted(&p, LAYER_USER))
		change_user(&p);
	drop_rights(&p);
	missing = confine_missing_layer(p.layers, layers_off);
	if (missing != NULL)
		return err_set(
			err, RC_SYSTEM, "%s: %s is missing: %s", profile->name, missing, p.note);
	*ready = (struct wire_ready){p.layers, p.landlock_abi, str_of(p.note)};
	return RC_OK;
}
