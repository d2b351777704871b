// SPDX-License-Identifier: Apache-2.0
/* Splitting a drawing into design and artwork. Runs in: intake. */
#include "templates/extract.h"

#include "base/text.h"
#include "templates/extract_image.h"
#include "templates/extract_layer.h"
#include "templates/extract_qr.h"
#include "templates/extract_scope.h"
#include "templates/extract_text.h"
#include "templates/limits.h"
#include "templates/names.h"
#include "templates/rules.h"

#define TITLE_LEN 255

static void make_room(struct extract *e)
{
	struct template_cleaned *out = e->out;

	out->design.styles.items =
		arena_zalloc(e->a, LIMIT_STYLES, sizeof *out->design.styles.items);
	out->design.texts.items = arena_zalloc(e->a, LIMIT_TEXTS, sizeof *out->design.texts.items);
	out->design.qrs.items = arena_zalloc(e->a, LIMIT_QRS, sizeof *out->design.qrs.items);
	out->fields.items = arena_zalloc(e->a, LIMIT_FIELDS, sizeof *out->fields.items);
	out->families.items = arena_zalloc(e->a, LIMIT_FAMILIES, sizeof *out->families.items);
}

static void read_title(struct extract *e)
{
	char title[TITLE_LEN + 1] = "";

	for (const struct tree_node *n = e->root->first; n != NULL; n = n->next)
		if (!n->is_text && n->element == EL_TITLE && n->first != NULL
			&& n->first->is_text) {
			text_fmt(title, sizeof title, STR_FMT, STR_ARG(str_trim(n->first->text)));
			break;
		}
	e->out->design.title = str_dup(e->a, str_of(title));
	e->out->design.lang = tree_value(e->root, "xml:lang");
}

/* Or shown by its copies alone. */
static bool is_hidden_text(const struct extract *e, const struct tree_node *n)
{
	return n->element == EL_TEXT
		&& (n->taken
			|| (extract_scope_of(e, n)->style.absent
				&& !extract_scope_of(e, n)->undrawn));
}

/* The characters of a text element, wherever they stand in it. */
static enum rc check_text_len(struct tree_node *text, size_t *total, struct err *err)
{
	size_t count = 0;

	for (struct tree_node *n = text; n != NULL; n = tree_next(text, n))
		count += n->is_text ? str_char_count(n->text) : 0;
	*total += count;
	if (RULE_ON(RULE_TEXT_CHARS) && count > LIMIT_TEXT_CHARS)
		return err_set(err, RC_LIMIT,
			"line %u: a text of %zu characters; at most %u are accepted, so make "
			"several of it",
			text->line, count, LIMIT_TEXT_CHARS);
	if (RULE_ON(RULE_TEXTS_CHARS) && *total > LIMIT_TEXTS_CHARS)
		return err_set(err, RC_LIMIT,
			"the template's texts have more than %u characters together",
			LIMIT_TEXTS_CHARS);
	return RC_OK;
}

static enum rc check_text_lens(const struct extract *e, struct err *err)
{
	size_t total = 0;
	enum rc rc = RC_OK;

	for (struct tree_node *n = e->root; n != NULL && rc == RC_OK; n = tree_next(e->root, n))
		if (!n->is_text && n->element == EL_TEXT)
			rc = check_text_len(n, &total, err);
	return rc;
}

/* One walk in document order takes codes and texts. */
static enum rc take_all(struct extract *e, struct err *err)
{
	struct tree_node *n = e->root;
	enum rc rc = RC_OK;

	while (n != NULL && rc == RC_OK) {
		bool inside = false;

		if (!n->is_text && extract_qr_is_place(e, n)
			&& !extract_scope_of(e, n)->style.absent)
			rc = extract_qr_take(e, n, err);
		else if (!n->is_text && is_hidden_text(e, n))
			n->taken = true;
		else if (!n->is_text && n->element == EL_TEXT)
			rc = extract_text_take(e, n, err);
		else
			inside = true;
		n = inside ? tree_next(e->root, n) : tree_skip(e->root, n);
	}
	return rc;
}

/* An element that draws what was taken would draw nothing. */
static void tell_lost_copies(struct extract *e)
{
	for (struct tree_node *n = e->root; n != NULL; n = tree_next(e->root, n)) {
		struct str href =
			n->is_text || n->element != EL_USE ? STR("") : tree_value(n, "href");
		const struct tree_node *to =
			href.n > 1 ? refs_find(e->ix, str_slice(href, 1, href.n)) : NULL;

		if (to == NULL || n->taken || !to->taken)
			continue;
		notes_warned(e->notes, n, "a copy of text is not drawn; type the text twice",
			"copy of a text");
		n->taken = true;
	}
}

enum rc extract_design(
	struct tree_node *root, struct notes *notes, struct template_cleaned *out, struct err *err)
{
	struct extract e = {.a = notes->a, .notes = notes, .root = root, .out = out};
	enum rc rc;

	make_room(&e);
	rc = extract_scope_build(&e, err);
	if (rc == RC_OK)
		rc = check_text_lens(&e, err);
	if (rc != RC_OK)
		return rc;
	e.ix = refs_index_of(e.a, root);
	read_title(&e);
	rc = take_all(&e, err);
	if (rc != RC_OK)
		return rc;
	extract_text_mark_heading(&e);
	tell_lost_copies(&e);
	extract_image_tell(&e);
	extract_layer_assign(&e);
	return RC_OK;
}
