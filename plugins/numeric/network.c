/* SPDX-License-Identifier: BSD-3-Clause */
/* Layout and initialisation of the networks */
#include "config.h"
#include "network_layout.h"
#include "vmath.h"
#include <math.h>

enum { MAGIC = 0x31746e6e }; /* "nnt1" */

static size_t round_up(size_t n, size_t to)
{
  return (n + to - 1) / to * to;
}

bool network_lay_out(const network_shape *shape, const uint32_t width[NETWORK_HIDDEN],
                     network_layout *layout)
{
  *layout = (network_layout){ 0 };
  if (shape->inputs < 1 || shape->inputs > NETWORK_WIDTH) return false;
  layout->inputs = shape->inputs * (shape->squares ? 2 : 1);
  size_t k = layout->inputs + 1, offset = 0;
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
  if (!network_lay_out(shape, shape->hidden, &layout)) return 0;
  return head_bytes(&layout) + layout.weights * sizeof(float);
}
size_t network_optimiser_bytes(const network_shape *shape)
{
  network_layout layout;
  if (!network_lay_out(shape, shape->hidden, &layout)) return 0;
  return sizeof(network_optimiser) + 2 * layout.weights * sizeof(float);
}
static bool finite_numbers(const network_head *head)
{
  network_layout layout;
  if (!network_lay_out(&head->shape, head->width, &layout)) return false;
  network_parts parts = network_parts_of(&layout, (void *)(uintptr_t)head);
  for (size_t k = 0; k < 2 * (size_t)layout.inputs; k++) /* mean and scale */
    if (!isfinite(parts.mean[k])) return false;
  for (size_t k = 0; k < layout.weights; k++)
    if (!isfinite(parts.weights[k])) return false;
  return true;
}
bool network_valid(const void *net, const network_shape *shape)
{
  const network_head *head = net;
  if (network_bytes(shape) == 0 || head->magic != MAGIC) return false;
  bool same = head->shape.inputs == shape->inputs && !head->shape.squares == !shape->squares;
  for (size_t l = 0; l < NETWORK_HIDDEN; l++) {
    same = same && head->shape.hidden[l] == shape->hidden[l];
    same = same && head->width[l] <= shape->hidden[l] && !head->width[l] == !shape->hidden[l];
  }
  return same && finite_numbers(head);
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

static double square_root(double x)
{
  return v_sqrt(v_set(x))[0];
}
/* Mean and scale of a column, or of its squares, about the first value: a constant column deviates
 * by exactly 0. */
static void standardise(size_t n, size_t d, const double *x, bool squares, double *mean,
                        double *scale)
{
  double first = squares ? x[0] * x[0] : x[0], sum = 0, square = 0;
  for (size_t i = 0; i < n; i++) sum += (squares ? x[i * d] * x[i * d] : x[i * d]) - first;
  *mean = first + sum / (double)n;
  for (size_t i = 0; i < n; i++) {
    double c = (squares ? x[i * d] * x[i * d] : x[i * d]) - *mean;
    square += c * c;
  }
  double deviation = square_root(square / (double)n);
  *scale = deviation > 0 ? 1 / deviation : 1;
}
static void draw(const network_shape *shape, const network_layout *layout, uint64_t seed, float *w)
{
  memset(w, 0, layout->weights * sizeof *w);
  uint32_t from = layout->inputs;
  for (size_t l = 0; l < layout->layers; l++) {
    const network_layer *layer = &layout->layer[l];
    uint32_t to = layer->rows == 1 ? 1 : shape->hidden[l];
    double bound = square_root(6.0 / ((double)from + to));
    uint64_t key = network_stream(seed, l), i = 0;
    for (size_t j = 0; j < to; j++)
      for (size_t k = 0; k < layer->k; k++) {
        if (k >= from && k + 1 < layer->k) continue; /* padding */
        double u = (double)(network_random(key, i++) >> 11) * 0x1p-53;
        w[network_weight(layer, j, k)] = (float)(bound * (2 * u - 1));
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
  size_t d = shape->inputs;
  for (size_t k = 0; k < layout->inputs; k++)
    standardise(n, d, x + k % d, k >= d, p.mean + k, p.scale + k);
}
void network_init(void *net, void *optimiser, const network_shape *shape, uint64_t seed, size_t n,
                  const double *x)
{
  network_layout layout;
  if (!network_lay_out(shape, shape->hidden, &layout)) return;
  start(net, optimiser, shape, &layout, seed, n, x);
  draw(shape, &layout, seed, network_parts_of(&layout, net).weights);
}
/* The units of `from` stand first; units that it had lost to pruning are drawn anew, but unheard by
 * the others at first. */
static void graft(const network_layout *layout, const network_head *from, const float *old,
                  float *w)
{
  network_layout small;
  if (!network_lay_out(&from->shape, from->width, &small)) return;
  size_t nk = layout->inputs;
  for (size_t l = 0; l < layout->layers; l++) {
    const network_layer *layer = &layout->layer[l], *before = &small.layer[l];
    size_t nj = layer->rows == 1 ? 1 : from->width[l], bias = layer->k - 1;
    for (size_t j = 0; j < nj; j++) {
      for (size_t k = 0; k < bias; k++)
        w[network_weight(layer, j, k)] = k < nk ? old[network_weight(before, j, k)] : 0.0f;
      w[network_weight(layer, j, bias)] = old[network_weight(before, j, before->k - 1)];
    }
    nk = nj;
  }
}
void network_init_from(void *net, void *optimiser, const void *from, uint64_t seed, size_t n,
                       const double *x)
{
  const network_head *head = from;
  network_layout layout;
  if (!network_lay_out(&head->shape, head->shape.hidden, &layout)) return;
  network_init(net, optimiser, &head->shape, seed, n, x);
  graft(&layout, head, network_parts_of(&layout, (void *)(uintptr_t)from).weights,
        network_parts_of(&layout, net).weights);
}

/* ---- pruning ---- */

/* The units of layer l that stay; if all are idle, the first. Returns their number. */
static uint32_t keep(const network_layer *layer, const uint8_t *active, uint32_t *units)
{
  uint32_t n = 0;
  for (uint32_t j = 0; j < layer->j; j++)
    if (active[j]) units[n++] = j;
  if (n == 0) units[n++] = 0;
  return n;
}
/* Moves weights, or moments, from layer `old` to layer `new`. */
static void repack(const network_layer *old, const network_layer *new, const float *from, float *to,
                   const uint32_t *js, size_t nj, const uint32_t *ks, size_t nk)
{
  for (size_t j = 0; j < nj; j++) {
    for (size_t k = 0; k < nk; k++)
      to[network_weight(new, j, k)] = from[network_weight(old, js[j], ks[k])];
    to[network_weight(new, j, new->k - 1)] = from[network_weight(old, js[j], old->k - 1)];
  }
}
bool network_prune(network_head *head, network_layout *layout, uint8_t *const *active,
                   float *const arrays[3], float *scratch)
{
  uint32_t units[NETWORK_LAYERS + 1][2 * NETWORK_WIDTH], count[NETWORK_LAYERS + 1];
  uint32_t width[NETWORK_HIDDEN] = { 0 };
  network_layout new;
  size_t layers = layout->layers;
  for (uint32_t k = 0; k < layout->inputs; k++) units[0][k] = k;
  count[0] = layout->inputs;
  for (size_t l = 0; l + 1 < layers; l++)
    width[l] = count[l + 1] = keep(&layout->layer[l], active[l], units[l + 1]);
  units[layers][0] = 0;
  count[layers] = 1;
  if (!network_lay_out(&head->shape, width, &new) || new.weights == layout->weights) return false;
  for (size_t i = 0; i < 3; i++) {
    memcpy(scratch, arrays[i], layout->weights * sizeof *scratch);
    memset(arrays[i], 0, layout->weights * sizeof *scratch);
    for (size_t l = 0; l < layers; l++)
      repack(&layout->layer[l], &new.layer[l], scratch, arrays[i], units[l + 1], count[l + 1],
             units[l], count[l]);
  }
  memcpy(head->width, width, sizeof width);
  *layout = new;
  return true;
}
