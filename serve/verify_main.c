// SPDX-License-Identifier: Apache-2.0
/*
 * The public process: answers verification, recipients' pages and signed links.
 *
 * Runs in:  certfill-verify, one for each core, started by certfill-serve.
 * Trusts:   nobody who connects; certfill-serve as far as its frames' tables allow; the ledger as far as
 *           its records' signatures hold.
 * Holds:    listening sockets, the ledger read-only, tenants' publish keys, the TLS key. No link key, no
 *           data key, no signing key.
 * If taken: what is published can be read and answers can lie; artifacts only with links and claim
 *           secrets that visitors bring while it is taken.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "ipc/wire_serve.h"
#include "serve/alike.h"
#include "serve/ready.h"
#include "serve/routes.h"
#include "serve/site.h"
#include "serve/verify_profile.h"

#include <string.h>
#include <unistd.h>

#define FRAME_ARENA_LEN ((size_t)1 << 20)
#define FDS_MAX 16
#define PACE_MS 1000
/* certfill-serve gives up before; this is for when it does not answer at all. */
#define ANSWER_LIMIT_MS 15000

static struct {
	int listeners[FDS_MAX];
	uint32_t plain; /* then those of site.tls */
	struct listen_config config;
} opening;

/* ---- messages of certfill-serve ---- */

static enum rc take_tenants(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_serve_tenants *in = request;

	(void)frame;
	for (uint32_t i = 0; i < in->tenants.count; i++)
		site_set_tenant(
			site_of(), in->tenants.items[i].name, in->tenants.items[i].publish_key);
	return worker_done(w, err);
}

static enum tls_clients clients_of(const struct wire_serve_clients *c)
{
	if (c->roots.n == 0)
		return TLS_CLIENTS_NONE;
	return c->required ? TLS_CLIENTS_REQUIRE : TLS_CLIENTS_ASK;
}

/* All or none. */
static enum rc open_tls(
	const struct wire_serve_tls *in, struct tls_server *out[SITE_TLS_MAX], struct err *err)
{
	uint32_t made = 0;
	enum rc rc = RC_OK;

	for (; made < in->clients.count && rc == RC_OK; made += rc == RC_OK) {
		const struct wire_serve_clients *c = &in->clients.items[made];
		struct tls_files files = {in->chain, in->key, c->roots, clients_of(c)};

		rc = tls_open(&files, &out[made], err);
	}
	while (rc != RC_OK && made > 0)
		tls_close(&out[--made]);
	return rc;
}

static enum rc take_tls(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_serve_tls *in = request;
	struct tls_server *fresh[SITE_TLS_MAX];
	struct site *s = site_of();
	enum rc rc;

	(void)frame;
	if (in->clients.count != s->tls_count)
		return err_set(err, RC_PEER, "there are %u TLS listeners", s->tls_count);
	rc = open_tls(in, fresh, err);
	for (uint32_t i = 0; i < s->tls_count && rc == RC_OK; i++)
		tls_replace(s->tls[i], &fresh[i]);
	return rc == RC_OK ? worker_done(w, err) : rc;
}

static enum rc take_drain(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	(void)frame;
	(void)request;
	listen_drain(site_of()->server);
	return worker_done(w, err);
}

static enum rc read_proxies(const struct wire_serve_open *in, struct err *err)
{
	for (uint32_t i = 0; i < in->proxies.count; i++) {
		enum rc rc = peer_add_net(&opening.config.proxies, in->proxies.items[i], err);

		if (rc != RC_OK)
			return rc;
	}
	opening.config.source = (enum peer_source)in->source;
	return RC_OK;
}

static enum rc open_site(const struct wire_serve_open *in, struct frame *frame, struct err *err)
{
	struct site *s = site_of();
	uint32_t listeners = in->listeners;
	uint32_t next = 0;
	int limits;
	int figures;
	int census;
	enum rc rc;

	if (in->listeners == 0 || in->tls.clients.count > in->listeners
		|| frame->fd_count != listeners + 3 + (in->access_log ? 1u : 0u))
		return err_set(err, RC_PEER, "descriptors and listeners do not agree");
	while (next < listeners) {
		opening.listeners[next] = frame_take_fd(frame, next);
		next++;
	}
	s->tls_count = in->tls.clients.count;
	opening.plain = listeners - s->tls_count;
	limits = frame_take_fd(frame, next++);
	figures = frame_take_fd(frame, next++);
	census = frame_take_fd(frame, next++);
	if (in->access_log)
		opening.config.access_fd = frame_take_fd(frame, next);
	rc = limit_map(limits, &s->limits, err);
	if (rc == RC_OK)
		rc = stats_map(figures, &s->stats, err);
	/* Operators get in however many visitors there are. */
	if (rc == RC_OK && !in->ops)
		rc = census_map(census, in->slot, &opening.config.census, err);
	(void)close(limits);
	(void)close(figures);
	(void)close(census);
	opening.config.loops = in->loops;
	opening.config.conn_max = in->conn_max;
	s->ops = in->ops;
	s->slot = in->slot;
	if (rc == RC_OK)
		rc = open_tls(&in->tls, s->tls, err);
	if (rc == RC_OK)
		rc = read_proxies(in, err);
	if (rc == RC_OK && !text_fmt(s->data, sizeof s->data, STR_FMT, STR_ARG(in->data)))
		rc = err_set(err, RC_LIMIT, "the data directory's path is too long");
	return rc;
}

