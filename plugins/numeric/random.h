/* SPDX-License-Identifier: BSD-3-Clause */
/* What samplers make of uniform numbers of the host's streams: pure functions. */
#ifndef SOCCA_NUMERIC_RANDOM_H
#define SOCCA_NUMERIC_RANDOM_H
#include <stddef.h>
#include <stdint.h>

/* Replaces n uniforms in (0,1) by standard normals: Wichura's rational inverse of the normal CDF
 * (1988, Applied Statistics 37, 477; AS 241), relative error below 1e-15. */
void numeric_normals(size_t n, double *u);
/* Points uniform in the d-dimensional unit ball from standard normals, d + 2 of them each: d
 * coordinates of a point on the sphere of d + 2. out: n x d. g and out may not overlap. */
void numeric_ball(size_t n, size_t d, const double *g, double *out);
/* Fisher-Yates: a permutation of 0 ... n-1 from n uniforms. */
void numeric_permutation(size_t n, const double *u, uint32_t *out);
#endif
