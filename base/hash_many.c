// SPDX-License-Identifier: Apache-2.0
/* Two messages in the SHA unit at a time. Runs in: store. */
#define OPENSSL_API_COMPAT 0x10100000L
#include "base/hash_many.h"

#include "base/err.h"

#include <openssl/sha.h>
#include <string.h>

#define BLOCK_LEN ((size_t)64)
#define LANES 2

static SHA256_CTX *context_of(struct hash_job *j)
{
	return (SHA256_CTX *)(void *)j->state.state;
}

static void finish_alone(struct hash_job *j)
{
	for (size_t i = 0; i < j->part_count; i++)
		hash_add(&j->state, j->parts[i]);
	hash_finish(&j->state, j->out);
}

#ifdef __x86_64__

#include <cpuid.h>
#include <immintrin.h>

/* FIPS 180-4, 4.2.2. */
static const uint32_t round_keys[64] __attribute__((aligned(16))) = {0x428a2f98, 0x71374491,
	0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
	0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc,
	0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354,
	0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c,
	0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f,
	0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* A message on its way: blocks whole ones at p, then rest, which is shorter than one; then the next parts. */
struct lane {
	struct hash_job *job; /* NULL: none left */
	size_t next_part;
	const uint8_t *p;
	size_t blocks;
	struct bytes rest;
	__m128i abef; /* the state as sha256rnds2 wants it */
	__m128i cdgh;
};

static bool has_sha(void)
{
	unsigned a = 0;
	unsigned b = 0;
	unsigned c = 0;
	unsigned d = 0;

	/* Leaf 7: EBX bit 29 is SHA; leaf 1: ECX bits 9 and 19 are SSSE3 and SSE4.1. */
	if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (b & 1u << 29) == 0)
		return false;
	return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & 1u << 9) != 0 && (c & 1u << 19) != 0;
}

#define SHA_CODE __attribute__((target("sha,sse4.1"), always_inline)) static inline

SHA_CODE void load_state(struct lane *l)
{
	const uint32_t *h = (const uint32_t *)context_of(l->job)->h;
	__m128i dcba = _mm_loadu_si128((const __m128i *)(const void *)h);
	__m128i hgfe = _mm_loadu_si128((const __m128i *)(const void *)(h + 4));
	__m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
	__m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);

	l->abef = _mm_alignr_epi8(cdab, efgh, 8);
	l->cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
}

SHA_CODE void store_state(struct lane *l)
{
	uint32_t *h = (uint32_t *)context_of(l->job)->h;
	__m128i feba = _mm_shuffle_epi32(l->abef, 0x1B);
	__m128i dchg = _mm_shuffle_epi32(l->cdgh, 0xB1);

	_mm_storeu_si128((__m128i *)(void *)h, _mm_blend_epi16(feba, dchg, 0xF0));
	_mm_storeu_si128((__m128i *)(void *)(h + 4), _mm_alignr_epi8(dchg, feba, 8));
}

/* Four rounds of each lane; w: the words they take. */
SHA_CODE void rounds(__m128i abef[LANES], __m128i cdgh[LANES], const __m128i w[LANES], size_t at)
{
	__m128i k = _mm_load_si128((const __m128i *)(const void *)(round_keys + at));

#pragma GCC unroll 2
	for (size_t i = 0; i < LANES; i++) {
		__m128i wk = _mm_add_epi32(w[i], k);

		cdgh[i] = _mm_sha256rnds2_epu32(cdgh[i], abef[i], wk);
		abef[i] = _mm_sha256rnds2_epu32(abef[i], cdgh[i], _mm_shuffle_epi32(wk, 0x0E));
	}
}

/* w0 becomes the words sixteen after it (FIPS 180-4, 6.2.2, step 1). */
SHA_CODE void extend(__m128i w0[LANES], const __m128i w1[LANES], const __m128i w2[LANES],
	const __m128i w3[LANES])
{
#pragma GCC unroll 2
	for (size_t i = 0; i < LANES; i++) {
		__m128i t = _mm_add_epi32(
			_mm_sha256msg1_epu32(w0[i], w1[i]), _mm_alignr_epi8(w3[i], w2[i], 4));

		w0[i] = _mm_sha256msg2_epu32(t, w3[i]);
	}
}

SHA_CODE void read_words(__m128i w[LANES], struct lane lanes[LANES], size_t at)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);

#pragma GCC unroll 2
	for (size_t i = 0; i < LANES; i++)
		w[i] = _mm_shuffle_epi8(
			_mm_loadu_si128((const __m128i *)(const void *)(lanes[i].p + at)), swap);
}

