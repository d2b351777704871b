// SPDX-License-Identifier: Apache-2.0
/* Tables of the signing records. Runs in: control, sign. */
#include "ipc/wire_sign.h"

static const struct wire_field actor_fields[] = {
	WIRE_MAX(struct wire_actor, tenant, WIRE_STR, 64),
	WIRE_MAX(struct wire_actor, principal, WIRE_STR, 255),
	WIRE_MAX(struct wire_actor, role, WIRE_STR, 64),
	WIRE_MAX(struct wire_actor, reason, WIRE_STR, 255),
};
WIRE_TYPE(wire_actor_type, struct wire_actor, actor_fields);

static const struct wire_field keys_make_fields[] = {
	WIRE_SUB(struct wire_keys_make, actor, WIRE_ONE, 0, &wire_actor_type),
	WIRE_MAX(struct wire_keys_make, organization, WIRE_STR, 255),
	WIRE_M(struct wire_keys_make, now_s, WIRE_I64),
};
WIRE_TYPE(wire_keys_make_type, struct wire_keys_make, keys_make_fields);

static const struct wire_field keys_load_fields[] = {
	WIRE_SUB(struct wire_keys_load, actor, WIRE_ONE, 0, &wire_actor_type),
	WIRE_M(struct wire_keys_load, now_s, WIRE_I64),
};
WIRE_TYPE(wire_keys_load_type, struct wire_keys_load, keys_load_fields);

static const struct wire_field key_fields[] = {
	WIRE_M(struct wire_key, purpose, WIRE_U8),
	WIRE_MAX(struct wire_key, kid, WIRE_STR, 64),
	WIRE_MAX(struct wire_key, public_key, WIRE_BYTES, 600),
	WIRE_M(struct wire_key, not_before_s, WIRE_I64),
	WIRE_M(struct wire_key, sign_until_s, WIRE_I64),
	WIRE_M(struct wire_key, compromised_s, WIRE_I64),
};
WIRE_TYPE(wire_key_type, struct wire_key, key_fields);

static const struct wire_field keys_add_fields[] = {
	WIRE_SUB(struct wire_keys_add, actor, WIRE_ONE, 0, &wire_actor_type),
	WIRE_M(struct wire_keys_add, now_s, WIRE_I64),
	WIRE_M(struct wire_keys_add, overlap_s, WIRE_I64),
	WIRE_M(struct wire_keys_add, purposes, WIRE_U32),
	WIRE_MAX(struct wire_keys_add, alg, WIRE_STR, 8),
	WIRE_M(struct wire_keys_add, fresh, WIRE_BOOL),
};
WIRE_TYPE(wire_keys_add_type, struct wire_keys_add, keys_add_fields);

static const struct wire_field keys_compromise_fields[] = {
	WIRE_SUB(struct wire_keys_compromise, actor, WIRE_ONE, 0, &wire_actor_type),
	WIRE_M(struct wire_keys_compromise, now_s, WIRE_I64),
	WIRE_M(struct wire_keys_compromise, overlap_s, WIRE_I64),
	WIRE_MAX(struct wire_keys_compromise, kid, WIRE_STR, 64),
};
WIRE_TYPE(wire_keys_compromise_type, struct wire_keys_compromise, keys_compromise_fields);

static const struct wire_field keys_are_fields[] = {
	WIRE_SUB(struct wire_keys_are, keys, WIRE_LIST, 200, &wire_key_type),
	WIRE_MAX(struct wire_keys_are, data_key, WIRE_BYTES, 32),
	WIRE_MAX(struct wire_keys_are, pass_certificate, WIRE_BYTES, 8192),
	WIRE_MAX(struct wire_keys_are, pass_intermediate, WIRE_BYTES, 8192),
	WIRE_MAX(struct wire_keys_are, pass_root, WIRE_BYTES, 8192),
	WIRE_M(struct wire_keys_are, pass_throwaway, WIRE_BOOL),
	WIRE_MAX(struct wire_keys_are, pass_type_id, WIRE_STR, 255),
	WIRE_MAX(struct wire_keys_are, pass_team_id, WIRE_STR, 64),
	WIRE_M(struct wire_keys_are, pass_not_after_s, WIRE_I64),
	WIRE_MAX(struct wire_keys_are, pass_kid, WIRE_STR, 64),
	WIRE_MAX(struct wire_keys_are, pass_chain_sha256, WIRE_FIXED, 32),
	WIRE_SUB(struct wire_keys_are, problems, WIRE_LIST, 20, &wire_str_type),
	WIRE_SUB(struct wire_keys_are, warnings, WIRE_LIST, 20, &wire_str_type),
};
WIRE_TYPE(wire_keys_are_type, struct wire_keys_are, keys_are_fields);

