// SPDX-License-Identifier: Apache-2.0
/* Counting what is particular about values. Runs in: render, under lockdown. */
#include "render/draw_traits.h"

#include <unicode/uchar.h>

static struct wire_traits traits_of(struct str text)
{
	struct wire_traits t = {0};

	for (size_t at = 0; at < text.n;) {
		UChar32 c = (UChar32)str_next_char(text, &at);
		UCharDirection direction = u_charDirection(c);

		if ((U_GET_GC_MASK(c) & U_GC_M_MASK) != 0)
			t.marks++;
		else
			t.length++;
		if (direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC)
			t.right_to_left = true;
	}
	return t;
}

void draw_traits(const struct wire_measure_row *row, struct arena *a, struct wire_measured_row *out)
{
	out->traits.items = arena_zalloc(a, row->values.count, sizeof(*out->traits.items));
	out->traits.count = row->values.count;
	for (uint32_t i = 0; i < row->values.count; i++)
		out->traits.items[i] = traits_of(row->values.items[i].text);
}
