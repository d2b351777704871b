// SPDX-License-Identifier: Apache-2.0
/* Geometry of drawings. Runs in: intake. */
#include "templates/geometry.h"

#include "templates/names.h"
#include "templates/value.h"

#include <math.h>

struct design_matrix geometry_multiply(struct design_matrix o, struct design_matrix i)
{
	return (struct design_matrix){
		.a = o.a * i.a + o.c * i.b,
		.b = o.b * i.a + o.d * i.b,
		.c = o.a * i.c + o.c * i.d,
		.d = o.b * i.c + o.d * i.d,
		.e = o.a * i.e + o.c * i.f + o.e,
		.f = o.b * i.e + o.d * i.f + o.f,
	};
}

/* Deep nests of transforms can reach infinity, which no record carries. */
static bool is_sane(struct design_matrix m)
{
	const double v[] = {m.a, m.b, m.c, m.d, m.e, m.f};

	for (size_t i = 0; i < ARRAY_COUNT(v); i++)
		if (!isfinite(v[i]) || fabs(v[i]) > 1e9)
			return false;
	return true;
}

bool geometry_invert(struct design_matrix m, struct design_matrix *out)
{
	double det = m.a * m.d - m.b * m.c;

	if (!is_sane(m) || fabs(det) < 1e-12)
		return false;
	*out = (struct design_matrix){m.d / det, -m.b / det, -m.c / det, m.a / det,
		(m.c * m.f - m.d * m.e) / det, (m.b * m.e - m.a * m.f) / det};
	return true;
}

void geometry_apply(struct design_matrix m, double *x, double *y)
{
	double from_x = *x;

	*x = m.a * from_x + m.c * *y + m.e;
	*y = m.b * from_x + m.d * *y + m.f;
}

double geometry_scale(struct design_matrix m)
{
	return sqrt(fabs(m.a * m.d - m.b * m.c));
}

static struct design_matrix rotation(double degrees)
{
	double angle = degrees * M_PI / 180;

	return (struct design_matrix){cos(angle), sin(angle), -sin(angle), cos(angle), 0, 0};
}

static struct design_matrix one_transform(struct str name, const double *v, size_t count)
{
	if (str_eq_cz(name, "matrix"))
		return (struct design_matrix){v[0], v[1], v[2], v[3], v[4], v[5]};
	if (str_eq_cz(name, "translate"))
		return (struct design_matrix){1, 0, 0, 1, v[0], count == 2 ? v[1] : 0};
	if (str_eq_cz(name, "scale"))
		return (struct design_matrix){v[0], 0, 0, count == 2 ? v[1] : v[0], 0, 0};
	if (str_eq_cz(name, "skewX"))
		return (struct design_matrix){1, 0, tan(v[0] * M_PI / 180), 1, 0, 0};
	if (str_eq_cz(name, "skewY"))
		return (struct design_matrix){1, tan(v[0] * M_PI / 180), 0, 1, 0, 0};
	if (count == 3) {
		struct design_matrix there = {1, 0, 0, 1, v[1], v[2]};
		struct design_matrix back = {1, 0, 0, 1, -v[1], -v[2]};

		return geometry_multiply(there, geometry_multiply(rotation(v[0]), back));
	}
	return rotation(v[0]);
}

struct design_matrix geometry_transform(struct str value)
{
	struct design_matrix m = GEOMETRY_IDENTITY;
	size_t at = 0;

	while (at < value.n) {
		size_t open = str_find(value, '(', at);
		size_t close = str_find(value, ')', at);
		double v[6] = {0};
		size_t count = close > open
			? value_number_list(str_slice(value, open + 1, close), v, 6)
			: 0;

		if (count == 0)
			break;
		m = geometry_multiply(
			m, one_transform(str_trim(str_slice(value, at, open)), v, count));
		at = value_skip_comma(value, close + 1);
	}
	return m;
}

/* xMin, xMid, xMax (or y) as the share of the spare room before the picture. */
static double align_share(struct str align, size_t from)
{
	struct str word = str_slice(align, from, from + 4);

	if (str_ends(word, STR("Min")))
		return 0;
	return str_ends(word, STR("Max")) ? 1 : 0.5;
}

