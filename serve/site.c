// SPDX-License-Identifier: Apache-2.0
/* Tenants of the verify process, and what it waits for. Runs in: verify. */
#include "base/clock.h"
#include "base/cursor.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "ipc/wire_serve.h"
#include "serve/routes.h"

#include <string.h>
#include <unistd.h>

#define ARENA_LEN ((size_t)1 << 20)
/* How old an answer may be, beside what certfill-serve's own pace adds. */
#define LOOK_EVERY_MS 100
#define CHANGES_LEN ((size_t)4 << 20)

static struct site site;

struct site *site_of(void)
{
	return &site;
}

static struct site_tenant *find(struct site *s, struct str name)
{
	for (uint32_t i = 0; i < s->tenant_count; i++)
		if (str_eq_cz(name, s->tenants[i]->name))
			return s->tenants[i];
	return NULL;
}

void site_set_tenant(struct site *s, struct str name, const uint8_t key[SEAL_KEY_LEN])
{
	struct site_tenant *t = find(s, name);

	if (t == NULL && s->tenant_count < SITE_TENANTS_MAX && ledger_tenant_name_ok(name)) {
		t = mem_zalloc(1, sizeof *t);
		memcpy(t->name, name.p, name.n);
		s->tenants[s->tenant_count++] = t;
	}
	if (t != NULL)
		memcpy(t->publish_key, key, SEAL_KEY_LEN);
}

static void forget_roots(struct site *s, const struct site_tenant *t)
{
	for (uint32_t i = 0; i < SITE_ROOTS_MAX; i++)
		if (s->roots[i].tenant == t) {
			MEM_FREE(s->roots[i].leaves);
			s->roots[i] = (struct site_root){0};
		}
}

/* A number for all that answers are made of (serve/alike.h) beside what is known of each credential. */
static void number_settings(struct site *s, struct site_tenant *t)
{
	const struct ledger_tenant *l = &t->settings;
	struct buf b = buf_new(ARENA_LEN);
	uint8_t hash[HASH_SHA256_LEN];

	cursor_put_bytes(&b, bytes_of(l->issuer_id));
	cursor_put_bytes(&b, bytes_of(l->issuer_name));
	cursor_put_bytes(&b, bytes_of(l->issuer_url));
	cursor_put_bytes(&b, bytes_of(l->base_url));
	cursor_put_u8(&b, l->demo);
	for (uint32_t i = 0; i < t->keys.count; i++) {
		const struct ledger_key *k = &t->keys.items[i];

		cursor_put_bytes(&b, bytes_of(k->kid));
		cursor_put_u64(&b, (uint64_t)k->not_before_s);
		cursor_put_u64(&b, (uint64_t)k->sign_until_s);
		cursor_put_u64(&b, (uint64_t)k->compromised_s);
	}
	hash_sha256(buf_bytes(&b), hash);
	if (b.full || memcmp(hash, t->settings_hash, sizeof hash) != 0)
		t->alike_no = ++s->settings_no;
	memcpy(t->settings_hash, hash, sizeof hash);
	buf_free(&b);
}

static enum rc read_settings(struct site *s, struct site_tenant *t, struct err *err)
{
	enum rc rc;
	size_t slashes;

	if (t->arena == NULL)
		t->arena = arena_new(ARENA_LEN);
	arena_reset(t->arena);
	t->settings = (struct ledger_tenant){0};
	t->keys = (struct ledger_keys){NULL, 0};
	rc = ledger_tenant_find(t->ledger, t->arena, &t->settings, err);
	if (rc == RC_OK)
		rc = ledger_key_list(t->ledger, t->arena, &t->keys, err);
	slashes = str_find_str(t->settings.base_url, STR("://"));
	t->host = str_slice(t->settings.base_url, slashes + 3, t->settings.base_url.n);
	t->read_no = ++s->settings_no;
	number_settings(s, t);
	return rc;
}

static enum rc hold(struct site_tenant *t, struct err *err)
{
	enum rc rc = t->held ? RC_OK : ledger_hold(t->ledger, err);

	t->held = rc == RC_OK;
	return rc;
}

