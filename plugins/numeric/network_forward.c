/* SPDX-License-Identifier: BSD-3-Clause */
/* Forward pass of the networks, one panel of points at a time; compiled once per level. */
#include "config.h"
#include "network_lanes.h"

INLINE void hidden_tile(const network_term *terms, size_t n, const float *w, const float *in,
                        float *out, uint8_t *active, bool listed)
{
  tile sum;
  product(terms, n, true, w, 1, TILE_ROWS, in, sum);
  UNROLL
  for (int r = 0; r < TILE_ROWS; r++) {
    UNROLL
    for (int v = 0; v < TILE_VECTORS; v++) {
      vfloat x = where_positive(sum[r][v], sum[r][v]);
      store(out + r * PANEL + v * VF, x);
      if (listed) active[r] |= any_positive(x);
    }
  }
}
/* The outputs that are positive at some point become the terms of the next layer. */
static size_t collect(const network_layer *layer, const uint8_t *active, network_term *terms)
{
  size_t next = layer[1].rows, n = 0, at = 0;
  for (size_t j = 0; j < layer->j; j += ROWS, at += layer->k * ROWS)
    for (size_t r = 0; r < ROWS; r++) {
      terms[n] = (network_term){ (uint32_t)((j + r) * PANEL), (uint32_t)((j + r) * next),
                                 (uint32_t)(at + r) };
      n += active[j + r];
    }
  terms[n] = (network_term){ (uint32_t)(layer->j * PANEL), (uint32_t)(layer->j * next), 0 };
  return n + 1;
}
/* `listed`: makes the terms of the next layer, which is worth it where they serve backward too. */
INLINE void hidden(const network_layer *layer, const float *w, network_room *room, size_t l,
                   bool listed)
{
  const float *in = room->value[l];
  float *out = room->value[l + 1];
  uint8_t active[NETWORK_WIDTH + ROWS];
  if (listed) memset(active, 0, layer->j);
  w += layer->offset;
  for (size_t j = 0; j < layer->j; j += ROWS, w += layer->k * ROWS)
    for (size_t r = 0; r < ROWS; r += TILE_ROWS)
      for (size_t p = 0; p < PANEL; p += TILE_LANES)
        hidden_tile(room->terms[l], room->count[l], w + r, in + p, out + (j + r) * PANEL + p,
                    active + j + r, listed);
  for (size_t p = 0; p < PANEL; p++) out[layer->j * PANEL + p] = 1.0f;
  if (!listed) return;
  for (size_t j = 0; j < layer->j; j++) room->active[l][j] |= active[j];
  room->count[l + 1] = collect(layer, active, room->terms[l + 1]);
}
INLINE void all_layers(const network_layout *layout, const float *weights, network_room *room,
                       float *output, bool listed)
{
  size_t l = 0;
  for (; l + 1 < layout->layers; l++) hidden(&layout->layer[l], weights, room, l, listed);
  for (size_t p = 0; p < PANEL; p += TILE_LANES) {
    tile sum;
    product(room->terms[l], room->count[l], true, weights + layout->layer[l].offset, 1, 1,
            room->value[l] + p, sum);
    for (int v = 0; v < TILE_VECTORS; v++) store(output + p + v * VF, sum[0][v]);
  }
}

void SOCCA_LEVEL(network_panel)(const network_layout *layout, const float *weights,
                                network_room *room, float *output)
{
  all_layers(layout, weights, room, output, true);
}

void SOCCA_LEVEL(network_forward)(const network_layout *layout, const float *weights, size_t panels,
                                  float *inputs, network_room *room, double *sum)
{
  for (size_t panel = 0; panel < panels; panel++) {
    float output[PANEL];
    room->value[0] = inputs + panel * layout->layer[0].k * PANEL;
    all_layers(layout, weights, room, output, false);
    for (size_t p = 0; p < PANEL; p++) sum[panel * PANEL + p] += (double)output[p];
  }
}
