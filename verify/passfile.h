// SPDX-License-Identifier: Apache-2.0
/* Apple wallet passes: the ZIP, its manifest, the CMS signature over it, and what pass.json says. */
#ifndef VERIFY_PASSFILE_H
#define VERIFY_PASSFILE_H

#include "verify/context.h"

#define PASSFILE_ENTRIES_MAX 64
#define PASSFILE_ENTRY_LEN_MAX ((size_t)4 << 20)
#define PASSFILE_LEN_MAX ((size_t)16 << 20)

struct passfile_entry {
	struct str name;
	struct bytes content;
};

struct passfile {
	struct passfile_entry entries[PASSFILE_ENTRIES_MAX];
	size_t entry_count;
};

/*
 * Unpacks file; *out lives in a. INPUT: no ZIP, damaged, encrypted, something before or behind it, two
 * entries of one name, a name that leads elsewhere. LIMIT: more or larger entries than above.
 */
enum rc passfile_read(
	struct arena *a, struct bytes file, struct passfile *out, struct err *err) MUST_CHECK;
/* Checks "format", "pass" and what follows from the credential that the pass belongs to. */
void passfile_check(struct context *c);

#endif