static const struct wire_field issuer_fields[] = {
	WIRE_MAX(struct wire_issuer, id, WIRE_STR, 512),
	WIRE_MAX(struct wire_issuer, name, WIRE_STR, 255),
	WIRE_MAX(struct wire_issuer, url, WIRE_STR, 512),
	WIRE_MAX(struct wire_issuer, base_url, WIRE_STR, 512),
	WIRE_M(struct wire_issuer, demo, WIRE_BOOL),
};
WIRE_TYPE(wire_issuer_type, struct wire_issuer, issuer_fields);

static const struct wire_field policy_credential_fields[] = {
	WIRE_SUB(struct wire_policy_credential, achievement, WIRE_ONE, 0, &wire_achievement_type),
	WIRE_SINCE(4, struct wire_policy_credential, badge, WIRE_LIST, WIRE_NODES_MAX,
		&wire_node_type),
	WIRE_SINCE(4, struct wire_policy_credential, names_recipient, WIRE_BOOL, 0, NULL),
	WIRE_M(struct wire_policy_credential, outputs, WIRE_U32),
	WIRE_MAX(struct wire_policy_credential, status, WIRE_STR, 16),
	WIRE_SUB(struct wire_policy_credential, pass, WIRE_ONE, 0, &wire_pass_style_type),
	WIRE_MAX(struct wire_policy_credential, template_hash, WIRE_STR, 64),
};
WIRE_TYPE(wire_policy_credential_type, struct wire_policy_credential, policy_credential_fields);

static const struct wire_field policy_fields[] = {
	WIRE_SUB(struct wire_policy, actor, WIRE_ONE, 0, &wire_actor_type),
	WIRE_MAX(struct wire_policy, batch, WIRE_STR, 64),
	WIRE_MAX(struct wire_policy, plan_hash, WIRE_FIXED, 32),
	WIRE_M(struct wire_policy, row_count, WIRE_U32),
	WIRE_MAX(struct wire_policy, kid, WIRE_STR, 64),
	WIRE_M(struct wire_policy, issued_s, WIRE_I64),
	WIRE_SUB(struct wire_policy, issuer, WIRE_ONE, 0, &wire_issuer_type),
	WIRE_SUB(struct wire_policy, credentials, WIRE_LIST, 50, &wire_policy_credential_type),
	WIRE_SINCE(2, struct wire_policy, pass_kid, WIRE_STR, 64, NULL),
	WIRE_SINCE(2, struct wire_policy, pass_chain_sha256, WIRE_FIXED, 32, NULL),
	WIRE_SINCE(5, struct wire_policy, jwt_kid, WIRE_STR, 64, NULL),
};
WIRE_TYPE(wire_policy_type, struct wire_policy, policy_fields);

static const struct wire_field pass_image_fields[] = {
	WIRE_MAX(struct wire_pass_image, batch, WIRE_STR, 64),
	WIRE_M(struct wire_pass_image, credential, WIRE_U16),
	WIRE_MAX(struct wire_pass_image, name, WIRE_STR, 64),
	WIRE_MAX(struct wire_pass_image, content, WIRE_BYTES, 61440),
};
WIRE_TYPE(wire_pass_image_type, struct wire_pass_image, pass_image_fields);

static const struct wire_field sign_row_fields[] = {
	WIRE_M(struct wire_sign_row, row, WIRE_U32),
	WIRE_M(struct wire_sign_row, credential, WIRE_U16),
	WIRE_MAX(struct wire_sign_row, ulid, WIRE_FIXED, 16),
	WIRE_MAX(struct wire_sign_row, subject, WIRE_FIXED, 16),
	WIRE_MAX(struct wire_sign_row, name, WIRE_STR, 800),
	WIRE_MAX(struct wire_sign_row, email, WIRE_STR, 320),
	WIRE_MAX(struct wire_sign_row, email_salt, WIRE_FIXED, 16),
	WIRE_MAX(struct wire_sign_row, lang, WIRE_STR, 35),
	WIRE_M(struct wire_sign_row, valid_from_s, WIRE_I64),
	WIRE_M(struct wire_sign_row, valid_until_s, WIRE_I64),
	WIRE_M(struct wire_sign_row, awarded_s, WIRE_I64),
	WIRE_M(struct wire_sign_row, status_list, WIRE_U32),
	WIRE_M(struct wire_sign_row, status_index, WIRE_U32),
	WIRE_MAX(struct wire_sign_row, evidence_url, WIRE_STR, 2048),
	WIRE_MAX(struct wire_sign_row, external_id, WIRE_STR, 255),
	WIRE_SUB(struct wire_sign_row, results, WIRE_LIST, 50, &wire_value_type),
	WIRE_M(struct wire_sign_row, voided, WIRE_BOOL),
	WIRE_SUB(struct wire_sign_row, badge, WIRE_LIST, 150, &wire_value_type),
};
WIRE_TYPE(wire_sign_row_type, struct wire_sign_row, sign_row_fields);

