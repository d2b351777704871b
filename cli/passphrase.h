// SPDX-License-Identifier: Apache-2.0
/*
 * Passphrases of sealed keys: from a file or descriptor, a systemd credential, or the terminal; never
 * from the command line. They are handed on in a memory descriptor that the signer alone reads.
 */
#ifndef CLI_PASSPHRASE_H
#define CLI_PASSPHRASE_H

#include "cli/cli.h"

/*
 * The file that was named: --passphrase-file, CERTFILL_PASSPHRASE_FILE, or certfill.passphrase in
 * $CREDENTIALS_DIRECTORY (systemd.exec(5), LoadCredential=). NULL when there is none.
 */
const char *passphrase_path(struct cli *cli);
/* *fd: a memory descriptor with the file's content. INPUT when it cannot be read or is too long. */
enum rc passphrase_of_file(const char *path, int *fd, struct err *err) MUST_CHECK;
/*
 * Asks on the terminal, without echo; twice when it is a new one. INPUT when nobody may be asked, with
 * what to do instead.
 */
enum rc passphrase_ask(struct cli *cli, bool is_new, int *fd, struct err *err) MUST_CHECK;

#endif
