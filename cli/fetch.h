// SPDX-License-Identifier: Apache-2.0
/* Documents from the network, by certfill-fetch, a process for each. */
#ifndef CLI_FETCH_H
#define CLI_FETCH_H

#include "base/buf.h"
#include "cli/cli.h"

struct fetch_terms {
	bool allow_private;
	const char *ca_file; /* NULL: this machine's authorities */
};

/*
 * name: an https address, or a did:web, whose document is fetched. Appends to out. INPUT when it is
 * neither, or with what went wrong.
 */
enum rc fetch_name(struct cli *cli, const struct fetch_terms *terms, struct str name,
	struct buf *out, struct err *err) MUST_CHECK;

#endif
