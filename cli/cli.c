// SPDX-License-Identifier: Apache-2.0
/* Talking, and the table of commands. Runs in: the command line. */
#include "cli/cli.h"

#include "base/jsonw.h"
#include "base/text.h"
#include "cli/commands.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* How a cohort is to be read; the manifest's source may say the same. */
#define READING_OPTIONS \
	{"encoding", "NAME", "the cohort's encoding when it is not UTF-8, such as windows-1252"}, \
		{"delimiter", "C", "what stands between cells: , ; | or TAB"}, \
		{"date-format", "F", "DD/MM/YYYY or MM/DD/YYYY, where days do not prove it"}, \
	{ \
		"profile", "P", "the system that wrote the cohort: canvas-gradebook, banner, ..." \
	}

static const struct cli_option no_options[] = {{NULL, NULL, NULL}};
static const struct cli_option serve_options[] = {
	{"listen", "PLACE", "address and port, or a path, for plain HTTP; default 127.0.0.1:8080"},
	{"tls", "PLACE",
		"address and port for HTTPS; a self-signed certificate on 127.0.0.1 without "
		"--cert"},
	{"ops", "PLACE", "/healthz, /readyz and /metrics, on a listener of their own"},
	{"cert", "FILE", "certificate chain, PEM; read again on SIGHUP"},
	{"key", "FILE", "its private key, PEM"},
	{"client-roots", "FILE",
		"only clients with a certificate of these roots, PEM, at the --tls before it"},
	{"client-optional", NULL, "clients without a certificate, too, at the --tls before it"},
	{"proxy", "NET", "believe what this proxy says about its clients"},
	{"proxy-header", "NAME", "how it says it: forwarded, x-forwarded-for or proxy"},
	{"access-log", "FILE", "JSON lines without personal data"},
	{"workers", "N", "verify processes; default: one per core"},
	{"connections", "N", "at a time, over all verify processes; default 16384"},
	{"address-rate", "N", "requests a minute of one address; default 60"},
	{"tenant-rate", "N", "requests a minute for one tenant; default 10000"},
	{NULL, NULL, NULL},
};
static const struct cli_option doctor_options[] = {
	{"mend", NULL, "make lost routes to tokens and credentials again"},
	{NULL, NULL, NULL},
};
static const struct cli_option init_options[] = {
	{"name", "NAME", "the institution's name, as certificates show it"},
	{"base-url", "URL",
		"public https address of the verify pages; without one everything is marked DEMO"},
	{NULL, NULL, NULL},
};
static const struct cli_option issue_options[] = {
	{"manifest", "FILE", "what to issue: certfill-manifest/1 (required)"},
	{"template", "FILE",
		"template for credentials whose manifest entry names none; wins over it"},
	{"out", "DIR", "write everybody's files below this directory"},
	READING_OPTIONS,
	{"replan", NULL, "plan the rest of a batch anew whose key may sign no more"},
	{"plan-only", NULL, "plan and freeze, issue nothing"},
	{"workers", "N", "render processes; default: one per core"},
	{NULL, NULL, NULL},
};
static const struct cli_option preview_options[] = {
	{"output", "FILE", "-o: one file: .png, or .pdf, which may have several pages"},
	{"out", "DIR", "a picture of every page and preview.pdf go here"},
	{"manifest", "FILE", "draw the rows that are hardest to set, too: what they are for"},
	{"cohort", "FILE", "where the rows are, when not in the manifest"},
	READING_OPTIONS,
	{NULL, NULL, NULL},
};
static const struct cli_option import_options[] = {
	{"name", "NAME", "letters, digits, dots, dashes and underscores (required)"},
	{NULL, NULL, NULL},
};
static const struct cli_option clean_options[] = {
	{"output", "FILE", "-o: where the cleaned template goes"},
	{NULL, NULL, NULL},
};
static const struct cli_option csv_options[] = {
	READING_OPTIONS,
	{"manifest", "FILE", "read the cohort as this manifest's source says"},
	{NULL, NULL, NULL},
};
static const struct cli_option csv_check_options[] = {
	READING_OPTIONS,
	{"manifest", "FILE", "check against this manifest too"},
	{"output", "FILE", "-o: where bad rows go; default: COHORT with .errors.csv"},
	{NULL, NULL, NULL},
};
static const struct cli_option csv_convert_options[] = {
	READING_OPTIONS,
	{"manifest", "FILE", "read the cohort as this manifest's source says"},
	{"output", "FILE", "-o: where the good rows go, in canonical columns (required)"},
	{NULL, NULL, NULL},
};
static const struct cli_option export_options[] = {
	{"out", "DIR", "write everybody's files below this directory (required)"},
	{NULL, NULL, NULL},
};
static const struct cli_option bundle_options[] = {
	{"output", "FILE", "-o: where the bundle goes (required)"},
	{NULL, NULL, NULL},
};
static const struct cli_option verify_options[] = {
	{"offline", "BUNDLE",
		"rely on this: a bundle, a batch's output directory, did.json, jwks.json, a root "
		"certificate; may be given again"},
	{"online", NULL, "fetch issuers' keys and status lists by https; also for https addresses"},
	{"allow-private", NULL, "with --online: hosts of private networks too"},
	{"ca-file", "FILE", "with --online: certificate authorities instead of this machine's"},
	{"at", "TIME", "the verdict for this day or moment instead of now"},
	{NULL, NULL, NULL},
};
static const struct cli_option key_check_options[] = {
	{"online", NULL, "ask the server at the base URL instead of looking into a directory"},
	{"origin", "URL", "with --online: at this address instead of the base URL"},
	{"allow-private", NULL, "with --online: hosts of private networks too"},
	{"ca-file", "FILE", "with --online: certificate authorities instead of this machine's"},
	{NULL, NULL, NULL},
};
#define OVERLAP \
	{ \
		"overlap-days", "N", \
			"days that a key is published before it signs: 2 (default) to 90" \
	}
