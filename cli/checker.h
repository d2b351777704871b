// SPDX-License-Identifier: Apache-2.0
/*
 * certfill-check at work for the command line: some confined processes, each with a memory descriptor
 * through which files go in. Nothing foreign is parsed on this side.
 */
#ifndef CLI_CHECKER_H
#define CLI_CHECKER_H

#include "base/arena.h"
#include "ipc/wire_check.h"

#define CHECKER_WORKERS_MAX 4

struct checker;

/* The moment and the age that every verdict is for. */
struct checker_terms {
	int64_t now_s;
	int64_t status_age_s;
};

/* a: outlives the checker. count: at most CHECKER_WORKERS_MAX; they start when they are needed. */
struct checker *checker_new(struct arena *a, size_t count, const struct checker_terms *terms);
void checker_free(struct checker **c);
size_t checker_count(const struct checker *c);

/*
 * A document to rely on; text stays the caller's and must outlive the checker. INPUT when check does not
 * understand it. Not while a file is under way. *unconfined: a layer of confinement is missing (exit 11).
 */
enum rc checker_add(
	struct checker *c, struct str name, struct bytes text, struct err *err) MUST_CHECK;
bool checker_is_unconfined(const struct checker *c);

/*
 * beside_fd: the credential of a pass, or the answer of a verify page; -1: neither. page: the address of
 * the credential that the page stands for; empty: there was none.
 */
struct checker_input {
	int fd;
	int beside_fd;
	struct str page;
};

/* Reads both to their end into worker which's descriptor and asks. Its last answer was fetched. */
enum rc checker_start(struct checker *c, size_t which, const struct checker_input *in,
	struct err *err) MUST_CHECK;
/*
 * Waits for the answer; *out lives in a. INPUT when the file killed the process, or took too long: the
 * next one gets a new process.
 */
enum rc checker_finish(struct checker *c, size_t which, struct arena *a, struct wire_checked *out,
	struct err *err) MUST_CHECK;

#endif
