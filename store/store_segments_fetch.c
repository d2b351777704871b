// SPDX-License-Identifier: Apache-2.0
/* Segment driver: finding artifacts and opening them. Runs in: store. */
#include "base/err.h"
#include "base/file.h"
#include "store/store_segments.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void forget_texts(struct segments *s)
{
	for (uint32_t i = 0; i < s->text_count; i++)
		buf_free(&s->texts[i].text);
	s->text_count = 0;
	s->texts_len = 0;
}

void store_segments_stop_reading(struct segments *s)
{
	forget_texts(s);
	file_auto_close(&s->read_fd);
	file_auto_close(&s->read_index_fd);
	s->read_number = 0;
}

/* Files of one segment stay open for the next look-up: batches are fetched in the order they were stored. */
static enum rc start_reading(struct segments *s, uint64_t number, struct err *err)
{
	char name[SEGMENTS_NAME_LEN];
	AUTO_FD folder = -1;
	enum rc rc;

	if (s->read_number == number)
		return RC_OK;
	store_segments_stop_reading(s);
	if (number == s->number) {
		s->read_number = number;
		return RC_OK;
	}
	rc = store_segments_folder(s, &folder, err);
	if (rc != RC_OK)
		return rc;
	store_segments_name(number, "cfs", name);
	s->read_fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (s->read_fd >= 0) {
		store_segments_name(number, "cfi", name);
		s->read_index_fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	}
	if (s->read_index_fd < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot open %s/%s", s->tenant, name);
	s->read_number = number;
	return RC_OK;
}

struct place {
	uint64_t number;
	uint64_t end; /* bytes of the segment that count */
	uint64_t offset;
};

static enum rc open_index(struct segments *s, uint64_t number, int *fd, struct err *err)
{
	char name[SEGMENTS_NAME_LEN];
	AUTO_FD folder = -1;
	enum rc rc = store_segments_folder(s, &folder, err);

