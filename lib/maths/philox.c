/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <maths/philox.h>
#include <maths/special.h>

/* Constants of Philox4x64-10: Salmon, Moraes, Dror & Shaw (2011), section 5.3. */
static const uint64_t multiplier[2] = { 0xD2E7470EE14C6C93u, 0xCA5A826395121157u };
static const uint64_t weyl[2] = { 0x9E3779B97F4A7C15u, 0xBB67AE8584CAA73Bu };

static inline uint64_t multiply(uint64_t a, uint64_t b, uint64_t *high)
{
  unsigned __int128 p = (unsigned __int128)a * b;
  *high = (uint64_t)(p >> 64);
  return (uint64_t)p;
}

void socca_philox(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4])
{
  uint64_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  uint64_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; round++) {
    uint64_t h0, h2, l0 = multiply(multiplier[0], c0, &h0), l2 = multiply(multiplier[1], c2, &h2);
    c0 = h2 ^ c1 ^ k0;
    c1 = l2;
    c2 = h0 ^ c3 ^ k1;
    c3 = l0;
    k0 += weyl[0];
    k1 += weyl[1];
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

double socca_philox_unit(uint64_t bits)
{
  double u = ((double)(bits >> 11) + 0.5) * 0x1p-53;
  return u < 1 ? u : 1 - 0x1p-53; /* the last one is a tie, and rounds up */
}

void socca_philox_uniform(uint64_t seed, uint64_t stream, uint64_t index, size_t n, double *out)
{
  const uint64_t key[2] = { seed, stream };
  for (size_t i = 0; i < n; i += 4) {
    uint64_t counter[4] = { i / 4, index, 0, 0 }, block[4];
    socca_philox(counter, key, block);
    for (size_t k = 0; k < 4 && i + k < n; k++) out[i + k] = socca_philox_unit(block[k]);
  }
}

void socca_philox_normal(uint64_t seed, uint64_t stream, uint64_t index, size_t n, double *out)
{
  socca_philox_uniform(seed, stream, index, n, out);
  for (size_t i = 0; i < n; i++) out[i] = socca_normal_quantile(out[i]);
}
