/* SPDX-License-Identifier: BSD-3-Clause */
/* Small regression networks d -> hidden layers (ReLU) -> 1, trained with Adam on half the mean squared
 * error, in single precision.
 *
 * A network and an optimiser are flat blocks of bytes without pointers, at 8-byte (best 64-byte)
 * alignment: copy, send and archive them as they are. The caller owns all memory; nothing is
 * allocated here. Every sum has a fixed order, so that the bits of weights and predictions are
 * functions of the arguments alone: not of the instruction-set level, the compiler, the number of
 * epochs per call, or a point's place among others.
 *
 *   network_init(net, opt, &shape, seed, n, x);
 *   do s = network_train(isa, net, opt, &network_fast, n, x, y, 50, work);
 *   while (s == NETWORK_RUNNING);
 *   network_predict(isa, nets, network_bytes(&shape), 4, n, x, out, work2);
 */
#ifndef SOCCA_NUMERIC_NETWORK_H
#define SOCCA_NUMERIC_NETWORK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NETWORK_HIDDEN = 3, NETWORK_WIDTH = 1024 };
typedef struct network_shape {
  uint32_t inputs;                 /* d >= 1 */
  uint32_t hidden[NETWORK_HIDDEN]; /* widths 1 ... NETWORK_WIDTH; a zero ends the list */
  uint32_t squares; /* non-zero: the network also sees the squares of its inputs, which makes
                       ellipsoidal surfaces about the origin cheap to learn */
} network_shape;

typedef struct network_schedule {
  uint32_t batch;    /* points per step; the last batch of an epoch may be smaller */
  uint32_t patience; /* stop after more than this many epochs in a row above the best; 0: never */
  uint32_t epochs;   /* at most */
  uint32_t cosine;   /* non-zero: the rate falls as a cosine, to zero after `epochs` epochs */
  double rate;       /* learning rate */
  uint32_t centre;   /* non-zero: the output's bias starts at the mean target */
  uint32_t prune;    /* p > 0: from the end of epoch p on, hidden units that were zero at all points
                        of an epoch are dropped: cheaper, and the same on the training set */
} network_schedule;

extern const network_schedule network_upstream; /* 200, 10, 10000, constant 0.01; nothing dropped */
extern const network_schedule network_fast;     /* cold start */
extern const network_schedule network_warm;     /* from a similar problem's network */

typedef enum network_status {
  NETWORK_RUNNING,  /* call again with the same arguments */
  NETWORK_DONE,     /* stopped by patience or at the last epoch */
  NETWORK_NONFINITE /* loss or weights overflowed: use another seed and a lower rate, or none */
} network_status;

/* Whether bytes from outside, network_bytes(shape) of them, are a network of this shape,
 * and finite. */
bool network_valid(const void *net, const network_shape *);

/* sizes in bytes, multiples of 64; 0: the shape is not possible */
size_t network_bytes(const network_shape *);
size_t network_optimiser_bytes(const network_shape *);
size_t network_train_work(const network_shape *, const network_schedule *, size_t n);
size_t network_predict_work(const network_shape *);

/* Standardises by the n x d inputs `x` (a constant column: divided by 1), draws weights and biases
 * uniform in +-sqrt(6/(fan_in + fan_out)) from the stream of `seed`, and zeroes the optimiser. */
void network_init(void *net, void *optimiser, const network_shape *, uint64_t seed, size_t n,
                  const double *x);
/* The same, but the same function of standardised inputs as `from`, whose shape it takes; units that
 * `from` lost to pruning are back, drawn from `seed`. */
void network_init_from(void *net, void *optimiser, const void *from, uint64_t seed, size_t n,
                       const double *x);

/* Up to `epochs` more epochs on inputs x[n x d], targets y[n] (finite), n >= 1. */
network_status network_train(uint32_t isa, void *net, void *optimiser, const network_schedule *,
                             size_t n, const double *x, const double *y, uint32_t epochs,
                             void *work);
uint32_t network_epochs(const void *optimiser); /* done so far */
double network_loss(const void *optimiser);     /* of the last epoch, half mean square */

/* Mean output of `count` networks of one shape, `stride` bytes apart, at n points x[n x d]. */
void network_predict(uint32_t isa, const void *nets, size_t stride, uint32_t count, size_t n,
                     const double *x, double *out, void *work);
#endif
