// SPDX-License-Identifier: Apache-2.0
/* What an artifact is called and sent as. */
#ifndef SERVE_ARTIFACT_FORM_H
#define SERVE_ARTIFACT_FORM_H

#include "base/str.h"

struct artifact_form {
	uint8_t kind; /* enum artifact_kind */
	bool thumbnail;
	const char *type; /* media type */
	const char *ending; /* of its file name, behind the credential's id */
};

/* NULL when there is none. A static place. */
const struct artifact_form *artifact_form_find(uint8_t kind, bool thumbnail);
const struct artifact_form *artifact_form_of_ending(struct str ending);

#endif