static const struct cli_option key_new_options[] = {
	{"alg", "ALG",
		"EdDSA: the next key for credentials; RS256 or ES256: for JWTs in 1EdTech's "
		"profile"},
	OVERLAP,
	{NULL, NULL, NULL},
};
static const struct cli_option key_rotate_options[] = {
	{"if-due", NULL, "only when the year is nearly over: for a daily or weekly schedule"},
	{"purpose", "P",
		"only this one: assert, jwt, record, receipt, log; without it all but log"},
	OVERLAP,
	{NULL, NULL, NULL},
};
static const struct cli_option key_compromise_options[] = {OVERLAP, {NULL, NULL, NULL}};
static const struct cli_option key_seal_options[] = {
	{"new-passphrase-file", "FILE", "the new passphrase; without it the terminal is asked"},
	{NULL, NULL, NULL},
};
static const struct cli_option key_publish_options[] = {
	{"to", "DIR", "jwks.json, did.json and keys/KID.json go here (required)"},
	{NULL, NULL, NULL},
};
static const struct cli_option status_options[] = {
	{"reason", "CODE", "why: issued-in-error, withdrawn, under-review, other, ..."},
	{"note", "TEXT", "why, in words; kept sealed, shown by cred show"},
	{"file", "LIST", "a CSV file with a column \"credential\"; may have reason and note, too"},
	{"encoding", "NAME", "the list's encoding when it is not UTF-8"},
	{NULL, NULL, NULL},
};
static const struct cli_option correct_options[] = {
	{"set", "NAME=VALUE", "a new value, such as name=\"Ada Lovelace\"; may be given again"},
	{"file", "LIST", "a CSV file with a column \"credential\" and columns of new values"},
	{"encoding", "NAME", "the list's encoding when it is not UTF-8"},
	{"out", "DIR", "write the new files below this directory"},
	{"template", "FILE", "the template they were drawn with, when the cache has it no more"},
	{NULL, NULL, NULL},
};
static const struct cli_option renew_options[] = {
	{"until", "DATE", "the last day of validity"},
	{"months", "N", "valid for so many months from today"},
	{"file", "LIST", "a CSV file with a column \"credential\", perhaps valid_until, too"},
	{"encoding", "NAME", "the list's encoding when it is not UTF-8"},
	{"out", "DIR", "write the new files below this directory"},
	{"template", "FILE", "the template they were drawn with, when the cache has it no more"},
	{NULL, NULL, NULL},
};
static const struct cli_option refresh_options[] = {
	{"all", NULL, "make every list anew, also those that are current"},
	{NULL, NULL, NULL},
};
static const struct cli_option status_export_options[] = {
	{"to", "DIR", "write status/N and revocations/N below this directory (required)"},
	{"all", NULL, "make every list anew first"},
	{NULL, NULL, NULL},
};

