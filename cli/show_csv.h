// SPDX-License-Identifier: Apache-2.0
/* What the csv commands say, in words. Used by show.c only. */
#ifndef CLI_SHOW_CSV_H
#define CLI_SHOW_CSV_H

#include "cli/cli.h"

void show_csv_file(struct cli *cli, const json_t *o);
void show_csv_cohort(struct cli *cli, const json_t *o);
void show_csv_map(struct cli *cli, const json_t *o);
void show_csv_counts(struct cli *cli, const json_t *o);

#endif
