// SPDX-License-Identifier: Apache-2.0
/* Hashes of the artifacts that are put. Runs in: store. */
#include "store/store_hashes.h"

#include "base/err.h"
#include "base/hash_lanes.h"
#include "base/mem.h"
#include "store/segment.h"
#include "store/store_prefix.h"

#include <string.h>

/* Artifacts that wait at most: as many as there are lanes. */
#define ITEMS_MAX 16
/* Shorter ones are hashed at once: they would wait for nothing worth it. */
#define LONG_LEN ((uint64_t)64 << 10)
/* Longer ones, too, so that sixteen of them never take the memory of a batch. */
#define WAIT_LEN_MAX ((uint64_t)2 << 20)
/* Rows of a PUT, and those of earlier ones of which an artifact waits. */
#define ROWS_MAX (ITEMS_MAX + 16)

struct store_hashes_row {
	bool used;
	bool fresh; /* of the PUT at hand */
	uint32_t waiting; /* artifacts without a hash */
	struct wire_put_row_done done;
	struct wire_put_artifact_done artifacts[8];
};

/* An artifact that waits. */
struct item {
	struct store_hashes_item content;
	struct store_hashes_row *row; /* NULL: nothing waits here */
	struct wire_put_artifact_done *to;
	struct hash_stream hash; /* of what comes before the rest */
	struct bytes rest[STORE_PARTS_MAX];
	size_t rest_count;
};

struct store_hashes {
	struct item items[ITEMS_MAX];
	uint32_t waiting; /* items */
	uint32_t waiting_max;
	struct item *next; /* being put together */
	struct store_hashes_row rows[ROWS_MAX];
	struct store_prefix prefixes[ARTIFACT_PASS + 1]; /* by enum artifact_kind */
};

struct store_hashes *store_hashes_new(void)
{
	struct store_hashes *x = mem_zalloc(1, sizeof *x);

	for (size_t i = 0; i < ITEMS_MAX; i++)
		x->items[i].content.private = buf_new((size_t)SEGMENT_BODY_MAX_LEN);
	x->waiting_max = hash_lanes_count() < ITEMS_MAX ? (uint32_t)hash_lanes_count() : ITEMS_MAX;
	return x;
}

void store_hashes_free(struct store_hashes **x)
{
	for (size_t i = 0; *x != NULL && i < ITEMS_MAX; i++)
		buf_free(&(*x)->items[i].content.private);
	MEM_FREE(*x);
}

struct store_hashes_row *store_hashes_begin_row(
	struct store_hashes *x, const uint8_t ulid[STORE_ULID_LEN])
{
	size_t i = 0;

	while (i < ROWS_MAX && x->rows[i].used)
		i++;
	CHECK(i < ROWS_MAX);
	x->rows[i] = (struct store_hashes_row){.used = true, .fresh = true};
	memcpy(x->rows[i].done.ulid, ulid, STORE_ULID_LEN);
	return &x->rows[i];
}

struct store_hashes_item *store_hashes_next(struct store_hashes *x)
{
	size_t i = 0;

	while (i < ITEMS_MAX && x->items[i].row != NULL)
		i++;
	CHECK(i < ITEMS_MAX);
	x->next = &x->items[i];
	/* Memory for a large one is not kept for all that follow. */
	if (x->next->content.private.room > 2 * WAIT_LEN_MAX)
		buf_free(&x->next->content.private);
	buf_reset(&x->next->content.private);
	x->next->content.part_count = 0;
	return &x->next->content;
}

static void end_item(struct item *item)
{
	hash_finish(&item->hash, item->to->sha256);
	item->row->waiting--;
	item->row = NULL;
}

void store_hashes_finish(struct store_hashes *x)
{
	struct hash_lane lanes[ITEMS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < ITEMS_MAX; i++) {
		struct item *item = &x->items[i];

		if (item->row != NULL)
			lanes[count++] =
				(struct hash_lane){&item->hash, item->rest, item->rest_count};
	}
	hash_lanes_add(lanes, count);
	for (size_t i = 0; i < ITEMS_MAX; i++)
		if (x->items[i].row != NULL)
			end_item(&x->items[i]);
	x->waiting = 0;
}

void store_hashes_add(struct store_hashes *x, struct store_hashes_row *row, uint8_t kind)
{
	struct item *item = x->next;
	const struct store_hashes_item *content = &item->content;
	/* Only the right hash can come out; another kind's beginning merely does not help. */
	size_t prefix = kind < ARRAY_COUNT(x->prefixes) ? kind : 0;
	uint64_t left = 0;
	uint32_t i = store_prefix_start(
		&x->prefixes[prefix], content->parts, content->part_count, &item->hash);

	CHECK(row->done.artifacts.count < ARRAY_COUNT(row->artifacts));
	item->row = row;
	item->to = &row->artifacts[row->done.artifacts.count++];
	item->to->kind = kind;
	row->waiting++;
	for (uint32_t k = 0; k < content->part_count; k++)
		item->to->len += content->parts[k].bytes.n;
	for (item->rest_count = 0; i < content->part_count; i++) {
		item->rest[item->rest_count++] = content->parts[i].bytes;
		left += content->parts[i].bytes.n;
	}
	if (left >= LONG_LEN && content->private.n <= WAIT_LEN_MAX) {
		if (++x->waiting == x->waiting_max)
			store_hashes_finish(x);
		return;
	}
	for (size_t k = 0; k < item->rest_count; k++)
		hash_add(&item->hash, item->rest[k]);
	end_item(item);
}

void store_hashes_take(struct store_hashes *x, struct arena *a, struct wire_put_done *out)
{
	out->rows.items = arena_zalloc(a, ROWS_MAX, sizeof *out->rows.items);
	out->rows.count = 0;
	for (size_t i = 0; i < ROWS_MAX; i++) {
		struct store_hashes_row *row = &x->rows[i];
		struct wire_put_row_done *done;

		row->fresh = false;
		if (!row->used || row->waiting != 0)
			continue;
		done = &out->rows.items[out->rows.count++];
		*done = row->done;
		done->artifacts.items = arena_dup(a, row->artifacts, sizeof row->artifacts);
		row->used = false;
	}
}

void store_hashes_undo(struct store_hashes *x)
{
	for (size_t i = 0; i < ITEMS_MAX; i++) {
		if (x->items[i].row == NULL || !x->items[i].row->fresh)
			continue;
		x->items[i].row = NULL;
		x->waiting--;
	}
	for (size_t i = 0; i < ROWS_MAX; i++)
		x->rows[i].used = x->rows[i].used && !x->rows[i].fresh;
}
