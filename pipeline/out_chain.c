// SPDX-License-Identifier: Apache-2.0
/* pass-chain.pem: what the exported passes were signed with, not what is installed. Runs in: control. */
#include "base/file.h"
#include "ledger/ledger_pass.h"
#include "pipeline/out_lists.h"

#include <string.h>

/* RFC 7468. */
static void put_pem(struct buf *b, struct bytes der)
{
	struct buf text = buf_new(65536);

	if (der.n == 0)
		return;
	text_put_base64(&text, der);
	buf_put_cz(b, "-----BEGIN CERTIFICATE-----\n");
	for (size_t i = 0; i < text.n; i += 64) {
		buf_put_str(b, str_slice(buf_str(&text), i, i + 64));
		buf_put_char(b, '\n');
	}
	buf_put_cz(b, "-----END CERTIFICATE-----\n");
	buf_free(&text);
}

static bool is_known(const struct out_job *o, const uint8_t sha256[32])
{
	for (uint32_t i = 0; i < o->chain_count; i++)
		if (memcmp(o->chains_known[i], sha256, 32) == 0)
			return true;
	return false;
}

enum rc out_add_chain(struct out_job *o, struct arena *a, struct str batch, struct err *err)
{
	struct ledger_pass_chain chain;
	bool found = false;
	enum rc rc;

	if (str_eq_cz(batch, o->chains_batch))
		return RC_OK;
	rc = ledger_pass_find(o->tenant->ledger, a, batch, &chain, &found, err);
	if (rc != RC_OK)
		return rc;
	(void)text_fmt(o->chains_batch, sizeof o->chains_batch, STR_FMT, STR_ARG(batch));
	if (!found || is_known(o, chain.sha256) || o->chain_count == OUT_CHAINS_MAX)
		return RC_OK;
	memcpy(o->chains_known[o->chain_count++], chain.sha256, 32);
	put_pem(&o->chains, chain.root);
	put_pem(&o->chains, chain.intermediate);
	return RC_OK;
}
