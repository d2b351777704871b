// SPDX-License-Identifier: Apache-2.0
/* Names and places of a bundle's entries, judged before any of them is unpacked. Used by bundle.c. */
#ifndef TEMPLATES_BUNDLE_ENTRY_H
#define TEMPLATES_BUNDLE_ENTRY_H

#include "templates/bundle.h"

/*
 * A name that passed the check, in the form under which systems take names for the same that fold case or compose
 * characters: NFKC_Casefold (Unicode, 3.13).
 */
struct str bundle_entry_fold(struct arena *a, struct str name);
/* INPUT for a name that could lead out of a folder or means different things to different systems. */
enum rc bundle_entry_check_name(struct arena *a, struct str name, struct err *err) MUST_CHECK;
/* What an entry of that name is; below: the folder around everything, "" or "design/". */
enum bundle_kind bundle_entry_kind(struct str name, struct str below);
/* The folder that template.svg lies in: "" or "design/"; INPUT when there is none, or more than one. */
enum rc bundle_entry_find_root(
	const struct str *names, size_t count, struct str *below, struct err *err) MUST_CHECK;

#endif
