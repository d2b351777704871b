// SPDX-License-Identifier: Apache-2.0
/*
 * A list below --out that may be long: it goes to the command line in parts, so that neither process
 * ever holds more than a part of it.
 */
#ifndef PIPELINE_OUT_STREAM_H
#define PIPELINE_OUT_STREAM_H

#include "pipeline/client.h"

struct out_stream {
	struct client *client;
	const char *name; /* static */
	int fd; /* memory, holds the part */
	uint64_t held;
	uint64_t sent;
};

/* name: below --out; lives as long as the stream. */
enum rc out_stream_open(
	struct out_stream *s, struct client *client, const char *name, struct err *err) MUST_CHECK;
enum rc out_stream_add(struct out_stream *s, struct bytes content, struct err *err) MUST_CHECK;
/* Sends the rest. Only then does the file get its name; an empty one is removed. */
enum rc out_stream_finish(struct out_stream *s, struct err *err) MUST_CHECK;
/* Also of one that was never opened and is all zero but for its fd of -1. */
void out_stream_close(struct out_stream *s);

#endif
