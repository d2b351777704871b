// SPDX-License-Identifier: Apache-2.0
/* Circles and cost of references. Runs in: intake. */
#include "templates/refs_cost.h"

#include "templates/css_property.h"
#include "templates/geometry.h"
#include "templates/limits.h"
#include "templates/names.h"
#include "templates/refs_weight.h"
#include "templates/rules.h"
#include "templates/value.h"

#include <math.h>

/* Ways from an element to others: properties, then href. */
static const enum css_property ways[] = {PROP_FILL, PROP_STROKE, PROP_MARKER_START, PROP_MARKER_MID,
	PROP_MARKER_END, PROP_CLIP_PATH, PROP_MASK, PROP_FILTER};
enum { INHERITED = 5, MARKERS_FROM = 2, WAY_HREF = ARRAY_COUNT(ways), WAY_COUNT };

enum colour { WHITE, GREY, BLACK };

/* What is bounded of an element, with everything that follows from it. */
enum measure {
	DRAWN, /* elements drawn */
	DEPTH, /* as drawn; the most, not the sum */
	FILTERS,
	STEPS, /* of filters, each as heavy as drawing the page once */
	LAYERS,
	POINTS, /* of outlines */
	PIXELS, /* of pictures */
	DASHES,
	LENGTH, /* of outlines, in diagonals of the page as large as it is around the element */
	TILE, /* the longest side of a pattern's tile, in pages as large as around the element */
	MEASURE_COUNT,
};

static const struct {
	unsigned rule;
	double most;
	const char *before; /* of a sentence, with the number between them */
	const char *after;
} limits[MEASURE_COUNT] = {
	[DRAWN] = {RULE_COST_DRAWN, LIMIT_EXPANSION, "draws more than ",
		" objects once its references are followed"},
	[DEPTH] = {RULE_COST_DEPTH, LIMIT_DRAW_DEPTH, "nests more than ",
		" deep once references are followed"},
	[FILTERS] = {RULE_COST_FILTERS, LIMIT_FILTERED, "draws more than ", " filters"},
	[STEPS] = {RULE_COST_STEPS, LIMIT_FILTER_STEPS,
		"has filters that are more work than drawing the page ", " times"},
	[LAYERS] = {RULE_COST_LAYERS, LIMIT_LAYERS, "draws more than ",
		" masks and translucent layers"},
	[POINTS] = {RULE_COST_POINTS, LIMIT_POINTS, "draws outlines of more than ",
		" points; simplify them, or draw them less often"},
	[PIXELS] = {RULE_COST_PIXELS, LIMIT_PIXELS_DRAWN, "draws pictures of more than ",
		" pixels; make them smaller, or show them less often"},
	[DASHES] = {RULE_COST_DASHES, LIMIT_DASHES, "draws more than ",
		" dashes; make them longer"},
	[LENGTH] = {RULE_COST_LENGTH, LIMIT_LENGTH_PAGES, "draws outlines more than ",
		" times as long as the page; draw less, or put what is drawn so densely in as a "
		"picture"},
	[TILE] = {RULE_TILE, LIMIT_TILE_PAGES, "draws a pattern whose tile is more than ",
		" times as large as the page; make it smaller"},
};

struct cost {
	double of[MEASURE_COUNT];
	double paints; /* of those drawn the ones that a use around them hands its paint to */
	double vertices; /* of those: where a marker would stand */
	double growth; /* of lengths, from what is inside to what is around */
};

/* What the walk knows about an element, by its index. */
struct place {
	enum colour colour;
	bool cut[WAY_COUNT];
	struct tree_node *to[WAY_COUNT];
	struct cost cost;
};

struct frame {
	struct tree_node *n;
	struct tree_node *child; /* next to visit */
	unsigned way; /* next to follow */
};

struct graph {
	struct place *places;
	struct frame *stack;
	uint32_t depth;
	bool circles;
	bool context; /* something is painted as what refers to it: context-fill, context-stroke */
	/* In the root's coordinates; 0 while sizes are not asked for. */
	double page_w, page_h, diagonal;
};

/* Draws something itself, so that inherited paint and markers are used there. */
static bool paints(unsigned element)
{
	return EL_IS(element,
		EL_SHAPES | EL_BIT(EL_TEXT) | EL_BIT(EL_TSPAN) | EL_BIT(EL_TEXT_PATH)
			| EL_BIT(EL_USE));
}

static struct tree_node *target_of(
	const struct tree_node *n, unsigned way, const struct refs_index *ix)
{
	struct str href;

	if (way < WAY_HREF) {
		struct str id = css_property_reference(tree_prop(n, ways[way]));

		return id.n > 0 ? refs_find(ix, id) : NULL;
	}
	href = n->element != EL_IMAGE ? tree_value(n, "href") : STR("");
	return href.n > 1 ? refs_find(ix, str_slice(href, 1, href.n)) : NULL;
}

