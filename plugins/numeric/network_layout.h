/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside a network's bytes, for network*.c alone.
 *
 * Layer l maps k inputs to j outputs. Its weights are floats in blocks of `rows` outputs:
 * w[j / rows][k][j % rows], so that a kernel that makes `rows` outputs at once reads them in sequence.
 * Rows and hidden widths are rounded up to NETWORK_ROWS; the padding is zero and stays zero. The last
 * k of a layer is an input that is always 1: its weight is the bias.
 *
 * Points are processed in panels of NETWORK_PANEL: value[k][point], the points along the lanes of the
 * vectors, hence none depends on its neighbours. */
#ifndef SOCCA_NUMERIC_NETWORK_LAYOUT_H
#define SOCCA_NUMERIC_NETWORK_LAYOUT_H
#include "level.h"
#include "network.h"
#include <stdbool.h>

enum { NETWORK_ROWS = 10, NETWORK_PANEL = 16, NETWORK_LAYERS = NETWORK_HIDDEN + 1 };

typedef struct network_layer {
  size_t k;      /* inputs, the constant one included */
  size_t tiles;  /* k in tiles of NETWORK_PANEL */
  size_t j;      /* outputs, padding included */
  size_t rows;   /* NETWORK_ROWS, or 1 for the output layer */
  size_t offset; /* of its weights, in floats */
} network_layer;
typedef struct network_layout {
  uint32_t inputs, layers;
  network_layer layer[NETWORK_LAYERS];
  size_t weights; /* floats, rounded up to whole vectors */
  size_t widest;  /* largest k */
} network_layout;

typedef struct network_head { /* a network: head, mean[inputs], scale[inputs], weights */
  uint32_t magic, spare_;
  network_shape shape;
  uint64_t seed;
  uint64_t pad_[4];
} network_head;
typedef struct network_optimiser { /* followed by first and second moments of the weights */
  uint64_t steps;
  double decay1, decay2; /* beta1^steps, beta2^steps */
  double loss, best;
  uint32_t epochs, worse;
  uint32_t status, spare_;
  uint64_t pad_[1];
} network_optimiser;
_Static_assert(sizeof(network_head) == 64 && sizeof(network_optimiser) == 64,
               "blocks keep the alignment of their start");

/* One step's numbers and arrays. Of layer l, value[l] holds the inputs, [panel][k][point]; turned[l]
 * the same as [k / 16][point][k % 16], padded by zeros; delta[l] the derivatives of the loss by the
 * outputs, [panel][j][point]. */
typedef struct network_step {
  const network_layout *layout;
  float *weights, *moment1, *moment2;
  float *value[NETWORK_LAYERS], *turned[NETWORK_LAYERS], *delta[NETWORK_LAYERS];
  float *gradient; /* as the weights */
  float *scratch;  /* [j][tiles * 16] of the largest layer */
  const float *target;
  size_t points;
  float rate; /* with Adam's bias corrections */
} network_step;

typedef struct network_parts {
  double *mean, *scale; /* an input is (x - mean) * scale */
  float *weights;
} network_parts;

bool network_lay_out(const network_shape *, network_layout *); /* false: not possible */
network_parts network_parts_of(const network_layout *, void *net);

/* Counter-based random bits: number i of the stream (seed, purpose); purposes below NETWORK_LAYERS
 * are a layer's first weights, the others an epoch's permutation. */
uint64_t network_stream(uint64_t seed, uint64_t purpose);
uint64_t network_random(uint64_t stream, uint64_t i);

/* Forward, loss (sum of half squared errors), gradient, Adam. value[0] and target are filled in, for
 * whole panels. */
double network_step_v1(const network_step *);
/* Adds the outputs of one network for whole panels of standardised inputs [k][point] to sum[];
 * work: two panels of the widest layer. */
void network_forward_v1(const network_layout *, const float *weights, size_t panels,
                        const float *inputs, float *work, double *sum);
#if SOCCA_X86_LEVELS
double network_step_v3(const network_step *);
double network_step_v4(const network_step *);
void network_forward_v3(const network_layout *, const float *weights, size_t panels,
                        const float *inputs, float *work, double *sum);
void network_forward_v4(const network_layout *, const float *weights, size_t panels,
                        const float *inputs, float *work, double *sum);
#endif
#endif
