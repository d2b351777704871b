// SPDX-License-Identifier: Apache-2.0
/* Applying the allow-list. Runs in: intake. */
#include "templates/prune.h"

#include "templates/bundle.h"
#include "templates/css_property.h"
#include "templates/image.h"
#include "templates/limits.h"
#include "templates/names.h"
#include "templates/rules.h"
#include "templates/value.h"

#include <string.h>

/* ---- elements ---- */

static bool is_svg(const struct tree_node *n)
{
	return str_eq_cz(n->ns, NAMES_SVG_NS) || !RULE_ON(RULE_ELEMENT_NS);
}

static struct tree_node *first_element(const struct tree_node *n)
{
	struct tree_node *c = n->first;

	while (c != NULL && c->is_text)
		c = c->next;
	return c;
}

/* A certificate is drawn for nobody's language in particular, and with no extension. */
static bool asks_for_more(const struct tree_node *n)
{
	return tree_value(n, "systemLanguage").n > 0 || tree_value(n, "requiredExtensions").n > 0;
}

/* A switch draws its first child that applies: one for everybody, else the first that can be drawn at all. */
static void reduce_switch(struct tree_node *n, struct notes *notes)
{
	struct tree_node *keep = NULL;

	for (struct tree_node *c = first_element(n); c != NULL; c = c->next)
		if (is_svg(c) && names_find_element(c->name) != EL_NONE
			&& (keep == NULL || (asks_for_more(keep) && !asks_for_more(c))))
			keep = c;
	for (struct tree_node *c = n->first; c != NULL; c = c->next)
		if (c != keep && !c->is_text) {
			notes_removed(notes, c, "only the first choice of a switch is drawn",
				"element " STR_FMT, STR_ARG(str_slice(c->name, 0, 60)));
			c->gone = true;
		}
}

/* Links and switches are groups once their special meaning is gone. */
static void rename_known(struct tree_node *n, struct notes *notes)
{
	bool in_text =
		n->parent != NULL && EL_IS(n->parent->element, EL_BIT(EL_TEXT) | EL_BIT(EL_TSPAN));

	if (!is_svg(n))
		return;
	if (str_eq_cz(n->name, "a") && RULE_ON(RULE_LINK)) {
		notes_removed(notes, n, "links are not kept; what was inside stays", "link");
		n->written = n->name;
		n->name = in_text ? STR("tspan") : STR("g");
		n->element = in_text ? EL_TSPAN : EL_G;
		for (struct tree_attr **at = &n->attrs; *at != NULL;)
			if (str_eq_cz((*at)->name, "href") || str_eq_cz((*at)->name, "target"))
				*at = (*at)->next;
			else
				at = &(*at)->next;
	} else if (str_eq_cz(n->name, "switch") && RULE_ON(RULE_SWITCH)) {
		reduce_switch(n, notes);
		n->written = n->name;
		n->name = STR("g");
	}
}

/* Says why n goes; the reason depends on whose it is. */
static void tell_element(const struct tree_node *n, struct notes *notes)
{
	struct str name = str_slice(n->name, 0, 60);

	if (names_is_leftover(n->ns) || (is_svg(n) && str_eq_cz(n->name, "metadata")))
		notes_leftover(notes, n, "left by an editor, draws nothing", "element " STR_FMT,
			STR_ARG(name));
	else if (!is_svg(n))
		notes_removed(notes, n, "it is not of SVG's namespace", "element " STR_FMT,
			STR_ARG(name));
	else
		notes_removed(
			notes, n, names_why_element(n->name), "element " STR_FMT, STR_ARG(name));
	if (is_svg(n) && (str_eq_cz(n->name, "font") || str_eq_cz(n->name, "font-face")))
		notes_warned(notes, n, names_why_element(n->name), "embedded font");
}

static bool keep_element(struct tree_node *n, struct notes *notes)
{
	rename_known(n, notes);
	n->element = is_svg(n) ? (uint8_t)names_find_element(n->name) : EL_NONE;
	if (n->element == EL_NONE && RULE_ON(RULE_ELEMENT_LIST)) {
		tell_element(n, notes);
		return false;
	}
	if (n->parent != NULL && n->element != EL_NONE && RULE_ON(RULE_ELEMENT_PLACE)
		&& !EL_IS(n->parent->element, names_element_row(n->element)->parents)) {
		notes_removed(notes, n, "it may not stand in this place", "element " STR_FMT,
			STR_ARG(n->name));
		return false;
	}
	return true;
}

