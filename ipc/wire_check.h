// SPDX-License-Identifier: Apache-2.0
/*
 * Records between whoever wants a verdict and check. Bytes come through one memory descriptor: written
 * by the asker from offset 0, read by check into its own memory, then used again. A limit in a comment
 * is the most bytes or entries of a frame.
 */
#ifndef IPC_WIRE_CHECK_H
#define IPC_WIRE_CHECK_H

#include "base/wire.h"

/* Bytes of the memory descriptor that may be in use. */
#define CHECK_AREA_LEN ((size_t)32 << 20)

struct wire_check_open {
	uint8_t unused;
};

struct wire_check_material {
	struct str name; /* <=1024: address or DID it was fetched from; empty: it is what it says */
	uint64_t len;
};

struct wire_check_file {
	uint64_t len;
	int64_t now_s; /* the moment the verdict is for */
	int64_t status_age_s; /* 0: the library's */
	/* Of what follows the file: a pass's credential, or a verify page's answer; 0: nothing. */
	uint64_t companion_len;
	/* <=1024: the address of the credential that the page stands for; empty: no page. */
	struct str page;
};

/* outcome: enum certfill_outcome of verify/certfill-verify.h; of a fact it means nothing. */
struct wire_check_item {
	struct str name; /* <=32 */
	uint8_t outcome;
	struct str text; /* <=1700 */
};

struct wire_checked {
	uint8_t verdict; /* enum certfill_verdict */
	struct str kind; /* <=16 */
	struct str summary; /* <=1700 */
	LIST_OF(struct wire_check_item) checks; /* <=20 */
	LIST_OF(struct wire_check_item) facts; /* <=16 */
	LIST_OF(struct str) wanted; /* <=8: 1024 bytes each */
};

extern const struct wire_type wire_check_open_type;
extern const struct wire_type wire_check_material_type;
extern const struct wire_type wire_check_file_type;
extern const struct wire_type wire_check_item_type;
extern const struct wire_type wire_checked_type;

#endif
