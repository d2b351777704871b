// SPDX-License-Identifier: Apache-2.0
/* The wallet pass's archive, by libzip in memory. Runs in: render. */
#include "render/pack.h"

#include "base/clock.h"

#include <string.h>
#include <zip.h>

#define LOCAL_HEADER_LEN 30 /* APPNOTE.TXT 4.3.7 */
#define DEFLATE_LEVEL 6

/* image: index into compiled.images, or -1. */
struct entry {
	const char *name;
	struct bytes content;
	int image;
};

struct job {
	const struct pack_pass *pass;
	struct arena *a;
	struct entry *entries;
	size_t count;
};

static void add_entry(struct job *j, const char *name, struct bytes content, int image)
{
	size_t at = j->count++;

	/* By insertion, as there are few: the order must not depend on who compiled the template. */
	for (; at > 0 && strcmp(j->entries[at - 1].name, name) > 0; at--)
		j->entries[at] = j->entries[at - 1];
	j->entries[at] = (struct entry){name, content, image};
}

static enum rc list_entries(struct job *j, struct err *err)
{
	j->entries = arena_zalloc(j->a, j->pass->c->images.count + 3, sizeof(*j->entries));
	add_entry(j, "pass.json", j->pass->json, -1);
	add_entry(j, "manifest.json", j->pass->manifest, -1);
	add_entry(j, "signature", j->pass->signature, -1);
	for (uint32_t i = 0; i < j->pass->c->images.count; i++) {
		const struct compiled_image *image = &j->pass->c->images.items[i];
		const char *name;

		if (str_cz(j->a, image->name, &name, err) != RC_OK)
			return err_wrap(err, "image of the pass");
		add_entry(j, name, compiled_bytes(j->pass->blob, &image->file), (int)i);
	}
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

static bool put_entry(zip_t *zip, const struct entry *e, uint16_t time, uint16_t date)
{
	zip_source_t *source = zip_source_buffer(zip, e->content.p, e->content.n, 0);
	zip_int64_t index =
		source != NULL ? zip_file_add(zip, e->name, source, ZIP_FL_ENC_GUESS) : -1;

	if (index < 0) {
		zip_source_free(source);
		return false;
	}
	return zip_set_file_compression(zip, (zip_uint64_t)index,
		       e->image >= 0 ? ZIP_CM_STORE : ZIP_CM_DEFLATE, DEFLATE_LEVEL)
		== 0
		&& zip_file_set_dostime(zip, (zip_uint64_t)index, time, date, 0) == 0
		&& zip_file_set_external_attributes(
			   zip, (zip_uint64_t)index, 0, ZIP_OPSYS_UNIX, 0100644U << 16)
		== 0;
}

static enum rc read_back(struct job *j, zip_source_t *source, struct bytes *out, struct err *err)
{
	zip_int64_t len = -1;
	uint8_t *p = NULL;

	if (zip_source_open(source) == 0) {
		if (zip_source_seek(source, 0, SEEK_END) == 0)
			len = zip_source_tell(source);
		if (len >= 0 && zip_source_seek(source, 0, SEEK_SET) == 0) {
			p = arena_alloc(j->a, (size_t)len);
			len = zip_source_read(source, p, (zip_uint64_t)len) == len ? len : -1;
		}
		zip_source_close(source);
	}
	if (p == NULL || len < 0)
		return err_set(err, RC_SYSTEM, "libzip did not give the wallet pass back");
	*out = (struct bytes){p, (size_t)len};
	return RC_OK;
}

static enum rc zip_entries(struct job *j, struct bytes *out, struct err *err)
{
	zip_error_t why;
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &why);
	zip_t *zip = source != NULL ? zip_open_from_source(source, ZIP_TRUNCATE, &why) : NULL;
	uint16_t time;
	uint16_t date;
	bool good = zip != NULL;
	enum rc rc;

	if (zip == NULL) {
		zip_source_free(source);
		return err_set(err, RC_SYSTEM, "libzip cannot start a wallet pass");
	}
	zip_source_keep(source); /* beyond zip_close(), which drops the archive's own hold */
	dos_time(j->pass->issued_s, &time, &date);
	for (size_t i = 0; i < j->count && good; i++)
		good = put_entry(zip, &j->entries[i], time, date);
	if (good && zip_close(zip) == 0) {
		rc = read_back(j, source, out, err);
	} else {
		rc = err_set(
			err, RC_SYSTEM, "libzip cannot write a wallet pass: %s", zip_strerror(zip));
		zip_discard(zip);
	}
	zip_source_free(source);
	return rc;
}

static uint32_t little(const uint8_t *p, unsigned n)
{
	uint32_t v = 0;

	while (n > 0)
		v = v << 8 | p[--n];
	return v;
}

/* Finds where each stored image lies in the archive and cites it instead of copying it. */
static void put_pieces(const struct job *j, struct bytes zip, struct draw_pieces *pieces)
{
	size_t written = 0;
	size_t at = 0;

	for (size_t i = 0; i < j->count && zip.n - at >= LOCAL_HEADER_LEN; i++) {
		const struct entry *e = &j->entries[i];
		const uint8_t *header = zip.p + at;
		size_t content =
			at + LOCAL_HEADER_LEN + little(header + 26, 2) + little(header + 28, 2);
		size_t packed_len = little(header + 18, 4);

		if (content > zip.n || packed_len > zip.n - content)
			break;
		at = content + packed_len;
		if (e->image < 0 || packed_len != e->content.n
			|| memcmp(zip.p + content, e->content.p, packed_len) != 0)
			continue;
		draw_piece_put(pieces, (struct bytes){zip.p + written, content - written});
		draw_piece_share(
			pieces, e->content, j->pass->c->images.items[e->image].file.offset);
		written = at;
	}
	draw_piece_put(pieces, (struct bytes){zip.p + written, zip.n - written});
}

enum rc pack_write(const struct pack_pass *p, struct buf *result, uint64_t result_offset,
	struct arena *a, struct wire_artifact *out, struct err *err)
{
	struct job j = {.pass = p, .a = a};
	struct draw_pieces pieces = draw_piece_start(a, result, result_offset);
	struct bytes zip = {0};
	enum rc rc = list_entries(&j, err);

	if (rc == RC_OK)
		rc = zip_entries(&j, &zip, err);
	if (rc != RC_OK)
		return rc;
	put_pieces(&j, zip, &pieces);
	return draw_piece_finish(&pieces, ARTIFACT_PASS, out, err);
}
