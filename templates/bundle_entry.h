// SPDX-License-Identifier: Apache-2.0
/* Names and places of a bundle's entries, judged before any of them is unpacked. Used by bundle.c. */
#ifndef TEMPLATES_BUNDLE_ENTRY_H
#define TEMPLATES_BUNDLE_ENTRY_H

#include "templates/bundle.h"

/*
 * Looks at the ZIP's end record alone: INPUT when bytes stand before or after the archive or it is
 * spread over several files; LIMIT when it has more than LIMIT_BUNDLE_ENTRIES entries.
 */
enum rc bundle_entry_check_end(struct bytes zip, struct err *err) MUST_CHECK;
/* INPUT for a name that could lead out of a folder or means different things to different systems. */
enum rc bundle_entry_check_name(struct arena *a, struct str name, struct err *err) MUST_CHECK;
/* What an entry of that name is; below: the folder around everything, "" or "design/". */
enum bundle_kind bundle_entry_kind(struct str name, struct str below);
/* The folder that template.svg lies in: "" or "design/"; INPUT when there is none, or more than one. */
enum rc bundle_entry_find_root(
	const struct str *names, size_t count, struct str *below, struct err *err) MUST_CHECK;

#endif
