// SPDX-License-Identifier: Apache-2.0
/*
 * Documents for other people's programs: key set, single keys, DID documents, status lists. Anybody's
 * script may read them (CORS), nothing in them is about a person. Runs in: verify.
 */
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "formats/keydoc.h"
#include "ipc/wire_sign.h"
#include "ledger/ledger_status_list.h"
#include "serve/routes.h"

#define DOCUMENT_MAX ((size_t)1 << 20)
#define LISTS_MAX 64

/* As long as status lists, whose ttl says five minutes. */
#define FRESH_S "300"

void routes_allow_all(struct http_exchange *x)
{
	http_set_header(x, "access-control-allow-origin", STR("*"));
	http_set_header(x, "cross-origin-resource-policy", STR("cross-origin"));
}

void routes_set_public(struct http_exchange *x, struct str type)
{
	http_set_header(x, "content-type", type);
	http_set_header(x, "cache-control", STR("public, max-age=" FRESH_S ", must-revalidate"));
	http_set_header(x, "access-control-expose-headers", STR("etag"));
	http_set_header(x, "content-security-policy", STR("sandbox; default-src 'none'"));
}

void route_public_options(struct http_exchange *x, void *app)
{
	(void)app;
	routes_allow_all(x);
	http_set_header(x, "allow", STR("GET, HEAD, OPTIONS"));
	http_set_header(x, "access-control-allow-methods", STR("GET, HEAD"));
	http_set_header(x, "access-control-allow-headers",
		STR("accept, if-none-match, if-modified-since, range"));
	http_set_header(x, "access-control-max-age", STR("86400"));
	http_send(x, 204, (struct bytes){NULL, 0});
}

/* ---- keys ---- */

static bool take_key(const struct ledger_key *k, struct keydoc_key *out)
{
	/* As "key publish" chooses them (pipeline/keys.c). */
	if (k->public_key.n == 0 || k->purpose == KEY_PASS || jwk_alg_of(k->public_key) == JWK_NONE)
		return false;
	*out = (struct keydoc_key){k->kid, k->public_key,
		k->purpose == KEY_ASSERT || k->purpose == KEY_JWT,
		k->compromised_s == LEDGER_NEVER_S ? KEYDOC_NOT_COMPROMISED : k->compromised_s};
	return true;
}

/* Tenants of one host have one address for their keys, and one DID. */
static struct keydoc_key *list_keys(
	struct site *s, struct arena *a, const struct site_tenant *of, size_t *count)
{
	struct keydoc_key *keys;
	size_t room = 1;

	*count = 0;
	for (uint32_t i = 0; i < s->tenant_count; i++)
		room += s->tenants[i]->keys.count;
	keys = arena_zalloc(a, room, sizeof *keys);
	for (uint32_t i = 0; i < s->tenant_count; i++) {
		const struct site_tenant *t = s->tenants[i];

		if (t != of && (t->ledger == NULL || !str_eq_nocase(t->host, of->host)))
			continue;
		for (uint32_t k = 0; k < t->keys.count; k++)
			*count += take_key(&t->keys.items[k], &keys[*count]);
	}
	return keys;
}

static struct blob *make_document(
	struct site *s, struct arena *a, const struct site_tenant *t, enum site_document_kind kind)
{
	struct keydoc_issuer issuer = {t->settings.issuer_id, t->settings.base_url};
	struct buf text = buf_new(DOCUMENT_MAX);
	size_t count = 0;
	struct keydoc_key *keys = list_keys(s, a, t, &count);
	struct blob *blob;

	if (kind == SITE_KEY_SET)
		keydoc_put_set(&text, &issuer, keys, count);
	else
		keydoc_put_did(&text, &issuer, keys, count);
	CHECK(!text.full);
	blob = blob_new(buf_bytes(&text));
	buf_free(&text);
	return blob;
}

/* Whose ledger cannot be read may have what was asked for. name: that tenant alone; empty: any. */
static void refuse_unknown(struct http_exchange *x, struct str name)
{
	http_refuse(x, site_is_unread(site_of(), name) ? 503 : 404);
}

static void send_document(struct http_exchange *x, struct str name, struct site_tenant *t,
	enum site_document_kind kind, struct str type)
{
	struct site *s = site_of();
	struct site_document *d;

	routes_allow_all(x);
	if (t == NULL) {
		refuse_unknown(x, name);
		return;
	}
	d = &t->documents[kind];
	if (d->blob == NULL || d->settings_no != s->settings_no) {
		blob_free(&d->blob);
		d->blob = make_document(s, http_arena(x), t, kind);
		d->settings_no = s->settings_no;
	}
	routes_set_public(x, type);
	blob_send(x, d->blob);
}

void route_key_set(struct http_exchange *x, void *app)
{
	(void)app;
	if (routes_charge(x))
		send_document(x, STR(""), site_tenant_of_host(site_of(), http_request_of(x)->host),
			SITE_KEY_SET, STR("application/jwk-set+json"));
}

void route_did(struct http_exchange *x, void *app)
{
	(void)app;
	if (routes_charge(x))
		send_document(x, STR(""), site_tenant_of_host(site_of(), http_request_of(x)->host),
			SITE_DID, STR("application/did+json"));
}

