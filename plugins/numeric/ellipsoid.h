/* SPDX-License-Identifier: BSD-3-Clause */
/* Ellipsoids { x : |l^-1 (x - c)| < 1 } in d dimensions, and the smallest one around a set of points. */
#ifndef SOCCA_NUMERIC_ELLIPSOID_H
#define SOCCA_NUMERIC_ELLIPSOID_H
#include <stddef.h>
#include <stdint.h>

typedef struct numeric_ellipsoid {
  uint32_t d;
  double lnv;         /* log of its volume */
  double *c, *l, *li; /* centre, lower triangle, its inverse; one block, owned through c */
} numeric_ellipsoid;

/* Log of the volume of the unit ball. */
double numeric_ball_lnv(size_t d);
/* Room for d dimensions. -1: no memory. */
int numeric_ellipsoid_alloc(numeric_ellipsoid *, size_t d);
void numeric_ellipsoid_free(numeric_ellipsoid *);
int numeric_ellipsoid_copy(numeric_ellipsoid *to, const numeric_ellipsoid *from);
/* Smallest ellipsoid around n > d points (n x d), stretched by `enlarge` >= 1 on every axis. The
 * volume is within about d/2 times 1e-3 of the least possible. A flat set of points gets a thin
 * ellipsoid. -1: no memory, -2: too few points or not finite. */
int numeric_ellipsoid_fit(numeric_ellipsoid *, uint32_t isa, size_t d, size_t n, const double *x,
                          double enlarge);
/* y = l^-1 (x - c) and r2 = |y|^2 of n points, rows of `stride` doubles; y (n x d) or r2 may be NULL. */
void numeric_ellipsoid_local(const numeric_ellipsoid *, size_t n, const double *x, size_t stride,
                             double *y, double *r2);
/* x = c + l y, both n x d; may be the same array. */
void numeric_ellipsoid_global(const numeric_ellipsoid *, size_t n, const double *y, double *x);
/* Is one point inside? Leaves as soon as a partial sum decides. */
int numeric_ellipsoid_contains(const numeric_ellipsoid *, const double *x);
/* Do two of the same d overlap? */
int numeric_ellipsoid_overlap(const numeric_ellipsoid *, const numeric_ellipsoid *, double *work);
/* Doubles that overlap() needs at work. */
size_t numeric_ellipsoid_overlap_work(size_t d);
/* Centre and covariance (of the weights that make the smallest ellipsoid) of n points: mvee.c. */
int numeric_mvee(uint32_t isa, size_t d, size_t n, const double *x, double *c, double *l);
#endif
