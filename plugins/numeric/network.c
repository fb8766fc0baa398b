/* SPDX-License-Identifier: BSD-3-Clause */
/* Layout and initialisation of the networks */
#include "config.h"
#include "network_layout.h"
#include "vmath.h"

enum { MAGIC = 0x31746e6e }; /* "nnt1" */

static size_t round_up(size_t n, size_t to)
{
  return (n + to - 1) / to * to;
}

bool network_lay_out(uint32_t inputs, const uint32_t width[NETWORK_HIDDEN], network_layout *layout)
{
  *layout = (network_layout){ .inputs = inputs };
  if (inputs < 1 || inputs > NETWORK_WIDTH) return false;
  size_t k = inputs + 1, offset = 0;
  for (size_t l = 0; l < NETWORK_LAYERS; l++) {
    bool output = l == NETWORK_HIDDEN || width[l] == 0;
    if (!output && width[l] > NETWORK_WIDTH) return false;
    network_layer *layer = &layout->layer[layout->layers++];
    *layer = (network_layer){ .k = k,
                              .j = output ? 1 : round_up(width[l], NETWORK_ROWS),
                              .rows = output ? 1 : NETWORK_ROWS,
                              .offset = offset };
    offset += layer->j * k;
    if (output) break;
    k = layer->j + 1;
  }
  layout->weights = round_up(offset, NETWORK_PANEL);
  return true;
}
static bool lay_out_shape(const network_shape *shape, network_layout *layout)
{
  return network_lay_out(shape->inputs, shape->hidden, layout);
}

/* ---- blocks ---- */

static size_t head_bytes(const network_layout *layout)
{
  return sizeof(network_head) + round_up(2 * layout->inputs * sizeof(double), 64);
}
network_parts network_parts_of(const network_layout *layout, void *net)
{
  double *mean = (double *)((char *)net + sizeof(network_head));
  return (network_parts){ mean, mean + layout->inputs,
                          (float *)(void *)((char *)net + head_bytes(layout)) };
}
size_t network_bytes(const network_shape *shape)
{
  network_layout layout;
  if (!lay_out_shape(shape, &layout)) return 0;
  return head_bytes(&layout) + layout.weights * sizeof(float);
}
size_t network_optimiser_bytes(const network_shape *shape)
{
  network_layout layout;
  if (!lay_out_shape(shape, &layout)) return 0;
  return sizeof(network_optimiser) + 2 * layout.weights * sizeof(float);
}
uint32_t network_epochs(const void *optimiser)
{
  return ((const network_optimiser *)optimiser)->epochs;
}
double network_loss(const void *optimiser)
{
  return ((const network_optimiser *)optimiser)->loss;
}

/* ---- random numbers ---- */

/* The finaliser of SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2714064.2660195), a bijection
 * that mixes well enough to serve, applied to each part of a key in turn, as a counter-based stream. */
static uint64_t mix(uint64_t x)
{
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}
uint64_t network_stream(uint64_t seed, uint64_t purpose)
{
  return mix(mix(seed + 0x9e3779b97f4a7c15u) + purpose);
}
uint64_t network_random(uint64_t key, uint64_t i)
{
  return mix(key + (i + 1) * 0x9e3779b97f4a7c15u);
}

/* ---- initialisation ---- */

static void standardise(size_t n, size_t d, const double *x, double *mean, double *scale)
{
  for (size_t k = 0; k < d; k++) {
    double sum = 0, square = 0; /* about the first value: a constant column deviates by exactly 0 */
    for (size_t i = 0; i < n; i++) sum += x[i * d + k] - x[k];
    mean[k] = x[k] + sum / (double)n;
    for (size_t i = 0; i < n; i++) {
      double c = x[i * d + k] - mean[k];
      square += c * c;
    }
    double deviation = v_sqrt(v_set(square / (double)n))[0];
    scale[k] = deviation > 0 ? 1 / deviation : 1;
  }
}
static void draw(const network_shape *shape, const network_layout *layout, uint64_t seed, float *w)
{
  memset(w, 0, layout->weights * sizeof *w);
  uint32_t from = shape->inputs;
  for (size_t l = 0; l < layout->layers; l++) {
    const network_layer *layer = &layout->layer[l];
    uint32_t to = layer->rows == 1 ? 1 : shape->hidden[l];
    double bound = v_sqrt(v_set(6.0 / ((double)from + to)))[0];
    uint64_t key = network_stream(seed, l), i = 0;
    for (size_t j = 0; j < to; j++)
      for (size_t k = 0; k < layer->k; k++) {
        if (k >= from && k + 1 < layer->k) continue; /* padding */
        double u = (double)(network_random(key, i++) >> 11) * 0x1p-53;
        size_t at = j / layer->rows * layer->rows * layer->k + k * layer->rows + j % layer->rows;
        w[layer->offset + at] = (float)(bound * (2 * u - 1));
      }
    from = to;
  }
}
static void start(void *net, void *optimiser, const network_shape *shape,
                  const network_layout *layout, uint64_t seed, size_t n, const double *x)
{
  memset(net, 0, head_bytes(layout));
  memset(optimiser, 0, network_optimiser_bytes(shape));
  network_head *head = net;
  *head = (network_head){ .magic = MAGIC, .shape = *shape, .seed = seed };
  memcpy(head->width, shape->hidden, sizeof head->width);
  network_optimiser *opt = optimiser;
  opt->decay1 = opt->decay2 = 1;
  opt->best = __builtin_inf();
  network_parts p = network_parts_of(layout, net);
  standardise(n, shape->inputs, x, p.mean, p.scale);
}
void network_init(void *net, void *optimiser, const network_shape *shape, uint64_t seed, size_t n,
                  const double *x)
{
  network_layout layout;
  if (!lay_out_shape(shape, &layout)) return;
  start(net, optimiser, shape, &layout, seed, n, x);
  draw(shape, &layout, seed, network_parts_of(&layout, net).weights);
}
void network_init_from(void *net, void *optimiser, const void *from, uint64_t seed, size_t n,
                       const double *x)
{
  network_shape shape = ((const network_head *)from)->shape;
  network_layout layout;
  if (!lay_out_shape(&shape, &layout)) return;
  if (net != from) memcpy(net, from, network_bytes(&shape));
  start(net, optimiser, &shape, &layout, seed, n, x);
}
