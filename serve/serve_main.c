// SPDX-License-Identifier: Apache-2.0
/*
 * The supervisor of the public side: binds, starts a verify process for each core, starts one again when
 * it ends, checks links and fetches artifacts for them, keeps their view of the ledger fresh.
 *
 * Runs in:  certfill-serve, beside control and independent of it; started by "certfill serve" or systemd.
 * Trusts:   verify's frames as far as their tables allow; what they ask for must be covered by a signed
 *           link, a claim secret or a token.
 * Holds:    link keys, keys that open artifacts; no signing keys (a signer hands these out and is stopped).
 * If taken: artifacts can be read and links minted.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/log.h"
#include "ipc/cgroup.h"
#include "serve/hall_thumbnail.h"
#include "serve/serve_options.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often the ledger is read so that read-only processes see what is new, and what that may cost. */
#define FRESH_MS 200
/* New tenants are looked for, store processes rested. */
#define ROUND_MS 5000
/* A verify process that ends at once is started again ever more slowly. */
#define RESTART_MAX_MS 10000

static struct hall hall;

/* ---- opening ---- */

static enum rc open_dir(int base, const char *name, int *fd, struct err *err)
{
	*fd = openat(base, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return err_errno(err, RC_INPUT, errno, "cannot open %s/%s", hall.data, name);
	return RC_OK;
}

static enum rc open_data(struct hall *h, struct err *err)
{
	AUTO_FD data = open(h->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum rc rc;

	if (data < 0)
		return err_errno(err, RC_INPUT, errno,
			"cannot open the data directory %s (certfill init makes one)", h->data);
	rc = open_dir(data, "keys", &h->keys_fd, err);
	if (rc == RC_OK)
		rc = open_dir(data, "store", &h->store_fd, err);
	if (rc == RC_OK)
		rc = open_dir(data, "ledger", &h->ledger_fd, err);
	if (rc == RC_OK)
		rc = ledger_reader_open(h->data, 0, &h->routes, err);
	h->seal = seal_new();
	return rc;
}

static enum rc open_access_log(struct hall *h, struct err *err)
{
	h->access_fd = -1;
	if (h->access_log == NULL)
		return RC_OK;
	h->access_fd = open(h->access_log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (h->access_fd < 0)
		return err_errno(err, RC_INPUT, errno, "cannot write %s", h->access_log);
	return RC_OK;
}

static enum rc bind_ops(struct hall *h, struct err *err)
{
	int *fd = &h->verifiers[h->verifier_count - 1].listeners[0];
	enum rc rc = listen_bind(&h->ops.place, fd, err);