/* Declared here, or else whatever the parent has (an explicit "inherit" says the same). */
static struct tree_node *effective(
	const struct graph *g, const struct tree_node *n, unsigned way, const struct refs_index *ix)
{
	struct str own = tree_prop(n, ways[way]);

	if ((own.n == 0 || str_eq_cz(own, "inherit")) && n->parent != NULL)
		return g->places[n->parent->index].to[way];
	return target_of(n, way, ix);
}

static struct graph build(struct tree_node *root, const struct refs_index *ix, struct arena *a)
{
	uint32_t count = tree_number(root);
	struct graph g = {.places = arena_zalloc(a, count, sizeof *g.places),
		.stack = arena_zalloc(a, count, sizeof *g.stack)};

	for (struct tree_node *n = root; n != NULL; n = tree_next(root, n)) {
		struct place *p = &g.places[n->index];

		for (unsigned way = 0; !n->is_text && way < WAY_COUNT; way++)
			p->to[way] =
				way < INHERITED ? effective(&g, n, way, ix) : target_of(n, way, ix);
		g.context = g.context || str_starts(tree_prop(n, PROP_FILL), STR("context-"))
			|| str_starts(tree_prop(n, PROP_STROKE), STR("context-"));
	}
	/* Groups only hand paint down. */
	for (struct tree_node *n = root; n != NULL; n = tree_next(root, n))
		for (unsigned way = 0; way < INHERITED; way++)
			if (n->is_text || !paints(n->element))
				g.places[n->index].to[way] = NULL;
	return g;
}

static bool is_drawn_child(const struct tree_node *n)
{
	return !n->is_text && !EL_IS(n->element, EL_UNDRAWN);
}

/* Without what only a use hands on. */
static void add_cost(struct cost *to, const struct cost *from, double times)
{
	for (unsigned m = 0; m < MEASURE_COUNT; m++)
		if (m != DEPTH && m != TILE)
			to->of[m] += from->of[m] * times;
	to->of[DEPTH] = fmax(to->of[DEPTH], from->of[DEPTH] + 1);
	to->of[TILE] = fmax(to->of[TILE], from->of[TILE]);
}

static void add_drawn(struct cost *to, const struct cost *from)
{
	add_cost(to, from, 1);
	to->paints += from->paints;
	to->vertices += from->vertices;
}

static bool makes_layer(const struct tree_node *n)
{
	struct str opacity = tree_prop(n, PROP_OPACITY);
	struct str blend = tree_prop(n, PROP_MIX_BLEND_MODE);

	return css_property_reference(tree_prop(n, PROP_MASK)).n > 0
		|| (opacity.n > 0 && !str_eq_cz(opacity, "1"))
		|| (blend.n > 0 && !str_eq_cz(blend, "normal"));
}

static bool is_marker(unsigned way)
{
	return way >= MARKERS_FROM && way < INHERITED;
}

static const struct cost *cost_of(const struct graph *g, const struct place *p, unsigned way)
{
	return p->to[way] != NULL && !p->cut[way] ? &g->places[p->to[way]->index].cost : NULL;
}

/* How often what way leads to is drawn for n: paint and markers of a use, for each shape in its copy. */
static double times_of(const struct graph *g, const struct tree_node *n, unsigned way)
{
	const struct place *p = &g->places[n->index];
	const struct cost *copy =
		n->element == EL_USE && RULE_ON(RULE_COST_USE) ? cost_of(g, p, WAY_HREF) : NULL;

	if (way >= INHERITED)
		return 1;
	if (is_marker(way))
		return copy != NULL ? copy->vertices : refs_weight_vertices(n);
	return copy != NULL ? copy->paints : 1;
}

/* A marker that is painted as its path is draws the path's patterns, each time. */
static void add_context(const struct graph *g, const struct place *p, struct cost *c,
	const struct cost *marker, double times)
{
	for (unsigned way = 0; RULE_ON(RULE_COST_CONTEXT) && g->context && way < MARKERS_FROM;
		way++)
		if (cost_of(g, p, way) != NULL)
			add_cost(c, cost_of(g, p, way), times * 2 * marker->of[DRAWN]);
}

/* A pattern has what it does not say from the one that it refers to. */
static struct str pattern_value(
	const struct graph *g, const struct tree_node *pattern, const char *name)
{
	struct str value = STR("");

	for (unsigned i = 0; pattern != NULL && value.n == 0 && i < LIMIT_DRAW_DEPTH; i++) {
		value = tree_value(pattern, name);
		pattern = g->places[pattern->index].to[WAY_HREF];
	}
	return value;
}