static const struct wire_field sign_rows_fields[] = {
	WIRE_MAX(struct wire_sign_rows, batch, WIRE_STR, 64),
	WIRE_SUB(struct wire_sign_rows, rows, WIRE_LIST, 5, &wire_sign_row_type),
};
WIRE_TYPE(wire_sign_rows_type, struct wire_sign_rows, sign_rows_fields);

static const struct wire_field signed_row_fields[] = {
	WIRE_M(struct wire_signed_row, row, WIRE_U32),
	WIRE_M(struct wire_signed_row, ok, WIRE_BOOL),
	WIRE_MAX(struct wire_signed_row, message, WIRE_STR, 255),
	WIRE_MAX(struct wire_signed_row, token, WIRE_STR, 96),
	WIRE_MAX(struct wire_signed_row, tag_hash, WIRE_FIXED, 32),
	WIRE_M(struct wire_signed_row, token_version, WIRE_U16),
	WIRE_MAX(struct wire_signed_row, jwt, WIRE_BYTES, 20480),
	WIRE_MAX(struct wire_signed_row, badge, WIRE_BYTES, 24576),
	WIRE_MAX(struct wire_signed_row, pass_json, WIRE_BYTES, 8192),
	WIRE_MAX(struct wire_signed_row, pass_manifest, WIRE_BYTES, 4096),
	WIRE_MAX(struct wire_signed_row, pass_signature, WIRE_BYTES, 12288),
	WIRE_MAX(struct wire_signed_row, jwt_1edtech, WIRE_BYTES, 24576),
};
WIRE_TYPE(wire_signed_row_type, struct wire_signed_row, signed_row_fields);

static const struct wire_field signed_rows_fields[] = {
	WIRE_SUB(struct wire_signed_rows, rows, WIRE_LIST, 5, &wire_signed_row_type),
};
WIRE_TYPE(wire_signed_rows_type, struct wire_signed_rows, signed_rows_fields);

static const struct wire_field record_artifact_fields[] = {
	WIRE_M(struct wire_record_artifact, kind, WIRE_U8),
	WIRE_M(struct wire_record_artifact, len, WIRE_U64),
	WIRE_MAX(struct wire_record_artifact, sha256, WIRE_FIXED, 32),
};
WIRE_TYPE(wire_record_artifact_type, struct wire_record_artifact, record_artifact_fields);

static const struct wire_field record_fields[] = {
	WIRE_M(struct wire_record, row, WIRE_U32),
	WIRE_M(struct wire_record, credential, WIRE_U16),
	WIRE_MAX(struct wire_record, ulid, WIRE_FIXED, 16),
	WIRE_MAX(struct wire_record, commitment, WIRE_FIXED, 32),
	WIRE_MAX(struct wire_record, tag_hash, WIRE_FIXED, 32),
	WIRE_M(struct wire_record, valid_from_s, WIRE_I64),
	WIRE_M(struct wire_record, valid_until_s, WIRE_I64),
	WIRE_M(struct wire_record, status_list, WIRE_U32),
	WIRE_M(struct wire_record, status_index, WIRE_U32),
	WIRE_SUB(struct wire_record, artifacts, WIRE_LIST, 8, &wire_record_artifact_type),
};
WIRE_TYPE(wire_record_type, struct wire_record, record_fields);

static const struct wire_field sign_shard_fields[] = {
	WIRE_MAX(struct wire_sign_shard, batch, WIRE_STR, 64),
	WIRE_M(struct wire_sign_shard, shard, WIRE_U32),
	WIRE_SUB(struct wire_sign_shard, records, WIRE_LIST, 100, &wire_record_type),
};
WIRE_TYPE(wire_sign_shard_type, struct wire_sign_shard, sign_shard_fields);

