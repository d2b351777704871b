// SPDX-License-Identifier: Apache-2.0
/* Reading bundles with libzip, and writing their parts anew. Runs in: intake. */
#include "templates/bundle.h"

#include "base/text.h"
#include "templates/bundle_entry.h"
#include "templates/bundle_layout.h"
#include "templates/font_check.h"
#include "templates/image.h"
#include "templates/limits.h"
#include "templates/rules.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

struct reader {
	zip_t *zip;
	struct notes *notes;
	struct str below;
	size_t total; /* bytes unpacked so far */
	uint64_t pixels;
	size_t written; /* bytes of images and fonts written anew */
	struct bundle *out;
};

bool bundle_is(struct bytes input)
{
	return input.n > 4
		&& (memcmp(input.p, "PK\3\4", 4) == 0 || memcmp(input.p, "PK\5\6", 4) == 0);
}

/* ---- entries ---- */

/* Bit 16 on is the mode for entries made on Unix; nobody else sets a link's bits there. */
static bool is_special(zip_t *zip, zip_uint64_t i)
{
	zip_uint8_t system = 0;
	zip_uint32_t attributes = 0;
	mode_t kind;

	if (zip_file_get_external_attributes(zip, i, 0, &system, &attributes) != 0)
		return true;
	kind = (mode_t)(attributes >> 16) & S_IFMT;
	return kind != 0 && kind != S_IFREG && kind != S_IFDIR;
}

static enum rc check_entry(
	struct reader *r, zip_uint64_t i, const zip_stat_t *st, struct str name, struct err *err)
{
	const zip_uint64_t need =
		ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;

	if (is_special(r->zip, i) && RULE_ON(RULE_ZIP_LINK))
		return err_set(err, RC_INPUT,
			"the bundle holds a link or device: " STR_FMT "; pack the file itself",
			STR_ARG(name));
	if ((st->valid & need) != need
		|| (st->encryption_method != ZIP_EM_NONE && RULE_ON(RULE_ZIP_ENCRYPTED)))
		return err_set(err, RC_INPUT,
			"the bundle is encrypted: " STR_FMT "; pack it without a password",
			STR_ARG(name));
	if (st->comp_method != ZIP_CM_STORE && st->comp_method != ZIP_CM_DEFLATE
		&& RULE_ON(RULE_ZIP_METHOD))
		return err_set(err, RC_INPUT,
			"the bundle is packed in a way that is not common: " STR_FMT
			"; pack it as an ordinary ZIP",
			STR_ARG(name));
	if (st->size > LIMIT_BUNDLE_FILE_LEN && RULE_ON(RULE_ZIP_FILE_LEN))
		return err_set(err, RC_LIMIT,
			"the bundle's " STR_FMT " has %llu bytes; at most %u are accepted",
			STR_ARG(name), (unsigned long long)st->size, LIMIT_BUNDLE_FILE_LEN);
	return RC_OK;
}

/* Equal, or a file that has the name of another's folder; both folded. */
static bool are_in_each_others_way(struct str a, struct str b)
{
	struct str shorter = a.n < b.n ? a : b;
	struct str longer = a.n < b.n ? b : a;

	return str_starts(longer, shorter) && (longer.n == shorter.n || longer.p[shorter.n] == '/');
}

static enum rc check_names(struct reader *r, const struct str *names, size_t count, struct err *err)
{
	struct str *folded = arena_zalloc(r->notes->a, count + 1, sizeof *folded);

	for (size_t i = 0; i < count; i++) {
		zip_stat_t st;
		enum rc rc = bundle_entry_check_name(r->notes->a, names[i], err);

		if (rc == RC_OK && zip_stat_index(r->zip, i, 0, &st) != 0)
			rc = err_set(err, RC_INPUT, "the bundle's list of entries is broken");
		if (rc == RC_OK)
			rc = check_entry(r, i, &st, names[i], err);
		if (rc != RC_OK)
			return rc;
		folded[i] = bundle_entry_fold(r->notes->a, names[i]);
		for (size_t k = 0; k < i; k++)
			if (RULE_ON(RULE_ZIP_NAME_ONCE)
				&& are_in_each_others_way(folded[k], folded[i]))
				return err_set(err, RC_INPUT,
					"the bundle holds two entries of the same name: " STR_FMT,
					STR_ARG(names[i]));
	}
	return RC_OK;
}

