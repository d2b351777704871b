// SPDX-License-Identifier: Apache-2.0
/*
 * Wallet passes of credentials that fell, crossed out: signed anew with today's certificate, packed
 * from the template of their batch, stored beside what was issued. Made once for each credential.
 */
#ifndef PIPELINE_VOIDED_H
#define PIPELINE_VOIDED_H

#include "pipeline/tenant.h"

struct client;
struct control;

/*
 * Makes all that are due, whoever left them. What happened to a credential stands without them: what
 * cannot be made is said to the client as a warning, and is due again next time.
 */
void voided_make(struct control *control, struct client *client, struct tenant *t);

#endif