struct design_matrix geometry_viewport(struct str view_box, struct str aspect, double w, double h)
{
	struct str align =
		aspect.n > 0 ? str_slice(aspect, 0, str_find(aspect, ' ', 0)) : STR("xMidYMid");
	double v[4];
	double sx;
	double sy;

	if (value_number_list(view_box, v, 4) != 4 || v[2] <= 0 || v[3] <= 0)
		return GEOMETRY_IDENTITY;
	sx = w / v[2];
	sy = h / v[3];
	if (!str_eq_cz(align, "none"))
		sx = sy = str_ends(aspect, STR("slice")) ? fmax(sx, sy) : fmin(sx, sy);
	return (struct design_matrix){sx, 0, 0, sy,
		-v[0] * sx + (w - v[2] * sx) * align_share(align, 0),
		-v[1] * sy + (h - v[3] * sy) * align_share(align, 4)};
}

bool geometry_is_empty(struct geometry_box b)
{
	return b.x1 < b.x0 || b.y1 < b.y0;
}

struct geometry_box geometry_join(struct geometry_box a, struct geometry_box b)
{
	if (geometry_is_empty(a))
		return b;
	if (geometry_is_empty(b))
		return a;
	return (struct geometry_box){
		fmin(a.x0, b.x0), fmin(a.y0, b.y0), fmax(a.x1, b.x1), fmax(a.y1, b.y1)};
}

bool geometry_overlap(struct geometry_box a, struct geometry_box b)
{
	return !geometry_is_empty(a) && !geometry_is_empty(b) && a.x0 < b.x1 && b.x0 < a.x1
		&& a.y0 < b.y1 && b.y0 < a.y1;
}

static struct geometry_box around(struct geometry_box b, double x, double y)
{
	return geometry_join(b, (struct geometry_box){x, y, x, y});
}

struct geometry_box geometry_map(struct design_matrix m, struct geometry_box b)
{
	struct geometry_box out = GEOMETRY_EMPTY;

	if (geometry_is_empty(b))
		return b;
	for (int i = 0; i < 4; i++) {
		double x = i % 2 == 0 ? b.x0 : b.x1;
		double y = i < 2 ? b.y0 : b.y1;

		geometry_apply(m, &x, &y);
		out = around(out, x, y);
	}
	return out;
}

static double length_of(const struct tree_node *n, const char *name, double percent_of)
{
	return value_px_or(tree_value(n, name), 16, percent_of, 0);
}

struct pen {
	double x, y; /* where it is */
	double start_x, start_y; /* where this subpath began */
	double control_x, control_y; /* of the last curve, for those that go on smoothly */
	char last; /* command, lower case */
	struct geometry_box box;
	struct trace *trace; /* NULL: only the box is wanted */
};

/* The way along a path, and a place on it. */
struct trace {
	double length; /* so far */
	double want; /* length at the place */
	bool found;
	double x, y, cos_turn, sin_turn; /* of the place; until it is found the end so far */
};

/* Numbers each command takes, in pairs but for H, V and A. */
static size_t command_arity(char command)
{
	static const char letters[] = "mlhvcsqtaz";
	static const uint8_t arity[] = {2, 2, 1, 1, 6, 4, 4, 2, 7, 0};

	for (size_t i = 0; i < sizeof arity; i++)
		if ((command | 32) == letters[i])
			return arity[i];
	return 0;
}

static bool read_arguments(struct str s, size_t *at, char command, double *v, size_t arity)
{
	for (size_t i = 0; i < arity; i++) {
		*at = value_skip_comma(s, *at);
		if ((command | 32) == 'a' && (i == 3 || i == 4)) {
			v[i] = *at < s.n && s.p[*at] == '1';
			(*at)++;
		} else if (!value_number(s, at, &v[i])) {
			return false;
		}
	}
	return true;
}

/* An arc by its ellipse (SVG 1.1, F.6.5). from, sweep: angles on it. */
struct arc {
	double rx, ry, cos_turn, sin_turn, cx, cy, from, sweep;
};

