// SPDX-License-Identifier: Apache-2.0
/* Checking references one by one. Runs in: intake. */
#include "templates/refs.h"

#include "templates/css_property.h"
#include "templates/limits.h"
#include "templates/names.h"
#include "templates/refs_cost.h"
#include "templates/rules.h"

#define ROUNDS_MAX 16

struct entry {
	struct tree_node *n;
	struct str id;
	struct entry *next;
};

struct refs_index {
	struct entry **heads;
	uint32_t mask;
};

/* FNV-1a: ids are few and their author gains nothing by making them collide but slow look-ups. */
static uint32_t spread(struct str s)
{
	uint32_t h = UINT32_C(2166136261);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * UINT32_C(16777619);
	return h;
}

struct tree_node *refs_find(const struct refs_index *ix, struct str id)
{
	for (const struct entry *e = ix->heads[spread(id) & ix->mask]; e != NULL; e = e->next)
		if (str_eq(e->id, id))
			return e->n;
	return NULL;
}

static void add_id(struct refs_index *ix, struct arena *a, struct tree_node *n)
{
	struct str id = tree_value(n, "id");
	struct entry *e;

	if (id.n == 0 || refs_find(ix, id) != NULL)
		return;
	e = arena_zalloc(a, 1, sizeof *e);
	e->n = n;
	e->id = id;
	e->next = ix->heads[spread(id) & ix->mask];
	ix->heads[spread(id) & ix->mask] = e;
}

struct refs_index *refs_index_of(struct arena *a, struct tree_node *root)
{
	struct refs_index *ix = arena_zalloc(a, 1, sizeof *ix);
	uint32_t size = 64;

	while (size < tree_number(root) && size < 32768)
		size *= 2;
	ix->mask = size - 1;
	ix->heads = arena_zalloc(a, size, sizeof *ix->heads);
	for (struct tree_node *n = root; n != NULL; n = tree_next(root, n))
		if (!n->is_text)
			add_id(ix, a, n);
	return ix;
}

static void drop_duplicates(
	struct tree_node *root, const struct refs_index *ix, struct notes *notes)
{
	for (struct tree_node *n = root; n != NULL; n = tree_next(root, n)) {
		struct str id = n->is_text ? STR("") : tree_value(n, "id");

		if (id.n == 0 || refs_find(ix, id) == n || !RULE_ON(RULE_ID_ONCE))
			continue;
		notes_removed(notes, n, "another element has this id already", "attribute id");
		tree_drop_attr(n, "id");
	}
}

/* What each property's reference may lead to. */
static const struct {
	enum css_property property;
	uint64_t targets;
	const char *why;
} kinds[] = {
	{PROP_FILL, EL_SERVERS, "it leads to no gradient or pattern of this template"},
	{PROP_STROKE, EL_SERVERS, "it leads to no gradient or pattern of this template"},
	{PROP_CLIP_PATH, EL_BIT(EL_CLIP), "it leads to no clipPath of this template"},
	{PROP_MASK, EL_BIT(EL_MASK), "it leads to no mask of this template"},
	{PROP_FILTER, EL_BIT(EL_FILTER), "it leads to no filter of this template"},
	{PROP_MARKER_START, EL_BIT(EL_MARKER), "it leads to no marker of this template"},
	{PROP_MARKER_MID, EL_BIT(EL_MARKER), "it leads to no marker of this template"},
	{PROP_MARKER_END, EL_BIT(EL_MARKER), "it leads to no marker of this template"},
};

/* "url(#a) red" without its target is red. */
static struct str fallback_of(struct str value)
{
	size_t end = str_find(value, ')', 0) + 1;

	return str_trim(str_slice(value, end, value.n));
}

/* "marker-end" on the marker itself, as Visio writes it: what is inside would inherit it. */
static bool hands_itself_down(
	const struct tree_node *n, size_t kind, const struct tree_node *target)
{
	return target == n && css_property_row(kinds[kind].property)->inherited
		&& RULE_ON(RULE_CIRCLES);
}

