// SPDX-License-Identifier: Apache-2.0
/* Exit codes of the command line; documented in README.md and certfill(1). */
#ifndef BASE_EXIT_H
#define BASE_EXIT_H

enum exit_code {
	EXIT_DONE = 0,
	EXIT_UNEXPECTED = 1,
	EXIT_USAGE = 2,
	EXIT_SOME_FAILED = 3, /* finished, some rows failed; errors.csv names them */
	EXIT_INPUT = 4, /* input invalid, nothing issued */
	EXIT_NOT_FOUND = 5,
	EXIT_CONFLICT = 6,
	EXIT_KEY = 7, /* key or signer unavailable, or it refused */
	EXIT_VERIFY_BAD = 8, /* verify: invalid, revoked or expired */
	EXIT_VERIFY_UNKNOWN = 9, /* verify: could not be determined */
	EXIT_CONFIRM = 10, /* confirmation needed: --yes */
	EXIT_SANDBOX = 11, /* a required layer of confinement is missing */
	EXIT_TEMPORARY = 75,
	EXIT_SIGINT = 130,
	EXIT_SIGTERM = 143,
};

#endif