static double angle_on(const struct arc *a, double x, double y)
{
	double dx = x - a->cx;
	double dy = y - a->cy;

	return atan2((a->cos_turn * dy - a->sin_turn * dx) / a->ry,
		(a->cos_turn * dx + a->sin_turn * dy) / a->rx);
}

/* False when it is a line. v: the seven numbers of the command. */
static bool read_arc(const double *v, double x0, double y0, double x1, double y1, struct arc *a)
{
	double turn = v[2] * M_PI / 180;
	double hx, hy, fit, k;

	*a = (struct arc){fabs(v[0]), fabs(v[1]), cos(turn), sin(turn), 0, 0, 0, 0};
	if (!(a->rx > 0) || !(a->ry > 0) || (x0 == x1 && y0 == y1))
		return false;
	hx = (a->cos_turn * (x0 - x1) + a->sin_turn * (y0 - y1)) / 2;
	hy = (a->cos_turn * (y0 - y1) - a->sin_turn * (x0 - x1)) / 2;
	fit = hypot(hx / a->rx, hy / a->ry);
	a->rx *= fmax(fit, 1);
	a->ry *= fmax(fit, 1);
	k = fit < 1 ? sqrt(1 / (fit * fit) - 1) : 0;
	k = (v[3] != 0) == (v[4] != 0) ? -k : k;
	hx *= -k * a->ry / a->rx;
	hy *= k * a->rx / a->ry;
	a->cx = a->cos_turn * hy - a->sin_turn * hx + (x0 + x1) / 2;
	a->cy = a->sin_turn * hy + a->cos_turn * hx + (y0 + y1) / 2;
	a->from = angle_on(a, x0, y0);
	a->sweep = angle_on(a, x1, y1) - a->from;
	if (v[4] != 0 && a->sweep < 0)
		a->sweep += 2 * M_PI;
	if (v[4] == 0 && a->sweep > 0)
		a->sweep -= 2 * M_PI;
	return isfinite(a->sweep) && isfinite(a->cx) && isfinite(a->cy);
}

/* Adds the arc's leftmost, rightmost, highest and lowest points, where it comes by them. */
static void add_arc(struct pen *p, const double *v, double x, double y)
{
	struct arc a;
	double across, along;

	if (!read_arc(v, p->x, p->y, x, y, &a))
		return;
	across = atan2(-a.ry * a.sin_turn, a.rx * a.cos_turn);
	along = atan2(a.ry * a.cos_turn, a.rx * a.sin_turn);
	for (unsigned i = 0; i < 4; i++) {
		double at = (i < 2 ? across : along) + (i & 1 ? M_PI : 0);
		double on = fmod(at - a.from, 2 * M_PI);

		if (a.sweep > 0 && on < 0)
			on += 2 * M_PI;
		if (a.sweep < 0 && on > 0)
			on -= 2 * M_PI;
		if (fabs(on) > fabs(a.sweep))
			continue;
		p->box = around(p->box,
			a.cx + a.rx * cos(at) * a.cos_turn - a.ry * sin(at) * a.sin_turn,
			a.cy + a.rx * cos(at) * a.sin_turn + a.ry * sin(at) * a.cos_turn);
	}
}

/* ---- the way along a path ---- */

/* Straight pieces of a curve: text is placed by them, nothing is drawn with them. */
#define PIECES 16

static void trace_line(struct trace *t, double x0, double y0, double x1, double y1)
{
	double length = hypot(x1 - x0, y1 - y0);
	double share = 1;

	if (t->found || !(length > 0) || !isfinite(length))
		return;
	if (t->length + length >= t->want) {
		t->found = true;
		share = fmax(t->want - t->length, 0) / length;
	}
	t->x = x0 + (x1 - x0) * share;
	t->y = y0 + (y1 - y0) * share;
	t->cos_turn = (x1 - x0) / length;
	t->sin_turn = (y1 - y0) / length;
	t->length += length * share;
}

