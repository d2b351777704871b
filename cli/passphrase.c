// SPDX-License-Identifier: Apache-2.0
/* Reading passphrases. Runs in: the command line. */
#include "cli/passphrase.h"

#include "base/file.h"
#include "base/seal.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Longer than any passphrase; whoever reads it says what is too long. */
#define TEXT_MAX 2048
#define CREDENTIAL "certfill.passphrase"

const char *passphrase_path(struct cli *cli)
{
	const char *path = cli->passphrase_file;
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");

	if (path == NULL)
		path = getenv("CERTFILL_PASSPHRASE_FILE");
	if (path != NULL && path[0] != '\0')
		return path;
	if (credentials == NULL || credentials[0] != '/')
		return NULL;
	path = str_fmt(cli->arena, "%s/" CREDENTIAL, credentials).p;
	return access(path, F_OK) == 0 ? path : NULL;
}

enum rc passphrase_of_file(const char *path, int *fd, struct err *err)
{
	AUTO_FD file = open(path, O_RDONLY | O_CLOEXEC);
	struct buf text = buf_new(TEXT_MAX);
	enum rc rc;

	if (file < 0)
		return err_errno(err, RC_INPUT, errno, "cannot open the passphrase file %s", path);
	rc = file_read_all(file, path, TEXT_MAX, &text, err);
	if (rc == RC_OK)
		rc = file_memory_of("passphrase", buf_bytes(&text), fd, err);
	if (text.room != 0)
		seal_wipe(text.p, text.room);
	buf_free(&text);
	return rc;
}

/* A line without echo; *n without its end. */
static enum rc read_line(
	int tty, const char *prompt, char line[TEXT_MAX], size_t *n, struct err *err)
{
	struct termios before;
	struct termios quiet;
	ssize_t got;

	if (tcgetattr(tty, &before) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot ask on the terminal");
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
	quiet.c_lflag |= ECHONL;
	(void)tcsetattr(tty, TCSAFLUSH, &quiet);
	(void)dprintf(tty, "%s", prompt);
	got = read(tty, line, TEXT_MAX);
	(void)tcsetattr(tty, TCSAFLUSH, &before);
	while (got > 0 && (line[got - 1] == '\n' || line[got - 1] == '\r'))
		got--;
	if (got <= 0)
		return err_set(err, RC_INPUT, "no passphrase was given");
	*n = (size_t)got;
	return RC_OK;
}

enum rc passphrase_ask(struct cli *cli, bool is_new, int *fd, struct err *err)
{
	AUTO_FD tty = cli->input ? open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY) : -1;
	char lines[2][TEXT_MAX];
	size_t n[2] = {0, 0};
	enum rc rc;

	if (tty < 0)
		return err_set(err, RC_INPUT, "%s",
			is_new ? "a new passphrase is needed: --new-passphrase-file FILE"
			       : "the keys are sealed: give their passphrase by --passphrase-file, "
				 "CERTFILL_PASSPHRASE_FILE or the credential " CREDENTIAL);
	rc = read_line(tty,
		is_new ? "New passphrase of the keys: " : "Passphrase of the keys: ", lines[0],
		&n[0], err);
	if (rc == RC_OK && is_new)
		rc = read_line(tty, "The same again: ", lines[1], &n[1], err);
	if (rc == RC_OK && is_new && (n[0] != n[1] || memcmp(lines[0], lines[1], n[0]) != 0))
		rc = err_set(err, RC_INPUT, "these were two different passphrases");
	if (rc == RC_OK)
		rc = file_memory_of(
			"passphrase", (struct bytes){(const uint8_t *)lines[0], n[0]}, fd, err);
	seal_wipe(lines, sizeof lines);
	return rc;
}
