/* SPDX-License-Identifier: BSD-3-Clause */
/* socca-run --dry-run: what was understood and decided, and one log-likelihood with its time. */
#ifndef SOCCA_TOOLS_DRYRUN_H
#define SOCCA_TOOLS_DRYRUN_H
#include <fit/fit.h>
#include <stdio.h>

socca_status dryrun(socca_journal *, socca_fit *, int json, FILE *);
#endif
