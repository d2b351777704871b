// SPDX-License-Identifier: Apache-2.0
/* How large a thumbnail is. Runs in: thumbnail (makes it), verify (says it). */
#include "formats/thumbnail.h"

/* part of whole, rounded, at least 1. */
static uint32_t scaled(uint32_t side, uint32_t part, uint32_t whole)
{
	uint64_t n = ((uint64_t)side * part + whole / 2) / whole;

	return n > 0 ? (uint32_t)n : 1;
}

struct thumbnail_size thumbnail_fit(uint32_t width, uint32_t height)
{
	if (width <= THUMBNAIL_WIDTH_MAX && height <= THUMBNAIL_HEIGHT_MAX)
		return (struct thumbnail_size){width, height};
	if ((uint64_t)width * THUMBNAIL_HEIGHT_MAX >= (uint64_t)height * THUMBNAIL_WIDTH_MAX)
		return (struct thumbnail_size){
			THUMBNAIL_WIDTH_MAX, scaled(height, THUMBNAIL_WIDTH_MAX, width)};
	return (struct thumbnail_size){
		scaled(width, THUMBNAIL_HEIGHT_MAX, height), THUMBNAIL_HEIGHT_MAX};
}