static const struct cli_option link_options[] = {
	{"artifact", "KIND", "pdf, png, pass, credential or jwt: a link of ten minutes"},
	{"claim", NULL, "the recipient's own page, as links.csv has it; it does not end"},
	{"origin", "URL",
		"where the server is reached instead of the base URL, such as "
		"http://127.0.0.1:8080"},
	{NULL, NULL, NULL},
};

const struct cli_command cli_commands[] = {
	{"init", "", "make the data directory, a tenant and its keys; never overwrites",
		init_options, 0, 0, cmd_init},
	{"doctor", "", "report confinement, fonts, keys, clock, store and ledger", doctor_options,
		0, 0, cmd_doctor},
	{"issue", "[COHORT]", "plan, issue and export a cohort, or the manifest's own rows",
		issue_options, 0, 1, cmd_issue},
	{"template lint", "TEMPLATE", "what would be removed and why, fields, warnings", no_options,
		1, 1, cmd_template_lint},
	{"template clean", "TEMPLATE", "write the cleaned template; exit 4 when it is refused",
		clean_options, 1, 1, cmd_template_clean},
	{"template preview", "TEMPLATE", "draw it with sample data and a cohort's worst rows",
		preview_options, 1, 1, cmd_template_preview},
	{"template import", "TEMPLATE", "keep it under a name, as its next version", import_options,
		1, 1, cmd_template_import},
	{"template list", "[NAME]", "names, versions and hashes", no_options, 0, 1,
		cmd_template_list},
	{"template show", "NAME[@VERSION]", "one version: what it has and what was removed",
		no_options, 1, 1, cmd_template_show},
	{"template diff", "TEMPLATE TEMPLATE", "what differs; each a file or NAME@VERSION",
		no_options, 2, 2, cmd_template_diff},
	{"csv inspect", "COHORT", "encoding, columns and days of a cohort", csv_options, 1, 1,
		cmd_csv_inspect},
	{"csv map", "COHORT", "a manifest's source for this cohort, to be edited", csv_options, 1,
		1, cmd_csv_map},
	{"csv check", "COHORT", "every row checked, bad ones written apart", csv_check_options, 1,
		1, cmd_csv_check},
	{"csv convert", "COHORT", "good rows as UTF-8 with canonical columns", csv_convert_options,
		1, 1, cmd_csv_convert},
	{"batch list", "", "all batches", no_options, 0, 0, cmd_batch_list},
	{"batch status", "BATCH", "how far a batch is", no_options, 1, 1, cmd_batch_status},
	{"batch report", "BATCH", "outcome of every row", no_options, 1, 1, cmd_batch_report},
	{"batch export", "BATCH", "write a batch's files again", export_options, 1, 1,
		cmd_batch_export},
	{"cred show", "ID", "one credential", no_options, 1, 1, cmd_cred_show},
	{"cred rerender", "ID", "draw it again and compare; exit 0 the same, 6 different",
		no_options, 1, 1, cmd_cred_rerender},
	{"cred find", "RECIPIENT", "credentials of a recipient id", no_options, 1, 1,
		cmd_cred_find},
	{"verify", "FILE|URL|TOKEN...",
		"are these genuine, and do they still stand? exit 0, 8 or 9", verify_options, 1,
		CLI_WORDS_MAX, cmd_verify},
	{"key list", "", "signing keys, their states and days", no_options, 0, 0, cmd_key_list},
	{"key new", "", "announce a key", key_new_options, 0, 0, cmd_key_new},
	{"key rotate", "", "announce the successors of the signing keys", key_rotate_options, 0, 0,
		cmd_key_rotate},
	{"key compromise", "KID", "destroy a key that others may have; needs --yes",
		key_compromise_options, 1, 1, cmd_key_compromise},
	{"key seal", "", "put the private keys under a passphrase, or under another one",
		key_seal_options, 0, 0, cmd_key_seal},
	{"key publish", "", "write the public keys as the server answers them", key_publish_options,
		0, 0, cmd_key_publish},
	{"key check", "[DIR]", "compare what is published with the ledger; exit 6 when it differs",
		key_check_options, 0, 1, cmd_key_check},
	{"cred bundle", "ID...", "all that verifying them offline needs, in one file",
		bundle_options, 1, 60, cmd_cred_bundle},
	{"cred link", "ID", "a fresh link to a credential's file, or to its recipient's page",
		link_options, 1, 1, cmd_cred_link},
	{"cred revoke", "[ID]", "revoke credentials, for good", status_options, 0, 1,
		cmd_cred_revoke},
	{"cred suspend", "[ID]", "suspend credentials that were issued with status suspension",
		status_options, 0, 1, cmd_cred_suspend},
	{"cred restore", "[ID]", "lift suspensions", status_options, 0, 1, cmd_cred_restore},
	{"cred correct", "[ID]", "issue again what was wrong, in the place of what was issued",
		correct_options, 0, 1, cmd_cred_correct},
	{"cred renew", "[ID]", "issue again with a new last day", renew_options, 0, 1,
		cmd_cred_renew},
	{"status refresh", "",
		"sign status lists anew that are behind or end soon; daily, from cron",
		refresh_options, 0, 0, cmd_status_refresh},
	{"status export", "", "write the status lists for a web server of your own",
		status_export_options, 0, 0, cmd_status_export},
	{"backup", "DIR", "copy ledger, segments and keys together, also while a batch runs",
		no_options, 1, 1, cmd_backup},
	{"restore", "DIR", "make a data directory (--data) of a backup", no_options, 1, 1,
		cmd_restore},
	{"serve", "", "answer verification, recipients' pages and downloads", serve_options, 0, 0,
		cmd_serve},
	{"version", "", "version and what it was built with", no_options, 0, 0, cmd_version},
};
const size_t cli_command_count = ARRAY_COUNT(cli_commands);

