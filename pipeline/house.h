// SPDX-License-Identifier: Apache-2.0
/*
 * The data directory: <data>/lock, ledger/, keys/, store/, templates/, cache/, run/. One control at a time.
 */
#ifndef PIPELINE_HOUSE_H
#define PIPELINE_HOUSE_H

#include "base/arena.h"
#include "base/str.h"
#include "jobs/font_hashes.h"

#define HOUSE_PARTS 6

struct house {
	const char *data; /* as given */
	int data_fd;
	int lock_fd;
	int keys_fd;
	int store_fd;
	int templates_fd; /* shelf.h */
	int cache_fd;
	struct font_hashes fonts; /* of the cache */
	bool locked;
	bool made; /* the directory was not there before */
	bool made_parts[HOUSE_PARTS]; /* nor these: house.c names them */
	size_t made_from; /* length of the shortest part of data that was not */
};

/*
 * Opens the data directory, making it (0700) when missing, and takes its lock. AGAIN when another
 * control has it; SYSTEM with what to do when it cannot be written.
 */
enum rc house_open(const char *data, struct house *out, struct err *err) MUST_CHECK;
void house_close(struct house *h);

/* Whether a tenant's keys are sealed under a passphrase. False also when there are none. */
bool house_keys_sealed(const struct house *h, struct str tenant);

/* The content-addressed cache of compiled templates. *fd: a sealed memory descriptor; -1: not there. */
enum rc house_cache_find(
	struct house *h, const uint8_t sha256[32], int *fd, struct err *err) MUST_CHECK;
enum rc house_cache_add(struct house *h, const uint8_t sha256[32], struct bytes content,
	struct err *err) MUST_CHECK;

#endif
