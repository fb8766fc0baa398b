/* SPDX-License-Identifier: BSD-3-Clause */
/* Complex Fourier transforms of several columns of numbers at once, one in each lane of a vector: the
 * same operations in the same order at every instruction-set level, hence the same bits. In place;
 * frequencies come out in the order of `at`, which the inverse undoes. Neither direction scales. */
#ifndef IMAGE_TRANSFORM_H
#define IMAGE_TRANSFORM_H
#include <socca/status.h>

enum { TRANSFORM_PASSES = 16 };
struct transform {
  size_t n;
  size_t npass, radix[TRANSFORM_PASSES];
  double
      *turn[TRANSFORM_PASSES]; /* cos, -sin of the angles, (radix - 1) for each of the m columns */
  uint32_t *at;                /* at[k]: where frequency k stands */
};

/* n = 2^a 3^b 5^c; SOCCA_E_NOMEM */
socca_status transform_make(struct transform *, size_t n);
void transform_clear(struct transform *);
/* Operations per lane of a transform of length n, in a fixed model; 0: not a length */
double transform_cost(size_t n);
#endif
