// SPDX-License-Identifier: Apache-2.0
/* A new tenant's keys, all purposes, as the bytes of its key file. */
#ifndef TRUST_KEYMAKE_H
#define TRUST_KEYMAKE_H

#include "base/err.h"
#include "base/str.h"
#include "trust/secret.h"

/* Annual rotation with an overlap: a key signs for a year and four days. */
#define KEYMAKE_SIGN_S ((int64_t)369 * 86400)

/* out: caller frees; *out_len: how much of it is used. */
enum rc keymake_tenant(struct str organization, int64_t now_s, struct secret **out, size_t *out_len,
	struct err *err) MUST_CHECK;

#endif
