// SPDX-License-Identifier: Apache-2.0
/* What the store's tests share: a directory, artifacts of made-up bytes, fetching and comparing. */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/store.h"
#include "tests/harness/harness.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
	char *dir;
	int dir_fd;
	struct store *s;
	uint64_t segment_max_len;
	struct err err;
	struct arena *a;
};

#define OK(call) assert_ok(call, f->err)

static inline void fixture_reopen(struct fixture *f)
{
	static const uint8_t tenant_key[32] = "the tenant's key, of the tests";
	const struct store_options o = {.dir_fd = f->dir_fd,
		.tenant = STR("demo"),
		.tenant_key = tenant_key,
		.create = true,
		.segment_max_len = f->segment_max_len};

	store_free(&f->s);
	OK(store_open(&o, &f->s, &f->err));
}

static inline int fixture_open(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);

	f->dir = harness_make_dir();
	f->dir_fd = open(f->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	f->a = arena_new((size_t)64 << 20);
	fixture_reopen(f);
	*state = f;
	return 0;
}

static inline int fixture_close(void **state)
{
	struct fixture *f = *state;

	store_free(&f->s);
	(void)close(f->dir_fd);
	harness_remove(&f->dir);
	arena_free(&f->a);
	MEM_FREE(f);
	return 0;
}

static inline void fixture_name(uint32_t n, uint8_t out[16])
{
	memset(out, 0xA5, 16);
	memcpy(out + 12, &n, 4);
}

static inline void fixture_key(uint32_t n, uint8_t out[32])
{
	hash_sha256((struct bytes){(const uint8_t *)&n, sizeof n}, out);
}

/* len bytes that depend on seed. */
static inline struct bytes fixture_bytes(struct arena *a, uint32_t seed, size_t len)
{
	uint8_t *p = arena_alloc(a, len);
	uint64_t x = seed * 0x9E3779B97F4A7C15u + 1;

	for (size_t i = 0; i < len; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		p[i] = (uint8_t)x;
	}
	return (struct bytes){p, len};
}

#define FIXTURE_PARTS 4
/* Private, shared, private, shared: the shared ones are the same for every n. */
static inline void fixture_parts(
	struct fixture *f, uint32_t n, size_t len, struct store_part out[FIXTURE_PARTS])
{
	for (uint32_t i = 0; i < FIXTURE_PARTS; i++) {
		out[i] = (struct store_part){.shared = i % 2 == 1};
		out[i].bytes =
			fixture_bytes(f->a, out[i].shared ? 1000000 + i : n * 8 + i, len + i);
		memset(out[i].id, (int)i, sizeof out[i].id);
	}
}

static inline enum rc fixture_try_put(struct fixture *f, uint32_t n, size_t len)
{
	struct store_part parts[FIXTURE_PARTS];
	uint8_t name[16];
	uint8_t key[32];
	const struct store_artifact a = {
		.ulid = name, .kind = 1, .key = key, .parts = parts, .part_count = FIXTURE_PARTS};
	enum rc rc;

	fixture_name(n, name);
	fixture_key(n, key);
	fixture_parts(f, n, len, parts);
	rc = store_put_begin(f->s, &f->err);
	return rc == RC_OK ? store_put(f->s, &a, &f->err) : rc;
}

static inline void fixture_put(struct fixture *f, uint32_t n, size_t len)
{
	OK(fixture_try_put(f, n, len));
}

static inline enum rc fixture_collect(void *arg, struct bytes part, struct err *err)
{
	(void)err;
	buf_put_bytes(arg, part);
	return RC_OK;
}

/* True when the artifact is there; then it must be what was put. */
static inline bool fixture_has(struct fixture *f, uint32_t n, size_t len)
{
	struct store_part parts[FIXTURE_PARTS];
	struct buf got = buf_new((size_t)64 << 20);
	uint8_t name[16];
	uint8_t key[32];
	const struct store_want want = {name, 1, key};
	size_t at = 0;
	bool found;

	fixture_name(n, name);
	fixture_key(n, key);
	OK(store_fetch(f->s, &want, fixture_collect, &got, &found, &f->err));
	if (found) {
		fixture_parts(f, n, len, parts);
		for (uint32_t i = 0; i < FIXTURE_PARTS; i++) {
			assert_true(got.n - at >= parts[i].bytes.n);
			assert_memory_equal(got.p + at, parts[i].bytes.p, parts[i].bytes.n);
			at += parts[i].bytes.n;
		}
		assert_int_equal(at, got.n);
	}
	buf_free(&got);
	arena_reset(f->a);
	return found;
}

static inline char *fixture_path(struct fixture *f, const char *name)
{
	return (char *)(uintptr_t)str_fmt(f->a, "%s/demo/%s%c", f->dir, name, 0).p;
}

static inline uint64_t fixture_len(struct fixture *f, const char *name)
{
	struct stat st;

	assert_int_equal(stat(fixture_path(f, name), &st), 0);
	return (uint64_t)st.st_size;
}

#endif
