/* SPDX-License-Identifier: BSD-3-Clause */
/* Counter-based random numbers: Philox4x64-10 (Salmon et al. 2011, SC'11, doi:10.1145/2063384.2063405).
 * key = (seed, stream), counter = (block, index, 0, 0): a number is a function of (seed, stream, index,
 * place) alone. Pure functions. */
#ifndef SOCCA_MATHS_PHILOX_H
#define SOCCA_MATHS_PHILOX_H
#include <stddef.h>
#include <stdint.h>

void socca_philox(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4]);
/* A number in (0,1) from 64 random bits: (k + 1/2) 2^-53 for their upper 53, rounded to a double, and below 1 */
double socca_philox_unit(uint64_t bits);
/* n such numbers */
void socca_philox_uniform(uint64_t seed, uint64_t stream, uint64_t index, size_t n, double *out);
/* n standard normals: the inverse CDF of the uniforms of the same place */
void socca_philox_normal(uint64_t seed, uint64_t stream, uint64_t index, size_t n, double *out);
#endif
