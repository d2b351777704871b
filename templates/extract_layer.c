// SPDX-License-Identifier: Apache-2.0
/* Sorting artwork and text into layers. Runs in: intake. */
#include "templates/extract_layer.h"

#include "templates/css_property.h"
#include "templates/extract_layer_box.h"
#include "templates/limits.h"
#include "templates/names.h"

#define ALL_LAYERS ((1u << DESIGN_LAYERS_MAX) - 1)

/* A text or a code: what artwork may lie over. */
struct thing {
	struct geometry_box box;
	uint32_t order;
	uint16_t *layer;
	const struct design_text *text; /* NULL: a code */
	bool told;
};

struct sorting {
	struct extract *e;
	struct thing *things; /* in the drawing's order */
	uint32_t count;
	uint32_t passed; /* things that the walk has come by */
	struct geometry_box
		reach[DESIGN_LAYERS_MAX]; /* of the artwork of each layer, but the lowest */
	uint32_t layer_count;
};

/* NOLINTNEXTLINE(readability-non-const-parameter): it is kept, and written when all things are sorted. */
static void add_thing(struct sorting *s, struct geometry_box box, uint32_t order, uint16_t *layer,
	const struct design_text *text)
{
	uint32_t at = s->count++;

	for (; at > 0 && s->things[at - 1].order > order; at--)
		s->things[at] = s->things[at - 1];
	s->things[at] = (struct thing){box, order, layer, text, false};
}

static void list_things(struct sorting *s)
{
	struct design *d = &s->e->out->design;

	s->things =
		arena_zalloc(s->e->a, (size_t)d->texts.count + d->qrs.count + 1, sizeof *s->things);
	for (uint32_t i = 0; i < d->texts.count; i++)
		add_thing(s, extract_layer_box_of_text(s->e, &d->texts.items[i]),
			d->texts.items[i].order, &d->texts.items[i].layer, &d->texts.items[i]);
	for (uint32_t i = 0; i < d->qrs.count; i++)
		add_thing(s, extract_layer_box_of_qr(&d->qrs.items[i]), d->qrs.items[i].order,
			&d->qrs.items[i].layer, NULL);
}

/* The highest layer that has artwork below the box. */
static uint32_t highest_below(const struct sorting *s, const struct extract_layer_box *box)
{
	uint32_t layer = s->layer_count - 1;

	while (layer > 0 && !extract_layer_box_covers(box, s->reach[layer]))
		layer--;
	return layer;
}

/* Things drawn before artwork of that order get their place. */
static void pass_things(struct sorting *s, uint32_t order)
{
	for (; s->passed < s->count && s->things[s->passed].order <= order; s->passed++) {
		struct thing *t = &s->things[s->passed];

		*t->layer = (uint16_t)highest_below(
			s, &(struct extract_layer_box){t->box, GEOMETRY_EMPTY});
	}
}

static void warn(struct sorting *s, struct thing *t, const struct tree_node *art, const char *why)
{
	if (t->told)
		return;
	t->told = true;
	if (t->text == NULL)
		notes_warned(s->e->notes, art, why, "artwork over a verification code");
	else
		notes_warned(s->e->notes, art, why, "artwork over text " STR_FMT,
			STR_ARG(str_slice(t->text->parts.items[0].text, 0, 40)));
}

/* ---- what stays together ---- */

static bool refers(const struct tree_node *n, unsigned property)
{
	return css_property_reference(tree_prop(n, property)).n > 0;
}

static bool blends(const struct tree_node *n)
{
	struct str mode = tree_prop(n, PROP_MIX_BLEND_MODE);

	return mode.n > 0 && !str_eq_cz(mode, "normal");
}

static bool has_opacity(const struct tree_node *n)
{
	struct str value = tree_prop(n, PROP_OPACITY);

	return value.n > 0 && !str_eq_cz(value, "1");
}

static bool holds_things(struct tree_node *group)
{
	for (struct tree_node *n = group; n != NULL; n = tree_next(group, n))
		if (n->taken)
			return true;
	return false;
}

/*
 * Artwork that one document draws whole. Groups with a clip or an opacity are taken apart where a text
 * stands in them; what a filter, mask or blend mode makes of a group would change.
 */
static bool stays_whole(struct tree_node *n)
{
	if (n->lent || !EL_IS(n->element, EL_GROUPS))
		return true;
	if (refers(n, PROP_FILTER) || refers(n, PROP_MASK) || blends(n)
		|| str_eq_cz(tree_prop(n, PROP_ISOLATION), "isolate"))
		return true;
	return (refers(n, PROP_CLIP_PATH) || has_opacity(n)) && !holds_things(n);
}

/* A blend mode needs the artwork below it in the same document. */
static bool needs_ground(struct tree_node *n)
{
	if (blends(n))
		return true;
	if (refers(n, PROP_FILTER) || refers(n, PROP_MASK) || has_opacity(n)
		|| str_eq_cz(tree_prop(n, PROP_ISOLATION), "isolate"))
		return false;
	for (struct tree_node *c = tree_next(n, n); c != NULL; c = tree_next(n, c))
		if (!c->is_text && blends(c))
			return true;
	return false;
}

