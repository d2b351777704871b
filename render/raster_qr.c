// SPDX-License-Identifier: Apache-2.0
/*
 * QR modules onto a picture. Upright codes have their module edges on whole pixels, as scanners and
 * compression like them; turned ones are sampled. Runs in: render.
 */
#include "base/err.h"
#include "render/raster.h"

#include <math.h>
#include <string.h>

#define QUIET 4
/* Modules a side of version 40, and the quiet zone. */
#define SIDE_MAX 177
/* Samples a pixel, each way, for codes that are not upright. */
#define SAMPLES 4

static void mix_pixel(uint8_t *d, uint32_t fill, unsigned alpha)
{
	for (unsigned i = 0; i < 3; i++) {
		unsigned c = fill >> (24 - 8 * i) & 255;
		unsigned t = d[i] * (255 - alpha) + c * alpha + 128;

		d[i] = (uint8_t)((t + (t >> 8)) >> 8);
	}
}

/* n pixels of a colour that hides what is below. */
static void fill_opaque(uint8_t *d, uint32_t n, uint32_t fill)
{
	for (; n > 0; n--, d += 3) {
		d[0] = (uint8_t)(fill >> 24);
		d[1] = (uint8_t)(fill >> 16);
		d[2] = (uint8_t)(fill >> 8);
	}
}

static uint8_t *at(const struct raster *r, uint32_t x, uint32_t y)
{
	return r->rows + (size_t)y * r->stride + 1 + 3 * (size_t)x;
}

static void fill_span(struct raster *r, uint32_t y, uint32_t x0, uint32_t x1, uint32_t fill)
{
	uint8_t *d = at(r, x0, y);

	if ((fill & 255) == 255) {
		fill_opaque(d, x1 - x0, fill);
		return;
	}
	for (uint32_t x = x0; x < x1; x++, d += 3)
		mix_pixel(d, fill, fill & 255);
}

static bool is_dark(const uint8_t *modules, uint32_t side, int64_t x, int64_t y)
{
	x -= QUIET;
	y -= QUIET;
	return x >= 0 && y >= 0 && x < side && y < side
		&& (modules[(size_t)y * side + (size_t)x] & 1);
}

static uint32_t edge(double v, uint32_t limit)
{
	v = floor(v + 0.5);
	return !(v > 0) ? 0 : v >= limit ? limit : (uint32_t)v;
}

static struct raster_rect draw_upright(
	struct raster *r, const struct design_qr *qr, const uint8_t *modules, uint32_t side)
{
	const struct design_matrix *m = &qr->matrix;
	uint32_t cells = side + 2 * QUIET;
	uint32_t xs[SIDE_MAX + 2 * QUIET + 1], ys[SIDE_MAX + 2 * QUIET + 1];
	bool opaque = (qr->dark & qr->light & 255) == 255;

	for (uint32_t i = 0; i <= cells; i++) {
		double step = qr->size * i / cells;

		xs[i] = edge((m->a * (qr->x + step) + m->e) * r->scale, r->width);
		ys[i] = edge((m->d * (qr->y + step) + m->f) * r->scale, r->height);
	}
	for (uint32_t j = 0; j < cells; j++) {
		for (uint32_t y = ys[j]; y < ys[j + 1]; y++) {
			/* A module's rows are all the same, unless something shines through. */
			if (opaque && y > ys[j])
				memcpy(at(r, xs[0], y), at(r, xs[0], y - 1),
					3 * (size_t)(xs[cells] - xs[0]));
			for (uint32_t i = 0; i < cells && !(opaque && y > ys[j]); i++)
				fill_span(r, y, xs[i], xs[i + 1],
					is_dark(modules, side, i, j) ? qr->dark : qr->light);
		}
	}
	return (struct raster_rect){xs[0], ys[0], xs[cells], ys[cells]};
}

