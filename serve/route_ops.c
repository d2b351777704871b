// SPDX-License-Identifier: Apache-2.0
/*
 * /healthz, /readyz, /metrics on a listener of their own, in a verify process of their own that serves
 * nothing else. Prometheus' text format 0.0.4. Runs in: verify.
 */
#include "base/clock.h"
#include "serve/routes.h"

/* Who was silent for so long hangs or is gone. */
#define SILENT_MS 5000
#define METRICS_MAX ((size_t)256 << 10)

static void send_text(struct http_exchange *x, unsigned status, const char *text)
{
	http_set_header(x, "content-type", STR("text/plain; charset=utf-8"));
	http_send(x, status, bytes_of(str_of(text)));
}

static bool is_recent(uint64_t then_ms)
{
	return then_ms != 0 && (uint64_t)clock_mono_ms() - then_ms < SILENT_MS;
}

static uint32_t count_alive(const struct stats *s)
{
	struct stats_slot slot;
	uint32_t alive = 0;

	for (uint32_t i = 0; i < STATS_SLOTS; i++) {
		stats_take_slot(s, i, &slot);
		alive += is_recent(slot.alive_ms);
	}
	return alive;
}

void route_health(struct http_exchange *x, void *app)
{
	(void)app;
	send_text(x, 200, "ok\n");
}

void route_ready(struct http_exchange *x, void *app)
{
	const struct stats *s = site_of()->stats;
	struct stats_hall hall;

	(void)app;
	stats_take_hall(s, &hall);
	if (!is_recent(hall.fresh_ms))
		send_text(x, 503, "the ledger cannot be read\n");
	else if (count_alive(s) == 0)
		send_text(x, 503, "no verify process answers\n");
	else
		send_text(x, 200, "ready\n");
}

/* ---- metrics ---- */

static const struct {
	const char *name;
	const char *type;
	const char *help;
	size_t at; /* in struct stats_slot */
} figures[] = {
#define FIGURE(name, type, help, member) \
	{ \
		name, type, help, offsetof(struct stats_slot, counts.member) \
	}
	FIGURE("certfill_connections_total", "counter", "Connections accepted.", accepted),
	FIGURE("certfill_connections", "gauge", "Connections open.", open),
	FIGURE("certfill_malformed_total", "counter", "Requests refused as malformed.", malformed),
	FIGURE("certfill_capped_total", "counter", "Connections turned away by a cap.", capped),
	FIGURE("certfill_timeouts_total", "counter", "Connections ended by a deadline.", timed_out),
	FIGURE("certfill_handshake_failures_total", "counter", "TLS handshakes that failed.",
		handshakes_failed),
	FIGURE("certfill_received_bytes_total", "counter", "Bytes received.", bytes_in),
	FIGURE("certfill_sent_bytes_total", "counter", "Bytes sent.", bytes_out),
};

static void put_head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_fmt(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_figures(struct buf *b, const struct stats_slot *slots)
{
	for (size_t f = 0; f < ARRAY_COUNT(figures); f++) {
		put_head(b, figures[f].name, figures[f].type, figures[f].help);
		for (uint32_t i = 0; i < STATS_SLOTS; i++)
			if (slots[i].alive_ms != 0)
				buf_fmt(b, "%s{worker=\"%u\"} %llu\n", figures[f].name, i,
					*(const unsigned long long *)(const void
							*)((const char *)&slots[i]
						+ figures[f].at));
	}
}

static void put_known(struct buf *b, const struct stats_slot *slots)
{
	put_head(b, "certfill_known_credentials", "gauge",
		"Credentials that are answered for from memory.");
	for (uint32_t i = 0; i < STATS_SLOTS; i++)
		if (slots[i].alive_ms != 0)
			buf_fmt(b, "certfill_known_credentials{worker=\"%u\"} %llu\n", i,
				(unsigned long long)slots[i].known);
	put_head(b, "certfill_known_bytes", "gauge", "Memory that they take.");
	for (uint32_t i = 0; i < STATS_SLOTS; i++)
		if (slots[i].alive_ms != 0)
			buf_fmt(b, "certfill_known_bytes{worker=\"%u\"} %llu\n", i,
				(unsigned long long)slots[i].known_bytes);
}

static void put_answers(struct buf *b, const struct stats_slot *slots)
{
	put_head(b, "certfill_answers_total", "counter", "Answers by class of status.");
	for (uint32_t i = 0; i < STATS_SLOTS; i++)
		for (uint32_t c = 1; c < 6 && slots[i].alive_ms != 0; c++)
			buf_fmt(b, "certfill_answers_total{worker=\"%u\",code=\"%uxx\"} %llu\n", i,
				c, (unsigned long long)slots[i].counts.answers[c]);
	put_head(b, "certfill_verdicts_total", "counter",
		"Verdicts worked out; answers kept ready are not counted again.");
	for (uint32_t i = 0; i < STATS_SLOTS; i++)
		for (enum verdict v = 0; v < VERDICT_COUNT && slots[i].alive_ms != 0; v++)
			buf_fmt(b, "certfill_verdicts_total{worker=\"%u\",verdict=\"%s\"} %llu\n",
				i, view_verdict_name(v), (unsigned long long)slots[i].verdicts[v]);
}

static void put_hall(struct buf *b, const struct stats_hall *hall, uint32_t alive)
{
	const struct {
		const char *name;
		const char *type;
		const char *help;
		uint64_t value;
	} all[] = {
		{"certfill_workers", "gauge", "Verify processes that answer.", alive},
		{"certfill_worker_restarts_total", "counter",
			"Verify processes that ended and were started again.", hall->restarts},
		{"certfill_artifacts_total", "counter", "Files fetched from the store.",
			hall->artifacts},
		{"certfill_artifact_failures_total", "counter", "Files that could not be fetched.",
			hall->artifacts_failed},
		{"certfill_tenants", "gauge", "Tenants served.", hall->tenants},
		{"certfill_ledger_readable", "gauge", "1 while the ledger can be read.",
			is_recent(hall->fresh_ms)},
	};

	for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
		put_head(b, all[i].name, all[i].type, all[i].help);
		buf_fmt(b, "%s %llu\n", all[i].name, (unsigned long long)all[i].value);
	}
}

void route_metrics(struct http_exchange *x, void *app)
{
	const struct stats *s = site_of()->stats;
	struct stats_slot *slots = arena_zalloc(http_arena(x), STATS_SLOTS, sizeof *slots);
	struct buf b = buf_new(METRICS_MAX);
	struct stats_hall hall;

	(void)app;
	for (uint32_t i = 0; i < STATS_SLOTS; i++)
		stats_take_slot(s, i, &slots[i]);
	stats_take_hall(s, &hall);
	put_hall(&b, &hall, count_alive(s));
	put_figures(&b, slots);
	put_known(&b, slots);
	put_answers(&b, slots);
	CHECK(!b.full);
	http_set_header(x, "content-type", STR("text/plain; version=0.0.4; charset=utf-8"));
	http_send(x, 200, (struct bytes){arena_dup(http_arena(x), b.p, b.n), b.n});
	buf_free(&b);
}
