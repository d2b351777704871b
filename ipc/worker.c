// SPDX-License-Identifier: Apache-2.0
/* The loop that every worker shares. Runs in: every worker, before and after its lockdown. */
#include "ipc/worker.h"

#include "base/exit.h"
#include "base/log.h"
#include "base/mem.h"
#ifdef CONFINE_ABLATION
#include "ipc/probe.h"
#endif

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Threads that a library is just ending get this long to be gone before lockdown. */
#define THREAD_WAIT_TRIES 500
#define THREAD_WAIT_NS 1000000L

struct worker {
	const struct worker_role *role;
	struct channel *channel;
	struct arena *arena;
	enum message_when state; /* OPENING until LOCK, then WORKING */
	uint32_t layers_off;
	uint32_t request; /* of the frame being answered */
	bool replied;
	bool closed; /* by the peer, in good order */
};

#ifdef WITH_SANITIZER
/* The leak check wants ptrace and threads, which a confined process has not. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0:handle_segv=0";
}
#endif

void *worker_state(struct worker *w)
{
	return w->role->state;
}

struct arena *worker_arena(struct worker *w)
{
	return w->arena;
}

enum rc worker_reply(struct worker *w, enum message answer, const void *record, struct err *err)
{
	enum rc rc;

	CHECK(!w->replied);
	rc = channel_send(w->channel, answer, w->request, record, NULL, 0, err);
	w->replied = rc == RC_OK;
	return rc;
}

enum rc worker_done(struct worker *w, struct err *err)
{
	return worker_reply(w, MESSAGE_DONE, &(struct wire_nothing){0}, err);
}

/* The receiver refuses a sentence that is not UTF-8, and a library's message may not be. */
static struct str fault_text(struct err *err)
{
	struct str text = str_of(err->text);

	if (!str_is_utf8(text))
		for (char *p = err->text; *p != '\0'; p++)
			if ((unsigned char)*p >= 0x80)
				*p = '?';
	return text;
}

static enum rc send_fault(struct worker *w, struct err *failure, struct err *err)
{
	struct wire_fault fault = {.kind = (uint8_t)failure->kind, .text = fault_text(failure)};

	return worker_reply(w, MESSAGE_FAULT, &fault, err);
}

static enum rc check_hello(struct worker *w, const struct wire_hello *hello, struct err *err)
{
	if (hello->form != message_form())
		return err_set(err, RC_PEER,
			"control is of another build; install or build all programs together");
	if (hello->role != w->role->role)
		return err_set(err, RC_PEER, "control wants role %u of a %s process", hello->role,
			role_name(w->role->role));
#ifndef CONFINE_ABLATION
	if (hello->layers_off != 0)
		return err_set(err, RC_PEER, "control wants layers of confinement left out");
#endif
	w->layers_off = hello->layers_off;
	return RC_OK;
}

static enum rc greet(struct worker *w, struct err *err)
{
	struct wire_welcome welcome = {message_form(), (uint8_t)w->role->role};
	struct wire_hello hello;
	struct frame f;
	enum rc rc = channel_receive(w->channel, &f, err);

	w->closed = rc == RC_AGAIN;
	if (rc == RC_OK && f.info->number != MESSAGE_HELLO)
		rc = err_set(err, RC_PEER, "control began with %s", f.info->name);
	if (rc == RC_OK)
		rc = frame_decode(&f, w->arena, &hello, err);
	w->request = f.request;
	/* Control is told our form even so: it has somebody to say it to. */
	if (rc == RC_OK && hello.form != message_form())
		rc = worker_reply(w, MESSAGE_WELCOME, &welcome, err);
	if (rc == RC_OK)
		rc = check_hello(w, &hello, err);
	if (rc != RC_OK) {
		frame_close_fds(&f);
		return rc;
	}
	rc = worker_reply(w, MESSAGE_WELCOME, &welcome, err);
	w->replied = false;
	arena_reset(w->arena);
	return rc;
}

static int count_threads(void)
{
	DIR *d = opendir("/proc/self/task");
	int count = 0;

	if (d == NULL)
		return -1;
	for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d))
		count += e->d_name[0] != '.';
	(void)closedir(d);
	return count;
}

