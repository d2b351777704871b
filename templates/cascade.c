// SPDX-License-Identifier: Apache-2.0
/* From style sheets to declared properties. Runs in: intake. */
#include "templates/cascade.h"

#include "templates/css_sheet.h"
#include "templates/limits.h"
#include "templates/names.h"
#include "templates/rules.h"
#include "templates/value.h"

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

/* The element goes with its attributes: all but its own are told as those of others are. */
static void tell_attributes(const struct tree_node *n, struct notes *notes)
{
	for (const struct tree_attr *attr = n->attrs; attr != NULL; attr = attr->next)
		if (names_find_attr(EL_STYLE, attr->ns, attr->name) == NULL
			&& (attr->ns.n > 0 || !value_is_word(attr->name, "type|class|media|title")))
			notes_removed(notes, n, names_why_attr(attr->name), "attribute " STR_FMT,
				STR_ARG(str_slice(attr->name, 0, 60)));
}

/* Adds the rules of every style element; the elements are gone. */
static enum rc collect_sheets(
	struct tree_node *root, struct css_sheet *sheet, struct notes *notes, struct err *err)
{
	for (struct tree_node *n = root; n != NULL; n = tree_live(root, n)) {
		if (n->is_text || n->element != EL_STYLE)
			continue;
		n->gone = true;
		tell_attributes(n, notes);
		if (!is_style_type(tree_value(n, "type"))) {
			notes_removed(notes, n, "only text/css is known", "style sheet");
			continue;
		}
		for (struct tree_node *c = n->first; c != NULL; c = c->next) {
			enum rc rc = c->is_text && !c->gone
				? css_sheet_add(sheet, c->text, n, notes, err)
				: RC_OK;

			if (rc != RC_OK)
				return rc;
		}
	}
	return RC_OK;
}

/* The property that an attribute of this name is; PROP_COUNT when it is none. */
static enum css_property property_of(const struct tree_attr *attr)
{
	enum css_property property = attr->ns.n == 0 ? css_property_find(attr->name) : PROP_COUNT;

	return property < PROP_MIX_BLEND_MODE
			&& str_eq_cz(attr->name, css_property_row(property)->name)
		? property
		: PROP_COUNT;
}

static void read_attributes(struct winner *w, struct notes *notes)
{
	for (const struct tree_attr *attr = w->n->attrs; attr != NULL; attr = attr->next)
		if (property_of(attr) != PROP_COUNT)
			declare(w, css_sheet_attribute(property_of(attr), attr->value, w->n, notes),
				WEIGHT_ATTRIBUTE);
}

static void style_node(
	struct tree_node *n, const struct css_sheet *sheet, struct notes *notes, uint64_t *steps)
{
	struct winner w = {.n = n, .a = notes->a};
	struct tree_attr *style = tree_find_attr(n, "style");

	read_attributes(&w, notes);
	for (const struct css_rule *r = sheet->first; r != NULL; r = r->next) {
		uint32_t specificity;

		if (css_sheet_match(r, n, &specificity, steps))
			declare(&w, r->declarations, WEIGHT_RULE + specificity);
	}
	if (style != NULL)
		declare(&w, css_sheet_inline(style->value, n, notes), WEIGHT_INLINE);
}

/* ---- properties that SVG has attributes for, of one element or another ---- */

#define BOXES (EL_BIT(EL_RECT) | EL_BIT(EL_IMAGE))
#define ROUNDS (EL_BIT(EL_CIRCLE) | EL_BIT(EL_ELLIPSE))

static const struct {
	enum css_property property;
	uint64_t on; /* elements whose property librsvg 2.54 looks at */
	uint64_t inside; /* the same, where they are not the root */
} moved[] = {
	{PROP_TRANSFORM,
		EL_SHAPES | EL_GROUPS | EL_BIT(EL_USE) | EL_BIT(EL_IMAGE) | EL_BIT(EL_TEXT)
			| EL_BIT(EL_CLIP) | EL_BIT(EL_MASK),
		0},
	{PROP_X, BOXES, EL_BIT(EL_SVG)},
	{PROP_Y, BOXES, EL_BIT(EL_SVG)},
	{PROP_WIDTH, BOXES | EL_BIT(EL_SVG), 0},
	{PROP_HEIGHT, BOXES | EL_BIT(EL_SVG), 0},
	{PROP_CX, ROUNDS, 0},
	{PROP_CY, ROUNDS, 0},
	{PROP_R, EL_BIT(EL_CIRCLE), 0},
	{PROP_RX, EL_BIT(EL_RECT) | EL_BIT(EL_ELLIPSE), 0},
	{PROP_RY, EL_BIT(EL_RECT) | EL_BIT(EL_ELLIPSE), 0},
};

static void move_property(struct tree_node *n, size_t i, struct notes *notes)
{
	const char *name = css_property_row(moved[i].property)->name;
	struct str value = tree_prop(n, moved[i].property);
	uint64_t on = moved[i].on | (n->parent != NULL ? moved[i].inside : 0);

	if (value.n == 0)
		return;
	tree_drop_prop(n, moved[i].property);
	/* librsvg 2.54: the attribute transform is stronger than the property; the others are weaker. */
	if (!EL_IS(n->element, on) || str_eq_cz(value, "inherit"))
		notes_leftover(notes, n, "has no effect on this element", "property %s", name);
	else if (moved[i].property == PROP_TRANSFORM && tree_find_attr(n, "transform") != NULL)
		notes_removed(notes, n, "the attribute transform counts", "property transform");
	else if (str_eq_cz(value, "auto"))
		tree_drop_attr(n, name);
	else if (!str_eq_cz(value, "none"))
		tree_set_attr(notes->a, n, name, value);
}

/* Only now: selectors look at the attributes of other elements. */
static void finish_node(struct tree_node *n, struct notes *notes)
{
	for (struct tree_attr **at = &n->attrs; *at != NULL;)
		if (property_of(*at) != PROP_COUNT)
			*at = (*at)->next;
		else
			at = &(*at)->next;
	tree_drop_attr(n, "class");
	if (RULE_ON(RULE_CSS_INHERITANCE))
		tree_drop_attr(n, "style");
	for (size_t i = 0; i < ARRAY_COUNT(moved); i++)
		move_property(n, i, notes);
}

enum rc cascade_apply(struct tree_node *root, struct notes *notes, struct err *err)
{
	struct css_sheet sheet = {NULL, NULL, 0, 0};
	enum rc rc = collect_sheets(root, &sheet, notes, err);
	uint64_t steps = 0;

	if (rc != RC_OK)
		return rc;
	tree_place(root);
	for (struct tree_node *n = root; n != NULL; n = tree_live(root, n)) {
		if (!n->is_text)
			style_node(n, &sheet, notes, &steps);
		if (RULE_ON(RULE_CSS_MATCHES) && steps > LIMIT_CSS_MATCHES)
			return err_set(err, RC_LIMIT,
				"the template has too many elements for its %u style rules; remove "
				"rules that nothing uses",
				sheet.rules);
	}
	tree_sweep(root);
	for (struct tree_node *n = root; n != NULL; n = tree_next(root, n))
		if (!n->is_text)
			finish_node(n, notes);
	return RC_OK;
}
