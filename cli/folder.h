// SPDX-License-Identifier: Apache-2.0
/* A template that is a folder: packed as the ZIP that a bundle also is. */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H

#include "base/str.h"

/*
 * dir_fd: a directory, borrowed. *out: a sealed memory descriptor with template.svg, template.json and the
 * plain files of images/ and fonts/; nothing else is read, and nothing through symbolic links. INPUT:
 * no template.svg, or more than a bundle may hold.
 */
enum rc folder_pack(int dir_fd, const char *path, int *out, struct err *err) MUST_CHECK;

#endif
