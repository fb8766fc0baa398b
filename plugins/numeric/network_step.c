/* SPDX-License-Identifier: BSD-3-Clause */
/* One step of training: forward and backward by panels, gradient, Adam; compiled once per level. */
#include "config.h"
#include "network_lanes.h"

/* ---- backward ---- */

/* delta of TILE_ROWS inputs of a layer: W^T delta where the input is positive */
INLINE void backward_tile(const network_term *terms, size_t n, const float *w, size_t rows,
                          const float *delta, const float *value, float *out)
{
  tile sum;
  product(terms, n, false, w, rows, TILE_ROWS, delta, sum);
  UNROLL
  for (int r = 0; r < TILE_ROWS; r++) {
    UNROLL
    for (int v = 0; v < TILE_VECTORS; v++)
      store(out + r * PANEL + v * VF, where_positive(load(value + r * PANEL + v * VF), sum[r][v]));
  }
}
static void backward(const network_layer *layer, const float *w, const network_term *terms,
                     size_t n, const float *delta, const float *value, float *out)
{
  w += layer->offset;
  for (size_t k = 0; k + 1 < layer->k; k += TILE_ROWS)
    for (size_t p = 0; p < PANEL; p += TILE_LANES) {
      size_t at = k * PANEL + p;
      if (layer->rows == 1)
        backward_tile(terms, n, w + k, 1, delta + p, value + at, out + at);
      else
        backward_tile(terms, n, w + k * ROWS, ROWS, delta + p, value + at, out + at);
    }
}

/* Loss and its derivative by the outputs of `n` points; the others get no gradient. */
static double loss_of(const float *output, const float *target, size_t n, size_t points,
                      float *delta)
{
  double loss = 0;
  memset(delta, 0, PANEL * sizeof *delta);
  for (size_t p = 0; p < n; p++) {
    float error = output[p] - target[p];
    loss += 0.5 * (double)error * (double)error;
    delta[p] = error / (float)points;
  }
  return loss;
}

/* Forward and backward for one panel; returns its loss. */
static double panel_step(const network_step *s, network_room *room, size_t panel)
{
  static const network_term output_unit = { 0, 0, 0 };
  const network_layout *layout = s->layout;
  size_t last = layout->layers - 1, from = panel * PANEL, left = s->points - from;
  float output[PANEL];
  SOCCA_LEVEL(network_panel)(layout, s->weights, room, output);
  double loss =
      loss_of(output, s->target + from, left < PANEL ? left : PANEL, s->points, room->delta[last]);
  for (size_t l = last; l > 0; l--) {
    const network_term *terms = l == last ? &output_unit : room->terms[l + 1];
    size_t n = l == last ? 1 : room->count[l + 1] - 1;
    backward(&layout->layer[l], s->weights, terms, n, room->delta[l], room->value[l],
             room->delta[l - 1]);
  }
  return loss;
}

/* ---- gradient: sums over the points of delta[j] value[k], the points along the lanes ---- */

typedef float vquad __attribute__((vector_size(16)));
enum { PASSES = PANEL / VF, TILE_J = VF == 16 ? 4 : 2, TILE_K = 4 };
typedef vfloat sums[TILE_J][TILE_K];

INLINE vquad fold(vfloat s[PASSES]) /* lane i + lane i + 8, then i + i + 4 */
{
#if SOCCA_LEVEL_NUMBER >= 4
  typedef float voct __attribute__((vector_size(32)));
  voct h = __builtin_shufflevector(s[0], s[0], 0, 1, 2, 3, 4, 5, 6, 7) +
           __builtin_shufflevector(s[0], s[0], 8, 9, 10, 11, 12, 13, 14, 15);
#elif SOCCA_LEVEL_NUMBER == 3
  vfloat h = s[0] + s[1];
#endif
#if SOCCA_LEVEL_NUMBER >= 3
  return __builtin_shufflevector(h, h, 0, 1, 2, 3) + __builtin_shufflevector(h, h, 4, 5, 6, 7);
#else
  return (s[0] + s[2]) + (s[1] + s[3]);
#endif
}
/* the sums of four vectors' lanes: i + i + 2, then 0 + 1 */
INLINE vquad fold4(vquad a, vquad b, vquad c, vquad d)
{
  vquad ab = __builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(a, b, 2, 3, 6, 7);
  vquad cd = __builtin_shufflevector(c, d, 0, 1, 4, 5) + __builtin_shufflevector(c, d, 2, 3, 6, 7);
  return __builtin_shufflevector(ab, cd, 0, 2, 4, 6) + __builtin_shufflevector(ab, cd, 1, 3, 5, 7);
}