void site_drop(struct site *s)
{
	if (s->held)
		ledger_reader_drop(s->reader);
	s->held = false;
	for (uint32_t i = 0; i < s->tenant_count; i++) {
		if (s->tenants[i]->held)
			ledger_drop(s->tenants[i]->ledger);
		s->tenants[i]->held = false;
	}
}

/* Nothing is known of a ledger that was just opened; of another, all but what changed stays so. */
static enum rc keep_known(struct site *s, struct site_tenant *t, bool opened, struct err *err)
{
	struct ledger_changes changes = {NULL, 0, opened};
	struct arena *a;
	enum rc rc;

	if (opened) {
		rc = ledger_changes_mark(t->ledger, &t->mark, err);
	} else {
		a = arena_new(CHANGES_LEN);
		rc = ledger_changes_since(t->ledger, a, &t->mark, &changes, err);
		for (uint32_t i = 0; i < changes.count && rc == RC_OK; i++)
			known_drop(s->known, changes.ulids[i]);
		arena_free(&a);
	}
	if (rc == RC_OK && changes.all) {
		known_forget(s->known, t);
		memset(t->settings_hash, 0, sizeof t->settings_hash);
		t->fill_before = LEDGER_FACES_ALL;
	}
	return rc;
}

static enum rc refresh(struct site *s, struct site_tenant *t, struct err *err)
{
	int64_t now = clock_mono_ms();
	uint32_t version = 0;
	bool opened = t->ledger == NULL;
	enum rc rc = RC_OK;

	if (!opened && now - t->looked_ms < LOOK_EVERY_MS)
		return hold(t, err);
	if (opened)
		rc = ledger_open(s->data, str_of(t->name), LEDGER_READ_ONLY, &t->ledger, err);
	/* It may be another one, restored in its place. */
	if (opened)
		forget_roots(s, t);
	if (rc == RC_OK)
		rc = hold(t, err);
	if (rc == RC_OK)
		rc = ledger_version(t->ledger, &version, err);
	if (rc == RC_OK && (opened || version != t->version))
		rc = keep_known(s, t, opened, err);
	if (rc == RC_OK && (opened || version != t->version))
		rc = read_settings(s, t, err);
	if (rc != RC_OK) {
		t->held = false;
		ledger_free(&t->ledger);
		return rc;
	}
	t->version = version;
	t->looked_ms = now;
	return RC_OK;
}

bool site_is_fresh(struct site *s, const struct site_tenant *t)
{
	if (t->ledger != NULL && clock_mono_ms() - t->looked_ms < LOOK_EVERY_MS)
		return true;
	return site_tenant(s, str_of(t->name)) != NULL;
}

struct site_tenant *site_tenant(struct site *s, struct str name)
{
	struct site_tenant *t = find(s, name);
	struct err err = {0};

	if (t == NULL)
		return NULL;
	if (refresh(s, t, &err) != RC_OK) {
		log_line(LOG_ERROR, "the ledger of %s cannot be read: %s", t->name, err.text);
		return NULL;
	}
	return t;
}

bool site_is_unread(const struct site *s, struct str name)
{
	for (uint32_t i = 0; i < s->tenant_count; i++)
		if (s->tenants[i]->ledger == NULL
			&& (name.n == 0 || str_eq_cz(name, s->tenants[i]->name)))
			return true;
	return false;
}

/* Ports that a scheme has anyway are left out of base URLs. */
static struct str plain_host(struct str host)
{
	return str_ends(host, STR(":443")) ? str_slice(host, 0, host.n - 4) : host;
}

bool site_answers_for(struct site *s, const struct site_tenant *t, struct str host)
{
	host = plain_host(host);
	if (str_eq_nocase(t->host, host))
		return true;
	for (uint32_t i = 0; i < s->tenant_count; i++) {
		const struct site_tenant *other = s->tenants[i];

		/* Its address is as of when it was last looked at, which for one that never was is now. */
		if ((other->ledger != NULL || site_is_fresh(s, other))
			&& str_eq_nocase(other->host, host))
			return false;
	}
	return true;
}

