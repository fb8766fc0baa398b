/* SPDX-License-Identifier: BSD-3-Clause */
/* One step of training: forward and backward by panels, gradient, Adam. Compiled once per level. */
#include "config.h"
#include "network_lanes.h"

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

/* Adam (Kingma & Ba 2015, arXiv:1412.6980). Moments of idle units would decay into denormal numbers,
 * which are slow: they are cut off first. */
static void adam(const network_step *s)
{
  const float least = 0x1p-100f;
  for (size_t i = 0; i < s->layout->weights; i += VF) {
    vfloat g = load(s->gradient + i), m = load(s->moment1 + i), v = load(s->moment2 + i);
    m = 0.9f * m + 0.1f * g;
    v = 0.999f * v + 0.001f * (g * g);
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
  SOCCA_LEVEL(network_gradient)(s);
  adam(s);
  return loss;
}
