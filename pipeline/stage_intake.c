// SPDX-License-Identifier: Apache-2.0
/* Starting intake for a cohort. Runs in: control. */
#include "pipeline/stage_intake.h"

#include "base/clock.h"
#include "base/file.h"

const char *const stage_intake_options[STAGE_INTAKE_OPTIONS] = {
	"encoding", "delimiter", "date-format", "profile"};

static enum rc start(struct client *client, struct peer **out, struct err *err)
{
	struct wire_input inputs[2];
	struct wire_intake_open open = {.inputs = {inputs, 0},
		.encoding = client_option(client, "encoding"),
		.delimiter = client_option(client, "delimiter"),
		.date_format = client_option(client, "date-format"),
		.profile = client_option(client, "profile"),
		.now_s = clock_wall_s()};
	static const struct {
		const char *role;
		uint8_t kind;
	} files[] = {{"manifest", INTAKE_MANIFEST}, {"cohort", INTAKE_COHORT}};
	AUTO_FD result = -1;
	int fds[3];
	enum rc rc = file_memory_shared("intake", &result, err);

	for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
		struct str name = {NULL, 0};
		int fd = client_file(client, files[i].role, &name);

		if (fd < 0)
			continue;
		fds[open.inputs.count] = fd;
		inputs[open.inputs.count++] = (struct wire_input){files[i].kind, name};
	}
	fds[open.inputs.count] = result;
	if (rc == RC_OK)
		rc = peer_start(ROLE_INTAKE, -1, out, err);
	if (rc == RC_OK)
		rc = peer_open_ask(*out,
			PEER_MESSAGE_FDS(MESSAGE_INTAKE_OPEN, &open, fds, open.inputs.count + 1u),
			MESSAGE_DONE, client_arena(client), NULL, err);
	return rc;
}

enum rc stage_intake_open(
	struct client *client, struct peer **out, uint8_t *exit_code, struct err *err)
{
	bool unconfined = false;
	enum rc rc = start(client, out, err);

	if (rc != RC_OK) {
		*exit_code = control_exit_of(rc);
		return rc;
	}
	rc = peer_lock(*out, &unconfined, err);
	if (unconfined)
		*exit_code = EXIT_SANDBOX;
	return rc;
}

enum rc stage_intake_ask(struct peer *intake, enum message question, struct arena *a, void *reply,
	uint8_t *exit_code, struct err *err)
{
	struct wire_nothing nothing = {0};
	enum rc rc = peer_ask(intake, PEER_MESSAGE(question, &nothing), a, reply, err);

	if (rc != RC_OK)
		*exit_code = rc == RC_PEER ? EXIT_INPUT : control_exit_of(rc);
	return rc;
}
