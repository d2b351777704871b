// SPDX-License-Identifier: Apache-2.0
/* Chunks of a PNG, read for the credential alone. Runs in: check, and programs that use libcertfill-verify. */
#include "verify/bake_png.h"

#include <libdeflate.h>
#include <string.h>

/* One chunk for each row of a large picture would be plenty. */
#define CHUNKS_MAX 65536
#define KEYWORD "openbadgecredential"
#define OLD_KEYWORD "openbadges"

struct reader {
	struct bytes file;
	size_t at;
	size_t chunk_count;
	bool ended;
	struct str found;
	struct err *err;
};

struct chunk {
	const uint8_t *type;
	struct bytes content;
};

static uint32_t u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool is_type(const struct chunk *c, const char *type)
{
	return memcmp(c->type, type, 4) == 0;
}

static enum rc next_chunk(struct reader *r, struct chunk *out)
{
	size_t left = r->file.n - r->at;
	const uint8_t *p = r->file.p + r->at;
	uint32_t len;

	if (left < 12)
		return err_set(r->err, RC_INPUT, "the picture breaks off before its end");
	len = u32(p);
	if (len > left - 12)
		return err_set(r->err, RC_INPUT, "a part of the picture is longer than the file");
	if (++r->chunk_count > CHUNKS_MAX)
		return err_set(r->err, RC_LIMIT, "the picture has more than %d parts", CHUNKS_MAX);
	if (libdeflate_crc32(0, p + 4, (size_t)len + 4) != u32(p + 8 + len))
		return err_set(r->err, RC_INPUT, "a part of the picture is damaged (checksum)");
	*out = (struct chunk){p + 4, {p + 8, len}};
	r->at += 12 + (size_t)len;
	return RC_OK;
}

/* The keyword up to its NUL; empty when there is none. */
static struct str keyword_of(const struct chunk *c)
{
	const uint8_t *end = memchr(c->content.p, 0, c->content.n < 80 ? c->content.n : 80);

	if (end == NULL)
		return (struct str){NULL, 0};
	return (struct str){(const char *)c->content.p, (size_t)(end - c->content.p)};
}

/* keyword 0 | compression flag | method | language 0 | translated keyword 0 | text (PNG 1.2, 4.2.3.3) */
static enum rc read_text(struct reader *r, const struct chunk *c)
{
	size_t at = sizeof KEYWORD;
	struct str text = bytes_text(c->content);
	size_t language;
	size_t translated;

	if (c->content.n < at + 4)
		return err_set(r->err, RC_INPUT, "the credential's part of the picture is empty");
	if (c->content.p[at] != 0 || c->content.p[at + 1] != 0)
		return err_set(r->err, RC_INPUT,
			"the credential in the picture is compressed, which Open Badges forbids");
	language = str_find(text, '\0', at + 2);
	translated = language < text.n ? str_find(text, '\0', language + 1) : text.n;
	if (translated == text.n)
		return err_set(r->err, RC_INPUT, "the credential's part of the picture is damaged");
	if (r->found.p != NULL)
		return err_set(r->err, RC_INPUT,
			"the picture holds two credentials: readers would not agree which counts");
	r->found = str_slice(text, translated + 1, text.n);
	return RC_OK;
}

static enum rc look_at(struct reader *r, const struct chunk *c)
{
	struct str keyword;

	if (is_type(c, "IEND")) {
		r->ended = true;
		return RC_OK;
	}
	if (!is_type(c, "iTXt") && !is_type(c, "tEXt") && !is_type(c, "zTXt"))
		return RC_OK;
	keyword = keyword_of(c);
	if (str_eq_cz(keyword, OLD_KEYWORD))
		return err_set(r->err, RC_INPUT,
			"the picture holds a badge of Open Badges 2, which is not read here");
	if (!str_eq_cz(keyword, KEYWORD))
		return RC_OK;
	if (!is_type(c, "iTXt"))
		return err_set(r->err, RC_INPUT,
			"the credential lies in the wrong kind of chunk: Open Badges says iTXt");
	return read_text(r, c);
}

enum rc bake_png_find(struct bytes file, struct str *out, struct err *err)
{
	static const uint8_t magic[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
	struct reader r = {.file = file, .at = sizeof magic, .err = err};
	struct chunk chunk;
	enum rc rc;

	if (file.n < sizeof magic || memcmp(file.p, magic, sizeof magic) != 0)
		return err_set(err, RC_INPUT, "this is no PNG");
	rc = next_chunk(&r, &chunk);
	if (rc == RC_OK && (!is_type(&chunk, "IHDR") || chunk.content.n != 13))
		rc = err_set(err, RC_INPUT, "the picture has no header where PNG wants it");
	while (rc == RC_OK && !r.ended) {
		rc = next_chunk(&r, &chunk);
		if (rc == RC_OK)
			rc = look_at(&r, &chunk);
	}
	if (rc != RC_OK)
		return rc;
	if (r.at != file.n)
		return err_set(err, RC_INPUT, "something stands behind the end of the picture");
	if (r.found.n == 0)
		return err_set(err, RC_INPUT, "there is no credential in this picture");
	*out = r.found;
	return RC_OK;
}
