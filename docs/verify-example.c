/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that uses libcertfill-verify: is FILE genuine, as far as BUNDLE tells?
 *
 *   cc verify-example.c $(pkg-config --cflags --libs certfill-verify) -o verify-example
 *   ./verify-example certificate.pdf bundle.json
 *
 * The parsers see foreign bytes in this process. A service that takes files from strangers calls the
 * library in a process of its own, without rights, as `certfill verify` does.
 */
#include <certfill-verify.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static unsigned char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	unsigned char *bytes = malloc(CERTFILL_VERIFY_INPUT_MAX + 1);

	if (f == NULL || bytes == NULL) {
		perror(path);
		exit(2);
	}
	/* One byte over the limit, so that a longer file is refused and not cut. */
	*len = fread(bytes, 1, CERTFILL_VERIFY_INPUT_MAX + 1, f);
	fclose(f);
	return bytes;
}

int main(int argc, char **argv)
{
	struct certfill_material *material = certfill_material_new();
	struct certfill_verify_options options = {0};
	struct certfill_result *result;
	unsigned char *file;
	unsigned char *bundle;
	char why[256];
	size_t len;
	int exit_code;

	if (argc != 3) {
		fprintf(stderr, "usage: %s FILE BUNDLE\n", argv[0]);
		return 2;
	}
	bundle = read_file(argv[2], &len);
	if (!certfill_material_add(material, NULL, bundle, len, why, sizeof why)) {
		fprintf(stderr, "%s: %s\n", argv[2], why);
		return 2;
	}
	file = read_file(argv[1], &len);
	options.now_s = time(NULL);
	options.material = material;
	result = certfill_verify(file, len, &options);

	printf("%s: %s\n", certfill_verify_verdict_name(certfill_result_verdict(result)),
		certfill_result_summary(result));
	for (size_t i = 0; i < certfill_result_check_count(result); i++) {
		struct certfill_check check = certfill_result_check(result, i);

		printf("  %-11s %s: %s\n", certfill_verify_outcome_name(check.outcome), check.name,
			check.why);
	}
	exit_code = certfill_result_verdict(result) == CERTFILL_VALID ? 0 : 1;
	certfill_result_free(result);
	certfill_material_free(material);
	free(file);
	free(bundle);
	return exit_code;
}
