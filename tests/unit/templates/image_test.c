// SPDX-License-Identifier: Apache-2.0
/* Embedded images: written anew, the same again, and what is no image. Runs in: tests. */
#include "templates/image.h"
#include "tests/harness/harness.h"

#include <png.h>
#include <string.h>

#define CORPUS "tests/fuzz/corpus/image/"

static void good_images_are_stable(void **state)
{
	static const struct {
		const char *name;
		uint32_t width;
		uint32_t height;
	} files[] = {{"gray1.png", 9, 3}, {"rgb.png", 20, 20}, {"rgba.png", 20, 20},
		{"gray16.png", 4, 4}, {"palette.png", 4, 4}, {"rgb.jpg", 32, 24},
		{"gray.jpg", 17, 9}, {"prog.jpg", 16, 16}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
		struct arena *a = arena_new(16u << 20);
		struct str path = str_fmt(a, CORPUS "%s%c", files[i].name, 0);
		struct image_header h;
		struct bytes once;
		struct bytes twice;
		struct err err;

		assert_ok(image_rewrite(harness_read(a, path.p), a, &h, &once, &err), err);
		assert_int_equal(h.width, files[i].width);
		assert_int_equal(h.height, files[i].height);
		assert_ok(image_rewrite(once, a, &h, &twice, &err), err);
		assert_int_equal(once.n, twice.n);
		assert_memory_equal(once.p, twice.p, once.n);
		arena_free(&a);
	}
}

/* RGBA pixels of a PNG, by libpng. */
static uint8_t *pixels_of(struct arena *a, struct bytes file, size_t *len)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	uint8_t *p;

	assert_true(png_image_begin_read_from_memory(&image, file.p, file.n));
	image.format = PNG_FORMAT_RGBA;
	*len = PNG_IMAGE_SIZE(image);
	p = arena_alloc(a, *len);
	assert_true(png_image_finish_read(&image, NULL, p, 0, NULL));
	return p;
}

static void pixels_stay_and_the_rest_goes(void **state)
{
	static const char *const names[] = {
		CORPUS "rgb.png", CORPUS "rgba.png", CORPUS "gray1.png", CORPUS "palette.png"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct arena *a = arena_new(16u << 20);
		struct bytes file = harness_read(a, names[i]);
		struct image_header h;
		struct bytes fresh;
		struct err err;
		size_t len;
		size_t fresh_len;
		uint8_t *before = pixels_of(a, file, &len);

		assert_ok(image_rewrite(file, a, &h, &fresh, &err), err);
		assert_memory_equal(before, pixels_of(a, fresh, &fresh_len), len);
		assert_int_equal(len, fresh_len);
		assert_null(memmem(fresh.p, fresh.n, "tEXt", 4));
		arena_free(&a);
	}
}

/* One byte of rgb.png at a time becomes something else: refused, or a picture, and never a crash. */
static void every_spoiled_byte(void **state)
{
	static const char *const names[] = {CORPUS "gray1.png", CORPUS "gray.jpg"};

	(void)state;
	for (size_t n = 0; n < ARRAY_COUNT(names); n++) {
		struct arena *a = arena_new(256u << 20);
		struct bytes file = harness_read(a, names[n]);
		unsigned refused = 0;

		for (size_t i = 0; i < file.n; i++) {
			uint8_t *copy = arena_dup(a, file.p, file.n);
			struct image_header h;
			struct bytes out;
			struct err err;

			copy[i] ^= 0x5a;
			if (image_probe((struct bytes){copy, file.n}, &h, &err) != RC_OK
				|| (uint64_t)h.width * h.height > 1000000
				|| image_rewrite((struct bytes){copy, file.n}, a, &h, &out, &err)
					!= RC_OK)
				refused++;
			assert_true(image_probe((struct bytes){file.p, i}, &h, &err) != RC_OK);
		}
		assert_true(refused > file.n / 8);
		arena_free(&a);
	}
}

static void addresses_and_lies(void **state)
{
	static const char *const uris[] = {"data:image/svg+xml;base64,PHN2Zy8+",
		"data:image/png,abc", "data:image/png;base64,!!!!", "data:image/png;base64,",
		"http://x/a.png",
		"data:image/png;base64,PHN2ZyBvbmxvYWQ9IngiLz4=", "data:text/html;base64,AAAA"};
	struct arena *a = arena_new(1u << 20);
	struct image_header h;
	struct str out;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(uris); i++)
		assert_int_equal(image_rewrite_uri(str_of(uris[i]), a, &h, &out, &err), RC_INPUT);
	arena_free(&a);
}

static void sizes_stop(void **state)
{
	/* Signature, header with a CRC nobody has looked at yet, one data chunk, end. */
	uint8_t file[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x40\0\0\0\x40\0\x08\x02\0\0\0...."
			 "\0\0\0\0IDAT....\0\0\0\0IEND....";
	struct bytes b = {file, sizeof file - 1};
	struct image_header h;
	struct err err;

	(void)state;
	assert_int_equal(image_probe(b, &h, &err), RC_LIMIT);
	assert_int_equal(h.width, 16384);
	file[18] = file[22] = 1; /* 256 x 256 in no bytes at all */
	assert_int_equal(image_probe(b, &h, &err), RC_INPUT);
}

/* Scans of no bytes: each goes over the whole picture all the same. */
static void scans_are_weighed_by_pixels(void **state)
{
	static const uint8_t frame[] = {
		0xff, 0xd8, 0xff, 0xc2, 0, 11, 8, 0x17, 0x70, 0x17, 0x70, 1, 1, 0x11, 0};
	static const uint8_t scan[] = {0xff, 0xda, 0, 8, 1, 1, 0, 1, 1, 0, 0};
	uint8_t file[sizeof frame + 99 * sizeof scan + 2];
	struct image_header h;
	struct err err;

	(void)state;
	memcpy(file, frame, sizeof frame);
	for (size_t scans = 1; scans <= 99; scans++) {
		size_t n = sizeof frame + scans * sizeof scan;
		enum rc want = scans * 36000000 <= 1000000000 ? RC_OK : RC_LIMIT;

		memcpy(file + n - sizeof scan, scan, sizeof scan);
		memcpy(file + n, "\xff\xd9", 2);
		assert_int_equal(image_probe((struct bytes){file, n + 2}, &h, &err), want);
	}
	assert_non_null(strstr(err.text, "6000 x 6000 pixels goes over them 99 times"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_images_are_stable),
		cmocka_unit_test(pixels_stay_and_the_rest_goes),
		cmocka_unit_test(every_spoiled_byte),
		cmocka_unit_test(addresses_and_lies),
		cmocka_unit_test(sizes_stop),
		cmocka_unit_test(scans_are_weighed_by_pixels),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