/* Capabilities, Landlock and seccomp belong to threads: a second one would stay free. */
static enum rc check_single_thread(const struct confine_profile *profile, struct err *err)
{
	int threads = count_threads();

	for (int i = 0; i < THREAD_WAIT_TRIES && threads > 1; i++) {
		(void)nanosleep(&(struct timespec){0, THREAD_WAIT_NS}, NULL);
		threads = count_threads();
	}
	if (threads < 0)
		return err_set(err, RC_SYSTEM,
			"cannot count threads before confinement: is /proc mounted?");
	if (threads != 1 && !profile->threads)
		return err_set(err, RC_SYSTEM,
			"%d threads are running before confinement, one is allowed", threads);
	return RC_OK;
}

static int compare_bytes(const void *a, const void *b)
{
	return *(const uint8_t *)a - *(const uint8_t *)b;
}

/* glibc 2.36's qsort asks sysinfo(2) once, at the first array over 1 KiB (ADR 0009). */
static void warm_up_libc(void)
{
	uint8_t room[4096] = {0};

	tzset();
	qsort(room, sizeof room / 16, 16, compare_bytes);
}

/* After lockdown read(2) does, except for a role that still takes descriptors. */
static bool takes_fds_working(enum role role)
{
	size_t count;
	const struct message_info *all = message_all(&count);

	for (size_t i = 0; i < count; i++)
		if (all[i].when != WHEN_OPENING && all[i].max_fds != 0
			&& message_allowed(&all[i], ROLE_CONTROL, role))
			return true;
	return false;
}

#ifdef CONFINE_ABLATION
/* It has no job, so its warm-up has nothing to warm and its own loop nothing to do. */
static bool for_attempts(const struct worker *w)
{
	return (w->layers_off & PROBE_WITHOUT_JOB) != 0;
}

static enum rc answer_attempt(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_ping *ping = request;
	struct str question = bytes_text(ping->payload);
	struct wire_ping answer = {ping->payload};

	(void)frame;
	if (str_starts(question, STR(PROBE_PREFIX)))
		answer.payload = probe_run(worker_arena(w), question);
	return worker_reply(w, MESSAGE_PONG, &answer, err);
}
#else
static bool for_attempts(const struct worker *w)
{
	(void)w;
	return false;
}
#endif

/* Answers READY, or sends why not. An error ends the process. */
static enum rc lock_down(struct worker *w, const struct frame *f, struct err *err)
{
	struct wire_nothing nothing;
	struct wire_ready ready = {0};
	struct err ignored;
	enum rc rc = frame_decode(f, w->arena, &nothing, err);

	if (rc != RC_OK)
		return rc;
	if (w->role->warm_up != NULL)
		rc = w->role->warm_up(w, err);
#ifdef CONFINE_ABLATION
	probe_prepare(w->layers_off);
	if (for_attempts(w))
		rc = RC_OK;
#endif
	warm_up_libc();
	if (rc == RC_OK)
		rc = check_single_thread(w->role->profile, err);
	if (rc == RC_OK && !takes_fds_working(w->role->role))
		channel_use_read(w->channel);
	if (rc == RC_OK)
		rc = confine_enter(w->role->profile, w->layers_off, &ready, err);
	if (rc != RC_OK) {
		(void)send_fault(w, err, &ignored);
		return rc;
	}
	w->state = WHEN_WORKING;
	return worker_reply(w, MESSAGE_READY, &ready, err);
}

static worker_handler *find_handler(const struct worker_role *role, enum message message)
{
#ifdef CONFINE_ABLATION
	if (message == MESSAGE_PING)
		return answer_attempt;
#endif
	for (size_t i = 0; i < role->message_count; i++)
		if (role->messages[i].message == message)
			return role->messages[i].handler;
	return NULL;
}

/* What the role asked for itself: answers have odd numbers. */
static bool is_answer(const struct frame *f)
{
	return (f->info->number & 1u) != 0;
}

/* A handler's error is the answer; what comes back from here ends the process. */
static enum rc answer(struct worker *w, struct frame *f, worker_handler *handler, struct err *err)
{
	void *request = arena_zalloc(w->arena, 1, f->info->type->size);
	struct err failure = {0};
	enum rc rc = frame_decode(f, w->arena, request, err);

