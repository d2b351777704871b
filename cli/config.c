// SPDX-License-Identifier: Apache-2.0
/* Configuration files and environment. Runs in: the command line. */
#include "cli/config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_MAX ((size_t)64 * 1024)

static enum rc take_setting(struct cli *cli, struct str key, struct str value, struct err *err)
{
	const char **target = NULL;
	enum rc rc;
	const char *cz;

	if (str_eq_cz(key, "data"))
		target = &cli->data;
	else if (str_eq_cz(key, "tenant"))
		target = &cli->tenant;
	else
		return err_set(err, RC_INPUT,
			"there is no setting \"" STR_FMT "\"; known: data, tenant", STR_ARG(key));
	rc = str_cz(cli->arena, value, &cz, err);
	if (rc == RC_OK && *target == NULL)
		*target = cz;
	return rc;
}

static enum rc read_lines(struct cli *cli, const char *path, struct str text, struct err *err)
{
	size_t line = 0;

	for (size_t at = 0; at < text.n;) {
		size_t end = str_find(text, '\n', at);
		struct str one = str_trim(str_slice(text, at, end));
		size_t equals = str_find(one, '=', 0);
		enum rc rc;

		at = end + 1;
		line++;
		if (one.n == 0 || one.p[0] == '#' || one.p[0] == ';' || one.p[0] == '[')
			continue;
		if (equals == one.n)
			return err_set(
				err, RC_INPUT, "%s, line %zu: expected name = value", path, line);
		rc = take_setting(cli, str_trim(str_slice(one, 0, equals)),
			str_trim(str_slice(one, equals + 1, one.n)), err);
		if (rc != RC_OK)
			return err_wrap(err, "%s, line %zu", path, line);
	}
	return RC_OK;
}

static enum rc read_file(struct cli *cli, const char *path, bool must_exist, struct err *err)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct buf b = buf_new(CONFIG_MAX);
	enum rc rc;

	if (fd < 0 && (errno == ENOENT || errno == EACCES) && !must_exist)
		return RC_OK;
	if (fd < 0)
		return err_errno(
			err, RC_INPUT, errno, "cannot open the configuration file %s", path);
	rc = file_read_all(fd, path, CONFIG_MAX, &b, err);
	if (rc == RC_OK)
		rc = read_lines(cli, path, str_dup(cli->arena, buf_str(&b)), err);
	buf_free(&b);
	return rc;
}

static const char *home_path(
	struct cli *cli, const char *variable, const char *below_home, const char *name)
{
	const char *dir = getenv(variable);
	const char *home = getenv("HOME");

	if (dir != NULL && dir[0] == '/')
		return str_fmt(cli->arena, "%s/%s", dir, name).p;
	if (home != NULL && home[0] == '/')
		return str_fmt(cli->arena, "%s/%s/%s", home, below_home, name).p;
	return NULL;
}

static void apply_terminal(struct cli *cli, const struct options *o)
{
	const char *term = getenv("TERM");
	const char *no_color = getenv("NO_COLOR");
	bool good = isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0;

	cli->color = good && !o->no_color && (no_color == NULL || no_color[0] == '\0');
	cli->progress = good && !o->no_progress && !cli->quiet;
	cli->input = isatty(STDIN_FILENO) && !o->no_input;
}

enum rc config_apply(struct cli *cli, const struct options *o, struct err *err)
{
	const char *user;
	enum rc rc = RC_OK;

	apply_terminal(cli, o);
	if (cli->data == NULL)
		cli->data = getenv("CERTFILL_DATA");
	if (cli->tenant == NULL)
		cli->tenant = getenv("CERTFILL_TENANT");
	if (o->config != NULL)
		rc = read_file(cli, o->config, true, err);
	user = home_path(cli, "XDG_CONFIG_HOME", ".config", "certfill/config.ini");
	if (rc == RC_OK && user != NULL)
		rc = read_file(cli, user, false, err);
	if (rc == RC_OK)
		rc = read_file(cli, "/etc/certfill/config.ini", false, err);
	if (rc == RC_OK && cli->data == NULL)
		cli->data = home_path(cli, "XDG_DATA_HOME", ".local/share", "certfill");
	if (rc == RC_OK && cli->data == NULL)
		cli->data = "/var/lib/certfill";
	/* "data/" and "data" are one place, also where a name is made of it. */
	for (struct str d = str_of(cli->data); d.n > 1 && d.p[d.n - 1] == '/'; d.n--)
		cli->data = str_dup(cli->arena, str_slice(d, 0, d.n - 1)).p;
	return rc;
}
