/* SPDX-License-Identifier: BSD-3-Clause */
/* Points at which socca-model evaluates: --at NAME=VALUE, and tables of them. */
#ifndef SOCCA_TOOLS_POINTS_H
#define SOCCA_TOOLS_POINTS_H
#include <run/problem.h>
#include <stdio.h>

typedef struct points {
  size_t n;
  uint32_t ndim;
  double *x; /* n x ndim, in order of the free parameters */
} points;
void points_free(points *);
/* One point from NAME=VALUE texts; values may be expressions with units, or in the cube plain numbers. */
socca_status points_at(socca_journal *, const socca_problem *, const char *const *at, size_t n,
                       int cube, points *);
/* A table: a line of names, then a point per line; blanks, tabs or commas between, '#' begins a comment. In the
 * cube the names may be left out: all free parameters in order. `path`: "-" is standard input. */
socca_status points_read(socca_journal *, const socca_problem *, const char *path, int cube,
                         points *);
#endif
