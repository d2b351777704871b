// SPDX-License-Identifier: Apache-2.0
/* Intake on the files that a command line handed over. Runs in: control. */
#ifndef PIPELINE_STAGE_INTAKE_H
#define PIPELINE_STAGE_INTAKE_H

#include "pipeline/control.h"

/* The options that say how a cohort is to be read, as command lines and keys of batches name them. */
#define STAGE_INTAKE_OPTIONS 4
extern const char *const stage_intake_options[STAGE_INTAKE_OPTIONS];

/* Starts and confines intake with the client's manifest and cohort, whichever there are. */
enum rc stage_intake_open(
	struct client *client, struct peer **out, uint8_t *exit_code, struct err *err) MUST_CHECK;
/* A question without parameters. A refusal is the fault of the input: *exit_code says so. */
enum rc stage_intake_ask(struct peer *intake, enum message question, struct arena *a, void *reply,
	uint8_t *exit_code, struct err *err) MUST_CHECK;

#endif