void route_tenant_did(struct http_exchange *x, void *app)
{
	struct site *s = site_of();
	const struct http_request *r = http_request_of(x);
	struct site_tenant *t;

	(void)app;
	if (!routes_charge(x))
		return;
	t = site_tenant(s, r->segments[1]);
	if (t != NULL && !site_answers_for(s, t, r->host))
		t = NULL;
	send_document(x, r->segments[1], t, SITE_DID, STR("application/did+json"));
}

static bool put_key(struct site *s, struct buf *out, struct str host, struct str kid)
{
	for (uint32_t i = 0; i < s->tenant_count; i++) {
		const struct site_tenant *t = site_tenant(s, str_of(s->tenants[i]->name));
		struct keydoc_key key;

		if (t == NULL || !site_answers_for(s, t, host))
			continue;
		for (uint32_t k = 0; k < t->keys.count; k++)
			if (str_eq(t->keys.items[k].kid, kid)
				&& take_key(&t->keys.items[k], &key)) {
				struct keydoc_issuer issuer = {
					t->settings.issuer_id, t->settings.base_url};

				keydoc_put_jwk(out, &issuer, &key);
				return true;
			}
	}
	return false;
}

void route_key(struct http_exchange *x, void *app)
{
	const struct http_request *r = http_request_of(x);
	struct buf text = buf_new(DOCUMENT_MAX);
	struct blob *blob;

	(void)app;
	if (!routes_charge(x))
		return;
	routes_allow_all(x);
	if (!put_key(site_of(), &text, r->host, r->segments[3])) {
		refuse_unknown(x, STR(""));
		return;
	}
	blob = blob_new(buf_bytes(&text));
	buf_free(&text);
	routes_set_public(x, STR("application/jwk+json"));
	blob_send(x, blob);
	blob_free(&blob);
}

/* ---- status lists ---- */

/* The newest documents, so that a busy list is read from the ledger once for each change of it. */
static struct list_kept {
	struct site_tenant *tenant; /* NULL: free */
	uint32_t list;
	uint32_t version; /* of the tenant's ledger */
	bool edtech;
	struct blob *blob;
} kept[LISTS_MAX];
static uint32_t next_kept;

static struct list_kept *place_of(const struct site_tenant *t, uint32_t list)
{
	for (uint32_t i = 0; i < LISTS_MAX; i++)
		if (kept[i].tenant == t && kept[i].list == list)
			return &kept[i];
	next_kept = (next_kept + 1) % LISTS_MAX;
	return &kept[next_kept];
}

static enum rc read_list(
	struct site_tenant *t, uint32_t list, struct list_kept *place, struct err *err)
{
	struct arena *a = arena_new(STATUS_DOC_MAX + ((size_t)1 << 20));
	struct status_doc doc;
	bool found = false;
	enum rc rc = ledger_status_doc_find(t->ledger, a, list, &doc, &found, err);

	if (rc == RC_OK) {
		blob_free(&place->blob);
		*place = (struct list_kept){.tenant = t, .list = list, .version = t->version};
		if (found) {
			place->edtech = str_eq_cz(doc.purpose, "1edtech");
			place->blob = blob_new(doc.content);
		}
	}
	arena_free(&a);
	return rc;
}

static enum rc find_list(
	struct http_exchange *x, uint32_t list, struct list_kept **out, struct err *err)
{
	struct site_tenant *t;
	uint8_t key[4];
	enum rc rc;

	*out = NULL;
	ledger_status_route_key(list, key);
	rc = site_route(site_of(), http_arena(x), http_request_of(x)->host, ROUTE_STATUS_LIST,
		(struct bytes){key, sizeof key}, &t, err);
	if (rc != RC_OK || t == NULL)
		return rc;
	*out = place_of(t, list);
	if ((*out)->tenant == t && (*out)->list == list && (*out)->version == t->version)
		return RC_OK;
	return read_list(t, list, *out, err);
}

static void send_list(struct http_exchange *x, bool edtech)
{
	struct str text = http_request_of(x)->segments[1];
	struct list_kept *list = NULL;
	struct err err = {0};
	uint64_t number = 0;
	char plain[16];

	if (!routes_charge(x))
		return;
	routes_allow_all(x);
	/* One address each: no leading zeros. */
	if (str_to_u64(text, UINT32_MAX, &number)
		&& text_fmt(plain, sizeof plain, "%u", (uint32_t)number) && str_eq_cz(text, plain)
		&& find_list(x, (uint32_t)number, &list, &err) != RC_OK) {
		log_line(LOG_ERROR, "a status list cannot be read: %s", err.text);
		http_refuse(x, 503);
		return;
	}
	if (list == NULL || list->blob == NULL || list->edtech != edtech) {
		http_refuse(x, 404);
		return;
	}
	routes_set_public(x, edtech ? STR("application/json") : STR("application/vc"));
	blob_send(x, list->blob);
}

void route_status_list(struct http_exchange *x, void *app)
{
	(void)app;
	send_list(x, false);
}

void route_revocation_list(struct http_exchange *x, void *app)
{
	(void)app;
	send_list(x, true);
}
