// SPDX-License-Identifier: Apache-2.0
/*
 * Thumbnails, made when somebody looks: a picture that left the store goes through a confined process of its own,
 * one picture at a time, and what comes out is kept for a while. Nothing here waits.
 */
#ifndef SERVE_HALL_THUMBNAIL_H
#define SERVE_HALL_THUMBNAIL_H

#include "serve/hall_fetch.h"

/* True: answered from memory. is: of the picture, with its hash; becomes that of the thumbnail. */
bool hall_thumbnail_find(
	struct hall *h, const struct hall_asker *asker, const struct wire_artifact_is *is);
/* own_fd: the picture, all of the descriptor; nobody else may be able to write to it any more. */
void hall_thumbnail_add(struct hall *h, const struct hall_asker *asker,
	const struct wire_artifact_is *is, int own_fd);
/* Called in every turn of the loop: starts what can be, gives up what took too long. */
void hall_thumbnail_turn(struct hall *h, int64_t now_ms);

/* The process at work, and which of them it is; NULL: none. */
const struct spawn_child *hall_thumbnail_child(uint32_t *life);
/* It has something to say. */
void hall_thumbnail_take(struct hall *h);
/* It has ended (its pidfd says so). */
void hall_thumbnail_ended(struct hall *h);
/* Drops what nobody asked for in ten minutes. */
void hall_thumbnail_rest(int64_t now_ms);
/* Ends the process. */
void hall_thumbnail_close(void);

#endif
