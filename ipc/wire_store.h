// SPDX-License-Identifier: Apache-2.0
/* Records between control and store. A limit in a comment is the most bytes or entries of a frame. */
#ifndef IPC_WIRE_STORE_H
#define IPC_WIRE_STORE_H

#include "base/wire.h"
#include "ipc/wire_render.h"

struct wire_store_open {
	struct str tenant; /* <=64 */
	uint8_t tenant_key[32]; /* seals pieces that many recipients share */
	bool create; /* make the tenant's folder when it is missing */
	bool read_only; /* beside the one that writes: as of now, nothing is mended */
};

struct wire_segment {
	struct str name; /* <=80: relative to the store's directory */
	uint64_t len; /* durable bytes */
};

struct wire_store_is {
	LIST_OF(struct wire_segment) segments; /* <=40: the newest; see total */
	uint32_t segment_count;
	uint64_t artifact_count;
	uint64_t cut_len; /* bytes of torn tails dropped at open */
	bool cut_kept; /* put aside as seg-N.cut1: a commit covered some of them */
};

/* The descriptor of the message is known as source from now on; the store closes an older one. */
struct wire_store_source {
	uint32_t source;
	bool compiled; /* a compiled template: its pieces are stored once and shared */
	uint8_t sha256[32]; /* of a compiled template */
};

/* An artifact to store; INLINE pieces take their bytes from inline_bytes, one after the other. */
struct wire_put_artifact {
	struct wire_artifact artifact;
	struct bytes inline_bytes; /* <=24576 */
};

struct wire_put_row {
	uint8_t ulid[16]; /* of the credential: the artifacts' name */
	uint8_t key[32]; /* of the recipient: seals private bytes */
	LIST_OF(struct wire_put_artifact) artifacts; /* <=8 */
};

struct wire_put {
	uint32_t compiled_source;
	uint32_t result_source;
	LIST_OF(struct wire_put_row) rows; /* <=16 */
};

struct wire_put_artifact_done {
	uint8_t kind;
	uint64_t len;
	uint8_t sha256[32]; /* of the whole artifact as it is handed out */
};

struct wire_put_row_done {
	uint8_t ulid[16];
	LIST_OF(struct wire_put_artifact_done) artifacts; /* <=8 */
};

struct wire_put_done {
	LIST_OF(struct wire_put_row_done) rows; /* <=16 */
};

struct wire_fetch_item {
	uint8_t ulid[16];
	uint8_t key[32];
	uint8_t kind; /* enum artifact_kind */
	uint8_t sha256[32]; /* what the ledger says; a mismatch is a FAULT */
};

struct wire_fetch {
	LIST_OF(struct wire_fetch_item) items; /* <=500 */
};

struct wire_fetched_item {
	uint64_t offset;
	uint64_t len;
	bool found;
};

struct wire_fetched {
	LIST_OF(struct wire_fetched_item) items; /* <=500 */
};

extern const struct wire_type wire_store_open_type;
extern const struct wire_type wire_segment_type;
extern const struct wire_type wire_store_is_type;
extern const struct wire_type wire_store_source_type;
extern const struct wire_type wire_put_artifact_type;
extern const struct wire_type wire_put_row_type;
extern const struct wire_type wire_put_type;
extern const struct wire_type wire_put_artifact_done_type;
extern const struct wire_type wire_put_row_done_type;
extern const struct wire_type wire_put_done_type;
extern const struct wire_type wire_fetch_item_type;
extern const struct wire_type wire_fetch_type;
extern const struct wire_type wire_fetched_item_type;
extern const struct wire_type wire_fetched_type;

#endif
