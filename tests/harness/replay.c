// SPDX-License-Identifier: Apache-2.0
/*
 * Feeds files, and the files of directories, to a fuzz target: corpora replay as a test without libFuzzer.
 * Arguments that begin with '-' are libFuzzer's and are passed over. Runs in: make corpus.
 */
#include "base/file.h"
#include "base/log.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_LEN_MAX ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *raw, size_t raw_len);
/* Optional in libFuzzer's contract. */
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

static bool replay_file(int dir_fd, const char *name, unsigned *count)
{
	AUTO_FD fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
	struct buf b = buf_new(INPUT_LEN_MAX);
	struct err err;
	bool good = fd >= 0 && file_read_all(fd, name, INPUT_LEN_MAX, &b, &err) == RC_OK;

	if (good) {
		(void)LLVMFuzzerTestOneInput(b.p != NULL ? b.p : (const uint8_t *)"", b.n);
		*count += 1;
	} else {
		log_line(LOG_ERROR, "cannot read %s", name);
	}
	buf_free(&b);
	return good;
}

static bool replay_directory(const char *path, unsigned *count)
{
	DIR *d = opendir(path);
	bool good = d != NULL;

	if (d == NULL) {
		log_line(LOG_ERROR, "cannot open the directory %s", path);
		return false;
	}
	for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d))
		if (e->d_name[0] != '.' && e->d_type != DT_DIR)
			good = replay_file(dirfd(d), e->d_name, count) && good;
	(void)closedir(d);
	return good;
}

int main(int argc, char **argv)
{
	unsigned count = 0;
	bool good = true;

	log_open("replay", LOG_INFO);
	if (LLVMFuzzerInitialize != NULL)
		(void)LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++) {
		struct stat st;

		if (argv[i][0] == '-')
			continue;
		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			good = replay_directory(argv[i], &count) && good;
		else
			good = replay_file(AT_FDCWD, argv[i], &count) && good;
	}
	(void)printf("%u inputs replayed\n", count);
	return good && count != 0 ? 0 : 1;
}