/* c: four points of a cubic curve. */
static void trace_cubic(struct trace *t, const double c[8])
{
	double x0 = c[0];
	double y0 = c[1];

	for (int i = 1; i <= PIECES; i++) {
		double u = (double)i / PIECES;
		double w = 1 - u;
		double k[4] = {w * w * w, 3 * w * w * u, 3 * w * u * u, u * u * u};
		double x = k[0] * c[0] + k[1] * c[2] + k[2] * c[4] + k[3] * c[6];
		double y = k[0] * c[1] + k[1] * c[3] + k[2] * c[5] + k[3] * c[7];

		trace_line(t, x0, y0, x, y);
		x0 = x;
		y0 = y;
	}
}

static void trace_arc(struct pen *p, const double *v, double x, double y)
{
	double x0 = p->x;
	double y0 = p->y;
	struct arc a;

	if (!read_arc(v, p->x, p->y, x, y, &a)) {
		trace_line(p->trace, x0, y0, x, y);
		return;
	}
	for (int i = 1; i <= PIECES; i++) {
		double on = a.from + a.sweep * i / PIECES;
		double x1 = a.cx + a.rx * cos(on) * a.cos_turn - a.ry * sin(on) * a.sin_turn;
		double y1 = a.cy + a.rx * cos(on) * a.sin_turn + a.ry * sin(on) * a.cos_turn;

		trace_line(p->trace, x0, y0, x1, y1);
		x0 = x1;
		y0 = y1;
	}
}

/* C, S, Q and T, all as cubic curves. v: absolute when bx and by are added. */
static void trace_curve(struct pen *p, char kind, const double *v, double bx, double by)
{
	bool cubic = kind == 'c' || kind == 's';
	bool smooth = kind == 's' || kind == 't';
	bool goes_on = cubic ? p->last == 'c' || p->last == 's' : p->last == 'q' || p->last == 't';
	const double *end = v + (kind == 'c' ? 4 : kind == 't' ? 0 : 2);
	double c[8] = {p->x, p->y, p->x, p->y, 0, 0, bx + end[0], by + end[1]};

	if (!smooth) {
		c[2] = bx + v[0];
		c[3] = by + v[1];
	} else if (goes_on) {
		c[2] = 2 * p->x - p->control_x;
		c[3] = 2 * p->y - p->control_y;
	}
	c[4] = cubic ? bx + end[-2] : c[2];
	c[5] = cubic ? by + end[-1] : c[3];
	p->control_x = c[4];
	p->control_y = c[5];
	if (!cubic)
		for (int i = 0; i < 2; i++) {
			double q = c[2 + i];

			c[2 + i] = (c[i] + 2 * q) / 3;
			c[4 + i] = (c[6 + i] + 2 * q) / 3;
		}
	trace_cubic(p->trace, c);
}

/* Before the pen moves. */
static void trace_move(struct pen *p, char kind, const double *v, double bx, double by)
{
	if (kind == 'z')
		trace_line(p->trace, p->x, p->y, p->start_x, p->start_y);
	else if (kind == 'h')
		trace_line(p->trace, p->x, p->y, bx + v[0], p->y);
	else if (kind == 'v')
		trace_line(p->trace, p->x, p->y, p->x, by + v[0]);
	else if (kind == 'l')
		trace_line(p->trace, p->x, p->y, bx + v[0], by + v[1]);
	else if (kind == 'a')
		trace_arc(p, v, bx + v[5], by + v[6]);
	else if (kind != 'm')
		trace_curve(p, kind, v, bx, by);
	p->last = kind;
}

static void move_pen(struct pen *p, char command, const double *v, size_t arity)
{
	bool relative = command >= 'a';
	double base_x = relative ? p->x : 0;
	double base_y = relative ? p->y : 0;
	char kind = (char)(command | 32);

	if (p->trace != NULL)
		trace_move(p, kind, v, base_x, base_y);
	if (kind == 'z') {
		p->x = p->start_x;
		p->y = p->start_y;
		return;
	}
	if (kind == 'h') {
		p->x = base_x + v[0];
	} else if (kind == 'v') {
		p->y = base_y + v[0];
	} else {
		if (kind == 'a')
			add_arc(p, v, base_x + v[5], base_y + v[6]);
		for (size_t i = kind == 'a' ? 5 : 0; i + 1 < arity; i += 2) {
			p->x = base_x + v[i];
			p->y = base_y + v[i + 1];
			p->box = around(p->box, p->x, p->y);
		}
	}
	if (kind == 'm') {
		p->start_x = p->x;
		p->start_y = p->y;
	}
	p->box = around(p->box, p->x, p->y);
}