	if (rc == RC_OK)
		h->ops.port = listen_port(*fd);
	return rc;
}

/* Each verify process has sockets of its own; a Unix socket is bound once and shared. */
static enum rc bind_all(struct hall *h, struct err *err)
{
	for (uint32_t v = 0; v < h->verifier_count; v++)
		for (uint32_t i = 0; i < h->place_count && !h->verifiers[v].ops; i++) {
			struct hall_place *p = &h->places[i];
			bool local = p->place.host.n != 0 && p->place.host.p[0] == '/';
			int *fd = &h->verifiers[v].listeners[i];
			enum rc rc = RC_OK;

			if (v > 0 && local)
				*fd = fcntl(h->verifiers[0].listeners[i], F_DUPFD_CLOEXEC, 3);
			else
				rc = listen_bind(&p->place, fd, err);
			if (rc != RC_OK)
				return rc;
			/* Port 0: the others take what the first was given. */
			p->port = listen_port(*fd);
			p->place.port = p->port;
		}
	return h->has_ops ? bind_ops(h, err) : RC_OK;
}

static void say_place(const char *what, const struct hall_place *p)
{
	bool ipv6 = str_find(p->place.host, ':', 0) != p->place.host.n;

	if (p->port == 0)
		(void)printf("%s on " STR_FMT "\n", what, STR_ARG(p->place.host));
	else
		(void)printf("%s on %s://%s" STR_FMT "%s:%u\n", what, p->tls ? "https" : "http",
			ipv6 ? "[" : "", STR_ARG(p->place.host), ipv6 ? "]" : "", p->port);
}

static void say_places(const struct hall *h)
{
	for (uint32_t i = 0; i < h->place_count; i++)
		say_place("Serving", &h->places[i]);
	if (h->has_ops)
		say_place("Figures", &h->ops);
	(void)fflush(stdout);
}

/* ---- the loop ---- */

/* So that newcomers are refused, and not kept waiting, once the last verify process closed its own. */
static void close_listeners(struct hall *h)
{
	for (uint32_t v = 0; v < h->verifier_count; v++)
		for (uint32_t i = 0; i < (h->verifiers[v].ops ? 1 : h->place_count); i++)
			file_auto_close(&h->verifiers[v].listeners[i]);
}

static void drain(struct hall *h)
{
	struct wire_nothing nothing = {0};
	struct err err;

	if (h->draining)
		return;
	h->draining = true;
	close_listeners(h);
	for (uint32_t i = 0; i < h->verifier_count; i++)
		if (h->verifiers[i].runs
			&& channel_send(h->verifiers[i].child.channel, MESSAGE_SERVE_DRAIN, 0,
				   &nothing, NULL, 0, &err)
				!= RC_OK)
			spawn_kill(&h->verifiers[i].child);
}

static bool has_terminal(void)
{
	AUTO_FD fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	return fd >= 0;
}

static void on_signal(struct hall *h, int fd)
{
	struct signalfd_siginfo info;
	struct err err = {0};

	if (read(fd, &info, sizeof info) != (ssize_t)sizeof info)
		return;
	/* SIGHUP of a terminal that was closed means what it always meant; only then is there none any more. */
	if (info.ssi_signo != SIGHUP || (h->of_terminal && !has_terminal()))
		drain(h);
	else if (hall_reload_tls(h, &err) != RC_OK)
		log_line(LOG_ERROR, "the certificate was not reloaded: %s", err.text);
}

static void on_frame(struct hall *h, struct hall_verifier *v)
{
	struct frame f;
	struct err err = {0};
	enum rc rc = channel_receive(v->child.channel, &f, &err);

	if (rc == RC_OK) {
		rc = hall_answer(h, v, &f, &err);
		frame_close_fds(&f);
	}
	if (rc == RC_OK)
		return;
	/* Its end is seen by its pidfd; a broken protocol ends it. */
	if (rc != RC_AGAIN) {
		log_line(LOG_ERROR, "a verify process is ended: %s", err.text);
		(void)kill(v->child.pid, SIGKILL);
	}
}

static void on_end(struct hall *h, struct hall_verifier *v)
{
	char how[160];
	int status = spawn_reap(&v->child);

	v->runs = false;
	census_clear(h->census, (uint32_t)(v - h->verifiers));
	v->failures = clock_mono_ms() - v->started_ms < 1000 ? v->failures + 1 : 0;
	if (h->draining)
		return;
	h->figures.restarts++;
	spawn_describe_end(&v->child, status, how, sizeof how);
	log_line(LOG_ERROR, "a verify process ended (%s) and is started again", how);
}

static void start_missing(struct hall *h, int64_t now)
{
	for (uint32_t i = 0; i < h->verifier_count; i++) {
		struct hall_verifier *v = &h->verifiers[i];
		int64_t wait =
			v->failures == 0 ? 0 : (int64_t)100 << (v->failures < 7 ? v->failures : 7);
		struct err err = {0};

		if (v->runs || h->draining
			|| now - v->started_ms < (wait < RESTART_MAX_MS ? wait : RESTART_MAX_MS))
			continue;
		if (hall_start_verifier(h, i, &err) != RC_OK) {
			v->failures++;
			log_line(LOG_ERROR, "cannot start a verify process: %s", err.text);
		}
	}
}

/* What cannot be read is opened anew: it may have been cut, or restored in its place. */
static enum rc freshen_routes(struct hall *h, struct err *err)
{
	uint32_t version;
	enum rc rc = h->routes != NULL ? RC_OK : ledger_reader_open(h->data, 0, &h->routes, err);

	if (rc == RC_OK)
		rc = ledger_reader_version(h->routes, &version, err);
	if (rc != RC_OK)
		ledger_reader_free(&h->routes);
	return rc;
}

static enum rc freshen_tenant(struct hall *h, struct hall_tenant *t, struct err *err)
{
	uint32_t version;
	enum rc rc = t->ledger != NULL ? RC_OK
				       : ledger_open(h->data, str_of(t->name), 0, &t->ledger, err);

