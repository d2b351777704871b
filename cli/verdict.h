// SPDX-License-Identifier: Apache-2.0
/* A verdict for a person or a program. */
#ifndef CLI_VERDICT_H
#define CLI_VERDICT_H

#include "cli/cli.h"
#include "ipc/wire_check.h"

/* 0, 8 or 9. */
enum exit_code verdict_exit(uint8_t verdict);
/* what counts for several files: bad beats unknown beats good. */
enum exit_code verdict_worse(enum exit_code one, enum exit_code other);
/*
 * label: the file's name. With --json one object; else the checks, or one line when many are looked at.
 */
void verdict_print(
	struct cli *cli, const char *label, const struct wire_checked *checked, bool many);
/* For what check could not even be asked about, or did not survive. */
void verdict_print_unknown(struct cli *cli, const char *label, const char *why, bool many);

#endif
