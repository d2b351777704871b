// SPDX-License-Identifier: Apache-2.0
/* Exporting a batch below --out. Also for batch export. */
#ifndef PIPELINE_ISSUE_OUT_H
#define PIPELINE_ISSUE_OUT_H

#include "base/hash.h"
#include "base/text.h"
#include "pipeline/issue.h"
#include "pipeline/out_stream.h"

/* Of one export; that many renewals lie between its oldest credential and its newest. */
#define OUT_CHAINS_MAX 64
/* Of 131,072 entries each. */
#define OUT_STATUS_LISTS_MAX 1024

/* What is exported, and the lists that grow page by page in memory descriptors of their own. */
struct out_job {
	struct client *client;
	struct tenant *tenant;
	struct str batch;
	uint32_t credential_count; /* of the manifest */
	uint64_t total; /* credentials, for progress */
	struct str base_url;
	struct str raw_header; /* of the cohort, for errors.csv; may be empty */
	struct out_stream links;
	struct out_stream proofs;
	struct out_stream events;
	struct shard_roots roots; /* of the shard at hand */
	struct str roots_batch; /* and its batch */
	struct arena *roots_arena;
	struct buf chains; /* pass-chain.pem */
	char chains_batch[65]; /* whose chain was looked for last */
	uint8_t chains_known[OUT_CHAINS_MAX][32]; /* those in it */
	uint32_t chain_count;
	uint32_t status_lists[OUT_STATUS_LISTS_MAX]; /* that the credentials name */
	uint32_t status_list_count;
};

/*
 * Everybody's files, links.csv, errors.csv, receipt.json, and what verification without a network relies
 * on: proofs.jsonl, events.jsonl, status lists as they are now, jwks.json, did.json, pass-chain.pem.
 */
enum rc out_export(struct out_job *o, struct err *err) MUST_CHECK;
/* errors.csv alone: for a plan that is refused because too many rows are bad. */
enum rc out_errors(struct out_job *o, struct err *err) MUST_CHECK;
/* A recipient id as a folder's name. Different ids give different names. */
struct str out_folder(struct arena *a, struct str id);

#endif
