// SPDX-License-Identifier: Apache-2.0
/* A made-up recipient for templates that nobody has rows for yet. */
#ifndef PIPELINE_PREVIEW_SAMPLE_H
#define PIPELINE_PREVIEW_SAMPLE_H

#include "ipc/wire_render.h"

/* A value for every field of the template; *out lives in a. */
void preview_sample_fill(const struct wire_template *t, struct arena *a, struct wire_draw_row *out);

#endif