/* Never more than the entry said it would be, and nothing when its checksum is wrong. */
static enum rc unpack(
	struct reader *r, zip_uint64_t i, struct str name, struct bytes *out, struct err *err)
{
	zip_stat_t st;
	zip_file_t *f;
	uint8_t *p;
	uint8_t extra;
	bool good;

	if (zip_stat_index(r->zip, i, 0, &st) != 0 || st.size > LIMIT_BUNDLE_FILE_LEN)
		return err_set(err, RC_INPUT, "the bundle's list of entries is broken");
	r->total += (size_t)st.size;
	if (r->total > LIMIT_BUNDLE_TOTAL && RULE_ON(RULE_ZIP_TOTAL))
		return err_set(err, RC_LIMIT,
			"the bundle holds more than %u bytes when unpacked; make its images and "
			"fonts smaller",
			LIMIT_BUNDLE_TOTAL);
	f = zip_fopen_index(r->zip, i, 0);
	p = arena_alloc(r->notes->a, (size_t)st.size + 1);
	good = f != NULL && zip_fread(f, p, st.size) == (zip_int64_t)st.size
		&& zip_fread(f, &extra, 1) == 0;
	if (f != NULL)
		good = zip_fclose(f) == 0 && good;
	if (!good)
		return err_set(err, RC_INPUT,
			"the bundle's " STR_FMT " cannot be unpacked; pack the bundle again",
			STR_ARG(name));
	*out = (struct bytes){p, (size_t)st.size};
	return RC_OK;
}

/* ---- parts ---- */

static enum rc rewrite_json(struct reader *r, struct bytes *content, struct err *err)
{
	struct str text_in;
	json_error_t why;
	json_t *root;
	char *text;

	if (content->n > LIMIT_BUNDLE_JSON_LEN)
		return err_set(err, RC_LIMIT,
			"template.json has %zu bytes; at most %u are accepted", content->n,
			LIMIT_BUNDLE_JSON_LEN);
	text_in = bytes_text(*content);
	/* Windows' editors put a byte order mark before it; JSON has none (RFC 8259, 8.1). */
	if (str_starts(text_in, STR("\xef\xbb\xbf")))
		text_in = str_slice(text_in, 3, text_in.n);
	root = json_loadb(text_in.p, text_in.n, JSON_REJECT_DUPLICATES, &why);
	if (root == NULL)
		return err_set(
			err, RC_INPUT, "template.json, line %d: not a JSON object", why.line);
	if (!json_is_object(root)) {
		json_decref(root);
		return err_set(err, RC_INPUT, "template.json is not a JSON object");
	}
	text = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(root);
	if (text == NULL)
		return err_set(err, RC_INPUT, "template.json cannot be written again");
	*content = bytes_of(str_dup(r->notes->a, str_of(text)));
	free(text);
	return RC_OK;
}

static enum rc rewrite_image(struct reader *r, struct bundle_file *f, struct err *err)
{
	struct image_header header;
	enum rc rc = image_rewrite(f->content, r->notes->a, &header, &f->content, err);

	if (rc != RC_OK)
		return rc;
	f->width = header.width;
	f->height = header.height;
	r->pixels += (uint64_t)header.width * header.height;
	if (r->pixels > LIMIT_IMAGES_PIXELS && RULE_ON(RULE_ZIP_PIXELS))
		return err_set(err, RC_LIMIT,
			"the bundle's images have more than %u pixels together",
			LIMIT_IMAGES_PIXELS);
	return RC_OK;
}

static enum rc rewrite(struct reader *r, struct bundle_file *f, struct err *err)
{
	enum rc rc = RC_OK;

	if (f->kind == BUNDLE_JSON)
		return rewrite_json(r, &f->content, err);
	if (f->kind == BUNDLE_IMAGE)
		rc = rewrite_image(r, f, err);
	if (f->kind == BUNDLE_FONT)
		rc = font_check_rewrite(f->content, r->notes->a, &f->content, err);
	if (rc != RC_OK)
		return err_wrap(err, STR_FMT, STR_ARG(f->name));
	r->written += f->content.n;
	if (r->written > LIMIT_BUNDLE_TOTAL)
		return err_set(err, RC_LIMIT,
			"the bundle's images and fonts have more than %u bytes when written anew",
			LIMIT_BUNDLE_TOTAL);
	return RC_OK;
}

static int by_name(const void *left, const void *right)
{
	const struct bundle_file *a = left;
	const struct bundle_file *b = right;

	return str_compare(a->name, b->name);
}

