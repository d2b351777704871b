// SPDX-License-Identifier: Apache-2.0
/* What a render worker may still do after lockdown. */
#ifndef RENDER_DRAW_PROFILE_H
#define RENDER_DRAW_PROFILE_H

#include "ipc/confine.h"

extern const struct confine_profile draw_profile;

#endif
