// SPDX-License-Identifier: Apache-2.0
/* Writing cleaned XML. Runs in: intake. */
#include "templates/serial.h"

#include "templates/bundle.h"
#include "templates/css_property.h"
#include "templates/limits.h"
#include "templates/names.h"
#include "templates/rules.h"

#include <stdlib.h>

static void put_escaped(struct buf *out, struct str s, bool attribute)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *as = NULL;

		switch (s.p[i]) {
		case '&':
			as = "&amp;";
			break;
		case '<':
			as = "&lt;";
			break;
		case '>':
			as = "&gt;";
			break;
		case '"':
			as = attribute ? "&quot;" : NULL;
			break;
		case '\r':
			as = "&#13;";
			break;
		case '\n':
			as = attribute ? "&#10;" : NULL;
			break;
		case '\t':
			as = attribute ? "&#9;" : NULL;
			break;
		default:
			break;
		}
		if (as == NULL || !RULE_ON(RULE_ESCAPE))
			continue;
		buf_put_str(out, str_slice(s, from, i));
		buf_put_cz(out, as);
		from = i + 1;
	}
	buf_put_str(out, str_slice(s, from, s.n));
}

static void put_attr(struct buf *out, struct str name, struct str value)
{
	buf_put_char(out, ' ');
	buf_put_str(out, name);
	buf_put_cz(out, "=\"");
	put_escaped(out, value, true);
	buf_put_char(out, '"');
}

static int by_rank(const void *left, const void *right)
{
	const struct tree_attr *const *a = left;
	const struct tree_attr *const *b = right;
	unsigned rank_a = names_attr_rank((*a)->name);
	unsigned rank_b = names_attr_rank((*b)->name);

	return rank_a < rank_b ? -1 : rank_a > rank_b;
}

/* An image of the bundle as its bytes. */
static void put_image(struct buf *out, struct str value, const struct bundle *bundle)
{
	const struct bundle_file *image = bundle_find_image(bundle, value);

	if (image == NULL) {
		put_attr(out, STR("href"), value);
		return;
	}
	buf_put_cz(out, " href=\"");
	bundle_put_uri(out, image);
	buf_put_char(out, '"');
}

static void put_attrs(struct buf *out, const struct tree_node *n, const struct bundle *bundle)
{
	const struct tree_attr *sorted[LIMIT_ATTRIBUTES];
	size_t count = 0;

	for (const struct tree_attr *at = n->attrs; at != NULL && count < LIMIT_ATTRIBUTES;
		at = at->next)
		sorted[count++] = at;
	qsort(sorted, count, sizeof *sorted, by_rank);
	for (size_t i = 0; i < count; i++)
		if (bundle != NULL && n->element == EL_IMAGE && str_eq_cz(sorted[i]->name, "href"))
			put_image(out, sorted[i]->value, bundle);
		else
			put_attr(out, sorted[i]->name, sorted[i]->value);
}

/* Properties are attributes where SVG has one of that name; the others go into one style. */
static void put_props(struct buf *out, const struct tree_node *n)
{
	bool open = false;

	for (const struct tree_prop *p = n->props; p != NULL; p = p->next)
		if (!css_property_row(p->property)->style_only)
			put_attr(out, str_of(css_property_row(p->property)->name), p->value);
	for (const struct tree_prop *p = n->props; p != NULL; p = p->next) {
		if (!css_property_row(p->property)->style_only)
			continue;
		buf_put_cz(out, open ? ";" : " style=\"");
		open = true;
		buf_put_cz(out, css_property_row(p->property)->name);
		buf_put_char(out, ':');
		put_escaped(out, p->value, true);
	}
	if (open)
		buf_put_char(out, '"');
}

/* Line breaks only where white space means nothing. */
static bool breaks_lines(const struct tree_node *n)
{
	return n == NULL || !EL_IS(n->element, EL_CHARACTERS);
}

static void put_open(struct buf *out, const struct tree_node *n, const struct bundle *bundle)
{
	buf_put_char(out, '<');
	buf_put_str(out, n->name);
	if (n->parent == NULL)
		put_attr(out, STR("xmlns"), STR(NAMES_SVG_NS));
	put_attrs(out, n, bundle);
	put_props(out, n);
	if (n->first == NULL) {
		buf_put_cz(out, "/>");
		if (breaks_lines(n->parent))
			buf_put_char(out, '\n');
		return;
	}
	buf_put_char(out, '>');
	if (breaks_lines(n))
		buf_put_char(out, '\n');
}

static void put_close(struct buf *out, const struct tree_node *n)
{
	buf_put_cz(out, "</");
	buf_put_str(out, n->name);
	buf_put_char(out, '>');
	if (breaks_lines(n->parent))
		buf_put_char(out, '\n');
}

/* What becomes of a node in a document of the artwork. */
enum part {
	PART_WRITTEN,
	PART_LEFT_OUT,
	PART_KEPT, /* not drawn, but there to be referred to */
};

static enum part part_of(const struct tree_node *n, int layer)
{
	if (layer == SERIAL_WHOLE)
		return PART_WRITTEN;
	if (n->taken)
		return PART_LEFT_OUT;
	if ((n->layers >> layer & 1) != 0)
		return PART_WRITTEN;
	return n->lent && !n->is_text ? PART_KEPT : PART_LEFT_OUT;
}

static void put_end(struct buf *out, const struct tree_node *n, const struct tree_node *kept)
{
	if (n->first != NULL)
		put_close(out, n);
	if (n == kept)
		buf_put_cz(out, "</defs>\n");
}

/* A text, or an element up to its content. True: content follows. */
static bool put_begin(
	struct buf *out, const struct tree_node *n, int layer, const struct bundle *bundle)
{
	if (n->is_text) {
		put_escaped(out, n->text, false);
		return false;
	}
	put_open(out, n, layer != SERIAL_WHOLE ? bundle : NULL);
	return n->first != NULL;
}

enum rc serial_write(const struct tree_node *root, int layer, const struct bundle *bundle,
	struct buf *out, struct err *err)
{
	const struct tree_node *n = root;
	const struct tree_node *kept = NULL; /* inside it nothing is left out but what was taken */
	bool down = true;

	while (n != NULL && !out->full) {
		enum part part = part_of(n, layer);

		if (kept != NULL && !n->taken)
			part = PART_WRITTEN;
		if (down && part == PART_KEPT) {
			kept = n;
			part = PART_WRITTEN;
			buf_put_cz(out, "<defs>\n");
		}
		if (down && part == PART_WRITTEN && put_begin(out, n, layer, bundle)) {
			n = n->first;
			continue;
		}
		if (part == PART_WRITTEN && !n->is_text)
			put_end(out, n, kept);
		if (n == kept)
			kept = NULL;
		if (n == root)
			break;
		down = n->next != NULL;
		n = down ? n->next : n->parent;
	}
	if (out->full)
		return err_set(err, RC_LIMIT,
			"the cleaned template would be larger than %zu bytes; make its images "
			"smaller"
			" or draw with fewer objects",
			out->cap);
	return RC_OK;
}
