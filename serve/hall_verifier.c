// SPDX-License-Identifier: Apache-2.0
/* Starting the verify processes. Runs in: serve. */
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "ipc/wire_common.h"
#include "serve/hall.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define ARENA_LEN ((size_t)1 << 20)

static enum rc open_verifier(
	struct hall *h, struct hall_verifier *v, struct arena *a, struct err *err)
{
	struct wire_serve_open open = {.data = str_of(h->data),
		.listeners = (uint8_t)(v->ops ? 1 : h->place_count),
		.access_log = !v->ops && h->access_fd >= 0,
		.ops = v->ops,
		.slot = (uint8_t)(v - h->verifiers),
		.loops = (uint8_t)(v->ops ? 1 : h->verifier_count - h->has_ops),
		.conn_max = v->ops ? 0 : h->conn_max,
		.source = (uint8_t)h->source,
		.proxies = {h->proxies, h->proxy_count}};
	int fds[HALL_PLACES_MAX + 4];
	uint32_t count = 0;
	enum rc rc = v->ops ? RC_OK : hall_read_tls(h, a, &open.tls, err);

	if (rc != RC_OK)
		return rc;
	for (uint32_t i = 0; i < open.listeners; i++)
		fds[count++] = v->listeners[i];
	fds[count++] = h->limits_fd;
	fds[count++] = h->stats_fd;
	fds[count++] = h->census_fd;
	if (open.access_log)
		fds[count++] = h->access_fd;
	return channel_ask(v->child.channel, MESSAGE_SERVE_OPEN, &open, fds, count, MESSAGE_DONE, a,
		NULL, err);
}

static void list_tenants(struct hall *h, struct arena *a, struct wire_serve_tenants *out)
{
	out->tenants.items = arena_zalloc(a, h->tenant_count, sizeof *out->tenants.items);
	out->tenants.count = h->tenant_count;
	for (uint32_t i = 0; i < h->tenant_count; i++) {
		out->tenants.items[i].name = str_of(h->tenants[i]->name);
		memcpy(out->tenants.items[i].publish_key, h->tenants[i]->publish, SEAL_KEY_LEN);
	}
}

enum rc hall_start_verifier(struct hall *h, uint32_t i, struct err *err)
{
	struct spawn_options o = {.role = ROLE_VERIFY, .dir_fd = h->ledger_fd, .debug = true};
	struct hall_verifier *v = &h->verifiers[i];
	struct arena *a = arena_new(ARENA_LEN);
	struct wire_serve_tenants tenants;
	struct wire_ready ready;
	enum rc rc = spawn_start(&o, &v->child, err);

	v->started_ms = clock_mono_ms();
	if (rc != RC_OK) {
		arena_free(&a);
		return rc;
	}
	rc = open_verifier(h, v, a, err);
	list_tenants(h, a, &tenants);
	if (rc == RC_OK)
		rc = channel_ask(v->child.channel, MESSAGE_SERVE_TENANTS, &tenants, NULL, 0,
			MESSAGE_DONE, a, NULL, err);
	if (rc == RC_OK)
		rc = spawn_lock(&v->child, a, &ready, err);
	if (rc != RC_OK) {
		spawn_kill(&v->child);
		census_clear(h->census, i);
	}
	v->runs = rc == RC_OK;
	v->life++;
	/* From here on nobody waits for it: one that does not read is ended. */
	if (v->runs)
		channel_never_wait(v->child.channel);
	arena_free(&a);
	return rc;
}

enum rc hall_send_tenants(struct hall *h, uint32_t i, struct err *err)
{
	struct arena *a = arena_new(ARENA_LEN);
	struct wire_serve_tenants tenants;
	enum rc rc;

	list_tenants(h, a, &tenants);
	rc = channel_send(
		h->verifiers[i].child.channel, MESSAGE_SERVE_TENANTS, 0, &tenants, NULL, 0, err);
	arena_free(&a);
	return rc;
}
