// SPDX-License-Identifier: Apache-2.0
/* The roles that processes play. One executable per role (ADR 0001). */
#ifndef IPC_ROLE_H
#define IPC_ROLE_H

#include <stdint.h>

enum role {
	ROLE_CLI = 0, /* certfill, with the operator's own rights */
	ROLE_CONTROL,
	ROLE_INTAKE,
	ROLE_COMPILE,
	ROLE_RENDER,
	ROLE_SIGN,
	ROLE_STORE,
	ROLE_CHECK, /* parses foreign credentials; its peer is whoever wants a verdict */
	ROLE_VERIFY, /* answers the public; its control is certfill-serve */
	ROLE_THUMBNAIL, /* makes one picture smaller; its control is certfill-serve */
	ROLE_NULL, /* certfill-null, does nothing under full confinement; for tests and doctor */
	ROLE_COUNT,
};

/* "control", "render", ... */
const char *role_name(enum role role);

#endif
