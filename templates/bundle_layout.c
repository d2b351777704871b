// SPDX-License-Identifier: Apache-2.0
/* The layout of a bundle's ZIP file. Runs in: intake. */
#include "templates/bundle_layout.h"

#include "base/cursor.h"
#include "templates/limits.h"
#include "templates/rules.h"

#include <stdlib.h>
#include <string.h>

#define END_LEN 22u
#define LOCAL_LEN 30u
#define COMMENT_MAX 65535u
#define IN_EXTRA 0xffffffffu /* the ZIP64 extra field has the number */
#define EXTRA_ZIP64 1u
#define SIGN_CENTRAL 0x02014b50u
#define SIGN_LOCAL 0x04034b50u

/* General purpose flags, APPNOTE 4.4.4. */
#define FLAG_DESCRIPTOR 0x0008u
/* Patch data, strong encryption, masked headers. */
#define FLAGS_STRANGE 0x2060u

/* The same fields stand in both headers of an entry: 4.3.7 and 4.3.12. */
struct header {
	uint16_t flags;
	uint16_t method;
	uint32_t crc;
	uint64_t packed;
	uint64_t len;
	uint64_t at; /* of the local header; the list alone says it */
	uint16_t disk;
	struct str name;
};

/* What an entry covers: header, name, extra and content. */
struct span {
	uint64_t from;
	uint64_t to;
	bool descriptor; /* of 12 to 24 bytes behind the content */
};

static enum rc contradicts(struct err *err)
{
	return err_set(
		err, RC_INPUT, "the bundle is a ZIP file that contradicts itself; pack it again");
}

/* PKWARE APPNOTE 4.3.16. The comment must end where the file does. */
static bool find_end(struct bytes zip, size_t *at)
{
	for (size_t back = END_LEN; back <= zip.n && back <= END_LEN + COMMENT_MAX; back++) {
		const uint8_t *p = zip.p + zip.n - back;

		*at = zip.n - back;
		if (memcmp(p, "PK\5\6", 4) == 0 && (p[20] | (size_t)p[21] << 8) == back - END_LEN)
			return true;
	}
	return false;
}

static enum rc read_end(
	struct bytes zip, struct bytes *list, size_t *list_at, uint32_t *count, struct err *err)
{
	struct cursor c;
	size_t end;
	uint32_t disks;
	uint32_t here;
	uint32_t len;

	if (!find_end(zip, &end))
		return err_set(err, RC_INPUT,
			"the bundle is not a whole ZIP file; pack it again and do not cut it");
	c = cursor_of((struct bytes){zip.p + end + 4, zip.n - end - 4});
	disks = cursor_u32(&c);
	here = cursor_u16(&c);
	*count = cursor_u16(&c);
	len = cursor_u32(&c);
	*list_at = cursor_u32(&c);
	if (here > LIMIT_BUNDLE_ENTRIES || *count > LIMIT_BUNDLE_ENTRIES)
		return err_set(err, RC_LIMIT,
			"the bundle has %u entries; at most %u are accepted, so pack only the "
			"template, its images and its fonts",
			*count, LIMIT_BUNDLE_ENTRIES);
	if (disks != 0 || here != *count)
		return err_set(err, RC_INPUT, "the bundle is spread over several ZIP files");
	if ((uint64_t)*list_at + len != end && RULE_ON(RULE_ZIP_END))
		return err_set(err, RC_INPUT,
			"the bundle is not only a ZIP file: other bytes stand before or in it; "
			"pack it again");
	*list = (struct bytes){zip.p + *list_at, len};
	return RC_OK;
}

/* APPNOTE 4.5.3: of the three, those that the header itself leaves to it, in this order. */
static bool read_zip64(struct bytes extra, struct header *h)
{
	uint64_t *const fields[] = {&h->len, &h->packed, &h->at};
	struct cursor c = cursor_of(extra);

	while (!c.bad && cursor_left(&c) >= 4) {
		uint16_t id = cursor_u16(&c);
		struct cursor field = cursor_of(cursor_take(&c, cursor_u16(&c)));

		if (id != EXTRA_ZIP64)
			continue;
		for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
			if (*fields[i] == IN_EXTRA)
				*fields[i] = cursor_u64(&field);
		return !field.bad;
	}
	return h->len != IN_EXTRA && h->packed != IN_EXTRA && h->at != IN_EXTRA;
}

