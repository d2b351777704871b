// SPDX-License-Identifier: Apache-2.0
/* rdfc [--map] [--sha384] FILE.nq: prints canonical N-Quads, or which blank node got which name. */
#include "formats/rdfc.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define INPUT_MAX ((size_t)16 << 20)

static enum rc read_file(const char *path, struct buf *out, struct err *err)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_set(err, RC_INPUT, "%s: cannot be opened", path);
	return file_read_all(fd, path, INPUT_MAX, out, err);
}

static void print_names(const struct rdfc_result *r)
{
	(void)fputs("{", stdout);
	for (size_t i = 0; i < r->name_count; i++)
		(void)printf("%s\n  \"" STR_FMT "\": \"" STR_FMT "\"", i != 0 ? "," : "",
			STR_ARG(r->names[i].label), STR_ARG(r->names[i].issued));
	(void)puts("\n}");
}

static int print_usage(void)
{
	(void)fputs("rdfc: usage: rdfc [--map] [--sha384] FILE.nq\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct arena *a;
	struct buf text;
	struct nquads_set set = {0};
	struct rdfc_result result;
	enum rdfc_hash hash = RDFC_SHA256;
	const char *path = NULL;
	bool map = false;
	struct err err = {0};
	enum rc rc;

	/* The file may stand before or behind the options. */
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--map") == 0)
			map = true;
		else if (strcmp(argv[i], "--sha384") == 0)
			hash = RDFC_SHA384;
		else if (path == NULL && argv[i][0] != '-')
			path = argv[i];
		else
			return print_usage();
	}
	if (path == NULL)
		return print_usage();
	a = arena_new((size_t)512 << 20);
	text = buf_new(INPUT_MAX);
	rc = read_file(path, &text, &err);
	if (rc == RC_OK)
		rc = nquads_parse(a, buf_str(&text), &set, &err);
	if (rc == RC_OK)
		rc = rdfc_canonize(a, &set, hash, &result, &err);
	if (rc != RC_OK)
		(void)fprintf(stderr, "rdfc: %s: %s\n", rc_name(rc), err.text);
	else if (map)
		print_names(&result);
	else
		(void)fwrite(result.nquads.p, 1, result.nquads.n, stdout);
	buf_free(&text);
	arena_free(&a);
	return rc == RC_OK ? 0 : 1;
}
