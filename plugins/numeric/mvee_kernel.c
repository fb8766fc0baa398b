/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "mvee_kernel.h"
#include "vmath.h"

static inline vdouble product(size_t i, size_t d, size_t room, const double *z, const double *v)
{
  vdouble sum = v_set(v[d]);
  for (size_t k = 0; k < d; k++) sum += v[k] * v_load(z + k * room + i);
  return sum;
}

void SOCCA_LEVEL(mvee_add)(size_t n, size_t d, size_t room, const double *z, const double *v,
                           double *kappa)
{
  for (size_t i = 0; i < n; i += VD) {
    vdouble g = product(i, d, room, z, v);
    v_store(kappa + i, v_load(kappa + i) + g * g);
  }
}

void SOCCA_LEVEL(mvee_update)(size_t n, size_t d, size_t room, const double *z, const double *v,
                              double f, double scale, double *kappa)
{
  for (size_t i = 0; i < n; i += VD) {
    vdouble g = product(i, d, room, z, v);
    v_store(kappa + i, (v_load(kappa + i) - f * g * g) * scale);
  }
}

size_t SOCCA_LEVEL(mvee_greatest)(size_t n, const double *kappa)
{
  double most = kappa[0];
  vdouble best = v_set(most);
  size_t whole = n / VD * VD, i = 0;
  for (; i < whole; i += VD) best = v_max(v_load(kappa + i), best);
  for (size_t k = 0; k < VD; k++) most = best[k] > most ? best[k] : most;
  for (; i < n; i++) most = kappa[i] > most ? kappa[i] : most;
  for (i = 0; i + 1 < n && kappa[i] != most; i++) continue;
  return i;
}