	if (rc != RC_OK)
		return rc;
	store_segments_name(number, "cfi", name);
	*fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot open %s/%s", s->tenant, name);
	return RC_OK;
}

static enum rc look_in_past(struct segments *s, const struct past_segment *p,
	const struct store_want *want, struct place *out, bool *found, struct err *err)
{
	AUTO_FD fd = -1;
	enum rc rc = RC_OK;

	out->number = p->number;
	out->end = p->len;
	if (p->number == s->read_number)
		return segment_index_look_up(s->read_index_fd, p->index_count, want->ulid,
			want->kind, &out->offset, found, err);
	rc = open_index(s, p->number, &fd, err);
	if (rc == RC_OK)
		rc = segment_index_look_up(
			fd, p->index_count, want->ulid, want->kind, &out->offset, found, err);
	return rc;
}

/*
 * The segment being written, the one the last artifact was in, the others from the newest on. Which
 * copy of an artifact is found does not matter: storing again gives the same bytes.
 */
static enum rc find_place(struct segments *s, const struct store_want *want, struct place *out,
	bool *found, struct err *err)
{
	enum rc rc = RC_OK;

	out->number = s->number;
	out->end = s->committed_len;
	*found = segment_index_find(
		s->index, want->ulid, want->kind, s->committed_len, &out->offset);
	for (uint32_t i = 0; i < s->past_count && rc == RC_OK && !*found; i++)
		if (s->past[i].number == s->read_number)
			rc = look_in_past(s, &s->past[i], want, out, found, err);
	for (uint32_t i = s->past_count; i > 0 && rc == RC_OK && !*found; i--)
		if (s->past[i - 1].number != s->read_number)
			rc = look_in_past(s, &s->past[i - 1], want, out, found, err);
	return rc;
}

static int reading_fd(const struct segments *s, const struct place *at)
{
	return at->number == s->number ? s->fd : s->read_fd;
}

static enum rc damaged(const struct segments *s, uint64_t offset, struct err *err)
{
	return err_set(err, RC_SYSTEM,
		"the store of %s is damaged at byte %llu of segment %llu: restore a backup",
		s->tenant, (unsigned long long)offset, (unsigned long long)s->read_number);
}

static struct bytes find_text(const struct segments *s, uint64_t offset)
{
	for (uint32_t i = 0; i < s->text_count; i++)
		if (s->texts[i].offset == offset)
			return buf_bytes(&s->texts[i].text);
	return (struct bytes){NULL, 0};
}

static enum rc open_shared(struct segments *s, const struct place *at,
	const struct segment_piece *piece, struct bytes *out, struct err *err)
{
	struct segment_piece list[SEGMENT_PIECES_MAX]; /* not s->pieces: those are the artifact's */
	struct segment_record r;
	struct shared_text *t;
	uint8_t *text;
	bool good;
	enum rc rc;

	*out = find_text(s, piece->shared);
	if (out->n != 0)
		return out->n == piece->len ? RC_OK : damaged(s, piece->shared, err);
	rc = segment_read(reading_fd(s, at), piece->shared, at->end, &r, list, &good, err);
	if (rc == RC_OK
		&& (!good || r.type != SEGMENT_SHARED || r.body_len != piece->len
			|| piece->len == 0))
		rc = damaged(s, piece->shared, err);
	if (rc != RC_OK)
		return rc;
	if (s->text_count == SEGMENTS_TEXTS_MAX
		|| s->texts_len + piece->len > SEGMENTS_TEXTS_MAX_LEN)
		forget_texts(s);
	t = &s->texts[s->text_count];
	*t = (struct shared_text){piece->shared, buf_new(piece->len)};
	text = buf_grow(&t->text, piece->len);
	CHECK(text != NULL);
	rc = segment_open_body(&(struct segment_seal){s->seal, at->number, s->tenant_key},
		reading_fd(s, at), &r, list, text, err);
	if (rc != RC_OK) {
		buf_free(&t->text);
		return rc;
	}
	s->text_count++;
	s->texts_len += piece->len;
	*out = buf_bytes(&t->text);
	return RC_OK;
}

static enum rc hand_out(struct segments *s, const struct place *at, const struct segment_record *r,
	store_sink *sink, void *arg, struct err *err)
{
	size_t own = 0;
	enum rc rc = RC_OK;

	for (uint16_t i = 0; i < r->piece_count && rc == RC_OK; i++) {
		const struct segment_piece *p = &s->pieces[i];
		struct bytes part = {s->body.p + own, p->len};

		if (p->shared != 0)
			rc = open_shared(s, at, p, &part, err);
		else
			own += p->len;
		if (rc == RC_OK && part.n != 0)
			rc = sink(arg, part, err);
	}
	return rc;
}

enum rc store_segments_fetch(struct store *base, const struct store_want *want, store_sink *sink,
	void *arg, bool *found, struct err *err)
{
	struct segments *s = (struct segments *)base;
	struct segment_record r;
	struct place at;
	uint8_t *body;
	bool good;
	enum rc rc = find_place(s, want, &at, found, err);

	if (rc != RC_OK || !*found)
		return rc;
	rc = start_reading(s, at.number, err);
	if (rc == RC_OK)
		rc = segment_read(reading_fd(s, &at), at.offset, at.end, &r, s->pieces, &good, err);
	if (rc != RC_OK)
		return rc;
	if (!good || r.type != SEGMENT_ARTIFACT || r.kind != want->kind
		|| memcmp(r.name, want->ulid, STORE_ULID_LEN) != 0)
		return damaged(s, at.offset, err);
	buf_reset(&s->body);
	body = buf_grow(&s->body, (size_t)r.body_len + 1); /* one more: never NULL */
	CHECK(body != NULL);
	rc = segment_open_body(&(struct segment_seal){s->seal, at.number, want->key},
		reading_fd(s, &at), &r, s->pieces, body, err);
	return rc == RC_OK ? hand_out(s, &at, &r, sink, arg, err) : rc;
}
