// SPDX-License-Identifier: Apache-2.0
/*
 * Stacking: which artwork lies over which text. Artwork that is drawn after a text and may cover it
 * goes to a further layer, so that the picture and the PDF can draw the text between the two.
 */
#ifndef TEMPLATES_EXTRACT_LAYER_H
#define TEMPLATES_EXTRACT_LAYER_H

#include "templates/extract_scope.h"

/*
 * Fills layer of every text and code, layers of every node, and design.layers without their lengths
 * (empty when one layer is enough). Call when texts and codes have been taken. Boxes are judged generously: a layer
 * too many costs little, one too few would hide what was drawn. What cannot be kept apart is noted.
 */
void extract_layer_assign(struct extract *e);

#endif
