// SPDX-License-Identifier: Apache-2.0
/* SHA-256 of several messages side by side (FIPS 180-4, 6.2). Runs in: store. */
#define OPENSSL_API_COMPAT 0x10100000L /* as in hash.c */
#include "base/hash_lanes.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)

#include <immintrin.h>

#define LANES 16
/* Fewer messages than this are faster one after the other, with SHA instructions. */
#define LANES_LEAST 8
#define BLOCK_LEN ((size_t)SHA256_CBLOCK)
#define AVX512 __attribute__((target("avx512f,avx512bw")))
#define AVX512_INLINE static inline __attribute__((always_inline, target("avx512f,avx512bw")))

/* FIPS 180-4, 4.2.2. */
static const uint32_t round_constants[64] = {0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
	0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
	0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152,
	0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
	0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624,
	0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3,
	0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* ---- rounds ---- */

/* Truth tables of three inputs (vpternlogd). */
#define CHOOSE 0xca
#define MAJORITY 0xe8
#define XOR3 0x96

AVX512_INLINE __m512i add(__m512i a, __m512i b)
{
	return _mm512_add_epi32(a, b);
}

AVX512_INLINE __m512i big_sigma0(__m512i x)
{
	return _mm512_ternarylogic_epi32(
		_mm512_ror_epi32(x, 2), _mm512_ror_epi32(x, 13), _mm512_ror_epi32(x, 22), XOR3);
}

AVX512_INLINE __m512i big_sigma1(__m512i x)
{
	return _mm512_ternarylogic_epi32(
		_mm512_ror_epi32(x, 6), _mm512_ror_epi32(x, 11), _mm512_ror_epi32(x, 25), XOR3);
}

AVX512_INLINE __m512i small_sigma0(__m512i x)
{
	return _mm512_ternarylogic_epi32(
		_mm512_ror_epi32(x, 7), _mm512_ror_epi32(x, 18), _mm512_srli_epi32(x, 3), XOR3);
}

AVX512_INLINE __m512i small_sigma1(__m512i x)
{
	return _mm512_ternarylogic_epi32(
		_mm512_ror_epi32(x, 17), _mm512_ror_epi32(x, 19), _mm512_srli_epi32(x, 10), XOR3);
}

/* Round t of all lanes; the working variables a to h are s[-t], s[1 - t] and so on, so nothing moves. */
AVX512_INLINE void do_round(__m512i s[8], unsigned t, __m512i w, uint32_t k)
{
	__m512i a = s[(0 - t) & 7], b = s[(1 - t) & 7], c = s[(2 - t) & 7];
	__m512i e = s[(4 - t) & 7], f = s[(5 - t) & 7], g = s[(6 - t) & 7];
	__m512i *d = &s[(3 - t) & 7], *h = &s[(7 - t) & 7];
	__m512i t1 = add(add(*h, add(w, _mm512_set1_epi32((int)k))),
		add(big_sigma1(e), _mm512_ternarylogic_epi32(e, f, g, CHOOSE)));

	*d = add(*d, t1);
	*h = add(t1, add(big_sigma0(a), _mm512_ternarylogic_epi32(a, b, c, MAJORITY)));
}

/* Word i of each lane's block into w[i], i < 16: a transposition of 16 by 16 words, each big-endian. */
AVX512_INLINE void load_words(const uint8_t *const at[LANES], __m512i w[16])
{
	const __m512i swap = _mm512_broadcast_i32x4(
		_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
	__m512i x[16], y[16];

#pragma GCC unroll 16
	for (int i = 0; i < 16; i++)
		x[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(at[i]), swap);
#pragma GCC unroll 16
	for (int i = 0; i < 16; i += 2) {
		y[i] = _mm512_unpacklo_epi32(x[i], x[i + 1]);
		y[i + 1] = _mm512_unpackhi_epi32(x[i], x[i + 1]);
	}
#pragma GCC unroll 16
	for (int i = 0; i < 16; i += 4) {
		x[i] = _mm512_unpacklo_epi64(y[i], y[i + 2]);
		x[i + 1] = _mm512_unpackhi_epi64(y[i], y[i + 2]);
		x[i + 2] = _mm512_unpacklo_epi64(y[i + 1], y[i + 3]);
		x[i + 3] = _mm512_unpackhi_epi64(y[i + 1], y[i + 3]);
	}
#pragma GCC unroll 16
	for (int i = 0; i < 4; i++) {
		y[i] = _mm512_shuffle_i32x4(x[i], x[i + 4], 0x88);
		y[i + 4] = _mm512_shuffle_i32x4(x[i], x[i + 4], 0xdd);
		y[i + 8] = _mm512_shuffle_i32x4(x[i + 8], x[i + 12], 0x88);
		y[i + 12] = _mm512_shuffle_i32x4(x[i + 8], x[i + 12], 0xdd);
	}
#pragma GCC unroll 16
	for (int i = 0; i < 4; i++) {
		w[i] = _mm512_shuffle_i32x4(y[i], y[i + 8], 0x88);
		w[i + 4] = _mm512_shuffle_i32x4(y[i + 4], y[i + 12], 0x88);
		w[i + 8] = _mm512_shuffle_i32x4(y[i], y[i + 8], 0xdd);
		w[i + 12] = _mm512_shuffle_i32x4(y[i + 4], y[i + 12], 0xdd);
	}
}

/* Blocks of every lane into its state; state[i] is word i of all lanes. at moves on. */
AVX512 static void compress(uint32_t state[8][LANES], const uint8_t *at[LANES], size_t blocks)
{
	__m512i s[8], w[16], before[8];

#pragma GCC unroll 16
	for (int i = 0; i < 8; i++)
		s[i] = _mm512_loadu_si512(state[i]);
	for (; blocks > 0; blocks--) {
		load_words(at, w);
#pragma GCC unroll 16
		for (int i = 0; i < LANES; i++)
			at[i] += BLOCK_LEN;
#pragma GCC unroll 16
		for (int i = 0; i < 8; i++)
			before[i] = s[i];
		for (unsigned t = 0; t < 48; t += 16) {
#pragma GCC unroll 16
			for (unsigned i = 0; i < 16; i++) {
				do_round(s, i, w[i], round_constants[t + i]);
				w[i] = add(add(w[i], small_sigma0(w[(i + 1) & 15])),
					add(w[(i + 9) & 15], small_sigma1(w[(i + 14) & 15])));
			}
		}
#pragma GCC unroll 16
		for (unsigned i = 0; i < 16; i++)
			do_round(s, i, w[i], round_constants[48 + i]);
#pragma GCC unroll 16
		for (int i = 0; i < 8; i++)
			s[i] = add(s[i], before[i]);
	}
#pragma GCC unroll 16
	for (int i = 0; i < 8; i++)
		_mm512_storeu_si512(state[i], s[i]);
}

/* ---- lanes ---- */

/* A message in its lane. */
struct running {
	SHA256_CTX *state; /* NULL: nothing runs here */
	const struct bytes *parts; /* not begun */
	size_t part_count;
	struct bytes rest; /* of the part begun */
	uint64_t left; /* in all parts together */
	bool across; /* the next block is the one below, put together from several parts */
	uint8_t block[SHA256_CBLOCK];
};

struct lanes {
	struct running at[LANES];
	size_t running; /* lanes in use */
	uint32_t state[8][LANES];
	const struct hash_lane *next;
	const struct hash_lane *end;
};

static uint64_t len_of(const struct hash_lane *lane)
{
	uint64_t n = 0;

	for (size_t i = 0; i < lane->part_count; i++)
		n += lane->parts[i].n;
	return n;
}

/* At most max bytes of the message, none at its end. */
static struct bytes take(struct running *r, size_t max)
{
	struct bytes out;

	while (r->rest.n == 0 && r->part_count > 0) {
		r->rest = *r->parts++;
		r->part_count--;
	}
	out = (struct bytes){r->rest.p, r->rest.n < max ? r->rest.n : max};
	if (out.n != 0)
		r->rest.p += out.n;
	r->rest.n -= out.n;
	r->left -= out.n;
	return out;
}

/* The next n bytes, by libcrypto. */
static void add_plainly(struct running *r, uint64_t n)
{
	while (n > 0) {
		struct bytes some = take(r, n < SIZE_MAX ? (size_t)n : SIZE_MAX);

		(void)SHA256_Update(r->state, some.p, some.n);
		n -= some.n;
	}
}

/* The next message that has a block of its own comes into the lane; false when there is none. */
static bool begin(struct lanes *l, size_t lane)
{
	struct running *r = &l->at[lane];

	while (l->next < l->end) {
		const struct hash_lane *m = l->next++;
		uint64_t to_block;

		*r = (struct running){.state = (SHA256_CTX *)(void *)m->stream->state,
			.parts = m->parts,
			.part_count = m->part_count,
			.left = len_of(m)};
		to_block = (BLOCK_LEN - r->state->num) % BLOCK_LEN;
		add_plainly(r, to_block < r->left ? to_block : r->left);
		for (size_t i = 0; i < 8; i++)
			l->state[i][lane] = r->state->h[i];
		if (r->left >= BLOCK_LEN)
			return true;
		add_plainly(r, r->left);
	}
	r->state = NULL;
	return false;
}

/* The lane's message goes back into its stream, and what is left of it after it. */
static void end(struct lanes *l, size_t lane)
{
	for (size_t i = 0; i < 8; i++)
		l->at[lane].state->h[i] = l->state[i][lane];
	add_plainly(&l->at[lane], l->at[lane].left);
}

/* Where the lane's next blocks lie one after the other; returns their number. There is one at least. */
static size_t find_blocks(struct running *r, const uint8_t **at)
{
	size_t n = 0;

	(void)take(r, 0);
	r->across = r->rest.n < BLOCK_LEN;
	*at = r->across ? r->block : r->rest.p;
	if (!r->across)
		return r->rest.n / BLOCK_LEN;
	while (n < BLOCK_LEN) {
		struct bytes some = take(r, BLOCK_LEN - n);

		memcpy(r->block + n, some.p, some.n);
		n += some.n;
	}
	return 1;
}

static void count_blocks(struct running *r, size_t blocks)
{
	uint64_t bits = ((uint64_t)r->state->Nh << 32 | r->state->Nl) + blocks * BLOCK_LEN * 8;

	r->state->Nl = (SHA_LONG)bits;
	r->state->Nh = (SHA_LONG)(bits >> 32);
	if (!r->across)
		(void)take(r, blocks * BLOCK_LEN);
}

/* As many blocks of all lanes as lie together in each. */
static void step(struct lanes *l)
{
	const uint8_t *at[LANES];
	const uint8_t *any = NULL;
	size_t blocks = SIZE_MAX;

	for (size_t i = 0; i < LANES; i++) {
		size_t n;

		if (l->at[i].state == NULL)
			continue;
		n = find_blocks(&l->at[i], &at[i]);
		blocks = n < blocks ? n : blocks;
		any = at[i];
	}
	/* Lanes out of use turn somebody's blocks to nobody's state. */
	for (size_t i = 0; i < LANES; i++)
		at[i] = l->at[i].state == NULL ? any : at[i];
	compress(l->state, at, blocks);
	for (size_t i = 0; i < LANES; i++) {
		if (l->at[i].state == NULL)
			continue;
		count_blocks(&l->at[i], blocks);
		if (l->at[i].left >= BLOCK_LEN)
			continue;
		end(l, i);
		if (!begin(l, i))
			l->running--;
	}
}

static bool has_lanes(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}

static int longer_first(const void *a, const void *b)
{
	uint64_t x = len_of(a), y = len_of(b);

	return x > y ? -1 : x < y;
}

/* The short ones come last, where they fill lanes that long ones left. */
static void add_in_lanes(struct hash_lane *messages, size_t count)
{
	struct lanes l = {.next = messages, .end = messages + count};

	qsort(messages, count, sizeof *messages, longer_first);
	for (size_t i = 0; i < LANES; i++)
		l.running += begin(&l, i) ? 1 : 0;
	while (l.running >= LANES_LEAST)
		step(&l);
	for (size_t i = 0; i < LANES; i++)
		if (l.at[i].state != NULL)
			end(&l, i);
}

#else

#define LANES 1
#define LANES_LEAST 1

static bool has_lanes(void)
{
	return false;
}

static void add_in_lanes(struct hash_lane *messages, size_t count)
{
	(void)messages;
	(void)count;
}

#endif

size_t hash_lanes_count(void)
{
	return has_lanes() ? LANES : 1;
}

void hash_lanes_add(struct hash_lane *messages, size_t count)
{
	if (count >= LANES_LEAST && has_lanes()) {
		add_in_lanes(messages, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < messages[i].part_count; k++)
			hash_add(messages[i].stream, messages[i].parts[k]);
}