/*
 * Follows the path as far as it is well formed. Control points count as points: the true curve is
 * inside their box. command: the one that bare numbers belong to, 'M' for a list of points.
 */
static struct geometry_box walk_path(struct str s, char command, struct trace *trace)
{
	struct pen p = {.box = GEOMETRY_EMPTY, .trace = trace};
	size_t at = 0;

	for (;;) {
		double v[7] = {0};
		size_t arity;

		at = value_skip_comma(s, at);
		if (at >= s.n)
			return p.box;
		if ((s.p[at] | 32) >= 'a' && (s.p[at] | 32) <= 'z')
			command = s.p[at++];
		else if ((command | 32) == 'z')
			return p.box;
		arity = command_arity(command);
		if (command == 0 || !read_arguments(s, &at, command, v, arity))
			return p.box;
		move_pen(&p, command, v, arity);
		/* Further pairs after a move are lines (SVG 1.1, 8.3.2). */
		if (command == 'm' || command == 'M')
			command = command == 'm' ? 'l' : 'L';
	}
}

static struct geometry_box centred(double cx, double cy, double rx, double ry)
{
	return rx > 0 && ry > 0 ? (struct geometry_box){cx - rx, cy - ry, cx + rx, cy + ry}
				: GEOMETRY_EMPTY;
}

static struct geometry_box cornered(double x, double y, double w, double h)
{
	return w > 0 && h > 0 ? (struct geometry_box){x, y, x + w, y + h} : GEOMETRY_EMPTY;
}

struct geometry_box geometry_shape(const struct tree_node *n, double vw, double vh)
{
	double diagonal = sqrt((vw * vw + vh * vh) / 2);
	double r;

	switch (n->element) {
	case EL_RECT:
	case EL_IMAGE:
	case EL_USE:
		return cornered(length_of(n, "x", vw), length_of(n, "y", vh),
			length_of(n, "width", vw), length_of(n, "height", vh));
	case EL_CIRCLE:
		r = length_of(n, "r", diagonal);
		return centred(length_of(n, "cx", vw), length_of(n, "cy", vh), r, r);
	case EL_ELLIPSE:
		return centred(length_of(n, "cx", vw), length_of(n, "cy", vh),
			length_of(n, "rx", vw), length_of(n, "ry", vh));
	case EL_LINE:
		return around((struct geometry_box){length_of(n, "x1", vw), length_of(n, "y1", vh),
				      length_of(n, "x1", vw), length_of(n, "y1", vh)},
			length_of(n, "x2", vw), length_of(n, "y2", vh));
	case EL_POLYLINE:
	case EL_POLYGON:
		return walk_path(tree_value(n, "points"), 'M', NULL);
	case EL_PATH:
		return walk_path(tree_value(n, "d"), 0, NULL);
	default:
		return GEOMETRY_EMPTY;
	}
}

double geometry_path_length(struct str d)
{
	struct trace t = {.want = HUGE_VAL};

	walk_path(d, 0, &t);
	return t.length;
}

double geometry_length(const struct tree_node *n, double vw, double vh)
{
	struct trace t = {.want = HUGE_VAL};
	struct geometry_box b;

	if (n->element == EL_PATH)
		return geometry_path_length(tree_value(n, "d"));
	if (EL_IS(n->element, EL_BIT(EL_POLYLINE) | EL_BIT(EL_POLYGON))) {
		walk_path(tree_value(n, "points"), 'M', &t);
		return t.length;
	}
	b = geometry_shape(n, vw, vh);
	return geometry_is_empty(b) ? 0 : 2 * (b.x1 - b.x0 + b.y1 - b.y0);
}

bool geometry_path_place(struct str d, double at, struct design_matrix *out)
{
	struct trace t = {.want = at};

	walk_path(d, 0, &t);
	if (t.cos_turn == 0 && t.sin_turn == 0)
		return false;
	*out = (struct design_matrix){t.cos_turn, t.sin_turn, -t.sin_turn, t.cos_turn, t.x, t.y};
	return true;
}
