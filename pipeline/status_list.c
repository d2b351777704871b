// SPDX-License-Identifier: Apache-2.0
/* The document of a status list, from the events. Runs in: control. */
#include "base/credential_id.h"
#include "base/jsonw.h"
#include "pipeline/issue.h"
#include "pipeline/status.h"

#include <string.h>

#define MARKS_PAGE 1000

/* What stands in a list: entry 0 is the first byte's highest bit. */
struct marked {
	uint8_t *gone; /* for good: revoked, or replaced because it was wrong */
	uint8_t *suspended;
};

static void set_bit(uint8_t *bits, uint32_t index, bool value)
{
	uint8_t bit = (uint8_t)(0x80u >> (index % 8));

	bits[index / 8] = (uint8_t)(value ? bits[index / 8] | bit : bits[index / 8] & ~bit);
}

static bool get_bit(const uint8_t *bits, uint32_t index)
{
	return (bits[index / 8] & (0x80u >> (index % 8))) != 0;
}

/* What was renewed was right all the time, and ends by its own date. */
static bool is_gone(const struct status_mark *m)
{
	return m->kind == STATUS_REVOKED
		|| (m->kind == STATUS_SUPERSEDED && !str_eq_cz(m->reason, STATUS_RENEWED));
}

static enum rc take_mark(struct marked *to, const struct status_mark *m, struct err *err)
{
	if (m->index >= STATUS_LIST_LEN)
		return err_set(err, RC_SYSTEM,
			"the ledger holds a place that no status list has: it is damaged");
	if (is_gone(m))
		set_bit(to->gone, m->index, true);
	if (m->kind == STATUS_SUSPENDED || m->kind == STATUS_REINSTATED)
		set_bit(to->suspended, m->index, m->kind == STATUS_SUSPENDED);
	return RC_OK;
}

/* entry: called for each credential that goes, once; NULL: only mark. */
static enum rc walk(struct tenant *t, const struct status_list *list, struct marked *to,
	void (*entry)(const struct status_mark *m, void *context), void *context, struct err *err)
{
	struct arena *a = arena_new((size_t)4 << 20);
	struct status_marks page = {NULL, 0, 0};
	enum rc rc;

	do {
		arena_reset(a);
		rc = ledger_status_marks(
			t->ledger, a, list->list, page.last_seq, MARKS_PAGE, &page, err);
		for (uint32_t i = 0; rc == RC_OK && i < page.count; i++) {
			const struct status_mark *m = &page.items[i];
			bool new_one = m->index < STATUS_LIST_LEN && is_gone(m)
				&& !get_bit(to->gone, m->index);

			rc = take_mark(to, m, err);
			if (rc == RC_OK && new_one && entry != NULL)
				entry(m, context);
		}
	} while (rc == RC_OK && page.count == MARKS_PAGE);
	arena_free(&a);
	return rc;
}

/* ---- Bitstring Status List 1.0 ---- */

static enum rc build_bits(struct tenant *t, const struct status_list *list, int64_t now_s,
	struct arena *a, struct status_doc *out, struct err *err)
{
	struct marked marked = {
		arena_zalloc(a, WIRE_STATUS_BITS, 1), arena_zalloc(a, WIRE_STATUS_BITS, 1)};
	struct wire_sign_list ask = {.actor = tenant_actor(t),
		.issuer = {.id = t->settings.issuer_id,
			.name = t->settings.issuer_name,
			.url = t->settings.issuer_url,
			.base_url = t->settings.base_url,
			.demo = t->settings.demo},
		.list = list->list,
		.status = list->purpose,
		.bits = {marked.gone, WIRE_STATUS_BITS},
		.valid_from_s = now_s,
		.valid_until_s = now_s + STATUS_LIFE_S,
		.ttl_s = STATUS_TTL_S};
	struct wire_signed_text answer;
	enum rc rc = walk(t, list, &marked, NULL, NULL, err);

	/* Who reads a list of suspensions only must not take a revoked credential for good. */
	for (size_t i = 0; str_eq_cz(list->purpose, "suspension") && i < WIRE_STATUS_BITS; i++)
		marked.gone[i] |= marked.suspended[i];
	if (rc == RC_OK)
		rc = peer_ask(t->sign, PEER_MESSAGE(MESSAGE_SIGN_LIST, &ask), a, &answer, err);
	if (rc == RC_OK) {
		out->valid_until_s = ask.valid_until_s;
		out->content = bytes_of(answer.text);
	}
	return rc;
}

/* ---- 1EdTech's list (OB 3.0, 1EdTechRevocationList): by credential id, unsigned ---- */

struct named {
	struct tenant *t;
	struct jsonw w;
	struct buf out;
	struct arena *a;
};

static void put_entry(const struct status_mark *m, void *context)
{
	struct named *n = context;
	const char *phrase = status_reason_phrase((enum status_kind)m->kind, m->reason);

	arena_reset(n->a);
	jsonw_open(&n->w, '{');
	jsonw_key_str(&n->w, "id",
		credential_id_text(n->a, n->t->settings.base_url, n->t->settings.demo, m->ulid));
	jsonw_key_bool(&n->w, "revoked", true);
	jsonw_key_str_if(&n->w, "revocationReason", str_of(phrase));
	jsonw_close(&n->w, '}');
}

static enum rc build_names(struct tenant *t, const struct status_list *list, struct arena *a,
	struct status_doc *out, struct err *err)
{
	struct marked marked = {
		arena_zalloc(a, WIRE_STATUS_BITS, 1), arena_zalloc(a, WIRE_STATUS_BITS, 1)};
	struct named n = {.t = t, .out = buf_new(STATUS_DOC_MAX), .a = arena_new(4096)};
	enum rc rc;

	n.w = jsonw_new(&n.out);
	jsonw_open(&n.w, '{');
	jsonw_key_str(&n.w, "id",
		str_fmt(a, STR_FMT "/revocations/%u", STR_ARG(t->settings.base_url), list->list));
	jsonw_key_str(&n.w, "type", STR("1EdTechRevocationList"));
	jsonw_key_str(&n.w, "issuer", t->settings.issuer_id);
	jsonw_key_open(&n.w, "revokedCredential", '[');
	rc = walk(t, list, &marked, put_entry, &n, err);
	jsonw_close(&n.w, ']');
	jsonw_close(&n.w, '}');
	if (rc == RC_OK && n.out.full)
		rc = err_set(err, RC_LIMIT, "the list is over %zu bytes", STATUS_DOC_MAX);
	if (rc == RC_OK) {
		out->valid_until_s = INT64_MAX;
		out->content = (struct bytes){arena_dup(a, n.out.p, n.out.n), n.out.n};
	}
	arena_free(&n.a);
	buf_free(&n.out);
	return rc;
}

enum rc status_build_list(struct tenant *t, const struct status_list *list, int64_t now_s,
	struct arena *a, struct status_doc *out, struct err *err)
{
	*out = (struct status_doc){.list = list->list, .seq = list->newest_seq, .built_s = now_s};
	return str_eq_cz(list->purpose, "1edtech") ? build_names(t, list, a, out, err)
						   : build_bits(t, list, now_s, a, out, err);
}