static double pattern_side(
	const struct graph *g, const struct tree_node *pattern, const char *name, double whole)
{
	return value_px_or(pattern_value(g, pattern, name), 16, whole, 0);
}

/* The tile of the pattern that n is painted with, by its longer side, in pages. librsvg draws it whole. */
static double tile_of(
	const struct graph *g, const struct tree_node *n, const struct tree_node *pattern)
{
	bool own = str_eq_cz(pattern_value(g, pattern, "patternUnits"), "userSpaceOnUse");
	struct design_matrix m = geometry_transform(pattern_value(g, pattern, "patternTransform"));
	struct geometry_box box = geometry_shape(n, g->page_w, g->page_h);
	bool sized = n->element != EL_USE && !geometry_is_empty(box);
	double w = pattern_side(g, pattern, "width", own ? g->page_w : 1);
	double h = pattern_side(g, pattern, "height", own ? g->page_h : 1);

	if (!own) {
		w *= sized ? box.x1 - box.x0 : g->page_w;
		h *= sized ? box.y1 - box.y0 : g->page_h;
	}
	return fmax(w / g->page_w, h / g->page_h) * geometry_scale(m);
}

/* Dashes, lengths and tiles of n, after all that it leads to. */
static void add_sizes(const struct graph *g, const struct tree_node *n, struct cost *c)
{
	const struct place *p = &g->places[n->index];
	double dash = paints(n->element) ? refs_weight_dash(n) : 0;

	if (EL_IS(n->element, EL_SHAPES))
		c->of[LENGTH] += geometry_length(n, g->page_w, g->page_h) / g->diagonal;
	if (dash > 0)
		c->of[DASHES] += c->of[LENGTH] * g->diagonal / dash;
	for (unsigned way = 0; way < MARKERS_FROM; way++)
		if (p->to[way] != NULL && p->to[way]->element == EL_PATTERN)
			c->of[TILE] = fmax(c->of[TILE], tile_of(g, n, p->to[way]));
	c->growth = refs_weight_growth(n, p->to[WAY_HREF], g->page_w, g->page_h);
	c->of[LENGTH] *= c->growth;
	c->of[TILE] *= c->growth;
}

/* All that n leads to has been counted. */
static void finish(struct graph *g, struct tree_node *n)
{
	struct place *p = &g->places[n->index];
	struct cost *c = &p->cost;
	double functions = refs_weight_functions(tree_prop(n, PROP_FILTER));

	p->colour = BLACK;
	*c = (struct cost){.of = {[DRAWN] = 1, [DEPTH] = 1}, .growth = 1};
	c->of[STEPS] = refs_weight_filter(n) + functions;
	c->of[FILTERS] = functions > 0 ? 1 : 0;
	c->of[LAYERS] = makes_layer(n) ? 1 : 0;
	c->of[POINTS] = EL_IS(n->element, EL_SHAPES) ? refs_weight_vertices(n) : 0;
	c->of[PIXELS] = (double)n->image_width * n->image_height;
	if (paints(n->element) && n->element != EL_USE) {
		c->paints = 1;
		c->vertices = refs_weight_vertices(n);
	}
	for (struct tree_node *child = n->first; child != NULL; child = child->next)
		if (is_drawn_child(child))
			add_drawn(c, &g->places[child->index].cost);
	for (unsigned way = 0; way < WAY_COUNT; way++) {
		const struct cost *to = cost_of(g, p, way);

		if (to == NULL)
			continue;
		if (n->element == EL_USE && way == WAY_HREF)
			add_drawn(c, to);
		else
			add_cost(c, to, times_of(g, n, way));
		if (is_marker(way))
			add_context(g, p, c, to, times_of(g, n, way));
		if (way < WAY_HREF && ways[way] == PROP_FILTER)
			c->of[FILTERS] += 1;
	}
	if (g->page_w > 0)
		add_sizes(g, n, c);
}

static void enter(struct graph *g, struct tree_node *n)
{
	g->places[n->index].colour = GREY;
	g->stack[g->depth++] = (struct frame){n, n->first, 0};
}

/* The next element that f's leads to and that was not seen yet; notes circles on the way. */
static struct tree_node *advance(struct graph *g, struct frame *f)
{
	struct place *p = &g->places[f->n->index];

	while (f->child != NULL) {
		struct tree_node *child = f->child;

		f->child = child->next;
		if (is_drawn_child(child) && g->places[child->index].colour == WHITE)
			return child;
	}
	while (f->way < WAY_COUNT) {
		unsigned way = f->way++;
		struct tree_node *to = p->to[way];

		if (to == NULL)
			continue;
		if (g->places[to->index].colour == GREY) {
			p->cut[way] = true;
			g->circles = true;
		} else if (g->places[to->index].colour == WHITE) {
			return to;
		}
	}
	return NULL;
}

