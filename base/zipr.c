// SPDX-License-Identifier: Apache-2.0
/* Entries of our own ZIP files. Runs in: control. */
#include "base/zipr.h"

#include "base/cursor.h"

/* APPNOTE 4.3.7. */
#define LOCAL_SIGNATURE 0x04034B50u
/* Bit 3: lengths stand behind the content (4.4.4). */
#define FLAG_LATE_LENGTHS 0x0008u
#define STORED 0
/* Version, time and date, or CRC, which nothing here depends on. */
#define VERSION_LEN 2
#define TIME_LEN 4
#define CRC_LEN 4

bool zipr_find(struct bytes zip, struct str name, struct bytes *content)
{
	struct cursor c = cursor_of(zip);

	while (!c.bad && cursor_u32(&c) == LOCAL_SIGNATURE) {
		uint16_t flags;
		uint16_t method;
		uint16_t name_len;
		uint16_t extra_len;
		uint32_t len;
		struct bytes said;

		(void)cursor_take(&c, VERSION_LEN);
		flags = cursor_u16(&c);
		method = cursor_u16(&c);
		(void)cursor_take(&c, TIME_LEN + CRC_LEN);
		len = cursor_u32(&c);
		if (cursor_u32(&c) != len || method != STORED || (flags & FLAG_LATE_LENGTHS) != 0)
			return false;
		name_len = cursor_u16(&c);
		extra_len = cursor_u16(&c);
		said = cursor_take(&c, name_len);
		(void)cursor_take(&c, extra_len);
		*content = cursor_take(&c, len);
		if (!c.bad && str_eq(bytes_text(said), name))
			return true;
	}
	return false;
}