/* Characters count only in text; elsewhere they would be noise in the output. */
static bool keep_text(const struct tree_node *n)
{
	return EL_IS(n->parent->element, EL_CHARACTERS) || !RULE_ON(RULE_TEXT_PLACE);
}

void prune_elements(struct tree_node *root, struct notes *notes)
{
	for (struct tree_node *n = root; n != NULL; n = tree_live(root, n)) {
		bool keep = n->is_text ? keep_text(n) : keep_element(n, notes);

		n->gone = !keep && n != root;
	}
}

/* ---- attributes ---- */

struct images {
	uint32_t count;
	uint64_t pixels;
};

/* Another image is drawn, of so many pixels. */
static enum rc count_image(struct images *seen, uint64_t pixels, struct err *err)
{
	seen->pixels += pixels;
	if (++seen->count > LIMIT_IMAGES && RULE_ON(RULE_IMAGES_COUNT))
		return err_set(
			err, RC_LIMIT, "the template holds more than %u images", LIMIT_IMAGES);
	if (seen->pixels > LIMIT_IMAGES_PIXELS && RULE_ON(RULE_IMAGES_PIXELS))
		return err_set(err, RC_LIMIT,
			"the template's images have more than %u pixels together",
			LIMIT_IMAGES_PIXELS);
	return RC_OK;
}

static enum rc rewrite_image(struct tree_node *n, struct str *value, struct images *seen,
	struct notes *notes, bool *keep, struct err *err)
{
	struct image_header header = {0};
	struct err why = {0};
	enum rc rc = image_rewrite_uri(*value, notes->a, &header, value, &why);

	if (rc != RC_OK && rc != RC_INPUT)
		return err_set(err, rc, "line %u: %s", n->line, why.text);
	*keep = rc == RC_OK;
	n->image_width = header.width;
	n->image_height = header.height;
	if (rc == RC_INPUT)
		notes_removed(
			notes, n, arena_dup(notes->a, why.text, strlen(why.text) + 1), "image");
	return count_image(seen, *keep ? (uint64_t)header.width * header.height : 0, err);
}

static void tell_attr(const struct tree_node *n, const struct tree_attr *at, struct notes *notes)
{
	struct str name = str_slice(at->name, 0, 60);

	if (names_is_leftover(at->ns))
		notes_leftover(notes, n, "left by an editor, draws nothing", "attribute " STR_FMT,
			STR_ARG(name));
	else if (at->ns.n == 0
		&& (css_property_is_leftover(at->name) || str_starts(at->name, STR("data-"))
			|| str_starts(at->name, STR("aria-")) || str_eq_cz(at->name, "role")
			|| str_eq_cz(at->name, "version") || str_eq_cz(at->name, "baseProfile")
			|| str_eq_cz(at->name, "class") || str_eq_cz(at->name, "contentStyleType")
			|| str_eq_cz(at->name, "contentScriptType")
			|| str_eq_cz(at->name, "zoomAndPan")))
		notes_leftover(notes, n, "has no effect on a certificate", "attribute " STR_FMT,
			STR_ARG(name));
	else if (str_eq_cz(at->ns, NAMES_XLINK_NS) && !str_eq_cz(at->name, "href"))
		notes_leftover(notes, n, "only the href of a link is looked at",
			"attribute xlink:" STR_FMT, STR_ARG(name));
	else
		notes_removed(
			notes, n, names_why_attr(at->name), "attribute " STR_FMT, STR_ARG(name));
}

/* SVG 2: where both stand, href counts and xlink:href does not. */
static bool is_shadowed(const struct tree_node *n, const struct tree_attr *at)
{
	return RULE_ON(RULE_HREF_ONCE) && str_eq_cz(at->ns, NAMES_XLINK_NS)
		&& str_eq_cz(at->name, "href") && tree_find_attr(n, "href") != NULL;
}

/* "images/seal.png" of a bundle is written anew already; its bytes go into the artwork later. */
static struct bundle_file *bundled_image(
	const struct tree_node *n, const struct tree_attr *at, const struct notes *notes)
{
	if (n->element != EL_IMAGE || notes->bundle == NULL || !str_eq_cz(at->name, "href"))
		return NULL;
	return bundle_find_image(notes->bundle, str_trim(at->value));
}

