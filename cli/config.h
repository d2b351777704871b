// SPDX-License-Identifier: Apache-2.0
/*
 * Where settings come from: flag, then CERTFILL_*, then the user's config.ini, then
 * /etc/certfill/config.ini. Nothing is read from the current directory unless it was named.
 */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "cli/options.h"

/* Completes cli from the environment and the configuration files. INPUT names file and line. */
enum rc config_apply(struct cli *cli, const struct options *o, struct err *err) MUST_CHECK;

#endif
