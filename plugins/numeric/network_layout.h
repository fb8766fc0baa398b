/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside a network's bytes, for network*.c alone.
 *
 * Layer l maps k inputs to j outputs. Its weights are floats in blocks of `rows` outputs:
 * w[j / rows][k][j % rows], so that a kernel that makes `rows` outputs at once reads them in sequence.
 * Rows and hidden widths are rounded up to NETWORK_ROWS; the padding is zero and stays zero. The last
 * k of a layer is an input that is always 1: its weight is the bias.
 *
 * Points are processed in panels of NETWORK_PANEL: value[k][point], the points along the lanes of the
 * vectors, hence none depends on its neighbours. Many hidden units are 0 for all points of a panel:
 * lists of terms leave them out of the sums. */
#ifndef SOCCA_NUMERIC_NETWORK_LAYOUT_H
#define SOCCA_NUMERIC_NETWORK_LAYOUT_H
#include "level.h"
#include "network.h"
#include <stdbool.h>

enum { NETWORK_ROWS = 10, NETWORK_PANEL = 16, NETWORK_LAYERS = NETWORK_HIDDEN + 1 };

typedef struct network_layer {
  size_t k;      /* inputs, the constant one included */
  size_t j;      /* outputs, padding included */
  size_t rows;   /* NETWORK_ROWS, or 1 for the output layer */
  size_t offset; /* of its weights, in floats */
} network_layer;
typedef struct network_layout {
  uint32_t inputs; /* what the first layer sees: d, or 2 d with the squares */
  uint32_t layers;
  network_layer layer[NETWORK_LAYERS];
  size_t weights; /* floats, rounded up to whole vectors */
} network_layout;

typedef struct network_head { /* a network: head, mean[inputs], scale[inputs], weights */
  uint32_t magic;
  network_shape shape;            /* decides sizes in bytes */
  uint32_t width[NETWORK_HIDDEN]; /* units in use: fewer than in `shape` once pruned */
  uint32_t spare_;
  uint64_t seed;
  uint64_t spare2_[2];
} network_head;
typedef struct network_optimiser { /* followed by first and second moments of the weights */
  uint64_t steps;
  double decay1, decay2; /* beta1^steps, beta2^steps */
  double loss, best;
  uint32_t epochs, worse;
  uint32_t status, spare_;
  uint64_t spare2_;
} network_optimiser;
_Static_assert(sizeof(network_head) == 64 && sizeof(network_optimiser) == 64,
               "blocks keep the alignment of their start");

typedef struct network_parts {
  double *mean, *scale; /* an input is (x - mean) * scale */
  float *weights;
} network_parts;

/* Layout for the shape's inputs and these widths; false: not possible */
bool network_lay_out(const network_shape *, const uint32_t width[NETWORK_HIDDEN], network_layout *);
static inline size_t network_weight(const network_layer *layer, size_t j, size_t k)
{
  return layer->offset + j / layer->rows * layer->rows * layer->k + k * layer->rows +
         j % layer->rows;
}
network_parts network_parts_of(const network_layout *, void *net);
/* Drops the hidden units with active[l][j] == 0 when that makes a layer smaller; `scratch` holds as
 * many floats as there are weights. Returns whether it did; `layout` is the new one. */
bool network_prune(network_head *, network_layout *layout, uint8_t *const *active,
                   float *const arrays[3], float *scratch);

/* Counter-based random bits: number i of the stream (seed, purpose); purposes below NETWORK_LAYERS
 * are a layer's first weights, the others an epoch's permutation. */
uint64_t network_stream(uint64_t seed, uint64_t purpose);
uint64_t network_random(uint64_t stream, uint64_t i);

/* A unit as a term of sums: offsets of its values in a panel, and of its weights in the layer that
 * it is an input of (forward) and an output of (backward) */
typedef struct network_term {
  uint32_t value, forward, backward;
} network_term;

/* What the kernels work on. Of layer l: value[l] holds the inputs, [panel][k][point]; terms[l] those
 * of one panel that are not 0 everywhere, the constant one last; delta[l] the derivatives of the
 * loss by the outputs, [panel][j][point]; active[l] gets 1 for outputs that are not 0 everywhere. */
typedef struct network_room {
  float *value[NETWORK_LAYERS], *delta[NETWORK_LAYERS];
  network_term *terms[NETWORK_LAYERS];
  size_t count[NETWORK_LAYERS];
  uint8_t *active[NETWORK_LAYERS];
} network_room;
/* A caller's workspace, aligned to 64 bytes, and how much of it is taken; without a base parts are
 * only counted, for which `used` begins at 64. */
typedef struct network_space {
  char *base;
  size_t used;
} network_space;

network_space network_open(void *work);
void *network_carve(network_space *, size_t bytes);
float *network_carve_floats(network_space *, size_t n);
void network_set_up_room(network_room *, network_space *, const network_layout *, size_t points,
                         bool backward);
/* What the first layer sees of n points of d inputs: to[i * point + k * input] */
void network_features(const network_parts *, size_t d, size_t inputs, size_t n, const double *x,
                      float *to, size_t point, size_t input);

typedef struct network_unit {
  uint32_t value; /* of its values in a panel */
  uint32_t place; /* in the weights */
} network_unit;
typedef struct network_step {
  const network_layout *layout;
  float *weights, *moment1, *moment2, *gradient;
  network_room room;
  network_unit *inputs, *outputs; /* room for lists of a layer's units */
  const float *target;
  size_t points;
  float rate; /* with Adam's bias corrections */
} network_step;

/* The kernels, for each level:
 * panel    outputs of one panel, from value[0] and terms[0] in the room
 * forward  adds the outputs for whole panels of standardised inputs [k][point] to sum[]
 * gradient from value[], delta[] and active[] of a batch
 * step     one batch: forward, loss (returned: sum of half squared errors), gradient, Adam */
#define NETWORK_KERNELS(level)                                                                     \
  void network_panel_##level(const network_layout *, const float *weights, network_room *,         \
                             float *output);                                                       \
  void network_forward_##level(const network_layout *, const float *weights, size_t panels,        \
                               float *inputs, network_room *, double *sum);                        \
  void network_gradient_##level(const network_step *);                                             \
  double network_step_##level(network_step *)
NETWORK_KERNELS(v1);
#if SOCCA_X86_LEVELS
NETWORK_KERNELS(v3);
NETWORK_KERNELS(v4);
#endif
#endif