/* Coverage of the pixel by dark and by light modules, in samples. */
static void sample_pixel(const struct design_qr *qr, const struct design_matrix *inverse,
	const uint8_t *modules, uint32_t side, const double at[3], unsigned count[2])
{
	double cells = side + 2 * QUIET;

	for (unsigned s = 0; s < SAMPLES * SAMPLES; s++) {
		unsigned row = s / SAMPLES;
		double x = (at[0] + (s % SAMPLES + 0.5) / SAMPLES) / at[2];
		double y = (at[1] + (row + 0.5) / SAMPLES) / at[2];
		double u =
			(inverse->a * x + inverse->c * y + inverse->e - qr->x) / qr->size * cells;
		double v =
			(inverse->b * x + inverse->d * y + inverse->f - qr->y) / qr->size * cells;

		if (u >= 0 && v >= 0 && u < cells && v < cells)
			count[is_dark(modules, side, (int64_t)u, (int64_t)v)]++;
	}
}

static struct raster_rect draw_turned(
	struct raster *r, const struct design_qr *qr, const uint8_t *modules, uint32_t side)
{
	const struct design_matrix *m = &qr->matrix;
	double det = m->a * m->d - m->b * m->c;
	struct design_matrix inv = {m->d / det, -m->b / det, -m->c / det, m->a / det,
		(m->c * m->f - m->d * m->e) / det, (m->b * m->e - m->a * m->f) / det};
	double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
	struct raster_rect box;

	for (int i = 0; i < 4; i++) {
		double x = qr->x + (i & 1 ? qr->size : 0);
		double y = qr->y + (i & 2 ? qr->size : 0);

		x0 = fmin(x0, m->a * x + m->c * y + m->e);
		x1 = fmax(x1, m->a * x + m->c * y + m->e);
		y0 = fmin(y0, m->b * x + m->d * y + m->f);
		y1 = fmax(y1, m->b * x + m->d * y + m->f);
	}
	box = raster_rect_of(r, x0, y0, x1, y1);
	for (uint32_t y = box.y0; y < box.y1; y++)
		for (uint32_t x = box.x0; x < box.x1; x++) {
			uint8_t *d = r->rows + (size_t)y * r->stride + 1 + 3 * (size_t)x;
			double at[3] = {x, y, r->scale};
			unsigned count[2] = {0, 0};
			unsigned all;

			sample_pixel(qr, &inv, modules, side, at, count);
			all = count[0] + count[1];
			if (all == 0)
				continue;
			/* Paper first over the whole square's share, then ink over its own. */
			mix_pixel(d, qr->light, (qr->light & 255) * all / (SAMPLES * SAMPLES));
			mix_pixel(d, qr->dark, (qr->dark & 255) * count[1] / (SAMPLES * SAMPLES));
		}
	return box;
}

void raster_qr(struct raster *r, const struct design_qr *qr, const uint8_t *modules, uint32_t side,
	struct raster_rect *dirty)
{
	const struct design_matrix *m = &qr->matrix;
	double det = m->a * m->d - m->b * m->c;
	struct raster_rect box;

	CHECK(side <= SIDE_MAX);
	if (side == 0 || !(qr->size > 0) || !(fabs(det) > 1e-9))
		return;
	if (!(fabs(m->b) > 0) && !(fabs(m->c) > 0) && m->a > 0 && m->d > 0)
		box = draw_upright(r, qr, modules, side);
	else
		box = draw_turned(r, qr, modules, side);
	if (dirty == NULL || box.x0 >= box.x1 || box.y0 >= box.y1)
		return;
	if (dirty->x0 >= dirty->x1)
		*dirty = box;
	dirty->x0 = box.x0 < dirty->x0 ? box.x0 : dirty->x0;
	dirty->y0 = box.y0 < dirty->y0 ? box.y0 : dirty->y0;
	dirty->x1 = box.x1 > dirty->x1 ? box.x1 : dirty->x1;
	dirty->y1 = box.y1 > dirty->y1 ? box.y1 : dirty->y1;
}