	if (rc == RC_OK)
		rc = ledger_version(t->ledger, &version, err);
	if (rc != RC_OK)
		ledger_free(&t->ledger);
	return rc;
}

/* A read by a handle that may write is what lets the read-only processes see new rows. */
static void freshen(struct hall *h)
{
	struct err err = {0};
	enum rc rc = freshen_routes(h, &err);

	if (rc != RC_OK)
		log_line(LOG_ERROR, "the routes cannot be read: %s", err.text);
	/* One tenant's broken ledger must not hide another's revocations. */
	for (uint32_t i = 0; i < h->tenant_count; i++)
		if (freshen_tenant(h, h->tenants[i], &err) != RC_OK) {
			rc = RC_SYSTEM;
			log_line(LOG_ERROR, "the ledger of %s cannot be read: %s",
				h->tenants[i]->name, err.text);
		}
	if (rc == RC_OK)
		h->figures.fresh_ms = (uint64_t)clock_mono_ms();
	h->figures.tenants = h->tenant_count;
	stats_put_hall(h->stats, &h->figures);
}

static void round_of(struct hall *h, int64_t now)
{
	struct err err = {0};
	bool found = false;

	hall_fetch_rest(h, now);
	hall_thumbnail_rest(now);
	if (hall_find_tenants(h, &found, &err) != RC_OK)
		log_line(LOG_ERROR, "a new tenant cannot be served: %s", err.text);
	for (uint32_t i = 0; i < h->verifier_count && found; i++)
		if (h->verifiers[i].runs && hall_send_tenants(h, i, &err) != RC_OK)
			log_line(LOG_ERROR, "verify was not told of a new tenant: %s", err.text);
}

static bool any_runs(const struct hall *h)
{
	for (uint32_t i = 0; i < h->verifier_count; i++)
		if (h->verifiers[i].runs)
			return true;
	return false;
}

/* A process in one pass of the loop: a channel, then a pidfd. Handling one may end another. */
struct watched {
	struct hall_verifier *verifier;
	struct hall_tenant *tenant; /* whose store it is; with neither: the thumbnail process */
	uint32_t life;
};

#define WATCHED_MAX (HALL_VERIFIERS_MAX + HALL_TENANTS_MAX + 1)

static void watch(struct pollfd fds[2], const struct spawn_child *child)
{
	fds[0] = (struct pollfd){
		.fd = child->channel != NULL ? channel_fd(child->channel) : -1, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = child->pidfd, .events = POLLIN};
}

static uint32_t watch_all(struct hall *h, struct watched *of, struct pollfd *fds)
{
	const struct spawn_child *thumbnail;
	uint32_t count = 0;
	uint32_t life;

	for (uint32_t i = 0; i < h->verifier_count; i++) {
		struct hall_verifier *v = &h->verifiers[i];

		if (!v->runs)
			continue;
		watch(&fds[2 * (size_t)count], &v->child);
		of[count++] = (struct watched){v, NULL, v->life};
	}
	for (uint32_t i = 0; i < h->tenant_count; i++) {
		struct hall_tenant *t = h->tenants[i];

		if (t->store.state == HALL_STORE_NONE)
			continue;
		watch(&fds[2 * (size_t)count], &t->store.child);
		of[count++] = (struct watched){NULL, t, t->store.life};
	}
	thumbnail = hall_thumbnail_child(&life);
	if (thumbnail != NULL) {
		watch(&fds[2 * (size_t)count], thumbnail);
		of[count++] = (struct watched){NULL, NULL, life};
	}
	return count;
}

static void on_verifier(struct hall *h, const struct watched *w, const struct pollfd fds[2])
{
	struct hall_verifier *v = w->verifier;

	if ((fds[0].revents & POLLIN) != 0 && v->runs && v->life == w->life)
		on_frame(h, v);
	if (fds[1].revents != 0 && v->runs && v->life == w->life)
		on_end(h, v);
}

static void on_store(struct hall *h, const struct watched *w, const struct pollfd fds[2])
{
	const struct hall_store *s = &w->tenant->store;

	if (fds[0].revents != 0 && s->life == w->life && s->child.channel != NULL)
		hall_fetch_take(h, w->tenant);
	if (fds[1].revents != 0 && s->life == w->life && s->state != HALL_STORE_NONE)
		hall_fetch_ended(h, w->tenant);
}

static bool is_at_work(uint32_t life)
{
	uint32_t now;

	return hall_thumbnail_child(&now) != NULL && now == life;
}

static void on_thumbnail(struct hall *h, const struct watched *w, const struct pollfd fds[2])
{
	if ((fds[0].revents & POLLIN) != 0 && is_at_work(w->life))
		hall_thumbnail_take(h);
	if (fds[1].revents != 0 && is_at_work(w->life))
		hall_thumbnail_ended(h);
}

static void wait_once(struct hall *h, int signals)
{
	static struct pollfd fds[1 + 2 * WATCHED_MAX];
	static struct watched of[WATCHED_MAX];
	uint32_t count = watch_all(h, of, fds + 1);

	fds[0] = (struct pollfd){.fd = signals, .events = POLLIN};
	if (poll(fds, 1 + 2 * (nfds_t)count, FRESH_MS) <= 0)
		return;
	if (fds[0].revents != 0)
		on_signal(h, signals);
	for (uint32_t i = 0; i < count; i++)
		if (of[i].verifier != NULL)
			on_verifier(h, &of[i], &fds[1 + 2 * (size_t)i]);
		else if (of[i].tenant == NULL)
			on_thumbnail(h, &of[i], &fds[1 + 2 * (size_t)i]);
		else
			on_store(h, &of[i], &fds[1 + 2 * (size_t)i]);
}

static void serve(struct hall *h, int signals)
{
	int64_t fresh = 0;
	int64_t round = clock_mono_ms();

	while (!h->draining || any_runs(h)) {
		int64_t now = clock_mono_ms();

		if (now - fresh >= FRESH_MS) {
			freshen(h);
			fresh = now;
		}
		if (now - round >= ROUND_MS && !h->draining) {
			round_of(h, now);
			round = now;
		}
		start_missing(h, now);
		hall_fetch_turn(h, now);
		hall_thumbnail_turn(h, now);
		wait_once(h, signals);
	}
}

/* nohup(1) ignores SIGHUP for us: it wants us to outlive the terminal. */
static bool lives_with_terminal(void)
{
	struct sigaction hangup;

	return sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN
		&& has_terminal();
}

static int open_signals(void)
{
	sigset_t set;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* Everything up to serving; the exit code says what kept it from that. */
static enum exit_code open_hall(struct hall *h, const struct limit_config *limits, struct err *err)
{
	bool ignored = false;
	bool made = false;
	enum rc rc = spawn_find_workers(err);

	if (rc == RC_OK)
		rc = open_data(h, err);
	if (rc == RC_OK && hall_find_tenants(h, &ignored, err) != RC_OK)
		return EXIT_KEY;
	if (rc == RC_OK)
		rc = hall_need_certificate(h, &made, err);
	if (rc == RC_OK)
		rc = open_access_log(h, err);
	if (rc == RC_OK)
		rc = limit_create(limits, &h->limits_fd, err);
	if (rc == RC_OK)
		rc = stats_create(&h->stats_fd, err);
	if (rc == RC_OK)
		rc = stats_map(h->stats_fd, &h->stats, err);
	if (rc == RC_OK)
		rc = census_create(h->verifier_count, &h->census_fd, err);
	if (rc == RC_OK)
		rc = census_map(h->census_fd, 0, &h->census, err);
	if (rc == RC_OK)
		rc = bind_all(h, err);
	for (uint32_t i = 0; i < h->verifier_count && rc == RC_OK; i++)
		rc = hall_start_verifier(h, i, err);
	if (rc != RC_OK)
		return rc == RC_INPUT || rc == RC_LIMIT ? EXIT_INPUT : EXIT_UNEXPECTED;
	if (made)
		(void)fprintf(stderr,
			"warning: the certificate for HTTPS is self-signed and made for this run; "
			"browsers will say so. Give --cert and --key for one that others trust.\n");
	return EXIT_DONE;
}

/* Groups can be removed only when nobody lives in them. */
static void close_hall(struct hall *h)
{
	for (uint32_t i = 0; i < h->verifier_count; i++)
		if (h->verifiers[i].runs)
			spawn_kill(&h->verifiers[i].child);
	for (uint32_t i = 0; i < h->tenant_count; i++)
		if (h->tenants[i]->store.state != HALL_STORE_NONE)
			spawn_kill(&h->tenants[i]->store.child);
	hall_thumbnail_close();
	cgroup_close();
}

int main(int argc, char **argv)
{
	struct limit_config limits = limit_defaults();
	struct err err = {0};
	enum exit_code code = EXIT_USAGE;
	int signals;

	log_open("serve", LOG_WARN);
	(void)prctl(PR_SET_DUMPABLE, 0);
	umask(077);
	hall.of_terminal = lives_with_terminal();
	signals = open_signals();
	(void)file_raise_limit();
	ledger_reader_survive_cuts();
	cgroup_want(LOG_WARN);
	if (serve_options_read(&hall, &limits, argc, argv, &err) == RC_OK)
		code = open_hall(&hall, &limits, &err);
	if (code == EXIT_DONE) {
		say_places(&hall);
		serve(&hall, signals);
	} else {
		(void)fprintf(stderr, "certfill: %s\n", err.text);
	}
	close_hall(&hall);
	return code;
}
