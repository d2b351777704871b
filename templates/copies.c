// SPDX-License-Identifier: Apache-2.0
/* Copies of text, written out where they are drawn. Runs in: intake. */
#include "templates/copies.h"

#include "templates/names.h"
#include "templates/refs.h"
#include "templates/value.h"

/* A symbol that shows a symbol is one round more. */
#define ROUNDS_MAX 16
/* What is in them is drawn in a way that text of the design cannot be. */
#define PAINTS (EL_SERVERS | EL_BIT(EL_CLIP) | EL_BIT(EL_MASK) | EL_BIT(EL_MARKER))

static bool is_below(const struct tree_node *n, uint64_t elements)
{
	for (const struct tree_node *up = n->parent; up != NULL; up = up->parent)
		if (EL_IS(up->element, elements))
			return true;
	return false;
}

static bool is_inside(const struct tree_node *n, const struct tree_node *of)
{
	while (n != NULL && n != of)
		n = n->parent;
	return n != NULL;
}

/* Counts the nodes of a tree that holds text, up to one more than can be copied; 0 when it holds none. */
static uint32_t count_with_text(struct tree_node *top)
{
	uint32_t count = 0;
	bool text = false;

	for (struct tree_node *n = top; n != NULL; n = tree_next(top, n)) {
		text = text || (!n->is_text && n->element == EL_TEXT);
		if (++count > COPIES_NODES_MAX)
			return count;
	}
	return text ? count : 0;
}

static struct tree_node *target_of(const struct refs_index *ix, const struct tree_node *n)
{
	struct str href = n->is_text || n->element != EL_USE ? STR("") : tree_value(n, "href");

	return href.n > 1 ? refs_find(ix, str_slice(href, 1, href.n)) : NULL;
}

/* Without its id, which stays the original's. */
static struct tree_node *copy_node(
	struct arena *a, const struct tree_node *from, struct tree_node *parent)
{
	struct tree_node *to = tree_new(a, parent);
	struct tree_attr **end = &to->attrs;

	to->is_text = from->is_text;
	to->element = from->element;
	to->line = from->line;
	to->image_width = from->image_width;
	to->image_height = from->image_height;
	to->ns = from->ns;
	to->name = from->name;
	to->written = from->written;
	to->text = from->text;
	to->props = from->props;
	for (const struct tree_attr *at = from->attrs; at != NULL; at = at->next) {
		if (str_eq_cz(at->name, "id"))
			continue;
		*end = arena_dup(a, at, sizeof *at);
		end = &(*end)->next;
	}
	*end = NULL;
	return to;
}

static struct tree_node *copy_tree(
	struct arena *a, const struct tree_node *from, struct tree_node *parent)
{
	struct tree_node *top = copy_node(a, from, parent);
	struct tree_node *to = top;
	const struct tree_node *n = from;

	for (;;) {
		if (n->first != NULL) {
			n = n->first;
			to = copy_node(a, n, to);
			continue;
		}
		while (n != from && n->next == NULL) {
			n = n->parent;
			to = to->parent;
		}
		if (n == from)
			return top;
		n = n->next;
		to = copy_node(a, n, to->parent);
	}
}

/* A length of the use; false when it depends on what is around it. */
static bool length_of(const struct tree_node *use, const char *name, double *out)
{
	struct value_length l;

	*out = 0;
	if (tree_value(use, name).n == 0)
		return true;
	if (!value_whole_length(tree_value(use, name), &l) || l.unit == UNIT_PERCENT)
		return false;
	*out = value_px(l, 16, 0);
	return true;
}

/* A symbol, or a drawing in the drawing, has a viewport, whose size the use decides (SVG 2, 5.5). */
static void set_viewport(struct arena *a, const struct tree_node *use, struct tree_node *copy)
{
	static const char *const sides[] = {"width", "height"};

	if (copy->element == EL_SYMBOL) {
		copy->element = EL_SVG;
		copy->name = STR("svg");
	}
	for (size_t i = 0; i < ARRAY_COUNT(sides) && copy->element == EL_SVG; i++)
		if (tree_value(use, sides[i]).n > 0)
			tree_set_attr(a, copy, sides[i], tree_value(use, sides[i]));
}

static bool write_out(struct arena *a, struct tree_node *use, const struct tree_node *target)
{
	static const char *const gone[] = {"href", "x", "y", "width", "height"};
	double x, y;

	if (!length_of(use, "x", &x) || !length_of(use, "y", &y))
		return false;
	set_viewport(a, use, copy_tree(a, target, use));
	use->element = EL_G;
	use->name = STR("g");
	tree_set_attr(a, use, "transform",
		str_fmt(a, STR_FMT " translate(%.9g,%.9g)", STR_ARG(tree_value(use, "transform")),
			x, y));
	for (size_t i = 0; i < ARRAY_COUNT(gone); i++)
		tree_drop_attr(use, gone[i]);
	return true;
}

/* What is drawn by its copies only is not drawn where it is. */
static void take_undrawn(struct tree_node *top)
{
	for (struct tree_node *n = top; n != NULL; n = tree_next(top, n))
		if (!n->is_text && n->element == EL_TEXT
			&& is_below(n, EL_BIT(EL_DEFS) | EL_BIT(EL_SYMBOL)))
			n->taken = true;
}

/* Every use that leads to text now. True when there was one. */
static bool write_round(struct tree_node *root, struct arena *a, uint32_t *room)
{
	const struct refs_index *ix = refs_index_of(a, root);
	bool found = false;

	for (struct tree_node *n = root; n != NULL; n = tree_next(root, n)) {
		struct tree_node *target = target_of(ix, n);
		uint32_t count = target != NULL ? count_with_text(target) : 0;

		if (count == 0 || count > *room || is_below(n, PAINTS) || is_inside(n, target)
			|| !write_out(a, n, target))
			continue;
		take_undrawn(target);
		*room -= count;
		found = true;
	}
	return found;
}

void copies_write_out(struct tree_node *root, struct notes *notes)
{
	uint32_t room = COPIES_NODES_MAX;

	for (int i = 0; i < ROUNDS_MAX && write_round(root, notes->a, &room); i++)
		;
}
