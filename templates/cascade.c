// SPDX-License-Identifier: Apache-2.0
/* From style sheets to declared properties. Runs in: intake. */
#include "templates/cascade.h"

#include "templates/css_sheet.h"
#include "templates/limits.h"
#include "templates/names.h"
#include "templates/rules.h"

/* Order of strength: presentation attribute, rule by specificity, style attribute; then important. */
#define WEIGHT_ATTRIBUTE UINT32_C(1)
#define WEIGHT_RULE UINT32_C(2)
#define WEIGHT_INLINE (UINT32_C(1) << 30)
#define WEIGHT_IMPORTANT (UINT32_C(1) << 31)

struct winner {
	struct tree_node *n;
	struct arena *a;
	uint32_t weights[PROP_COUNT];
};

static void declare(struct winner *w, const struct css_declaration *list, uint32_t weight)
{
	for (; list != NULL; list = list->next) {
		uint32_t own = weight | (list->important ? WEIGHT_IMPORTANT : 0);

		if (own < w->weights[list->property])
			continue;
		w->weights[list->property] = own;
		tree_set_prop(w->a, w->n, list->property, list->value);
	}
}

static bool is_style_type(struct str type)
{
	return !RULE_ON(RULE_CSS_TYPE) || type.n == 0 || str_eq_nocase(type, STR("text/css"));
}

/* Adds the rules of every style element and takes the elements out. */
static enum rc collect_sheets(
	struct tree_node *root, struct css_sheet *sheet, struct notes *notes, struct err *err)
{
	struct tree_node *n = root;

	while (n != NULL) {
		struct tree_node *next = tree_skip(root, n);
		enum rc rc;

		if (n->is_text || n->element != EL_STYLE) {
			n = tree_next(root, n);
			continue;
		}
		if (!is_style_type(tree_value(n, "type"))) {
			notes_removed(notes, n, "only text/css is known", "style sheet");
		} else {
			for (struct tree_node *c = n->first; c != NULL; c = c->next) {
				rc = c->is_text ? css_sheet_add(sheet, c->text, n, notes, err)
						: RC_OK;
				if (rc != RC_OK)
					return rc;
			}
		}
		tree_remove(n);
		n = next;
	}
	return RC_OK;
}

/* Takes attributes that name a property off the element's list. */
static void take_attributes(struct winner *w, struct notes *notes)
{
	struct tree_attr **at = &w->n->attrs;

	while (*at != NULL) {
		struct tree_attr *attr = *at;
		enum css_property property = PROP_COUNT;

		if (attr->ns.n == 0)
			property = css_property_find(attr->name);
		if (property == PROP_COUNT
			|| !str_eq_cz(attr->name, css_property_row(property)->name)) {
			at = &attr->next;
			continue;
		}
		declare(w, css_sheet_attribute(property, attr->value, w->n, notes),
			WEIGHT_ATTRIBUTE);
		*at = attr->next;
	}
}

static void style_node(
	struct tree_node *n, const struct css_sheet *sheet, struct notes *notes, uint64_t *steps)
{
	struct winner w = {.n = n, .a = notes->a};
	struct tree_attr *style = tree_find_attr(n, "style");

	take_attributes(&w, notes);
	for (const struct css_rule *r = sheet->first; r != NULL; r = r->next) {
		uint32_t specificity;

		if (css_sheet_match(r, n, &specificity, steps))
			declare(&w, r->declarations, WEIGHT_RULE + specificity);
	}
	if (style != NULL)
		declare(&w, css_sheet_inline(style->value, n, notes), WEIGHT_INLINE);
	if (RULE_ON(RULE_CSS_INHERITANCE))
		tree_drop_attr(n, "style");
}

enum rc cascade_apply(struct tree_node *root, struct notes *notes, struct err *err)
{
	struct css_sheet sheet = {NULL, NULL, 0, 0};
	enum rc rc = collect_sheets(root, &sheet, notes, err);
	uint64_t steps = 0;

	if (rc != RC_OK)
		return rc;
	for (struct tree_node *n = root; n != NULL; n = tree_next(root, n)) {
		if (!n->is_text)
			style_node(n, &sheet, notes, &steps);
		if (RULE_ON(RULE_CSS_MATCHES) && steps > LIMIT_CSS_MATCHES)
			return err_set(err, RC_LIMIT,
				"the template has too many elements for its %u style rules; remove "
				"rules that nothing uses",
				sheet.rules);
	}
	/* Only now: descendant selectors look at the classes of elements further up. */
	for (struct tree_node *n = root; n != NULL; n = tree_next(root, n))
		if (!n->is_text)
			tree_drop_attr(n, "class");
	return RC_OK;
}
