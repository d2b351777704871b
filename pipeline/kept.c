// SPDX-License-Identifier: Apache-2.0
/* Records kept for years. Runs in: control. */
#include "pipeline/kept.h"

enum rc kept_write(
	const struct wire_type *type, const void *record, struct buf *out, struct err *err)
{
	cursor_put_u16(out, KEPT_VERSION);
	return wire_encode(type, record, out, err);
}

enum rc kept_read(const struct wire_type *type, struct bytes in, struct arena *a, void *record,
	struct err *err)
{
	struct cursor c = cursor_of(in);
	uint16_t version = cursor_u16(&c);

	if (c.bad || version == 0 || version > KEPT_VERSION)
		return err_set(err, RC_INPUT,
			"the ledger holds a record of form %u and this certfill reads forms up to "
			"%u; use the version that wrote it",
			version, KEPT_VERSION);
	return wire_decode_form(type, version, cursor_take(&c, cursor_left(&c)), a, record, err);
}
