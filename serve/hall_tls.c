// SPDX-License-Identifier: Apache-2.0
/* The certificate of the HTTPS listeners. Runs in: serve. */
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "serve/hall.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define ARENA_LEN ((size_t)1 << 20)
#define PEM_MAX ((size_t)32768)
/* Of all listeners: what a frame has left beside the others. */
#define ROOTS_LEN_MAX ((size_t)8192)

static enum rc read_pem(
	struct arena *a, const char *path, size_t max, struct bytes *out, struct err *err)
{
	struct buf text = buf_new(max);
	AUTO_FD fd = -1;
	enum rc rc;

	*out = (struct bytes){NULL, 0};
	if (path == NULL)
		return RC_OK;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, RC_INPUT, errno, "cannot open %s", path);
	rc = file_read_all(fd, path, max, &text, err);
	if (rc == RC_OK)
		*out = (struct bytes){arena_dup(a, text.p, text.n), text.n};
	seal_wipe(text.p, text.n);
	buf_free(&text);
	return rc;
}

static enum rc read_clients(
	struct hall *h, struct arena *a, struct wire_serve_tls *out, struct err *err)
{
	size_t left = ROOTS_LEN_MAX;
	enum rc rc = RC_OK;

	out->clients.items = arena_zalloc(a, HALL_PLACES_MAX, sizeof *out->clients.items);
	for (uint32_t i = 0; i < h->place_count && rc == RC_OK; i++) {
		const struct hall_place *p = &h->places[i];
		struct wire_serve_clients *c = &out->clients.items[out->clients.count];

		if (!p->tls)
			continue;
		out->clients.count++;
		c->required = !p->clients_optional;
		rc = read_pem(a, p->client_roots, left, &c->roots, err);
		left -= c->roots.n;
		/* Empty means that nobody is asked: a file that is must not come to mean it. */
		if (rc == RC_OK && p->client_roots != NULL && c->roots.n == 0)
			rc = err_set(err, RC_INPUT, "%s is empty", p->client_roots);
	}
	return rc;
}

enum rc hall_read_tls(struct hall *h, struct arena *a, struct wire_serve_tls *out, struct err *err)
{
	enum rc rc = read_clients(h, a, out, err);

	if (rc != RC_OK || out->clients.count == 0)
		return rc;
	if (h->made_chain.n != 0) {
		out->chain = buf_bytes(&h->made_chain);
		out->key = buf_bytes(&h->made_key);
	} else {
		rc = read_pem(a, h->cert, PEM_MAX, &out->chain, err);
		if (rc == RC_OK)
			rc = read_pem(a, h->key, PEM_MAX, &out->key, err);
	}
	return rc;
}

/* A signer without keys: it makes the certificate and is stopped. Kept in memory only, new at each start. */
static enum rc make_certificate(struct hall *h, struct err *err)
{
	struct spawn_options o = {.role = ROLE_SIGN, .dir_fd = h->keys_fd};
	struct wire_tls_make ask = {clock_wall_s()};
	struct wire_serve_tls made = {0};
	struct arena *a = arena_new(ARENA_LEN);
	struct spawn_child sign;
	enum rc rc = spawn_start(&o, &sign, err);

	if (rc == RC_OK) {
		rc = channel_ask(sign.channel, MESSAGE_TLS_MAKE, &ask, NULL, 0, MESSAGE_TLS_MADE, a,
			&made, err);
		spawn_kill(&sign);
	}
	h->made_chain = buf_new(PEM_MAX);
	h->made_key = buf_new(PEM_MAX);
	if (rc == RC_OK) {
		buf_put_bytes(&h->made_chain, made.chain);
		buf_put_bytes(&h->made_key, made.key);
		seal_wipe((void *)(uintptr_t)made.key.p, made.key.n);
	}
	arena_free(&a);
	return rc;
}

static bool is_loopback(struct str host)
{
	return str_starts(host, STR("127.")) || str_eq_cz(host, "::1");
}

enum rc hall_need_certificate(struct hall *h, bool *made, struct err *err)
{
	bool needed = false;

	*made = false;
	for (uint32_t i = 0; i < h->place_count; i++) {
		if (!h->places[i].tls || h->cert != NULL)
			continue;
		if (!is_loopback(h->places[i].place.host))
			return err_set(err, RC_INPUT,
				"HTTPS for others needs a certificate that they trust: --cert FILE "
				"--key FILE");
		needed = true;
	}
	*made = needed;
	return needed ? make_certificate(h, err) : RC_OK;
}

enum rc hall_reload_tls(struct hall *h, struct err *err)
{
	struct arena *a = arena_new(ARENA_LEN);
	struct wire_serve_tls tls = {0};
	enum rc rc = hall_read_tls(h, a, &tls, err);

	for (uint32_t i = 0; i < h->verifier_count && rc == RC_OK; i++)
		if (h->verifiers[i].runs && !h->verifiers[i].ops)
			rc = channel_send(h->verifiers[i].child.channel, MESSAGE_SERVE_TLS, 0, &tls,
				NULL, 0, err);
	arena_free(&a);
	return rc;
}
