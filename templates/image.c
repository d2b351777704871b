// SPDX-License-Identifier: Apache-2.0
/* Embedded images, whichever kind. Runs in: intake. */
#include "templates/image.h"

#include "base/text.h"
#include "templates/image_jpeg.h"
#include "templates/image_png.h"
#include "templates/limits.h"
#include "templates/rules.h"

#include <string.h>

static enum rc check_size(const struct image_header *h, struct err *err)
{
	if (h->width == 0 || h->height == 0)
		return err_set(err, RC_INPUT, "an embedded image has no pixels");
	if (!RULE_ON(RULE_IMAGE_SIZE))
		return RC_OK;
	if (h->width > LIMIT_IMAGE_SIDE || h->height > LIMIT_IMAGE_SIDE
		|| (uint64_t)h->width * h->height > LIMIT_IMAGE_PIXELS)
		return err_set(err, RC_LIMIT,
			"an embedded image of %u x %u pixels; at most %u to a side and %u in all "
			"are accepted",
			h->width, h->height, LIMIT_IMAGE_SIDE, LIMIT_IMAGE_PIXELS);
	return RC_OK;
}

enum rc image_probe(struct bytes file, struct image_header *out, struct err *err)
{
	enum rc rc;

	if (file.n > 8 && memcmp(file.p, "\x89PNG\r\n\x1a\n", 8) == 0)
		rc = image_png_probe(file, out, err);
	else if (file.n > 4 && memcmp(file.p, "\xff\xd8\xff", 3) == 0)
		rc = image_jpeg_probe(file, out, err);
	else
		return err_set(err, RC_INPUT, "an embedded image is neither PNG nor JPEG");
	/* A size beyond the limits is told as such, whatever else is wrong. */
	if (rc == RC_OK || (out->width > 0 && out->height > 0 && check_size(out, NULL) == RC_LIMIT))
		rc = check_size(out, err);
	return rc;
}

enum rc image_rewrite(struct bytes file, struct arena *a, struct image_header *header,
	struct bytes *out, struct err *err)
{
	enum rc rc = image_probe(file, header, err);

	if (rc != RC_OK)
		return rc;
	if (!RULE_ON(RULE_IMAGE_DECODE)) {
		*out = file;
		return RC_OK;
	}
	if (header->kind == IMAGE_PNG)
		return image_png_rewrite(file, a, out, err);
	return image_jpeg_rewrite(file, a, out, err);
}

/* Editors break base64 into lines. */
static struct str without_space(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > ' ')
			p[n++] = s.p[i];
	return (struct str){p, n};
}

enum rc image_rewrite_uri(struct str uri, struct arena *a, struct image_header *header,
	struct str *out, struct err *err)
{
	/* What the file is, its first bytes tell; the type only has to claim an image we know. */
	static const char *const heads[] = {
		"data:image/png;base64,", "data:image/jpeg;base64,", "data:image/jpg;base64,"};
	struct str head = {NULL, 0};
	struct bytes file;
	struct bytes fresh;
	struct buf text;
	enum rc rc;

	for (size_t i = 0; i < ARRAY_COUNT(heads); i++)
		if (str_eq_nocase(str_slice(uri, 0, strlen(heads[i])), str_of(heads[i])))
			head = str_of(heads[i]);
	if (head.n == 0 && !RULE_ON(RULE_IMAGE_HEAD)) {
		*out = uri;
		return RC_OK;
	}
	if (head.n == 0)
		return err_set(
			err, RC_INPUT, "only PNG and JPEG images embedded as base64 are accepted");
	rc = text_from_base64(a, without_space(a, str_slice(uri, head.n, uri.n)), &file, err);
	if (rc != RC_OK)
		return err_set(err, rc, "an embedded image is not valid base64");
	rc = image_rewrite(file, a, header, &fresh, err);
	if (rc != RC_OK)
		return rc;
	text = buf_new(fresh.n * 2 + 64);
	buf_put_cz(&text, header->kind == IMAGE_PNG ? heads[0] : heads[1]);
	text_put_base64(&text, fresh);
	*out = str_dup(a, buf_str(&text));
	buf_free(&text);
	return RC_OK;
}
