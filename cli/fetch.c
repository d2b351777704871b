// SPDX-License-Identifier: Apache-2.0
/* Starting certfill-fetch and taking what it brings. Runs in: the command line. */
#include "cli/fetch.h"

#include "base/file.h"
#include "base/text.h"
#include "formats/didurl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ADDRESS_MAX ((size_t)2048)
#define WHY_MAX ((size_t)4096)

/* Beside this program, else where make install puts it. */
static const char *program_path(struct cli *cli)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;
	const char *path;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash == NULL)
		return CERTFILL_LIBEXECDIR "/certfill-fetch";
	*slash = '\0';
	path = str_fmt(cli->arena, "%s/certfill-fetch", self).p;
	return access(path, X_OK) == 0 ? path : CERTFILL_LIBEXECDIR "/certfill-fetch";
}

static void become_fetch(const char *path, int in, int out, int why)
{
	char *const argv[] = {(char *)(uintptr_t) "certfill-fetch", NULL};
	char *const environment[] = {NULL};

	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0
		|| dup2(why, STDERR_FILENO) < 0)
		_exit(127);
	(void)close_range(3, ~0U, 0);
	execve(path, argv, environment);
	_exit(127);
}

static enum rc put_address(struct buf *out, struct str name, struct err *err)
{
	if (str_starts(name, STR("did:web:")))
		return didurl_put_web_address(out, name, err);
	if (!str_starts(name, STR("https://")))
		return err_set(err, RC_INPUT, "only https addresses and did:web can be fetched");
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] <= 0x20 || (unsigned char)name.p[i] >= 0x7F)
			return err_set(err, RC_INPUT, "the address holds characters it must not");
	buf_put_str(out, str_slice(name, 0, str_find(name, '#', 0)));
	return RC_OK;
}

/* Reads both to their ends: the bytes first, then why there are none. */
static enum rc collect(int out_fd, int why_fd, struct buf *out, struct buf *why, struct err *err)
{
	enum rc rc = file_read_all(out_fd, "what was fetched", out->cap, out, err);

	if (rc == RC_OK)
		rc = file_read_all(why_fd, "why it was not fetched", why->cap, why, err);
	return rc;
}

static enum rc explain(int status, struct str why, struct err *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return err_set(err, RC_SYSTEM,
			"cannot start certfill-fetch; is the installation complete?");
	why = str_trim(why);
	return err_set(
		err, RC_INPUT, STR_FMT, STR_ARG(why.n != 0 ? why : STR("it could not be fetched")));
}

static enum rc run(struct cli *cli, int in_fd, struct buf *out, struct err *err)
{
	const char *path = program_path(cli);
	struct buf why = buf_new(WHY_MAX);
	int out_pair[2];
	int why_pair[2];
	int status = 0;
	enum rc rc;
	pid_t pid;

	if (pipe2(out_pair, O_CLOEXEC) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot make a pipe");
	if (pipe2(why_pair, O_CLOEXEC) != 0) {
		(void)close(out_pair[0]);
		(void)close(out_pair[1]);
		return err_errno(err, RC_SYSTEM, errno, "cannot make a pipe");
	}
	pid = fork();
	if (pid == 0)
		become_fetch(path, in_fd, out_pair[1], why_pair[1]);
	(void)close(out_pair[1]);
	(void)close(why_pair[1]);
	rc = pid < 0 ? err_errno(err, RC_SYSTEM, errno, "cannot start certfill-fetch")
		     : collect(out_pair[0], why_pair[0], out, &why, err);
	(void)close(out_pair[0]);
	(void)close(why_pair[0]);
	if (pid > 0 && waitpid(pid, &status, 0) == pid && rc == RC_OK && status != 0)
		rc = explain(status, buf_str(&why), err);
	buf_free(&why);
	return rc;
}

enum rc fetch_name(struct cli *cli, const struct fetch_terms *terms, struct str name,
	struct buf *out, struct err *err)
{
	struct buf request = buf_new(ADDRESS_MAX + 4096);
	AUTO_FD in_fd = -1;
	enum rc rc = put_address(&request, name, err);

	if (terms->allow_private)
		buf_put_cz(&request, "\nallow-private");
	if (terms->ca_file != NULL)
		buf_fmt(&request, "\nca-file %s", terms->ca_file);
	if (rc == RC_OK && request.full)
		rc = err_set(err, RC_LIMIT, "the address is too long");
	if (rc == RC_OK)
		rc = file_memory_of("fetch", buf_bytes(&request), &in_fd, err);
	if (rc == RC_OK)
		(void)lseek(in_fd, 0, SEEK_SET);
	if (rc == RC_OK)
		rc = run(cli, in_fd, out, err);
	buf_free(&request);
	return rc;
}