/* Depth first, without recursion: each element is entered once. */
static void walk_from(struct graph *g, struct tree_node *start)
{
	if (start->is_text || g->places[start->index].colour != WHITE)
		return;
	enter(g, start);
	while (g->depth > 0) {
		struct frame *f = &g->stack[g->depth - 1];
		struct tree_node *next = advance(g, f);

		if (next != NULL) {
			enter(g, next);
		} else {
			finish(g, f->n);
			g->depth--;
		}
	}
}

static void cut(struct tree_node *n, unsigned way, struct notes *notes)
{
	static const char why[] = "it leads back to itself";

	if (way < INHERITED) {
		notes_removed(notes, n, why, "%s", css_property_row((unsigned)ways[way])->name);
		tree_set_prop(notes->a, n, ways[way], STR("none"));
	} else if (way < WAY_HREF) {
		notes_removed(notes, n, why, "%s", css_property_row((unsigned)ways[way])->name);
		tree_drop_prop(n, ways[way]);
	} else if (n->element == EL_USE || n->element == EL_TEXT_PATH) {
		notes_removed(notes, n, why, "element " STR_FMT, STR_ARG(n->name));
		tree_remove(n);
	} else {
		notes_removed(notes, n, why, "attribute href");
		tree_drop_attr(n, "href");
	}
}

bool refs_cost_cut_circles(struct tree_node *root, const struct refs_index *ix, struct notes *notes)
{
	struct graph g = build(root, ix, notes->a);
	struct tree_node *n = root;

	for (struct tree_node *start = root; start != NULL; start = tree_next(root, start))
		walk_from(&g, start);
	while (g.circles && n != NULL) {
		struct tree_node *next = tree_next(root, n);
		struct tree_node *after = tree_skip(root, n);

		for (unsigned way = 0; way < WAY_COUNT; way++)
			if (g.places[n->index].cut[way])
				cut(n, way, notes);
		n = n != root && n->parent == NULL ? after : next;
	}
	return g.circles;
}

/* The page in the root's coordinates. One without a size is refused later, by extract_scope.c. */
static void read_page(struct graph *g, const struct tree_node *root)
{
	double v[4] = {0, 0, value_px_or(tree_value(root, "width"), 16, 0, 0),
		value_px_or(tree_value(root, "height"), 16, 0, 0)};

	(void)value_number_list(tree_value(root, "viewBox"), v, 4);
	if (v[2] > 0 && v[3] > 0) {
		g->page_w = v[2];
		g->page_h = v[3];
		g->diagonal = hypot(v[2], v[3]);
	}
}

/* Of what n leads to, what has the most of m; NULL: nothing. */
static const struct tree_node *heaviest(
	const struct graph *g, const struct tree_node *n, enum measure m)
{
	const struct place *p = &g->places[n->index];
	const struct tree_node *most = NULL;
	double highest = 0;

	for (const struct tree_node *child = n->first; child != NULL; child = child->next)
		if (is_drawn_child(child) && g->places[child->index].cost.of[m] > highest) {
			most = child;
			highest = g->places[child->index].cost.of[m];
		}
	for (unsigned way = 0; way < WAY_COUNT; way++)
		if (cost_of(g, p, way) != NULL && cost_of(g, p, way)->of[m] > highest) {
			most = p->to[way];
			highest = cost_of(g, p, way)->of[m];
		}
	return most;
}

/* Where a person should look: the innermost that is too much by itself. */
static const struct tree_node *culprit(
	const struct graph *g, const struct tree_node *n, enum measure m)
{
	double growth = 1;

	for (;;) {
		const struct tree_node *part = heaviest(g, n, m);

		if (m == LENGTH || m == TILE)
			growth *= g->places[n->index].cost.growth;
		if (part == NULL || !(g->places[part->index].cost.of[m] * growth > limits[m].most))
			return n;
		n = part;
	}
}

enum rc refs_cost_check(
	struct tree_node *root, const struct refs_index *ix, struct arena *a, struct err *err)
{
	struct graph g = build(root, ix, a);
	const struct cost *c = &g.places[root->index].cost;

	read_page(&g, root);
	walk_from(&g, root);
	for (unsigned m = 0; m < MEASURE_COUNT; m++)
		if (c->of[m] > limits[m].most && RULE_ON(limits[m].rule)) {
			const struct tree_node *n = culprit(&g, root, m);

			return err_set(err, RC_LIMIT, "line %u: <" STR_FMT "> %s%.0f%s", n->line,
				STR_ARG(n->name), limits[m].before, limits[m].most,
				limits[m].after);
		}
	return RC_OK;
}
