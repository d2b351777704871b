// SPDX-License-Identifier: Apache-2.0
/* The wallet pass's archive, of stored entries. Runs in: render. */
#include "render/pack.h"

#include "base/clock.h"
#include "base/zipw.h"

#include <libdeflate.h>

/* PKWARE APPNOTE 6.3. */
#define VERSION_NEEDED 10 /* 1.0: stored files, no folders of their own (4.4.3.2) */
#define MADE_BY (3u << 8 | 20) /* UNIX (4.4.2) */
#define FILE_MODE (0100644u << 16)

#define HEADERS_MAX ((size_t)64 << 10)
#define ARCHIVE_MAX ((size_t)64 << 20)

/* shared: where the content lies in the compiled template, or NULL. */
struct entry {
	struct str name;
	struct bytes content;
	const struct compiled_section *shared;
	uint32_t crc;
	uint32_t offset;
};

struct job {
	const struct pack_pass *pass;
	struct entry *entries;
	size_t count;
	struct buf
		headers; /* of the entry, or of the whole directory, before they become a piece */
	uint16_t time;
	uint16_t date;
};

static void add_entry(struct job *j, size_t first, struct entry e)
{
	size_t at = j->count++;

	/* By insertion, as there are few: the order must not depend on who compiled the template. */
	for (; at > first && str_compare(j->entries[at - 1].name, e.name) > 0; at--)
		j->entries[at] = j->entries[at - 1];
	j->entries[at] = e;
}

/* The template's files first, so that all passes of a batch begin alike. */
static enum rc list_entries(struct job *j, struct arena *a, struct err *err)
{
	const struct compiled *c = j->pass->c;
	size_t total = j->pass->json.n + j->pass->manifest.n + j->pass->signature.n;
	size_t own = c->images.count;

	j->entries = arena_zalloc(a, own + 3, sizeof(*j->entries));
	for (uint32_t i = 0; i < own; i++) {
		const struct compiled_image *image = &c->images.items[i];

		add_entry(j, 0,
			(struct entry){.name = image->name,
				.content = compiled_bytes(j->pass->blob, &image->file),
				.shared = &image->file});
		total += image->file.len;
	}
	add_entry(
		j, own, (struct entry){.name = STR("manifest.json"), .content = j->pass->manifest});
	add_entry(j, own, (struct entry){.name = STR("pass.json"), .content = j->pass->json});
	add_entry(j, own, (struct entry){.name = STR("signature"), .content = j->pass->signature});
	for (size_t i = 0; i < j->count; i++) {
		if (i > 0 && str_eq(j->entries[i].name, j->entries[i - 1].name))
			return err_set(err, RC_INPUT, "a wallet pass would hold two files " STR_FMT,
				STR_ARG(j->entries[i].name));
	}
	if (total > ARCHIVE_MAX)
		return err_set(
			err, RC_LIMIT, "a wallet pass is larger than %zu MiB", ARCHIVE_MAX >> 20);
	return RC_OK;
}

/* 1980 to 2107, two-second steps (APPNOTE.TXT 4.4.6). */
static void dos_time(int64_t wall_s, uint16_t *time, uint16_t *date)
{
	struct clock_date d = clock_split(wall_s);

	if (d.year < 1980)
		d = (struct clock_date){.year = 1980, .month = 1, .day = 1};
	if (d.year > 2107)
		d.year = 2107;
	*time = (uint16_t)(d.hour << 11 | d.minute << 5 | d.second / 2);
	*date = (uint16_t)((d.year - 1980) << 9 | d.month << 5 | d.day);
}

static struct zipw_entry header_of(const struct job *j, const struct entry *e)
{
	return (struct zipw_entry){.name = e->name,
		.len = (uint32_t)e->content.n,
		.crc = e->crc,
		.offset = e->offset,
		.version = VERSION_NEEDED,
		.made_by = MADE_BY,
		.time = j->time,
		.date = j->date,
		.attributes = FILE_MODE};
}

static void put_file(struct job *j, struct entry *e, struct draw_pieces *pieces)
{
	struct zipw_entry header;

	e->offset = (uint32_t)pieces->total_len;
	e->crc = libdeflate_crc32(0, e->content.p, e->content.n);
	header = header_of(j, e);
	buf_reset(&j->headers);
	zipw_put_local(&j->headers, &header);
	draw_piece_put(pieces, buf_bytes(&j->headers));
	if (e->shared != NULL)
		draw_piece_share(pieces, e->content, e->shared->offset);
	else
		draw_piece_put(pieces, e->content);
}

static void put_directory(struct job *j, struct draw_pieces *pieces)
{
	uint32_t offset = (uint32_t)pieces->total_len;
	struct buf *b = &j->headers;

	buf_reset(b);
	for (size_t i = 0; i < j->count; i++) {
		struct zipw_entry header = header_of(j, &j->entries[i]);

		zipw_put_central(b, &header);
	}
	zipw_put_end(b, (uint32_t)j->count, (uint32_t)b->n, offset);
	CHECK(!b->full);
	draw_piece_put(pieces, buf_bytes(b));
}

enum rc pack_write(const struct pack_pass *p, struct buf *result, uint64_t result_offset,
	struct arena *a, struct wire_artifact *out, struct err *err)
{
	struct job j = {.pass = p, .headers = buf_new(HEADERS_MAX)};
	struct draw_pieces pieces = draw_piece_start(a, result, result_offset);
	enum rc rc = list_entries(&j, a, err);

	if (rc == RC_OK) {
		dos_time(p->issued_s, &j.time, &j.date);
		for (size_t i = 0; i < j.count; i++)
			put_file(&j, &j.entries[i], &pieces);
		put_directory(&j, &pieces);
		rc = draw_piece_finish(&pieces, ARTIFACT_PASS, out, err);
	}
	buf_free(&j.headers);
	return rc;
}