	if (rc != RC_OK)
		return rc;
	rc = handler(w, f, request, &failure);
	if (rc == RC_OK) {
		CHECK(w->replied || is_answer(f));
		return RC_OK;
	}
	if (is_answer(f))
		return err_set(err, rc, "%s: %s", f->info->name, failure.text);
	if (w->replied)
		return err_set(
			err, rc, "%s failed after its answer: %s", f->info->name, failure.text);
	return send_fault(w, &failure, err);
}

static enum rc dispatch(struct worker *w, struct frame *f, struct err *err)
{
	worker_handler *handler = find_handler(w->role, f->info->number);

	w->request = f->request;
	w->replied = false;
	if (f->info->when != WHEN_ANY && f->info->when != w->state)
		return err_set(err, RC_PEER, "%s came %s lockdown", f->info->name,
			w->state == WHEN_OPENING ? "before" : "after");
	if (f->info->number == MESSAGE_LOCK)
		return lock_down(w, f, err);
	if (handler == NULL)
		return err_set(err, RC_PEER, "%s is not for a %s process", f->info->name,
			role_name(w->role->role));
	return answer(w, f, handler, err);
}

int worker_fd(const struct worker *w)
{
	return channel_fd(w->channel);
}

enum rc worker_step(struct worker *w, struct err *err)
{
	struct frame f;
	enum rc rc = channel_receive(w->channel, &f, err);

	w->closed = rc == RC_AGAIN;
	if (rc != RC_OK)
		return rc;
	rc = dispatch(w, &f, err);
	frame_close_fds(&f);
	arena_reset(w->arena);
	return rc;
}

enum rc worker_ask(struct worker *w, enum message message, uint32_t request, const void *record,
	struct err *err)
{
	return channel_send(w->channel, message, request, record, NULL, 0, err);
}

static enum rc serve(struct worker *w, struct err *err)
{
	enum rc rc = greet(w, err);

	while (rc == RC_OK) {
		rc = worker_step(w, err);
		if (rc == RC_OK && w->state == WHEN_WORKING && w->role->run != NULL
			&& !for_attempts(w)) {
			channel_never_wait(w->channel);
			rc = w->role->run(w, err);
			/* A role whose work is done ends as if it had been told to. */
			w->closed = w->closed || rc == RC_OK;
			break;
		}
	}
	return rc;
}

/* Neither survives an exec, should anybody get as far as that. */
static void keep_fds_here(void)
{
	(void)fcntl(WORKER_CHANNEL_FD, F_SETFD, FD_CLOEXEC);
	(void)fcntl(WORKER_DIR_FD, F_SETFD, FD_CLOEXEC);
}

static void prepare_process(const struct worker_role *role, int argc, char **argv)
{
	(void)signal(SIGPIPE, SIG_IGN);
	(void)clearenv();
	(void)setenv("TZ", "UTC0", 1);
	(void)setenv("LC_ALL", "C", 1);
	/* Again, because exec may have cleared it. Keys must not reach a core file either. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	keep_fds_here();
	log_open(role_name(role->role), LOG_INFO);
	if (argc > 1 && strcmp(argv[1], WORKER_DEBUG_ARGUMENT) == 0)
		confine_name_forbidden_calls();
}

int worker_run(const struct worker_role *role, int argc, char **argv)
{
	struct worker w = {.role = role, .state = WHEN_OPENING};
	struct err err = {0};
	int status = EXIT_DONE;
	enum rc rc;

	prepare_process(role, argc, argv);
	w.arena = arena_new(role->frame_arena_len);
	w.channel = channel_new(WORKER_CHANNEL_FD, role->role, ROLE_CONTROL);
	rc = serve(&w, &err);
	/* Closing the channel is how a worker is told to end. */
	if (!w.closed) {
		log_line(LOG_ERROR, "%s", err.text);
		status =
			w.state == WHEN_OPENING && rc == RC_SYSTEM ? EXIT_SANDBOX : EXIT_UNEXPECTED;
	}
	/* Not exit(): handlers that libraries left behind may call what is forbidden now. */
	if (w.state == WHEN_WORKING)
		_exit(status);
	channel_free(&w.channel);
	arena_free(&w.arena);
	return status;
}