struct site_tenant *site_tenant_of_host(struct site *s, struct str host)
{
	host = plain_host(host);
	for (uint32_t i = 0; i < s->tenant_count; i++) {
		struct site_tenant *t = site_tenant(s, str_of(s->tenants[i]->name));

		if (t != NULL && str_eq_nocase(t->host, host))
			return t;
	}
	return s->tenant_count == 1 ? site_tenant(s, str_of(s->tenants[0]->name)) : NULL;
}

/* What cannot be read is opened anew when it is next asked for. */
static enum rc find_route(struct site *s, struct arena *a, enum route_kind kind, struct bytes key,
	struct str *name, bool *found, struct err *err)
{
	enum rc rc = s->reader != NULL
		? RC_OK
		: ledger_reader_open(s->data, LEDGER_READ_ONLY, &s->reader, err);

	if (rc == RC_OK && !s->held)
		rc = ledger_reader_hold(s->reader, err);
	s->held = rc == RC_OK;
	if (rc == RC_OK)
		rc = ledger_reader_find(s->reader, a, kind, key, name, found, err);
	if (rc != RC_OK) {
		s->held = false;
		ledger_reader_free(&s->reader);
	}
	return rc;
}

enum rc site_route(struct site *s, struct arena *a, struct str host, enum route_kind kind,
	struct bytes key, struct site_tenant **out, struct err *err)
{
	const struct site_tenant *t;
	struct str name;
	bool found = false;
	enum rc rc = find_route(s, a, kind, key, &name, &found, err);

	*out = NULL;
	if (rc != RC_OK || !found)
		return rc;
	t = find(s, name);
	/* No ledger is read for what is another's, as none is for what is nobody's: it would take longer. */
	if (t != NULL && site_is_fresh(s, t) && !site_answers_for(s, t, host))
		return RC_OK;
	*out = site_tenant(s, name);
	if (*out == NULL)
		return err_set(err, RC_SYSTEM, "the ledger of a tenant cannot be read just now");
	return RC_OK;
}

/* ---- asking certfill-serve ---- */

static struct site_wait *wait_of(struct http_exchange *x)
{
	return http_state(x);
}

static void on_gone(struct http_exchange *x, void *app)
{
	(void)app;
	wait_of(x)->x = NULL;
}

static struct site_wait *free_wait(struct site *s, uint32_t *number)
{
	for (uint32_t i = 0; i < SITE_WAITS_MAX; i++)
		if (!s->waits[i].taken) {
			*number = i;
			return &s->waits[i];
		}
	return NULL;
}

bool site_ask(struct site *s, struct http_exchange *x, enum message message, const void *record,
	void (*answer)(struct http_exchange *x, const void *reply, int *fd))
{
	uint32_t number = 0;
	struct site_wait *wait = free_wait(s, &number);
	struct err err = {0};

	if (wait == NULL || worker_ask(s->worker, message, number + 1, record, &err) != RC_OK) {
		if (wait != NULL)
			log_line(LOG_WARN, "a link could not be looked up: %s", err.text);
		routes_send_notice(x, 503, TEXT_LATER);
		return false;
	}
	*wait = (struct site_wait){true, x, answer};
	http_set_state(x, wait);
	http_on_gone(x, on_gone);
	return true;
}

enum rc site_take_answer(
	struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct site *s = &site;
	struct site_wait *wait;
	int fd = frame->fd_count != 0 ? frame_take_fd(frame, 0) : -1;

	(void)w;
	(void)err;
	if (frame->request == 0 || frame->request > SITE_WAITS_MAX
		|| !s->waits[frame->request - 1].taken) {
		if (fd >= 0)
			(void)close(fd);
		return err_set(err, RC_PEER, "an answer to nothing that was asked");
	}
	wait = &s->waits[frame->request - 1];
	if (wait->x != NULL) {
		struct http_exchange *x = wait->x;

		http_on_gone(x, NULL);
		wait->answer(x, request, &fd);
	}
	*wait = (struct site_wait){0};
	if (fd >= 0)
		(void)close(fd);
	return RC_OK;
}