__attribute__((target("sha,sse4.1"))) static void compress(struct lane lanes[LANES], size_t blocks)
{
	__m128i abef[LANES] = {lanes[0].abef, lanes[1].abef};
	__m128i cdgh[LANES] = {lanes[0].cdgh, lanes[1].cdgh};

	for (; blocks > 0; blocks--) {
		__m128i w0[LANES], w1[LANES], w2[LANES], w3[LANES];
		__m128i abef_before[LANES] = {abef[0], abef[1]};
		__m128i cdgh_before[LANES] = {cdgh[0], cdgh[1]};

		read_words(w0, lanes, 0);
		read_words(w1, lanes, 16);
		read_words(w2, lanes, 32);
		read_words(w3, lanes, 48);
#pragma GCC unroll 3
		for (size_t at = 0; at < 48; at += 16) {
			rounds(abef, cdgh, w0, at);
			extend(w0, w1, w2, w3);
			rounds(abef, cdgh, w1, at + 4);
			extend(w1, w2, w3, w0);
			rounds(abef, cdgh, w2, at + 8);
			extend(w2, w3, w0, w1);
			rounds(abef, cdgh, w3, at + 12);
			extend(w3, w0, w1, w2);
		}
		rounds(abef, cdgh, w0, 48);
		rounds(abef, cdgh, w1, 52);
		rounds(abef, cdgh, w2, 56);
		rounds(abef, cdgh, w3, 60);
#pragma GCC unroll 2
		for (size_t i = 0; i < LANES; i++) {
			abef[i] = _mm_add_epi32(abef[i], abef_before[i]);
			cdgh[i] = _mm_add_epi32(cdgh[i], cdgh_before[i]);
			lanes[i].p += BLOCK_LEN;
		}
	}
	for (size_t i = 0; i < LANES; i++) {
		lanes[i].abef = abef[i];
		lanes[i].cdgh = cdgh[i];
	}
}

/* ---- lanes ---- */

static void count_blocks(SHA256_CTX *c, size_t blocks)
{
	uint64_t bits = ((uint64_t)c->Nh << 32 | c->Nl) + (uint64_t)blocks * BLOCK_LEN * 8;

	c->Nl = (SHA_LONG)bits;
	c->Nh = (SHA_LONG)(bits >> 32);
}

/* Goes on to whole blocks; what lies before and between them goes through libcrypto. False: at the end. */
static bool find_blocks(struct lane *l)
{
	struct hash_job *j = l->job;

	while (l->blocks == 0) {
		struct bytes part;
		size_t gap;

		hash_add(&j->state, l->rest);
		l->rest.n = 0;
		if (l->next_part == j->part_count)
			return false;
		part = j->parts[l->next_part++];
		gap = (BLOCK_LEN - context_of(j)->num) % BLOCK_LEN;
		if (gap > part.n)
			gap = part.n;
		hash_add(&j->state, (struct bytes){part.p, gap});
		if (gap == part.n)
			continue;
		l->p = part.p + gap;
		l->blocks = (part.n - gap) / BLOCK_LEN;
		l->rest = (struct bytes){l->p + l->blocks * BLOCK_LEN, (part.n - gap) % BLOCK_LEN};
	}
	return true;
}

/* The jobs still to be begun. The longest come first, so that both lanes end at about the same time. */
struct queue {
	struct hash_job *jobs[HASH_MANY_MAX];
	size_t lengths[HASH_MANY_MAX];
	size_t count;
	size_t next;
};

static void queue_add(struct queue *q, struct hash_job *j)
{
	size_t len = 0;
	size_t at = q->count++;

	for (size_t i = 0; i < j->part_count; i++)
		len += j->parts[i].n;
	for (; at > 0 && q->lengths[at - 1] < len; at--) {
		q->jobs[at] = q->jobs[at - 1];
		q->lengths[at] = q->lengths[at - 1];
	}
	q->jobs[at] = j;
	q->lengths[at] = len;
}

/* The lane stands at whole blocks, of its message or the next one; false when no message is left. */
static bool lane_ready(struct lane *l, struct queue *q)
{
	while (l->job == NULL || !find_blocks(l)) {
		if (l->job != NULL)
			hash_finish(&l->job->state, l->job->out);
		*l = (struct lane){.job = q->next < q->count ? q->jobs[q->next++] : NULL};
		if (l->job == NULL)
			return false;
	}
	return true;
}

/* What one lane still has when the other finds nothing more. */
static void finish_lane(struct lane *l)
{
	struct hash_job *j = l->job;

	if (j == NULL)
		return;
	hash_add(&j->state, (struct bytes){l->p, l->blocks * BLOCK_LEN});
	hash_add(&j->state, l->rest);
	j->parts += l->next_part;
	j->part_count -= l->next_part;
	finish_alone(j);
}

__attribute__((target("sha,sse4.1"))) static void finish_pairs(struct hash_job *jobs, size_t count)
{
	struct lane lanes[LANES] = {0};
	struct queue q;

	q.count = 0;
	q.next = 0;
	for (size_t i = 0; i < count; i++)
		queue_add(&q, &jobs[i]);

	while (lane_ready(&lanes[0], &q) && lane_ready(&lanes[1], &q)) {
		size_t blocks =
			lanes[0].blocks < lanes[1].blocks ? lanes[0].blocks : lanes[1].blocks;

		for (size_t i = 0; i < LANES; i++)
			load_state(&lanes[i]);
		compress(lanes, blocks);
		for (size_t i = 0; i < LANES; i++) {
			store_state(&lanes[i]);
			count_blocks(context_of(lanes[i].job), blocks);
			lanes[i].blocks -= blocks;
		}
	}
	for (size_t i = 0; i < LANES; i++)
		finish_lane(&lanes[i]);
}

#endif

void hash_many_finish(struct hash_job *jobs, size_t count)
{
	CHECK(count <= HASH_MANY_MAX);
#ifdef __x86_64__
	if (count > 1 && has_sha()) {
		finish_pairs(jobs, count);
		return;
	}
#endif
	for (size_t i = 0; i < count; i++)
		finish_alone(&jobs[i]);
}