static enum rc take_entry(struct reader *r, zip_uint64_t i, struct str name, struct err *err)
{
	struct bundle_file *f = &r->out->files.items[r->out->files.count];
	struct tree_node at = {.name = name};
	enum rc rc;

	if (str_ends(name, STR("/")))
		return RC_OK;
	f->kind = (uint8_t)bundle_entry_kind(name, r->below);
	f->name = str_slice(name, r->below.n, name.n);
	if (f->kind == BUNDLE_OTHER) {
		notes_removed(r->notes, &at,
			"a bundle holds template.svg, template.json, images/*.png or .jpg, and "
			"fonts/*.ttf or .otf",
			"file");
		return RC_OK;
	}
	rc = unpack(r, i, name, &f->content, err);
	if (rc == RC_OK)
		rc = rewrite(r, f, err);
	r->out->files.count++;
	return rc;
}

static enum rc read_entries(struct reader *r, struct err *err)
{
	zip_int64_t count = zip_get_num_entries(r->zip, 0);
	struct str *names;
	enum rc rc;

	if (count < 0 || count > (zip_int64_t)LIMIT_BUNDLE_ENTRIES)
		return err_set(err, RC_INPUT, "the bundle's list of entries is broken");
	names = arena_zalloc(r->notes->a, (size_t)count + 1, sizeof *names);
	for (zip_int64_t i = 0; i < count; i++)
		names[i] = str_dup(
			r->notes->a, str_of(zip_get_name(r->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW)));
	r->out->files.items =
		arena_zalloc(r->notes->a, (size_t)count + 1, sizeof *r->out->files.items);
	rc = check_names(r, names, (size_t)count, err);
	if (rc == RC_OK)
		rc = bundle_entry_find_root(names, (size_t)count, &r->below, err);
	for (zip_int64_t i = 0; rc == RC_OK && i < count; i++)
		rc = take_entry(r, (zip_uint64_t)i, names[i], err);
	if (rc == RC_OK)
		qsort(r->out->files.items, r->out->files.count, sizeof *r->out->files.items,
			by_name);
	return rc;
}

enum rc bundle_read(struct bytes input, struct notes *notes, struct bundle *out, struct err *err)
{
	struct reader r = {.notes = notes, .out = out};
	zip_source_t *source;
	enum rc rc;

	out->files.count = 0;
	if (input.n > LIMIT_BUNDLE_LEN)
		return err_set(err, RC_LIMIT, "the bundle has %zu bytes; at most %u are accepted",
			input.n, LIMIT_BUNDLE_LEN);
	rc = bundle_layout_check(input, err);
	if (rc != RC_OK)
		return rc;
	source = zip_source_buffer_create(input.p, input.n, 0, NULL);
	if (source == NULL)
		return err_set(err, RC_SYSTEM, "reading the bundle: no memory");
	r.zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, NULL);
	if (r.zip == NULL) {
		zip_source_free(source);
		return err_set(err, RC_INPUT,
			"the bundle is a ZIP file that contradicts itself; pack it again");
	}
	rc = read_entries(&r, err);
	zip_discard(r.zip);
	return rc;
}

/* ---- images ---- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 32);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "./images/Seal%201.png" to "images/Seal 1.png"; empty when it does not fit. */
static struct str plain_href(struct str href, char out[256])
{
	size_t n = 0;

	if (str_starts(href, STR("./")))
		href = str_slice(href, 2, href.n);
	for (size_t i = 0; i < href.n; i++) {
		bool escaped = href.p[i] == '%' && i + 2 < href.n && hex_value(href.p[i + 1]) >= 0
			&& hex_value(href.p[i + 2]) >= 0;

		if (n == 256)
			return STR("");
		out[n] = href.p[i];
		if (escaped)
			out[n] = (char)(hex_value(href.p[i + 1]) * 16 + hex_value(href.p[i + 2]));
		n++;
		i += escaped ? 2 : 0;
	}
	return (struct str){out, n};
}

struct bundle_file *bundle_find_image(const struct bundle *b, struct str href)
{
	char buffer[256];
	struct str name = plain_href(href, buffer);

	for (uint32_t i = 0; name.n > 0 && i < b->files.count; i++)
		if (b->files.items[i].kind == BUNDLE_IMAGE && str_eq(b->files.items[i].name, name))
			return &b->files.items[i];
	return NULL;
}

void bundle_put_uri(struct buf *out, const struct bundle_file *image)
{
	buf_put_cz(out,
		image->content.p[0] == 0x89 ? "data:image/png;base64," : "data:image/jpeg;base64,");
	text_put_base64(out, image->content);
}
