// SPDX-License-Identifier: Apache-2.0
/* Bundles: all that is needed to verify credentials of ours without a network, as one JSON text. */
#ifndef CLI_BUNDLE_H
#define CLI_BUNDLE_H

#include "base/buf.h"
#include "cli/cli.h"

#define BUNDLE_IDS_MAX 60
#define BUNDLE_LEN_MAX ((size_t)30 << 20)

/* A credential that is to be in it: its ULID, or a verification token in any of its forms. */
struct bundle_ask {
	const char *ids[BUNDLE_IDS_MAX];
	size_t count;
};

/* credential: the first one's own text, for verify; lives in cli->arena. */
struct bundle {
	struct buf text;
	struct str credential;
};

/*
 * {"format":"certfill-bundle/1","issuer":DID,"made":TIME,"documents":[{"name":...,"text":...}, ...]}.
 * out->text is the caller's to free. An exit code other than EXIT_DONE was explained.
 */
enum exit_code bundle_make(struct cli *cli, const struct bundle_ask *ask, struct bundle *out);
/* A ULID or a token? */
bool bundle_is_id(const char *word);

#endif
