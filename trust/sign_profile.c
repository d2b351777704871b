// SPDX-License-Identifier: Apache-2.0
/* What the signer may do and which messages it answers. Runs in: sign. */
#include "trust/sign.h"

#include <errno.h>
#include <sys/syscall.h>

/* Beside the calls of every worker (confine_base_calls). Found by strace over all its messages. */
static const struct confine_call calls[] = {
	{SYS_getpid, CONFINE_ALLOW, 0, "OpenSSL's random generator asks whether it was forked"},
};

const struct confine_profile sign_profile = {
	.name = "sign",
	.calls = calls,
	.call_count = ARRAY_COUNT(calls),
	.memory_max = UINT64_C(512) << 20,
	.file_max = UINT64_C(1) << 20,
	.open_max = 16,
};

const struct worker_message sign_messages[] = {
	{MESSAGE_KEYS_MAKE, sign_keys_make},
	{MESSAGE_KEYS_LOAD, sign_keys_load},
	{MESSAGE_KEYS_ADD, sign_keys_add},
	{MESSAGE_KEYS_COMPROMISE, sign_keys_compromise},
	{MESSAGE_KEYS_SEAL, sign_keys_seal},
	{MESSAGE_POLICY_SET, sign_set_policy},
	{MESSAGE_PASS_IMAGE, sign_take_image},
	{MESSAGE_SIGN_ROWS, sign_rows},
	{MESSAGE_SIGN_SHARD, sign_shard},
	{MESSAGE_RECEIPT_ROWS, sign_take_receipt_rows},
	{MESSAGE_SIGN_RECEIPT, sign_receipt},
	{MESSAGE_TOKENS, sign_tokens},
	{MESSAGE_TLS_MAKE, sign_make_tls},
	{MESSAGE_LINK_KEY, sign_link_key},
	{MESSAGE_LINK_MINT, sign_mint_link},
	{MESSAGE_SIGN_STATUS, sign_status},
	{MESSAGE_SIGN_LIST, sign_list},
	{MESSAGE_KEY_SET, sign_key_set},
};

const size_t sign_message_count = ARRAY_COUNT(sign_messages);