static enum rc take_open(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	enum rc rc;

	if (site_of()->limits != NULL)
		return err_set(err, RC_PEER, "SERVE_OPEN came twice");
	rc = open_site(request, frame, err);
	return rc == RC_OK ? worker_done(w, err) : rc;
}

/* ---- start ---- */

static enum rc add_listeners(struct site *s, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < opening.plain + s->tls_count && rc == RC_OK; i++)
		rc = listen_add(s->server, opening.listeners[i],
			i < opening.plain ? NULL : s->tls[i - opening.plain], err);
	return rc;
}

/* Before confinement: libuv's descriptors, OpenSSL's tables, the first look at the clock. */
static enum rc warm_up(struct worker *w, struct err *err)
{
	struct site *s = site_of();
	enum rc rc;

	if (s->limits == NULL)
		return err_set(err, RC_PEER, "SERVE_OPEN must come before LOCK");
	ledger_reader_survive_cuts();
	s->worker = w;
	s->seal = seal_new();
	s->ready = ready_new();
	s->alike = alike_new(route_verify_put);
	s->known = known_new();
	s->roots = mem_zalloc(SITE_ROOTS_MAX, sizeof *s->roots);
	opening.config.wait_ms = ANSWER_LIMIT_MS;
	opening.config.routes = s->ops
		? (struct http_routes){site_ops_routes, site_ops_route_count, NULL, s}
		: (struct http_routes){site_routes, site_route_count, site_refuse, s};
	rc = listen_new(&opening.config, &s->server, err);
	return rc == RC_OK ? add_listeners(s, err) : rc;
}

static void on_channel(uv_poll_t *handle, int status, int events)
{
	struct site *s = site_of();
	enum rc rc;

	(void)status;
	(void)events;
	rc = worker_step(s->worker, &s->err);
	if (rc == RC_OK)
		return;
	/* Closed in good order: certfill-serve is gone, and nobody else restarts us. */
	s->failed = rc != RC_AGAIN;
	(void)uv_poll_stop(handle);
	listen_drain(s->server);
}

static void on_turn(uv_prepare_t *handle)
{
	(void)handle;
	site_drop(site_of());
}

/* Figures are for the next who asks, a second late at most. */
static void on_pace(uv_timer_t *timer)
{
	struct site *s = timer->data;

	listen_counts(s->server, &s->figures.counts);
	s->figures.known = known_count(s->known);
	s->figures.known_bytes = known_bytes(s->known);
	s->figures.alive_ms = (uint64_t)clock_mono_ms();
	stats_put_slot(s->stats, s->slot, &s->figures);
}

static void keep_figures(struct site *s)
{
	if (s->ops)
		return;
	CHECK(uv_timer_init(listen_loop(s->server), &s->pace) == 0);
	s->pace.data = s;
	CHECK(uv_timer_start(&s->pace, on_pace, 0, PACE_MS) == 0);
	uv_unref((uv_handle_t *)&s->pace);
}

/* In an empty root the ledger hangs at its place; without mount namespaces it is where it was. */
static enum rc open_ledger(struct site *s, struct err *err)
{
	const char *data = access(VERIFY_LEDGER_PLACE "/routes.db", R_OK) == 0 ? "" : s->data;

	if (data != s->data)
		s->data[0] = '\0';
	return ledger_reader_open(s->data, LEDGER_READ_ONLY, &s->reader, err);
}

static enum rc run(struct worker *w, struct err *err)
{
	struct site *s = site_of();
	enum rc rc = open_ledger(s, err);

	if (rc != RC_OK)
		return rc;
	CHECK(uv_poll_init(listen_loop(s->server), &s->channel, worker_fd(w)) == 0);
	CHECK(uv_poll_start(&s->channel, UV_READABLE, on_channel) == 0);
	uv_unref((uv_handle_t *)&s->channel);
	keep_figures(s);
	if (!s->ops)
		site_start_filling(s);
	CHECK(uv_prepare_init(listen_loop(s->server), &s->turn) == 0);
	CHECK(uv_prepare_start(&s->turn, on_turn) == 0);
	uv_unref((uv_handle_t *)&s->turn);
	listen_run(s->server);
	if (s->failed) {
		*err = s->err;
		return RC_PEER;
	}
	return RC_OK;
}

static const struct worker_message messages[] = {
	{MESSAGE_SERVE_OPEN, take_open},
	{MESSAGE_SERVE_TENANTS, take_tenants},
	{MESSAGE_SERVE_TLS, take_tls},
	{MESSAGE_SERVE_DRAIN, take_drain},
	{MESSAGE_ARTIFACT_IS, site_take_answer},
	{MESSAGE_CLAIM_LINK_IS, site_take_answer},
};

int main(int argc, char **argv)
{
	static const struct worker_role role = {
		.role = ROLE_VERIFY,
		.messages = messages,
		.message_count = ARRAY_COUNT(messages),
		.profile = &verify_profile,
		.warm_up = warm_up,
		.run = run,
		.frame_arena_len = FRAME_ARENA_LEN,
	};

	return worker_run(&role, argc, argv);
}