static void check_property(
	struct tree_node *n, size_t kind, const struct refs_index *ix, struct notes *notes)
{
	struct str value = tree_prop(n, kinds[kind].property);
	struct str id = css_property_reference(value);
	const struct tree_node *target = id.n > 0 ? refs_find(ix, id) : NULL;

	if (id.n > 0 && hands_itself_down(n, kind, target)) {
		notes_removed(notes, n, "it leads back to itself", "%s",
			css_property_row(kinds[kind].property)->name);
		tree_set_prop(notes->a, n, kinds[kind].property, STR("none"));
		return;
	}
	if (!RULE_ON(RULE_PROPERTY_TARGET))
		return;
	if (id.n == 0 || (target != NULL && EL_IS(target->element, kinds[kind].targets)))
		return;
	notes_removed(
		notes, n, kinds[kind].why, "%s", css_property_row(kinds[kind].property)->name);
	if (kinds[kind].property != PROP_FILTER && fallback_of(value).n > 0)
		tree_set_prop(notes->a, n, kinds[kind].property, fallback_of(value));
	else if (kinds[kind].property == PROP_FILL || kinds[kind].property == PROP_STROKE)
		tree_set_prop(notes->a, n, kinds[kind].property, STR("none"));
	else
		tree_drop_prop(n, kinds[kind].property);
}

/* What the href of each element may lead to; image has been dealt with. */
static uint64_t href_targets(unsigned element)
{
	if (element == EL_USE)
		return EL_SHAPES | EL_GROUPS | EL_BIT(EL_SYMBOL) | EL_BIT(EL_USE) | EL_BIT(EL_IMAGE)
			| EL_BIT(EL_TEXT);
	if (element == EL_TEXT_PATH)
		return EL_SHAPES;
	if (EL_IS(element, EL_GRADIENTS))
		return EL_GRADIENTS;
	return EL_BIT(element);
}

/* Returns false when the element is worth nothing without its target and was taken out. */
static bool check_href(struct tree_node *n, const struct refs_index *ix, struct notes *notes)
{
	struct str href = tree_value(n, "href");
	const struct tree_node *target;

	if (n->element == EL_IMAGE || !RULE_ON(RULE_HREF_TARGET))
		return true;
	if (href.n == 0 && n->element != EL_USE)
		return true;
	target = href.n > 1 ? refs_find(ix, str_slice(href, 1, href.n)) : NULL;
	if (target != NULL && EL_IS(target->element, href_targets(n->element)))
		return true;
	if (n->element == EL_USE || n->element == EL_TEXT_PATH) {
		notes_removed(notes, n, "what it refers to is not in this template",
			"element " STR_FMT, STR_ARG(n->name));
		tree_remove(n);
		return false;
	}
	notes_removed(notes, n, "what it refers to is not in this template", "attribute href");
	tree_drop_attr(n, "href");
	return true;
}

enum rc refs_check(struct tree_node *root, struct notes *notes, struct err *err)
{
	bool again = true;

	/* Taking out an element may take another's target with it: look again. */
	for (unsigned round = 0; again; round++) {
		struct refs_index *ix = refs_index_of(notes->a, root);
		struct tree_node *n = root;

		if (round == ROUNDS_MAX)
			return err_set(err, RC_INPUT,
				"the template's references lead one to another and then nowhere");
		again = false;
		drop_duplicates(root, ix, notes);
		while (n != NULL) {
			struct tree_node *after = tree_skip(root, n);

			if (!n->is_text && !check_href(n, ix, notes)) {
				again = true;
				n = after;
				continue;
			}
			for (size_t i = 0; !n->is_text && i < ARRAY_COUNT(kinds); i++)
				check_property(n, i, ix, notes);
			n = tree_next(root, n);
		}
		if (!again && RULE_ON(RULE_CIRCLES))
			again = refs_cost_cut_circles(root, ix, notes);
		if (!again)
			return refs_cost_check(root, ix, notes->a, err);
	}
	return RC_OK;
}
