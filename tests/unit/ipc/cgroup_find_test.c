// SPDX-License-Identifier: Apache-2.0
/* Where this process is in the cgroup v2 hierarchy. Runs in: make check. */
#include "ipc/cgroup.h"
#include "tests/harness/harness.h"

#include <string.h>

#define HYBRID \
	"30 24 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755\n" \
	"31 30 0:27 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 " \
	"rw,nsdelegate\n" \
	"32 30 0:28 / /sys/fs/cgroup/memory rw shared:11 - cgroup cgroup rw,memory\n"
#define UNIFIED(root) \
	"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n35 24 0:30 " root \
	" /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n"

static void places_are_found(void **state)
{
	static const struct {
		const char *groups;
		const char *mounts;
		const char *found; /* NULL: refused */
		size_t mounted;
	} cases[] = {
		{"0::/user.slice/a.scope\n", UNIFIED("/"), "/sys/fs/cgroup/user.slice/a.scope", 14},
		{"0::/\n", UNIFIED("/"), "/sys/fs/cgroup", 14},
		{"4:memory:/x\n1:name=systemd:/y\n0::/z\n", HYBRID, "/sys/fs/cgroup/unified/z", 22},
		/* A container that sees its own part of the tree. */
		{"0::/docker/ab/in\n", UNIFIED("/docker/ab"), "/sys/fs/cgroup/in", 14},
		{"0::/docker/ab\n", UNIFIED("/docker/ab"), "/sys/fs/cgroup", 14},
		{"0::/docker/abc\n", UNIFIED("/docker/ab"), NULL, 0},
		/* Outside the part that we see. */
		{"0::/../b\n", UNIFIED("/"), NULL, 0},
		{"4:memory:/x\n", HYBRID, NULL, 0},
		{"0::/z\n", "32 30 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
			NULL, 0},
		{"0::/z\n", "", NULL, 0},
		{"", "", NULL, 0},
		{"0::/z\n", "1 2 3\n4 - cgroup2 x\n - cgroup2 \n", NULL, 0},
		{"0::/z", "35 24 0:30 / /odd\\040place rw - cgroup2 cgroup2 rw", "/odd place/z",
			10},
		{"0::/z", "35 24 0:30 / /odd\\04 rw - cgroup2 cgroup2 rw", "/odd\\04/z", 7},
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct err err = {0};
		size_t mounted = 0;
		enum rc rc = cgroup_find(
			cases[i].groups, cases[i].mounts, out, sizeof out, &mounted, &err);

		if (cases[i].found == NULL) {
			assert_int_equal(rc, RC_SYSTEM);
			assert_true(strlen(err.text) > 10);
			continue;
		}
		assert_ok(rc, err);
		assert_string_equal(out, cases[i].found);
		assert_int_equal(mounted, cases[i].mounted);
	}
}

static void a_path_too_long_is_no_place(void **state)
{
	char out[8];
	size_t mounted;
	struct err err;

	(void)state;
	assert_int_equal(cgroup_find("0::/long\n", UNIFIED("/"), out, sizeof out, &mounted, &err),
		RC_SYSTEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_found),
		cmocka_unit_test(a_path_too_long_is_no_place),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
