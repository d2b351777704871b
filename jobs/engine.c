// SPDX-License-Identifier: Apache-2.0
/* The drawing engine's version. Runs in: control. */
#include "jobs/engine.h"

#include "templates/compiled.h"

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

struct str engine_version(void)
{
	return STR(CERTFILL_VERSION "/" TEXT(COMPILED_ENGINE_VERSION));
}
