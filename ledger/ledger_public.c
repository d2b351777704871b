// SPDX-License-Identifier: Apache-2.0
/* Boxes of the public pages. Runs in: control (writes), verify (reads). */
#include "ledger/ledger_public.h"

#include "ledger/ledger_inside.h"

/* Goes up with every new member; see WIRE_SINCE. */
#define PUBLIC_FORM 2

static const struct wire_field value_fields[] = {
	WIRE_MAX(struct public_value, name, WIRE_STR, 128),
	WIRE_MAX(struct public_value, text, WIRE_STR, 8192),
};
static WIRE_TYPE(value_type, struct public_value, value_fields);
static const struct wire_field view_fields[] = {
	WIRE_MAX(struct public_view, lang, WIRE_STR, 35),
	WIRE_SUB(struct public_view, values, WIRE_LIST, 64, &value_type),
	WIRE_M(struct public_view, picture, WIRE_BOOL),
	WIRE_M(struct public_view, pass_throwaway, WIRE_BOOL),
	WIRE_SINCE(2, struct public_view, picture_width, WIRE_U32, 0, NULL),
	WIRE_SINCE(2, struct public_view, picture_height, WIRE_U32, 0, NULL),
};
static WIRE_TYPE(view_type, struct public_view, view_fields);

void ledger_public_key(struct bytes data_secret, struct str tenant, uint8_t out[SEAL_KEY_LEN])
{
	seal_derive_key(data_secret, STR("publish"), bytes_of(tenant), out);
}

void ledger_claim_key(struct bytes claim_secret, struct str tenant, uint8_t out[SEAL_KEY_LEN])
{
	seal_derive_key(claim_secret, STR("claim"), bytes_of(tenant), out);
}

static struct seal_place place_of(const struct public_place *p)
{
	return (struct seal_place){p->tenant, STR("public_views"),
		p->box == PUBLIC_BOX_PUBLISHED ? STR("published") : STR("claimed"), {p->ulid, 16}};
}

enum rc ledger_public_seal(struct seal *s, const uint8_t key[SEAL_KEY_LEN],
	const struct public_place *place, const struct public_view *view, struct buf *out,
	struct err *err)
{
	struct seal_place at = place_of(place);
	struct buf plain = buf_new(PUBLIC_BOX_MAX - SEAL_BOX_EXTRA_LEN);
	enum rc rc;

	cursor_put_u16(&plain, PUBLIC_FORM);
	rc = wire_encode(&view_type, view, &plain, err);
	if (rc == RC_OK && plain.full)
		rc = err_set(err, RC_LIMIT, "what is published of a row is longer than 16 KiB");
	if (rc == RC_OK)
		seal_box(s, key, &at, buf_bytes(&plain), out);
	seal_wipe(plain.p, plain.n);
	buf_free(&plain);
	return rc;
}

enum rc ledger_public_open(struct seal *s, const uint8_t key[SEAL_KEY_LEN],
	const struct public_place *place, struct bytes box, struct arena *a,
	struct public_view *out, struct err *err)
{
	struct seal_place at = place_of(place);
	struct bytes plain;
	struct cursor c;
	uint16_t form;
	enum rc rc = seal_open_box(s, key, &at, box, a, &plain, err);

	if (rc != RC_OK)
		return rc;
	c = cursor_of(plain);
	form = cursor_u16(&c);
	if (c.bad || form == 0 || form > PUBLIC_FORM)
		return err_set(err, RC_INPUT,
			"a newer certfill wrote what is published here; use that version");
	return wire_decode_form(&view_type, form, cursor_take(&c, cursor_left(&c)), a, out, err);
}

struct str ledger_public_value(const struct public_view *view, const char *name)
{
	for (uint32_t i = 0; i < view->values.count; i++)
		if (str_eq_cz(view->values.items[i].name, name))
			return view->values.items[i].text;
	return (struct str){NULL, 0};
}

enum rc ledger_public_find(struct ledger *l, struct arena *a, const uint8_t ulid[16],
	struct bytes *published, struct bytes *claimed, struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc = ledger_db_start(l->db,
		"SELECT published, claimed FROM public_views WHERE tenant_id = $1 AND ulid = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(ulid, 16)), &c, err);

	*published = *claimed = (struct bytes){NULL, 0};
	if (rc == RC_OK)
		rc = ledger_db_next(&c, &row, err);
	if (rc != RC_OK || !row)
		return rc;
	*published = ledger_db_blob(c, a, 0);
	*claimed = ledger_db_blob(c, a, 1);
	ledger_db_done(&c);
	return RC_OK;
}
