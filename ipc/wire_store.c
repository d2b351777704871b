// SPDX-License-Identifier: Apache-2.0
/* Tables of the storage records. Runs in: control, store. */
#include "ipc/wire_store.h"

static const struct wire_field store_open_fields[] = {
	WIRE_MAX(struct wire_store_open, tenant, WIRE_STR, 64),
	WIRE_MAX(struct wire_store_open, tenant_key, WIRE_FIXED, 32),
	WIRE_M(struct wire_store_open, create, WIRE_BOOL),
	WIRE_M(struct wire_store_open, read_only, WIRE_BOOL),
};
WIRE_TYPE(wire_store_open_type, struct wire_store_open, store_open_fields);

static const struct wire_field segment_fields[] = {
	WIRE_MAX(struct wire_segment, name, WIRE_STR, 80),
	WIRE_M(struct wire_segment, len, WIRE_U64),
};
WIRE_TYPE(wire_segment_type, struct wire_segment, segment_fields);

static const struct wire_field store_is_fields[] = {
	WIRE_SUB(struct wire_store_is, segments, WIRE_LIST, 40, &wire_segment_type),
	WIRE_M(struct wire_store_is, segment_count, WIRE_U32),
	WIRE_M(struct wire_store_is, artifact_count, WIRE_U64),
	WIRE_M(struct wire_store_is, cut_len, WIRE_U64),
	WIRE_M(struct wire_store_is, cut_kept, WIRE_BOOL),
};
WIRE_TYPE(wire_store_is_type, struct wire_store_is, store_is_fields);

static const struct wire_field store_source_fields[] = {
	WIRE_M(struct wire_store_source, source, WIRE_U32),
	WIRE_M(struct wire_store_source, compiled, WIRE_BOOL),
	WIRE_MAX(struct wire_store_source, sha256, WIRE_FIXED, 32),
};
WIRE_TYPE(wire_store_source_type, struct wire_store_source, store_source_fields);

static const struct wire_field put_artifact_fields[] = {
	WIRE_SUB(struct wire_put_artifact, artifact, WIRE_ONE, 0, &wire_artifact_type),
	WIRE_MAX(struct wire_put_artifact, inline_bytes, WIRE_BYTES, 24576),
};
WIRE_TYPE(wire_put_artifact_type, struct wire_put_artifact, put_artifact_fields);

static const struct wire_field put_row_fields[] = {
	WIRE_MAX(struct wire_put_row, ulid, WIRE_FIXED, 16),
	WIRE_MAX(struct wire_put_row, key, WIRE_FIXED, 32),
	WIRE_SUB(struct wire_put_row, artifacts, WIRE_LIST, 8, &wire_put_artifact_type),
};
WIRE_TYPE(wire_put_row_type, struct wire_put_row, put_row_fields);

static const struct wire_field put_fields[] = {
	WIRE_M(struct wire_put, compiled_source, WIRE_U32),
	WIRE_M(struct wire_put, result_source, WIRE_U32),
	WIRE_SUB(struct wire_put, rows, WIRE_LIST, 16, &wire_put_row_type),
};
WIRE_TYPE(wire_put_type, struct wire_put, put_fields);

static const struct wire_field put_artifact_done_fields[] = {
	WIRE_M(struct wire_put_artifact_done, kind, WIRE_U8),
	WIRE_M(struct wire_put_artifact_done, len, WIRE_U64),
	WIRE_MAX(struct wire_put_artifact_done, sha256, WIRE_FIXED, 32),
};
WIRE_TYPE(wire_put_artifact_done_type, struct wire_put_artifact_done, put_artifact_done_fields);

static const struct wire_field put_row_done_fields[] = {
	WIRE_MAX(struct wire_put_row_done, ulid, WIRE_FIXED, 16),
	WIRE_SUB(struct wire_put_row_done, artifacts, WIRE_LIST, 8, &wire_put_artifact_done_type),
};
WIRE_TYPE(wire_put_row_done_type, struct wire_put_row_done, put_row_done_fields);

static const struct wire_field put_done_fields[] = {
	WIRE_SUB(struct wire_put_done, rows, WIRE_LIST, 16, &wire_put_row_done_type),
};
WIRE_TYPE(wire_put_done_type, struct wire_put_done, put_done_fields);

static const struct wire_field fetch_item_fields[] = {
	WIRE_MAX(struct wire_fetch_item, ulid, WIRE_FIXED, 16),
	WIRE_MAX(struct wire_fetch_item, key, WIRE_FIXED, 32),
	WIRE_M(struct wire_fetch_item, kind, WIRE_U8),
	WIRE_MAX(struct wire_fetch_item, sha256, WIRE_FIXED, 32),
};
WIRE_TYPE(wire_fetch_item_type, struct wire_fetch_item, fetch_item_fields);

static const struct wire_field fetch_fields[] = {
	WIRE_SUB(struct wire_fetch, items, WIRE_LIST, 500, &wire_fetch_item_type),
};
WIRE_TYPE(wire_fetch_type, struct wire_fetch, fetch_fields);

static const struct wire_field fetched_item_fields[] = {
	WIRE_M(struct wire_fetched_item, offset, WIRE_U64),
	WIRE_M(struct wire_fetched_item, len, WIRE_U64),
	WIRE_M(struct wire_fetched_item, found, WIRE_BOOL),
};
WIRE_TYPE(wire_fetched_item_type, struct wire_fetched_item, fetched_item_fields);

static const struct wire_field fetched_fields[] = {
	WIRE_SUB(struct wire_fetched, items, WIRE_LIST, 500, &wire_fetched_item_type),
};
WIRE_TYPE(wire_fetched_type, struct wire_fetched, fetched_fields);
