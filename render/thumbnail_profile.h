// SPDX-License-Identifier: Apache-2.0
/* What the thumbnail worker may do once it is locked. */
#ifndef RENDER_THUMBNAIL_PROFILE_H
#define RENDER_THUMBNAIL_PROFILE_H

#include "ipc/confine.h"

extern const struct confine_profile thumbnail_profile;

#endif
