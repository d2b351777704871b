// SPDX-License-Identifier: Apache-2.0
/* Confinement of the compile worker. */
#ifndef RENDER_COMPILE_PROFILE_H
#define RENDER_COMPILE_PROFILE_H

#include "ipc/confine.h"

extern const struct confine_profile compile_profile;

#endif