/* Marks what copies refer to, and everything around it. */
static void mark_lent(struct extract *e)
{
	for (struct tree_node *n = e->root; n != NULL; n = tree_next(e->root, n)) {
		struct str href =
			n->is_text || n->element != EL_USE ? STR("") : tree_value(n, "href");
		struct tree_node *to =
			href.n > 1 ? refs_find(e->ix, str_slice(href, 1, href.n)) : NULL;

		if (to != NULL && !extract_scope_of(e, to)->undrawn)
			to->lent = true;
	}
}

static bool lends(struct tree_node *n)
{
	for (struct tree_node *c = n; c != NULL; c = tree_next(n, c))
		if (c->lent)
			return true;
	return false;
}

/* ---- the walk ---- */

static uint32_t layer_of_art(
	struct sorting *s, struct tree_node *n, const struct extract_layer_box *box)
{
	bool ground = needs_ground(n);
	uint32_t layer = ground ? 0 : highest_below(s, box);

	for (uint32_t i = 0; i < s->passed; i++) {
		struct thing *t = &s->things[i];

		if (!extract_layer_box_covers(box, t->box))
			continue;
		if (ground) {
			warn(s, t, n, "artwork with a blend mode is drawn below text");
		} else if (*t->layer + 1u == DESIGN_LAYERS_MAX) {
			warn(s, t, n,
				"text and artwork lie over each other too many times; what is over "
				"this text will be drawn below it");
		} else {
			if (t->text == NULL)
				warn(s, t, n,
					"it covers a part of the code; look whether phones still "
					"read it");
			layer = layer > *t->layer + 1u ? layer : *t->layer + 1u;
		}
	}
	return layer;
}

/* Texts inside something that stays whole lie over all of it. */
static void tell_inside(struct sorting *s, struct tree_node *whole)
{
	for (struct tree_node *n = tree_next(whole, whole); n != NULL; n = tree_next(whole, n)) {
		struct extract_layer_box box;

		if (n->is_text || n->taken || !EL_IS(n->element, EL_SHAPES | EL_BIT(EL_IMAGE)))
			continue;
		box = extract_layer_box_of(s->e, n);
		for (uint32_t i = s->passed; i < s->count; i++)
			if (s->things[i].order <= extract_scope_of(s->e, n)->order
				&& extract_layer_box_covers(&box, s->things[i].box))
				warn(s, &s->things[i], n,
					"in a group with a filter, mask or blend mode all artwork "
					"is drawn below its text");
	}
}

static void sort_unit(struct sorting *s, struct tree_node *n)
{
	struct extract_layer_box box = extract_layer_box_of(s->e, n);
	uint32_t layer = 0;

	pass_things(s, extract_scope_of(s->e, n)->order);
	if (!geometry_is_empty(box.box))
		layer = layer_of_art(s, n, &box);
	if (n->first != NULL && holds_things(n))
		tell_inside(s, n);
	n->lent = lends(n);
	for (struct tree_node *c = n; c != NULL; c = tree_next(n, c))
		c->layers = 1u << layer;
	if (layer == 0)
		return;
	s->layer_count = layer + 1 > s->layer_count ? layer + 1 : s->layer_count;
	s->reach[layer] = geometry_join(s->reach[layer], box.box);
}

static void sort_art(struct sorting *s)
{
	struct tree_node *root = s->e->root;
	struct tree_node *n = root;

	while (n != NULL) {
		bool inside = false;

		if (n->is_text || n->taken || EL_IS(n->element, EL_UNDRAWN))
			n->layers = 1;
		else if (EL_IS(n->element, EL_SHAPES | EL_BIT(EL_IMAGE) | EL_BIT(EL_USE))
			|| (n != root && EL_IS(n->element, EL_GROUPS) && stays_whole(n)))
			sort_unit(s, n);
		else
			inside = true;
		n = inside ? tree_next(root, n) : tree_skip(root, n);
	}
	pass_things(s, UINT32_MAX);
}

/* Groups are in every document that something of theirs is in; definitions are in all. */
static void mark_groups(struct sorting *s)
{
	struct tree_node *root = s->e->root;

	for (struct tree_node *n = root; n != NULL; n = tree_next(root, n)) {
		uint32_t layers = n->lent ? ALL_LAYERS : n->layers;

		if (extract_scope_of(s->e, n)->undrawn && !n->is_text)
			n->layers = layers = ALL_LAYERS;
		if (layers == 0)
			n->layers = 1;
		for (struct tree_node *up = n->parent;
			up != NULL && (up->layers | layers) != up->layers; up = up->parent)
			if (EL_IS(up->element, EL_GROUPS) && !up->lent)
				up->layers |= layers;
	}
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a drawing has a root. */
	root->layers = ALL_LAYERS;
}

void extract_layer_assign(struct extract *e)
{
	struct design *d = &e->out->design;
	struct sorting s = {.e = e, .layer_count = 1};

	for (uint32_t i = 0; i < DESIGN_LAYERS_MAX; i++)
		s.reach[i] = GEOMETRY_EMPTY;
	list_things(&s);
	mark_lent(e);
	sort_art(&s);
	mark_groups(&s);
	if (s.layer_count == 1)
		return;
	d->layers.items = arena_zalloc(e->a, s.layer_count, sizeof *d->layers.items);
	d->layers.count = s.layer_count;
}
