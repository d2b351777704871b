// SPDX-License-Identifier: Apache-2.0
/*
 * Records between the command line and control. A command is a name with options; what it has to
 * say comes back as JSON objects, which the command line prints as they are (--json) or in words.
 */
#ifndef IPC_WIRE_CLI_H
#define IPC_WIRE_CLI_H

#include "base/wire.h"
#include "ipc/wire_intake.h"

struct wire_command {
	uint64_t form; /* message_form() */
	struct str name; /* <=64: "issue", "batch status" */
	struct str principal; /* <=255: who asks, for the audit */
	struct str tenant; /* <=64: from --tenant; may be empty */
	LIST_OF(struct wire_value) options; /* <=100 */
	LIST_OF(struct wire_value) files; /* <=8: role ("cohort"), base name; one descriptor each */
};

struct wire_end {
	uint8_t exit_code; /* base/exit.h */
	struct str text; /* <=512: sentence for stderr; empty: none */
};

struct wire_need {
	struct str what; /* <=32: "template" */
	struct str name; /* <=1024: as the manifest says it */
};

struct wire_give {
	struct str problem; /* <=512: empty: it worked */
	bool again; /* with a problem: the same may work later */
	struct str name; /* <=255: base name of the file opened */
};

struct wire_file {
	struct str path; /* <=1024: relative, every part percent-encoded by control */
	uint64_t offset;
	uint64_t len;
	/* Where in the file it belongs: what came before, of a file in several parts. */
	uint64_t at;
	bool more; /* parts of the file follow; it gets its name with the last */
};

struct wire_files {
	LIST_OF(struct wire_file) files; /* <=500 */
};

struct wire_line {
	struct str json; /* <=65000 */
};

extern const struct wire_type wire_command_type;
extern const struct wire_type wire_end_type;
extern const struct wire_type wire_need_type;
extern const struct wire_type wire_give_type;
extern const struct wire_type wire_file_type;
extern const struct wire_type wire_files_type;
extern const struct wire_type wire_line_type;

#endif
