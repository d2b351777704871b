// SPDX-License-Identifier: Apache-2.0
/* The drawing engine's version: part of every plan, because other versions draw other bytes. */
#ifndef JOBS_ENGINE_H
#define JOBS_ENGINE_H

#include "base/str.h"

/* "0.1.0/1": release and COMPILED_ENGINE_VERSION. Static. */
struct str engine_version(void);

#endif
