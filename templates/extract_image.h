// SPDX-License-Identifier: Apache-2.0
/* Pictures of the drawing that are too coarse for print. */
#ifndef TEMPLATES_EXTRACT_IMAGE_H
#define TEMPLATES_EXTRACT_IMAGE_H

#include "templates/extract_scope.h"

/* Warns of each whose pixels are larger on the page than those of 150 to the inch. */
void extract_image_tell(struct extract *e);

#endif