/* out[j][k] for TILE_J outputs and TILE_K inputs at the given places in their panels */
INLINE void gradient_tile(size_t panels, const float *const delta[TILE_J], size_t delta_panel,
                          const float *const value[TILE_K], size_t value_panel,
                          float out[TILE_J][TILE_K])
{
  sums sum[PASSES];
  UNROLL
  for (int pass = 0; pass < PASSES; pass++) {
    vfloat s[TILE_J][TILE_K];
    UNROLL
    for (int j = 0; j < TILE_J; j++) {
      UNROLL
      for (int k = 0; k < TILE_K; k++) s[j][k] = (vfloat){ 0 };
    }
    for (size_t panel = 0; panel < panels; panel++) {
      vfloat d[TILE_J];
      UNROLL
      for (int j = 0; j < TILE_J; j++) d[j] = load(delta[j] + panel * delta_panel + pass * VF);
      UNROLL
      for (int k = 0; k < TILE_K; k++) {
        vfloat x = load(value[k] + panel * value_panel + pass * VF);
        UNROLL
        for (int j = 0; j < TILE_J; j++) s[j][k] += d[j] * x;
      }
    }
    memcpy(sum[pass], s, sizeof s);
  }
  UNROLL
  for (int j = 0; j < TILE_J; j++) {
    vquad q[TILE_K];
    UNROLL
    for (int k = 0; k < TILE_K; k++) {
      vfloat part[PASSES];
      UNROLL
      for (int pass = 0; pass < PASSES; pass++) part[pass] = sum[pass][j][k];
      q[k] = fold(part);
    }
    vquad r = fold4(q[0], q[1], q[2], q[3]);
    memcpy(out[j], &r, sizeof r);
  }
}

/* The listed units' gradient; the last unit of a list is repeated to fill a tile. */
static void gradient(const network_step *s, size_t l, const uint32_t *js, size_t nj,
                     const uint32_t *ks, size_t nk)
{
  const network_layer *layer = &s->layout->layer[l];
  size_t panels = (s->points + PANEL - 1) / PANEL;
  for (size_t k = 0; k < nk; k += TILE_K)
    for (size_t j = 0; j < nj; j += TILE_J) {
      const float *delta[TILE_J], *value[TILE_K];
      float out[TILE_J][TILE_K];
      for (size_t i = 0; i < TILE_J; i++)
        delta[i] = s->room.delta[l] + js[j + i < nj ? j + i : nj - 1] * PANEL;
      for (size_t i = 0; i < TILE_K; i++)
        value[i] = s->room.value[l] + ks[k + i < nk ? k + i : nk - 1] * PANEL;
      gradient_tile(panels, delta, layer->j * PANEL, value, layer->k * PANEL, out);
      for (size_t i = 0; i < TILE_J && j + i < nj; i++) {
        float *g = s->gradient + layer->offset + js[j + i] / layer->rows * layer->rows * layer->k +
                   js[j + i] % layer->rows;
        for (size_t h = 0; h < TILE_K && k + h < nk; h++) g[ks[k + h] * layer->rows] = out[i][h];
      }
    }
}

static size_t list_units(const uint8_t *active, size_t n, uint32_t *units)
{
  size_t count = 0;
  for (size_t i = 0; i < n; i++) {
    units[count] = (uint32_t)i;
    count += active ? active[i] : 1;
  }
  return count;
}

/* Adam (Kingma & Ba 2015, arXiv:1412.6980). Moments of idle units would decay into denormal numbers,
 * which are slow: they are cut off first. */
static void adam(const network_step *s)
{
  const float beta1 = 0.9f, beta2 = 0.999f, least = 0x1p-100f;
  for (size_t i = 0; i < s->layout->weights; i += VF) {
    vfloat g = load(s->gradient + i), m = load(s->moment1 + i), v = load(s->moment2 + i);
    m = beta1 * m + (1.0f - beta1) * g;
    v = beta2 * v + (1.0f - beta2) * (g * g);
    m = (vfloat)((vint)m & ((m > least) | (m < -least)));
    v = where_positive(v - least, v);
    store(s->moment1 + i, m);
    store(s->moment2 + i, v);
    store(s->weights + i, load(s->weights + i) - s->rate * (m / (root(v) + 1e-8f)));
  }
}

double SOCCA_LEVEL(network_step)(network_step *s)
{
  const network_layout *layout = s->layout;
  size_t last = layout->layers - 1;
  double loss = 0;
  for (size_t l = 0; l < last; l++) memset(s->room.active[l], 0, layout->layer[l].j);
  network_room room = s->room;
  for (size_t panel = 0; panel * PANEL < s->points; panel++) {
    loss += panel_step(s, &room, panel);
    for (size_t l = 0; l <= last; l++) {
      room.value[l] += layout->layer[l].k * PANEL;
      room.delta[l] += layout->layer[l].j * PANEL;
    }
  }
  memset(s->gradient, 0, layout->weights * sizeof(float));
  for (size_t l = 0; l <= last; l++) {
    const network_layer *layer = &layout->layer[l];
    size_t nk = list_units(l ? s->room.active[l - 1] : NULL, layer->k - 1, s->inputs);
    size_t nj = list_units(l < last ? s->room.active[l] : NULL, layer->j, s->outputs);
    s->inputs[nk++] = (uint32_t)(layer->k - 1);
    gradient(s, l, s->outputs, nj, s->inputs, nk);
  }
  adam(s);
  return loss;
}
