/* SPDX-License-Identifier: BSD-3-Clause */
/* Workspaces of the networks, and what their first layer sees */
#include "config.h"
#include "network_layout.h"

void *network_carve(network_space *s, size_t bytes)
{
  void *p = s->base ? s->base + s->used : NULL;
  s->used += (bytes + 63) / 64 * 64;
  return p;
}
network_space network_open(void *work)
{
  return (network_space){ (char *)work + (64 - (uintptr_t)work % 64) % 64, 0 };
}
float *network_carve_floats(network_space *s, size_t n)
{
  return network_carve(s, n * sizeof(float));
}

/* what the first layer sees of n points: to[i * point + k * input] */
void network_features(const network_parts *net, size_t d, size_t inputs, size_t n, const double *x,
                      float *to, size_t point, size_t input)
{
  for (size_t i = 0; i < n; i++, x += d, to += point) {
    for (size_t k = 0; k < d; k++) to[k * input] = (float)((x[k] - net->mean[k]) * net->scale[k]);
    for (size_t k = d; k < inputs; k++)
      to[k * input] = (float)((x[k - d] * x[k - d] - net->mean[k]) * net->scale[k]);
  }
}

void network_set_up_room(network_room *room, network_space *s, const network_layout *layout,
                         size_t points, bool backward)
{
  for (size_t l = 0; l < layout->layers; l++) {
    const network_layer *layer = &layout->layer[l];
    room->value[l] = network_carve_floats(s, points * layer->k);
    room->delta[l] = backward ? network_carve_floats(s, points * layer->j) : NULL;
    room->terms[l] = network_carve(s, layer->k * sizeof *room->terms[l]);
    room->active[l] = network_carve(s, layer->j);
    room->count[l] = layer->k;
    for (size_t k = 0; k < layer->k && s->base; k++)
      room->terms[l][k] =
          (network_term){ (uint32_t)(k * NETWORK_PANEL), (uint32_t)(k * layer->rows), 0 };
  }
}
