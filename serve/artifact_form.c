// SPDX-License-Identifier: Apache-2.0
/* Media types and endings of artifacts. Runs in: serve, verify. */
#include "serve/artifact_form.h"

#include "ipc/wire_render.h"

/* A voided pass stands in the place of the pass: the first of an ending is the one that is asked for by it. */
static const struct artifact_form forms[] = {
	{ARTIFACT_PDF, false, "application/pdf", ".pdf"},
	{ARTIFACT_PNG, false, "image/png", ".png"},
	{ARTIFACT_PNG, true, "image/jpeg", "-small.jpg"},
	{ARTIFACT_BADGE, false, "application/vc", ".json"},
	{ARTIFACT_JWT, false, "application/vc+jwt", ".jwt"},
	{ARTIFACT_JWT_1EDTECH, false, "application/jwt", "-1edtech.jwt"},
	{ARTIFACT_PASS, false, "application/vnd.apple.pkpass", ".pkpass"},
	{ARTIFACT_PASS_VOIDED, false, "application/vnd.apple.pkpass", ".pkpass"},
};

const struct artifact_form *artifact_form_find(uint8_t kind, bool thumbnail)
{
	for (size_t i = 0; i < ARRAY_COUNT(forms); i++)
		if (forms[i].kind == kind && forms[i].thumbnail == thumbnail)
			return &forms[i];
	return NULL;
}

const struct artifact_form *artifact_form_of_ending(struct str ending)
{
	for (size_t i = 0; i < ARRAY_COUNT(forms); i++)
		if (str_eq_cz(ending, forms[i].ending))
			return &forms[i];
	return NULL;
}
