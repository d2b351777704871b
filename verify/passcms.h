// SPDX-License-Identifier: Apache-2.0
/* The CMS signature of a pass, read: its certificates are those of the pass before (RFC 5652, 5.1). */
#ifndef VERIFY_PASSCMS_H
#define VERIFY_PASSCMS_H

#include "verify/material.h"
#include "verify/ossl.h"

/*
 * der, whole, as *cms and the certificates that came along; false when it is no CMS. The caller frees
 * both: *certificates with sk_X509_pop_free(). Verify with *certificates given: *cms may lack them.
 */
bool passcms_read(struct certfill_material *material, struct bytes der, CMS_ContentInfo **cms,
	STACK_OF(X509) * *certificates);

#endif
