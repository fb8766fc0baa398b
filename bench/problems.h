/* SPDX-License-Identifier: BSD-3-Clause */
/* Problems of known evidence in the unit cube. */
#ifndef BENCH_PROBLEMS_H
#define BENCH_PROBLEMS_H
#include <stdint.h>

typedef struct problem {
  const char *name;
  uint32_t d;
  double (*loglike)(uint32_t d, const double *u, void *arg);
  double logz;
} problem;
extern const problem problems[]; /* ended by name == NULL */
const problem *problem_named(const char *);
#endif