const char *cli_value(const struct cli *cli, const char *name)
{
	for (size_t i = cli->value_count; i > 0; i--)
		if (strcmp(cli->values[i - 1].name, name) == 0)
			return cli->values[i - 1].value;
	return NULL;
}

enum exit_code cli_fail(struct cli *cli, enum exit_code code, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	text_vfmt(text, sizeof text, fmt, args);
	va_end(args);
	text_make_line(text, strlen(text));
	if (cli->json) {
		struct buf b = buf_new(8192);
		struct jsonw w = jsonw_new(&b);

		jsonw_open(&w, '{');
		jsonw_key_str(&w, "message_type", STR("exit_error"));
		jsonw_key_i64(&w, "code", code);
		jsonw_key_str(&w, "message", str_of(text));
		jsonw_close(&w, '}');
		(void)fprintf(stderr, STR_FMT "\n", STR_ARG(buf_str(&b)));
		buf_free(&b);
	} else {
		(void)fprintf(stderr, "%scertfill: %s%s\n", cli->color ? "\033[31m" : "", text,
			cli->color ? "\033[0m" : "");
	}
	return code;
}

void cli_say(struct cli *cli, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	if (cli->quiet)
		return;
	va_start(args, fmt);
	text_vfmt(text, sizeof text, fmt, args);
	va_end(args);
	text_make_line(text, strlen(text));
	(void)fprintf(stderr, "%s\n", text);
}
