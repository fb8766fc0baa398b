/* SPDX-License-Identifier: BSD-3-Clause */
/* A throw-away host for --probe: two parameters on the unit cube, log L = -sum (u - 1/2)^2, batches
 * evaluated at once in this process, archives and results that swallow what they get. */
#ifndef SOCCA_TOOLS_PROBE_H
#define SOCCA_TOOLS_PROBE_H
#include <base/text.h>
#include <socca/socca.h>
#include <stdio.h>

enum { PROBE_NDIM = 2, PROBE_STATES = 2 };
typedef struct probe_cx {
  union {
    socca_cx cx; /* first in each of them */
    socca_load load;
    socca_run run;
    socca_worker worker;
    socca_team team;
  } as;
  char text[300]; /* of the last error; "": none was given */
  const socca_op_entry *ops;
  const void *options;
  const void *state[PROBE_STATES];
  size_t state_bytes[PROBE_STATES];
  uint32_t version, submitted, declared, derived;
} probe_cx;

void probe_cx_init(probe_cx *);
socca_status probe_execute(socca_team *, socca_task *);
double probe_loglike(const double *u);

/* Lines to the parent: "S..." a step begins, "F..." a fault. */
void probe_tell(FILE *to, char mark, const char *fmt, ...) SOCCA_PRINTF(3, 4);
void probe_sampler(FILE *to, const socca_sampler_vtbl *, const void *options);
void probe_pool(FILE *to, const socca_pool_vtbl *, const void *options, uint32_t provides);
void probe_model(FILE *to, const socca_model_vtbl *);
#endif
