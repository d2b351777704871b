// SPDX-License-Identifier: Apache-2.0
/* The ZIP of a wallet pass, by libzip. Runs in: check, and programs that use libcertfill-verify. */
#include "verify/passfile.h"

#include <string.h>
#include <zip.h>

static bool name_is_safe(struct str name)
{
	size_t slashes = 0;

	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (c < 0x20 || c == 0x7F || c == '\\' || c == ':')
			return false;
		slashes += c == '/';
	}
	/* The only folders that a pass has are languages: "de.lproj/pass.strings". */
	return name.n != 0 && name.n <= 128 && name.p[0] != '/'
		&& str_find_str(name, STR("..")) == name.n
		&& (slashes == 0 || (slashes == 1 && str_find_str(name, STR(".lproj/")) < name.n));
}

static const struct passfile_entry *find(const struct passfile *pass, struct str name)
{
	for (size_t i = 0; i < pass->entry_count; i++)
		if (str_eq(pass->entries[i].name, name))
			return &pass->entries[i];
	return NULL;
}

static enum rc read_content(struct arena *a, zip_t *zip, zip_uint64_t index, size_t len,
	struct bytes *out, struct err *err)
{
	zip_file_t *f = zip_fopen_index(zip, index, 0);
	uint8_t *room = arena_alloc(a, len + 1);
	zip_int64_t n;

	if (f == NULL)
		return err_set(err, RC_INPUT, "a file in the pass cannot be unpacked");
	/* One byte more than it says: an entry that goes on is a lie, and stops here. */
	n = zip_fread(f, room, len + 1);
	/* The checksum is compared when the end is reached. */
	if (n == (zip_int64_t)len && zip_fread(f, room + len, 1) != 0)
		n = -1;
	(void)zip_fclose(f);
	if (n != (zip_int64_t)len)
		return err_set(err, RC_INPUT, "a file in the pass is damaged");
	*out = (struct bytes){room, len};
	return RC_OK;
}

static enum rc read_entry(
	struct arena *a, zip_t *zip, zip_uint64_t index, struct passfile *out, struct err *err)
{
	struct passfile_entry *entry = &out->entries[out->entry_count];
	zip_stat_t st;
	enum rc rc;

	if (zip_stat_index(zip, index, ZIP_FL_ENC_RAW, &st) != 0
		|| (st.valid & (ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_ENCRYPTION_METHOD))
			!= (ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_ENCRYPTION_METHOD))
		return err_set(err, RC_INPUT, "the pass's table of contents is damaged");
	if (st.encryption_method != ZIP_EM_NONE)
		return err_set(err, RC_INPUT, "a file in the pass is encrypted");
	if (st.size > PASSFILE_ENTRY_LEN_MAX)
		return err_set(err, RC_LIMIT, "a file in the pass is over %zu MiB",
			PASSFILE_ENTRY_LEN_MAX >> 20);
	entry->name = str_dup(a, str_of(st.name));
	if (!name_is_safe(entry->name))
		return err_set(err, RC_INPUT, "a file in the pass has a name no pass may hold");
	if (find(out, entry->name) != NULL)
		return err_set(err, RC_INPUT, "two files in the pass have the same name");
	rc = read_content(a, zip, index, (size_t)st.size, &entry->content, err);
	out->entry_count += rc == RC_OK;
	return rc;
}

static enum rc read_entries(struct arena *a, zip_t *zip, struct passfile *out, struct err *err)
{
	zip_int64_t count = zip_get_num_entries(zip, 0);
	size_t total = 0;
	enum rc rc = RC_OK;

	if (count <= 0 || count > PASSFILE_ENTRIES_MAX)
		return err_set(
			err, RC_LIMIT, "a pass has between 1 and %d files", PASSFILE_ENTRIES_MAX);
	for (zip_uint64_t i = 0; rc == RC_OK && i < (zip_uint64_t)count; i++) {
		rc = read_entry(a, zip, i, out, err);
		if (rc == RC_OK)
			total += out->entries[out->entry_count - 1].content.n;
		if (rc == RC_OK && total > PASSFILE_LEN_MAX)
			rc = err_set(err, RC_LIMIT, "the pass unpacks to over %zu MiB",
				PASSFILE_LEN_MAX >> 20);
	}
	return rc;
}

/* The end record is the last 22 bytes, without a comment: nothing stands behind the archive. */
static bool ends_well(struct bytes file)
{
	static const uint8_t magic[4] = {'P', 'K', 5, 6};
	static const uint8_t no_comment[2] = {0, 0};

	return file.n > 22 && memcmp(file.p + file.n - 22, magic, 4) == 0
		&& memcmp(file.p + file.n - 2, no_comment, 2) == 0
		&& memcmp(file.p, "PK\3\4", 4) == 0;
}

enum rc passfile_read(struct arena *a, struct bytes file, struct passfile *out, struct err *err)
{
	zip_error_t why;
	zip_source_t *source;
	zip_t *zip;
	enum rc rc;

	*out = (struct passfile){.entry_count = 0};
	if (file.n > PASSFILE_LEN_MAX)
		return err_set(err, RC_LIMIT, "the pass is over %zu MiB", PASSFILE_LEN_MAX >> 20);
	if (!ends_well(file))
		return err_set(err, RC_INPUT, "this is no ZIP archive as passes are");
	zip_error_init(&why);
	source = zip_source_buffer_create(file.p, file.n, 0, &why);
	zip = source != NULL ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &why)
			     : NULL;
	zip_error_fini(&why);
	if (zip == NULL) {
		zip_source_free(source);
		return err_set(err, RC_INPUT, "the pass is a damaged ZIP archive");
	}
	rc = read_entries(a, zip, out, err);
	zip_discard(zip);
	return rc;
}
