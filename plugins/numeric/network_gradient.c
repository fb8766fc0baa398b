/* SPDX-License-Identifier: BSD-3-Clause */
/* Gradient of a batch by the weights: sums over the points of delta[j] value[k], the points along the
 * lanes. Panel by panel lane i collects the points i, i + 16, ...; the lanes are then added as a
 * tree: i and i + 8, i and i + 4, i and i + 2, 0 and 1. Compiled once per level. */
#include "config.h"
#include "network_lanes.h"

enum { PASSES = PANEL / VF, TILE_J = VF == 16 ? 4 : 2, TILE_K = 4, TILE = TILE_J * TILE_K };
#define MIX __builtin_shufflevector

/* The sums of TILE vectors of PANEL lanes, s[pass][j][k], each to where place(j, k) says. Folding two
 * vectors at a time halves the work with every level of the tree. */
#if SOCCA_LEVEL_NUMBER >= 4
INLINE vfloat fold8(vfloat a, vfloat b)
{
  return MIX(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
         MIX(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}
INLINE vfloat fold4(vfloat a, vfloat b)
{
  return MIX(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
         MIX(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}
INLINE vfloat fold2(vfloat a, vfloat b)
{
  return MIX(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
         MIX(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
}
INLINE vfloat fold1(vfloat a, vfloat b)
{
  return MIX(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30) +
         MIX(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31);
}
INLINE void fold(vfloat s[PASSES][TILE_J][TILE_K], float out[TILE])
{
  vfloat half[TILE_J];
  UNROLL
  for (int j = 0; j < TILE_J; j++)
    half[j] = fold4(fold8(s[0][j][0], s[0][j][1]), fold8(s[0][j][2], s[0][j][3]));
  store(out, fold1(fold2(half[0], half[1]), fold2(half[2], half[3])));
}
INLINE int place(int j, int k)
{
  return 4 * k + j;
}
#elif SOCCA_LEVEL_NUMBER == 3
INLINE vfloat fold4(vfloat a, vfloat b)
{
  return MIX(a, b, 0, 1, 2, 3, 8, 9, 10, 11) + MIX(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
}
INLINE vfloat fold2(vfloat a, vfloat b)
{
  return MIX(a, b, 0, 1, 8, 9, 4, 5, 12, 13) + MIX(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
}
INLINE vfloat fold1(vfloat a, vfloat b)
{
  return MIX(a, b, 0, 2, 8, 10, 4, 6, 12, 14) + MIX(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
}
INLINE void fold(vfloat s[PASSES][TILE_J][TILE_K], float out[TILE])
{
  vfloat half[TILE_J];
  UNROLL
  for (int j = 0; j < TILE_J; j++)
    half[j] = fold2(fold4(s[0][j][0] + s[1][j][0], s[0][j][1] + s[1][j][1]),
                    fold4(s[0][j][2] + s[1][j][2], s[0][j][3] + s[1][j][3]));
  store(out, fold1(half[0], half[1]));
}
INLINE int place(int j, int k)
{
  return 4 * (k % 2) + 2 * j + k / 2;
}
#else
INLINE vfloat quarter(vfloat s[PASSES][TILE_J][TILE_K], int j, int k)
{
  return (s[0][j][k] + s[2][j][k]) + (s[1][j][k] + s[3][j][k]);
}
INLINE vfloat fold2(vfloat a, vfloat b)
{
  return MIX(a, b, 0, 1, 4, 5) + MIX(a, b, 2, 3, 6, 7);
}
INLINE vfloat fold1(vfloat a, vfloat b)
{
  return MIX(a, b, 0, 2, 4, 6) + MIX(a, b, 1, 3, 5, 7);
}
INLINE void fold(vfloat s[PASSES][TILE_J][TILE_K], float out[TILE])
{
  UNROLL
  for (int j = 0; j < TILE_J; j++)
    store(out + 4 * j, fold1(fold2(quarter(s, j, 0), quarter(s, j, 1)),
                             fold2(quarter(s, j, 2), quarter(s, j, 3))));
}
INLINE int place(int j, int k)
{
  return 4 * j + k;
}
#endif

INLINE void one_tile(const float *delta, const network_unit *js, size_t delta_panel,
                     const float *value, const network_unit *ks, size_t value_panel, size_t panels,
                     float *gradient)
{
  vfloat sum[PASSES][TILE_J][TILE_K];
  float out[TILE];
  UNROLL
  for (int pass = 0; pass < PASSES; pass++) {
    const float *d = delta + pass * VF, *v = value + pass * VF;
    vfloat s[TILE_J][TILE_K];
    memset(s, 0, sizeof s);
    for (size_t panel = 0; panel < panels; panel++, d += delta_panel, v += value_panel) {
      vfloat a[TILE_J];
      UNROLL
      for (int j = 0; j < TILE_J; j++) a[j] = load(d + js[j].value);
      UNROLL
      for (int k = 0; k < TILE_K; k++) {
        vfloat x = load(v + ks[k].value);
        UNROLL
        for (int j = 0; j < TILE_J; j++) s[j][k] += a[j] * x;
      }
    }
    memcpy(sum[pass], s, sizeof s);
  }
  fold(sum, out);
  UNROLL
  for (int j = 0; j < TILE_J; j++) {
    UNROLL
    for (int k = 0; k < TILE_K; k++) gradient[js[j].place + ks[k].place] = out[place(j, k)];
  }
}

/* The units whose derivatives or values are not 0 throughout; the last is repeated to fill a tile. */
static size_t list_units(const uint8_t *active, size_t n, bool constant, network_unit *units)
{
  size_t count = 0;
  for (size_t i = 0; i < n; i++) {
    units[count].value = (uint32_t)i;
    count += active ? active[i] : 1;
  }
  if (constant) units[count++].value = (uint32_t)n;
  for (size_t i = count; i > 0 && i < count + TILE_K; i++) units[i] = units[count - 1];
  return count;
}

void SOCCA_LEVEL(network_gradient)(const network_step *s)
{
  const network_layout *layout = s->layout;
  size_t panels = (s->points + PANEL - 1) / PANEL;
  memset(s->gradient, 0, layout->weights * sizeof(float));
  for (size_t l = 0; l < layout->layers; l++) {
    const network_layer *layer = &layout->layer[l];
    network_unit *ks = s->inputs, *js = s->outputs;
    size_t nk = list_units(l ? s->room.active[l - 1] : NULL, layer->k - 1, true, ks);
    size_t nj = list_units(layer->rows > 1 ? s->room.active[l] : NULL, layer->j, false, js);
    for (size_t i = 0; i < nk + TILE_K; i++)
      ks[i] = (network_unit){ ks[i].value * PANEL, ks[i].value * (uint32_t)layer->rows };
    for (size_t i = 0; i < nj + TILE_J && nj; i++)
      js[i] =
          (network_unit){ js[i].value * PANEL, (uint32_t)network_weight(layer, js[i].value, 0) };
    for (size_t k = 0; k < nk; k += TILE_K)
      for (size_t j = 0; j < nj; j += TILE_J)
        one_tile(s->room.delta[l], js + j, layer->j * PANEL, s->room.value[l], ks + k,
                 layer->k * PANEL, panels, s->gradient);
  }
}
