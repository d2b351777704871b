// SPDX-License-Identifier: Apache-2.0
/*
 * Descriptors that control sent and numbered: results of render workers and compiled templates. Bytes
 * are read into memory of our own, never mapped: their writer may still change them, and what is
 * hashed must be what is stored. Pieces of a compiled template are kept, since every recipient has them.
 */
#ifndef STORE_STORE_SOURCE_H
#define STORE_STORE_SOURCE_H

#include "ipc/wire_store.h"
#include "store/store.h"

/* Descriptors held at once. */
#define STORE_SOURCES_MAX 32
/* Shorter pieces of a template cost more as records of their own than as private bytes. */
#define STORE_SHARED_MIN_LEN 512u
/* Kept bytes of templates, all together; beyond it pieces are stored as private ones. */
#define STORE_KEPT_MAX_LEN ((size_t)64 << 20)

struct store_sources;

struct store_sources *store_sources_new(void);
void store_sources_free(struct store_sources **x);
/*
 * own_fd is known as s->source from now on; the one known so before is closed. INPUT when a compiled
 * template is not what its hash says. Closes own_fd on failure.
 */
enum rc store_sources_add(struct store_sources *x, const struct wire_store_source *s, int own_fd,
	struct err *err) MUST_CHECK;
/* len bytes at offset of a source into out. INPUT: unknown source. PEER: it is shorter. */
enum rc store_sources_read(struct store_sources *x, uint32_t source, uint64_t offset, uint8_t *out,
	size_t len, struct err *err) MUST_CHECK;
/*
 * A piece of a compiled template as a part that can be shared; its bytes stay until the source is
 * replaced. *kept false: no room to keep it, read it like another.
 */
enum rc store_sources_piece(struct store_sources *x, const uint8_t tenant_key[32],
	const struct wire_piece *p, uint32_t source, struct store_part *out, bool *kept,
	struct err *err) MUST_CHECK;

#endif
