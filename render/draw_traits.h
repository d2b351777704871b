// SPDX-License-Identifier: Apache-2.0
/* What is particular about a value, for those who look for the rows that are hardest to set. */
#ifndef RENDER_DRAW_TRAITS_H
#define RENDER_DRAW_TRAITS_H

#include "ipc/wire_render.h"

/* Of a row's values, in their order; *out lives in a. */
void draw_traits(
	const struct wire_measure_row *row, struct arena *a, struct wire_measured_row *out);

#endif
