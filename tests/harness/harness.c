// SPDX-License-Identifier: Apache-2.0
/* What tests share. Runs in: tests. */
#include "tests/harness/harness.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Against hanging, not for speed: a crowded machine takes ten times as long. */
#define TEST_SECONDS_MAX 300
#define NOBODY 65534
#define FILE_LEN_MAX ((size_t)256 << 20)

void harness_start(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(TEST_SECONDS_MAX);
}

char *harness_make_dir(void)
{
	const char *base = getenv("TMPDIR");
	char *path = mem_alloc(PATH_MAX);

	(void)text_fmt(path, PATH_MAX, "%s/certfill-test-XXXXXX", base != NULL ? base : "/tmp");
	if (mkdtemp(path) == NULL)
		fail_msg("cannot make %s: %s", path, strerrorname_np(errno));
	return path;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *place)
{
	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

void harness_remove(char **path)
{
	if (*path == NULL)
		return;
	(void)nftw(*path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	MEM_FREE(*path);
}

int harness_set_up_dir(void **state)
{
	*state = harness_make_dir();
	return 0;
}

int harness_tear_down_dir(void **state)
{
	char *dir = *state;

	harness_remove(&dir);
	return 0;
}

void harness_write(const char *dir, const char *name, struct bytes content)
{
	char path[PATH_MAX];
	AUTO_FD fd = -1;
	struct err err;

	(void)text_fmt(path, sizeof path, "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		fail_msg("cannot create %s", path);
	assert_ok(file_write_all(fd, path, content, &err), err);
}

struct bytes harness_read(struct arena *a, const char *path)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct buf b = buf_new(FILE_LEN_MAX);
	struct bytes out;
	struct err err;

	if (fd < 0)
		fail_msg("cannot open %s", path);
	assert_ok(file_read_all(fd, path, FILE_LEN_MAX, &b, &err), err);
	out = (struct bytes){arena_dup(a, b.p, b.n), b.n};
	buf_free(&b);
	return out;
}

int harness_open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	int count = 0;

	if (d == NULL)
		return -1;
	while (readdir(d) != NULL)
		count++;
	(void)closedir(d);
	return count;
}

const char *harness_program(const char *name)
{
	static char path[PATH_MAX + 128];
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *tests;

	path[n > 0 ? n : 0] = '\0';
	tests = strstr(path, "/tests/");
	if (tests == NULL)
		fail_msg("%s is not below a build folder", path);
	else
		(void)text_fmt(tests, sizeof path - (size_t)(tests - path), "/%s", name);
	return path;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c | 0x20);

	return at != NULL && c != '\0' ? (int)(at - digits) : -1;
}

size_t harness_unhex(const char *hex, uint8_t *out, size_t out_len)
{
	size_t n = 0;
	int high = -1;

	for (; *hex != '\0'; hex++) {
		int digit = *hex == ' ' ? -1 : hex_digit(*hex);

		if (digit < 0)
			continue;
		if (high < 0) {
			high = digit;
			continue;
		}
		if (n == out_len)
			fail_msg("more than %zu bytes of hexadecimal", out_len);
		out[n++] = (uint8_t)(high << 4 | digit);
		high = -1;
	}
	return n;
}

static int as_nobody(int (*body)(void *), void *argument)
{
	if (geteuid() == 0
		&& (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0
			|| setresuid(NOBODY, NOBODY, NOBODY) != 0))
		return 126;
	/* The change of user made this process undumpable, which would hide its /proc files from itself. */
	(void)prctl(PR_SET_DUMPABLE, 1);
	return body(argument);
}

int harness_as_nobody(int (*body)(void *), void *argument)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(as_nobody(body, argument));
	if (pid < 0)
		fail_msg("cannot fork");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
