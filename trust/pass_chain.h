// SPDX-License-Identifier: Apache-2.0
/*
 * A throwaway certificate chain for wallet passes, shaped like Apple's: root, intermediate with
 * OU=G4, leaf with UID = pass type and OU = team. Every name in it says DEMO; no device trusts it.
 */
#ifndef TRUST_PASS_CHAIN_H
#define TRUST_PASS_CHAIN_H

#include "trust/ossl.h"

#define PASS_CHAIN_TYPE_ID "pass.invalid.certfill.demo"
#define PASS_CHAIN_TEAM_ID "DEMO000000"

struct pass_chain {
	EVP_PKEY *key; /* RSA-2048, of the leaf; the other two keys are gone */
	X509 *leaf;
	X509 *intermediate;
	X509 *root;
};

/* organization goes into the leaf, clipped. Valid from a day before now_s for ten years. */
enum rc pass_chain_make(
	struct str organization, int64_t now_s, struct pass_chain *out, struct err *err) MUST_CHECK;
void pass_chain_free(struct pass_chain *chain);

#endif
