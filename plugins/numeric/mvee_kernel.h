/* SPDX-License-Identifier: BSD-3-Clause */
/* The loops of mvee.c over all points, once per instruction-set level. z holds d columns of `room`
 * doubles; n is rounded up to whole vectors, of which the last ones hold the number of no point. */
#ifndef SOCCA_NUMERIC_MVEE_KERNEL_H
#define SOCCA_NUMERIC_MVEE_KERNEL_H
#include "level.h"
#include <stddef.h>

#define MVEE_DECLARE(v)                                                                            \
  /* kappa_i += (v_d + sum_k v_k z_ki)^2 */                                                        \
  void mvee_add_##v(size_t n, size_t d, size_t room, const double *z, const double *v,             \
                    double *kappa);                                                                \
  /* kappa_i <- (kappa_i - f (v_d + sum_k v_k z_ki)^2) scale */                                    \
  void mvee_update_##v(size_t n, size_t d, size_t room, const double *z, const double *v,          \
                       double f, double scale, double *kappa);                                     \
  /* lowest index of the greatest of n numbers */                                                  \
  size_t mvee_greatest_##v(size_t n, const double *kappa);
MVEE_DECLARE(v1)
#if SOCCA_X86_LEVELS
MVEE_DECLARE(v3)
MVEE_DECLARE(v4)
#endif
#endif
