// SPDX-License-Identifier: Apache-2.0
/*
 * Soft masks that are the same alpha everywhere. Cairo writes a luminosity mask and two groups for
 * every gradient with alpha, even when all its stops have the same. Runs in: compile.
 */
#include "base/mem.h"
#include "render/compile_lift_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CONTENT_MAX 199
#define NAME_MAX_LEN 31

/* All stops of an exponential function (type 2) have *alpha, which is set by the first. */
static bool stops_are_equal(struct compile_lift *l, qpdf_oh function, double *alpha)
{
	static const char *const ends[] = {"/C0", "/C1"};

	for (size_t i = 0; i < ARRAY_COUNT(ends); i++) {
		qpdf_oh stop = qpdf_oh_get_key(l->q, function, ends[i]);
		double value;

		if (!qpdf_oh_is_array(l->q, stop) || qpdf_oh_get_array_n_items(l->q, stop) != 1)
			return false;
		value = qpdf_oh_get_numeric_value(l->q, qpdf_oh_get_array_item(l->q, stop, 0));
		if (*alpha < 0)
			*alpha = value;
		if (!(fabs(value - *alpha) < 1e-6))
			return false;
	}
	return true;
}

/* Stitching functions (type 3) nest two deep in cairo's output: depth counts down. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static bool function_is_constant(struct compile_lift *l, qpdf_oh function, int depth, double *alpha)
{
	long long type;
	qpdf_oh parts;
	int n;

	if (depth == 0 || !qpdf_oh_is_dictionary(l->q, function))
		return false;
	type = compile_lift_text_int(l, function, "/FunctionType", -1);
	if (type == 2)
		return stops_are_equal(l, function, alpha);
	if (type != 3)
		return false;
	parts = qpdf_oh_get_key(l->q, function, "/Functions");
	n = qpdf_oh_is_array(l->q, parts) ? qpdf_oh_get_array_n_items(l->q, parts) : 0;
	for (int i = 0; i < n; i++) {
		if (!function_is_constant(
			    l, qpdf_oh_get_array_item(l->q, parts, i), depth - 1, alpha))
			return false;
	}
	return n > 0;
}

static bool shading_is_everywhere(struct compile_lift *l, qpdf_oh shading)
{
	qpdf_oh extend = qpdf_oh_get_key(l->q, shading, "/Extend");

	if (!qpdf_oh_is_array(l->q, extend) || qpdf_oh_get_array_n_items(l->q, extend) != 2)
		return false;
	for (int i = 0; i < 2; i++) {
		qpdf_oh item = qpdf_oh_get_array_item(l->q, extend, i);

		if (!qpdf_oh_is_bool(l->q, item)
			|| qpdf_oh_get_bool_value(l->q, item) == QPDF_FALSE)
			return false;
	}
	return true;
}

/* The one pattern of the mask's form, when it is a gray shading without end. 0: it is not. */
static qpdf_oh gray_shading(struct compile_lift *l, qpdf_oh resources)
{
	qpdf_oh patterns = qpdf_oh_get_key_if_dict(l->q, resources, "/Pattern");
	const char **keys;
	size_t n;
	qpdf_oh shading;

	if (!qpdf_oh_is_dictionary(l->q, patterns))
		return 0;
	keys = compile_lift_text_keys(l, patterns, &n);
	if (n != 1)
		return 0;
	shading =
		qpdf_oh_get_key_if_dict(l->q, qpdf_oh_get_key(l->q, patterns, keys[0]), "/Shading");
	if (!qpdf_oh_is_dictionary(l->q, shading)
		|| !compile_lift_text_is(l, shading, "/ColorSpace", "/DeviceGray")
		|| !shading_is_everywhere(l, shading))
		return 0;
	return shading;
}

/* The form must do nothing but fill the page: "q /gs gs /Pattern cs /p scn x y w h re f Q". */
static bool content_fills_page(
	struct compile_lift *l, qpdf_oh form, char state_name[NAME_MAX_LEN + 2])
{
	char text[CONTENT_MAX + 1];
	char pattern[NAME_MAX_LEN + 1];
	double x, y, w, h;
	int used = 0;
	struct bytes plain;
	double page_w = l->in->width * l->in->scale;
	double page_h = l->in->height * l->in->scale;

	if (!compile_lift_stream_plain(l, form, &plain))
		return false;
	if (plain.n > CONTENT_MAX) {
		mem_release((void *)(uintptr_t)plain.p);
		return false;
	}
	memcpy(text, plain.p, plain.n);
	text[plain.n] = '\0';
	mem_release((void *)(uintptr_t)plain.p);
	state_name[0] = '/';
	/* NOLINTNEXTLINE(cert-err34-c): numbers that do not fit give a comparison that fails. */
	if (sscanf(text, " q /%31s gs /Pattern cs /%31s scn %lf %lf %lf %lf re f Q %n",
		    state_name + 1, pattern, &x, &y, &w, &h, &used)
			!= 6
		|| used == 0 || text[used] != '\0')
		return false;
	return x <= 0 && y <= 0 && x + w >= page_w - 0.01 && y + h >= page_h - 0.01;
}

bool compile_lift_mask_is_constant(struct compile_lift *l, qpdf_oh state, double *alpha)
{
	qpdf_oh mask = qpdf_oh_get_key(l->q, state, "/SMask");
	char name[NAME_MAX_LEN + 2];
	qpdf_oh form, resources, shading, inner;

	if (!qpdf_oh_is_dictionary(l->q, mask)
		|| !compile_lift_text_is(l, mask, "/S", "/Luminosity")
		|| qpdf_oh_has_key(l->q, mask, "/TR"))
		return false;
	form = qpdf_oh_get_key(l->q, mask, "/G");
	if (!qpdf_oh_is_stream(l->q, form))
		return false;
	resources = qpdf_oh_get_key_if_dict(l->q, qpdf_oh_get_dict(l->q, form), "/Resources");
	shading = gray_shading(l, resources);
	if (shading == 0 || !content_fills_page(l, form, name))
		return false;
	inner = qpdf_oh_get_key_if_dict(
		l->q, qpdf_oh_get_key_if_dict(l->q, resources, "/ExtGState"), name);
	if (!qpdf_oh_is_dictionary(l->q, inner) || qpdf_oh_has_key(l->q, inner, "/SMask")
		|| qpdf_oh_get_numeric_value(l->q, qpdf_oh_get_key(l->q, inner, "/ca")) != 1)
		return false;
	*alpha = -1;
	return function_is_constant(l, qpdf_oh_get_key(l->q, shading, "/Function"), 4, alpha)
		&& *alpha >= 0 && *alpha <= 1;
}
