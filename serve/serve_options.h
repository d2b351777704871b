// SPDX-License-Identifier: Apache-2.0
/* The words that certfill-serve is started with: DATA, then NAME=VALUE; "certfill serve" writes them. */
#ifndef SERVE_SERVE_OPTIONS_H
#define SERVE_SERVE_OPTIONS_H

#include "serve/hall.h"
#include "serve/limit.h"

/*
 * listen=HOST:PORT, tls=HOST:PORT (or a path for a Unix socket), cert=FILE, key=FILE, client-roots=FILE
 * and client-optional= (of the tls before), access-log=FILE, proxy=NET, source=forwarded|x-forwarded-for|proxy, workers=N, address-rate=N,
 * tenant-rate=N (each a minute), passphrase-fd=N (of sealed keys). INPUT names the word that is wrong. What h and limits get borrows from argv.
 */
enum rc serve_options_read(struct hall *h, struct limit_config *limits, int argc, char **argv,
	struct err *err) MUST_CHECK;

#endif