static void read_shared(struct cursor *c, struct header *h)
{
	h->flags = cursor_u16(c);
	h->method = cursor_u16(c);
	cursor_take(c, 4);
	h->crc = cursor_u32(c);
	h->packed = cursor_u32(c);
	h->len = cursor_u32(c);
}

static bool read_central(struct cursor *c, struct header *h)
{
	uint32_t signature = cursor_u32(c);
	size_t name_len;
	size_t extra_len;
	size_t comment_len;
	struct bytes extra;

	cursor_take(c, 4);
	read_shared(c, h);
	name_len = cursor_u16(c);
	extra_len = cursor_u16(c);
	comment_len = cursor_u16(c);
	h->disk = cursor_u16(c);
	cursor_take(c, 6);
	h->at = cursor_u32(c);
	h->name = bytes_text(cursor_take(c, name_len));
	extra = cursor_take(c, extra_len);
	cursor_take(c, comment_len);
	return signature == SIGN_CENTRAL && !c->bad && h->disk == 0 && read_zip64(extra, h);
}

/* A writer that could not go back leaves the local header's numbers 0; a ZIP64 one leaves them to its extra field. */
static bool says(uint64_t local, uint64_t central, bool descriptor)
{
	return local == central || local == IN_EXTRA || (descriptor && local == 0);
}

static bool check_local(struct bytes zip, const struct header *h, struct span *out)
{
	struct header local = {.at = 0};
	struct cursor c;
	size_t name_len;
	size_t extra_len;
	bool later = (h->flags & FLAG_DESCRIPTOR) != 0;

	if (h->at > zip.n || zip.n - h->at < LOCAL_LEN)
		return false;
	c = cursor_of((struct bytes){zip.p + h->at, zip.n - h->at});
	if (cursor_u32(&c) != SIGN_LOCAL)
		return false;
	cursor_take(&c, 2);
	read_shared(&c, &local);
	name_len = cursor_u16(&c);
	extra_len = cursor_u16(&c);
	local.name = bytes_text(cursor_take(&c, name_len));
	cursor_take(&c, extra_len);
	if (c.bad || h->packed > cursor_left(&c))
		return false;
	*out = (struct span){h->at, h->at + LOCAL_LEN + name_len + extra_len + h->packed, later};
	return local.flags == h->flags && local.method == h->method && str_eq(local.name, h->name)
		&& says(local.crc, h->crc, later) && says(local.packed, h->packed, later)
		&& says(local.len, h->len, later);
}

static int by_place(const void *left, const void *right)
{
	const struct span *a = left;
	const struct span *b = right;

	return a->from < b->from ? -1 : a->from > b->from;
}

/* One behind the other from the first byte to the list; between them stand descriptors alone (4.3.9). */
static bool check_spans(struct span *spans, uint32_t count, uint64_t list_at)
{
	uint64_t at = 0;

	qsort(spans, count, sizeof *spans, by_place);
	for (uint32_t i = 0; i <= count; i++) {
		uint64_t next = i < count ? spans[i].from : list_at;
		uint64_t gap = next - at;

		if (next < at
			|| (gap != 0
				&& !(i > 0 && spans[i - 1].descriptor && gap % 4 == 0 && gap >= 12
					&& gap <= 24)))
			return false;
		at = i < count ? spans[i].to : at;
	}
	return true;
}

enum rc bundle_layout_check(struct bytes zip, struct err *err)
{
	struct span spans[LIMIT_BUNDLE_ENTRIES] = {0};
	struct bytes list;
	struct cursor c;
	size_t list_at = 0;
	uint32_t count = 0;
	enum rc rc = read_end(zip, &list, &list_at, &count, err);

	if (rc != RC_OK)
		return rc;
	c = cursor_of(list);
	for (uint32_t i = 0; i < count; i++) {
		struct header h;

		if (!read_central(&c, &h)
			|| (!check_local(zip, &h, &spans[i]) && RULE_ON(RULE_ZIP_HEADERS)))
			return contradicts(err);
		if ((h.flags & FLAGS_STRANGE) != 0 && RULE_ON(RULE_ZIP_FLAGS))
			return err_set(err, RC_INPUT,
				"the bundle is packed in a way that is not common; pack it as an "
				"ordinary ZIP");
	}
	return (cursor_at_end(&c) && check_spans(spans, count, list_at)) || !RULE_ON(RULE_ZIP_SPANS)
		? RC_OK
		: contradicts(err);
}