static const struct wire_field signed_shard_fields[] = {
	WIRE_SUB(struct wire_signed_shard, records, WIRE_LIST, 100, &wire_str_type),
	WIRE_MAX(struct wire_signed_shard, root, WIRE_FIXED, 32),
	WIRE_MAX(struct wire_signed_shard, kid, WIRE_STR, 64),
	WIRE_MAX(struct wire_signed_shard, signature, WIRE_BYTES, 64),
};
WIRE_TYPE(wire_signed_shard_type, struct wire_signed_shard, signed_shard_fields);

static const struct wire_field code_fields[] = {
	{"text", WIRE_STR, 0, 64, NULL, 0},
};
static const struct wire_type code_type = {
	"str", sizeof(struct str), code_fields, ARRAY_COUNT(code_fields)};

static const struct wire_field receipt_row_fields[] = {
	WIRE_M(struct wire_receipt_row, row, WIRE_U32),
	WIRE_M(struct wire_receipt_row, outcome, WIRE_U8),
	WIRE_SUB(struct wire_receipt_row, codes, WIRE_LIST, 8, &code_type),
	WIRE_MAX(struct wire_receipt_row, ulid, WIRE_FIXED, 16),
	WIRE_SUB(struct wire_receipt_row, artifacts, WIRE_LIST, 8, &wire_record_artifact_type),
};
WIRE_TYPE(wire_receipt_row_type, struct wire_receipt_row, receipt_row_fields);

static const struct wire_field receipt_rows_fields[] = {
	WIRE_MAX(struct wire_receipt_rows, batch, WIRE_STR, 64),
	WIRE_M(struct wire_receipt_rows, first, WIRE_U32),
	WIRE_SUB(struct wire_receipt_rows, rows, WIRE_LIST, 40, &wire_receipt_row_type),
};
WIRE_TYPE(wire_receipt_rows_type, struct wire_receipt_rows, receipt_rows_fields);

static const struct wire_field receipt_entries_fields[] = {
	WIRE_SUB(struct wire_receipt_entries, entries, WIRE_LIST, 40, &wire_str_type),
};
WIRE_TYPE(wire_receipt_entries_type, struct wire_receipt_entries, receipt_entries_fields);

static const struct wire_field receipt_fields[] = {
	WIRE_MAX(struct wire_receipt, batch, WIRE_STR, 64),
	WIRE_MAX(struct wire_receipt, manifest_sha256, WIRE_FIXED, 32),
	WIRE_MAX(struct wire_receipt, cohort_sha256, WIRE_FIXED, 32),
	WIRE_MAX(struct wire_receipt, plan_hash, WIRE_FIXED, 32),
	WIRE_M(struct wire_receipt, issued_s, WIRE_I64),
	WIRE_MAX(struct wire_receipt, roots_sha256, WIRE_FIXED, 32),
};
WIRE_TYPE(wire_receipt_type, struct wire_receipt, receipt_fields);

static const struct wire_field signed_text_fields[] = {
	WIRE_MAX(struct wire_signed_text, text, WIRE_STR, 60000),
};
WIRE_TYPE(wire_signed_text_type, struct wire_signed_text, signed_text_fields);

static const struct wire_field key_set_ask_fields[] = {
	WIRE_MAX(struct wire_key_set_ask, issuer_id, WIRE_STR, 512),
	WIRE_MAX(struct wire_key_set_ask, base_url, WIRE_STR, 512),
	WIRE_M(struct wire_key_set_ask, did, WIRE_BOOL),
};
WIRE_TYPE(wire_key_set_ask_type, struct wire_key_set_ask, key_set_ask_fields);

static const struct wire_field key_set_fields[] = {
	WIRE_MAX(struct wire_key_set, text, WIRE_STR, 65000),
};
WIRE_TYPE(wire_key_set_type, struct wire_key_set, key_set_fields);

static const struct wire_field ulid_fields[] = {
	WIRE_MAX(struct wire_ulid, b, WIRE_FIXED, 16),
};
WIRE_TYPE(wire_ulid_type, struct wire_ulid, ulid_fields);

static const struct wire_field tokens_ask_fields[] = {
	WIRE_MAX(struct wire_tokens_ask, batch, WIRE_STR, 64),
	WIRE_SUB(struct wire_tokens_ask, ulids, WIRE_LIST, 500, &wire_ulid_type),
};
WIRE_TYPE(wire_tokens_ask_type, struct wire_tokens_ask, tokens_ask_fields);

static const struct wire_field tokens_fields[] = {
	WIRE_SUB(struct wire_tokens, tokens, WIRE_LIST, 500, &wire_str_type),
};
WIRE_TYPE(wire_tokens_type, struct wire_tokens, tokens_fields);
