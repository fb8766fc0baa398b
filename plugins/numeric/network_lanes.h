/* SPDX-License-Identifier: BSD-3-Clause */
/* Vectors of one level for the kernels of the networks, which are compiled once per level. Their
 * sums run over given terms in given order, without fused multiply-add: however a level cuts the work
 * into tiles of registers, an element's sum is the same. */
#ifndef SOCCA_NUMERIC_NETWORK_LANES_H
#define SOCCA_NUMERIC_NETWORK_LANES_H
#include "network_layout.h"
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if SOCCA_LEVEL_NUMBER >= 4
enum { VF = 16, TILE_ROWS = 10, TILE_VECTORS = 1 };
#elif SOCCA_LEVEL_NUMBER == 3
enum { VF = 8, TILE_ROWS = 5, TILE_VECTORS = 2 };
#else
enum { VF = 4, TILE_ROWS = 5, TILE_VECTORS = 2 };
#endif
enum { ROWS = NETWORK_ROWS, PANEL = NETWORK_PANEL, TILE_LANES = VF * TILE_VECTORS };
typedef float vfloat __attribute__((vector_size(VF * 4)));
typedef int32_t vint __attribute__((vector_size(VF * 4)));
typedef vfloat tile[TILE_ROWS][TILE_VECTORS];
#define INLINE static inline __attribute__((always_inline))
#if defined(__clang__) /* loops of constant length over registers must disappear */
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

INLINE vfloat load(const float *p)
{
  vfloat x;
  memcpy(&x, p, sizeof x);
  return x;
}
INLINE void store(float *p, vfloat x)
{
  memcpy(p, &x, sizeof x);
}
INLINE vfloat root(vfloat x)
{
#if SOCCA_LEVEL_NUMBER >= 4
  return (vfloat)_mm512_sqrt_ps((__m512)x);
#elif SOCCA_LEVEL_NUMBER == 3
  return (vfloat)_mm256_sqrt_ps((__m256)x);
#elif defined(__x86_64__)
  return (vfloat)_mm_sqrt_ps((__m128)x);
#else
  for (int i = 0; i < VF; i++) x[i] = __builtin_sqrtf(x[i]);
  return x;
#endif
}
INLINE vfloat where_positive(vfloat gate, vfloat x) /* gate > 0 ? x : 0 */
{
  return (vfloat)((vint)x & (gate > 0.0f));
}
INLINE uint8_t any_positive(vfloat x)
{
#if SOCCA_LEVEL_NUMBER >= 4
  return _mm512_cmp_ps_mask((__m512)x, _mm512_setzero_ps(), _CMP_GT_OQ) != 0;
#elif SOCCA_LEVEL_NUMBER == 3
  return _mm256_movemask_ps(_mm256_cmp_ps((__m256)x, _mm256_setzero_ps(), _CMP_GT_OQ)) != 0;
#elif defined(__x86_64__)
  return _mm_movemask_ps(_mm_cmpgt_ps((__m128)x, _mm_setzero_ps())) != 0;
#else
  int any = 0;
  for (int i = 0; i < VF; i++) any |= x[i] > 0.0f;
  return (uint8_t)any;
#endif
}

/* sum[r][v] = sum over the terms of w(term, r) value(term, v) for outputs of a layer (forward: its
 * inputs are the terms) or for its inputs (backward). `row`, from r to r + 1 in w, and `rows` are
 * constants of the callers. */
INLINE void product(const network_term *terms, size_t n, bool forward, const float *w, size_t row,
                    int rows, const float *value, tile sum)
{
  UNROLL
  for (int r = 0; r < rows; r++) {
    UNROLL
    for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] = (vfloat){ 0 };
  }
  for (size_t i = 0; i < n; i++) {
    const float *a = w + (forward ? terms[i].forward : terms[i].backward);
    const float *b = value + terms[i].value;
    vfloat x[TILE_VECTORS];
    UNROLL
    for (int v = 0; v < TILE_VECTORS; v++) x[v] = load(b + v * VF);
    UNROLL
    for (int r = 0; r < rows; r++) {
      UNROLL
      for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] += a[(size_t)r * row] * x[v];
    }
  }
}
#endif