static enum rc judge_attr(struct tree_node *n, struct tree_attr *at, struct images *seen,
	struct notes *notes, bool *keep, struct err *err)
{
	const struct names_attr_row *row = names_find_attr(n->element, at->ns, at->name);
	struct bundle_file *image;
	const char *why;
	enum rc rc;

	*keep = false;
	if (row == NULL && !RULE_ON(RULE_ATTR_LIST)) {
		*keep = true;
		return RC_OK;
	}
	if (row == NULL || is_shadowed(n, at)) {
		tell_attr(n, at, notes);
		return RC_OK;
	}
	image = bundled_image(n, at, notes);
	if (image != NULL) {
		*keep = image->used = true;
		at->value = image->name;
		at->ns = STR("");
		n->image_width = image->width;
		n->image_height = image->height;
		return count_image(seen, (uint64_t)image->width * image->height, err);
	}
	*keep = value_check(row, at->value, &at->value, &why);
	if (!*keep)
		notes_removed(notes, n, why, "attribute %s", row->name);
	else if (why != NULL)
		notes_warned(notes, n, why, "attribute %s", row->name);
	if (*keep && row->grammar == GRAMMAR_HREF
		&& (n->element != EL_IMAGE || RULE_ON(RULE_GRAMMAR + GRAMMAR_HREF))) {
		if (RULE_ON(RULE_HREF_KIND)
			&& (n->element == EL_IMAGE) == (at->value.n > 0 && at->value.p[0] == '#')) {
			notes_removed(notes, n, "it may not refer to that kind of thing",
				"attribute href");
			*keep = false;
		} else if (n->element == EL_IMAGE) {
			rc = rewrite_image(n, &at->value, seen, notes, keep, err);
			if (rc != RC_OK)
				return rc;
		}
	}
	at->ns = STR("");
	at->name = str_of(row->name);
	return RC_OK;
}

static enum rc prune_node(
	struct tree_node *n, struct images *seen, struct notes *notes, struct err *err)
{
	struct tree_attr **at = &n->attrs;

	while (*at != NULL) {
		bool keep;
		enum rc rc = judge_attr(n, *at, seen, notes, &keep, err);

		if (rc != RC_OK)
			return rc;
		if (keep)
			at = &(*at)->next;
		else
			*at = (*at)->next;
	}
	return RC_OK;
}

static bool is_empty_image(const struct tree_node *n)
{
	return RULE_ON(RULE_IMAGE_EMPTY) && n->element == EL_IMAGE && tree_value(n, "href").n == 0
		&& tree_find_attr(n, "data-qr") == NULL && !str_eq_cz(tree_value(n, "id"), "qr");
}

/* librsvg 2.54 aborts where the numbers are not as many as the order says. */
static bool is_odd_kernel(const struct tree_node *n)
{
	double kernel[LIMIT_KERNEL * LIMIT_KERNEL];
	double order[2] = {3, 3};
	size_t count;

	if (!RULE_ON(RULE_KERNEL) || n->element != EL_FE_CONVOLVE)
		return false;
	if (value_number_list(tree_value(n, "order"), order, 2) == 1)
		order[1] = order[0];
	count = value_number_list(tree_value(n, "kernelMatrix"), kernel, ARRAY_COUNT(kernel));
	return (double)count != order[0] * order[1];
}

/* True when n is worth nothing with the attributes that it has left. */
static bool is_worthless(const struct tree_node *n, struct notes *notes)
{
	if (is_empty_image(n)) {
		notes_leftover(
			notes, n, "an image without a picture draws nothing", "element image");
		return true;
	}
	if (!is_odd_kernel(n))
		return false;
	notes_removed(notes, n, "its kernelMatrix must have as many numbers as its order says",
		"element feConvolveMatrix");
	return true;
}

enum rc prune_attributes(struct tree_node *root, struct notes *notes, struct err *err)
{
	struct images seen = {0, 0};
	struct tree_node *n = root;

	while (n != NULL) {
		struct tree_node *after = tree_skip(root, n);
		enum rc rc = n->is_text ? RC_OK : prune_node(n, &seen, notes, err);

		if (rc != RC_OK)
			return rc;
		if (is_worthless(n, notes)) {
			tree_remove(n);
			n = after;
			continue;
		}
		n = tree_next(root, n);
	}
	return RC_OK;
}
