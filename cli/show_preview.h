// SPDX-License-Identifier: Apache-2.0
/* A line of template preview's table. */
#ifndef CLI_SHOW_PREVIEW_H
#define CLI_SHOW_PREVIEW_H

#include "cli/show.h"

/* Page, record and line in the cohort, and why it was chosen. */
void show_preview_page(struct cli *cli, const json_t *o);

#endif
