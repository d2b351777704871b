// SPDX-License-Identifier: Apache-2.0
/* The credentials that a command applies to: one by its id, or a list of them in a file. */
#ifndef PIPELINE_TARGETS_H
#define PIPELINE_TARGETS_H

#include "ipc/wire_change.h"
#include "ledger/ledger_credential.h"
#include "pipeline/control.h"

/* Lines of a file. */
#define TARGETS_MAX 200000u
/* Said one by one in a preview; the rest is counted. */
#define TARGETS_SHOWN 100u

enum target_state {
	TARGET_CHANGE, /* the command would change it */
	TARGET_SAME, /* it is so already */
	TARGET_REFUSED, /* it cannot be: why says so */
	TARGET_UNKNOWN, /* no such credential */
};

struct target {
	uint32_t line; /* 0: named on the command line */
	struct str id; /* as written */
	struct str reason; /* a code; empty: none given */
	struct str note;
	struct wire_value *values;
	uint32_t value_count;
	uint8_t ulid[16];
	enum target_state state;
	struct str why;
};

struct targets {
	struct target *items;
	uint32_t count;
	uint32_t lines_refused; /* by intake: said already */
	struct peer *intake; /* NULL until it is needed; the caller frees */
	int64_t now_s;
};

/*
 * From the client's options id, reason, note, set (several), or its file "list". What cannot be an
 * id is TARGET_UNKNOWN; the second line about one credential is TARGET_REFUSED. Lives in a.
 */
enum rc targets_read(struct client *client, struct arena *a, struct targets *out,
	uint8_t *exit_code, struct err *err) MUST_CHECK;
/* Starts intake with nothing in hand, for ROW_CHANGE; once. */
enum rc targets_need_intake(
	struct targets *t, struct client *client, uint8_t *exit_code, struct err *err) MUST_CHECK;

/* One target of a preview: credential may be NULL. action: "revoke", ... */
void targets_say(struct client *client, const struct target *t, const char *action,
	const struct credential *c, struct str name, struct str detail);

struct targets_count {
	uint32_t change;
	uint32_t same;
	uint32_t refused; /* lines refused by intake, too */
	uint32_t unknown;
};
struct targets_count targets_count(const struct targets *t);
/* A "preview" or "result" object with the counts. */
void targets_say_counts(
	struct client *client, const char *type, const char *action, const struct targets_count *n);
/*
 * May the command go on? It may when --yes was said or nothing would change. Otherwise the client is
 * ended with exit 10, without a word when it will ask a person ("ask").
 */
bool targets_confirmed(struct client *client, const struct targets_count *n, const char *sentence);
/* 0, 3 when some were left out, 5 and 6 when nothing could be done. */
uint8_t targets_exit(const struct targets_count *n);

#endif
