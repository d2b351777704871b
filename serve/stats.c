// SPDX-License-Identifier: Apache-2.0
/* Figures in shared memory. Runs in: serve, verify. */
#include "serve/stats.h"

#include "base/file.h"

#include <errno.h>
#include <sys/mman.h>

struct stats {
	struct stats_hall hall;
	struct stats_slot slots[STATS_SLOTS];
};

enum rc stats_create(int *out, struct err *err)
{
	if (file_memory_table("stats", sizeof(struct stats), out, err) != RC_OK)
		return err_wrap(err, "making the table of figures");
	return RC_OK;
}

enum rc stats_map(int fd, struct stats **out, struct err *err)
{
	uint64_t len;
	void *p;

	if (!file_len(fd, &len) || len != sizeof(struct stats))
		return err_set(err, RC_PEER, "what was handed over is no table of figures");
	p = mmap(NULL, sizeof(struct stats), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return err_errno(err, RC_SYSTEM, errno, "mapping the table of figures");
	*out = p;
	return RC_OK;
}

/* Word by word, so that no number is seen half written. */
static void copy(void *to, const void *from, size_t len)
{
	uint64_t *out = to;
	const uint64_t *in = from;

	for (size_t i = 0; i < len / sizeof *out; i++)
		__atomic_store_n(
			&out[i], __atomic_load_n(&in[i], __ATOMIC_RELAXED), __ATOMIC_RELAXED);
}

void stats_put_slot(struct stats *s, uint32_t slot, const struct stats_slot *values)
{
	if (slot < STATS_SLOTS)
		copy(&s->slots[slot], values, sizeof *values);
}

void stats_put_hall(struct stats *s, const struct stats_hall *values)
{
	copy(&s->hall, values, sizeof *values);
}

void stats_take_slot(const struct stats *s, uint32_t slot, struct stats_slot *out)
{
	copy(out, &s->slots[slot], sizeof *out);
}

void stats_take_hall(const struct stats *s, struct stats_hall *out)
{
	copy(out, &s->hall, sizeof *out);
}
