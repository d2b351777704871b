// SPDX-License-Identifier: Apache-2.0
/* Measuring a page of rows before anything is signed (ADR 0010). Runs in: control. */
#ifndef PIPELINE_PLAN_MEASURE_H
#define PIPELINE_PLAN_MEASURE_H

#include "pipeline/issue.h"

/* What becomes of one row of a page. */
struct plan_verdict {
	uint32_t credential; /* index in the manifest */
	bool ok;
	double min_scale; /* smallest scale that a text is shrunk to; 1: none */
	/* When job->looks: of each of the row's values that a template may show. */
	struct issue_value_list values;
	const struct wire_traits *traits; /* NULL: it was not measured */
	struct str column;
	struct str code;
	struct str message;
};

/* One verdict per row, in a. Rows whose credential is unknown are refused here, too. */
enum rc plan_measure(struct issue *job, const struct wire_row *rows, uint32_t count,
	struct arena *a, struct plan_verdict **out, struct err *err) MUST_CHECK;

#endif
