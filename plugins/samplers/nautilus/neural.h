/* SPDX-License-Identifier: BSD-3-Clause */
/* Networks of a bound's regions: training sets, the op that trains one network, thresholds. */
#ifndef NAUTILUS_NEURAL_H
#define NAUTILUS_NEURAL_H
#include "bound.h"

typedef struct training_set { /* points inside a region's ellipsoid */
  size_t n;
  double *y;     /* in its frame */
  double *score; /* 0 ... 1/2 below the threshold, 1/2 ... 1 above, by rank */
  size_t n_above;
} training_set;

network_shape neural_shape(uint32_t d);
/* Points x (n x d, in the bound's coordinates) inside g, and their scores. */
socca_status neural_set(training_set *, const numeric_ellipsoid *g, size_t n, const double *x,
                        const double *l, double threshold);
void neural_set_free(training_set *);
/* Threshold and cascade of a region whose networks are trained. Without a point on each side, or where
 * the networks make no sense, the region falls back to its ellipsoid. */
socca_status neural_finish(region *, const training_set *, uint32_t isa, int cascade, void *work);

/* Quadratic form close to `value` of n points y where that is near theta; *out NULL: not worth it. */
socca_status surrogate_fit(size_t d, size_t n, const double *y, const double *value, double theta,
                           double **out);
double surrogate_at(size_t d, const double *a, const double *y);

/* One network under training, as it travels through a pool: this head, the network, its optimiser. */
typedef struct job {
  uint64_t region, net, seed;
  uint64_t started, status; /* of network_status */
  uint64_t warm;            /* the network holds weights to start from */
  uint64_t retries, pad_;
} job;
enum { SCHEDULE_FAST, SCHEDULE_UPSTREAM };
size_t job_bytes(uint32_t d);
/* What the op needs of all regions, in one block without pointers. */
socca_status neural_pack(uint32_t d, uint64_t schedule, size_t n_sets, const training_set *,
                         void **blob, size_t *bytes);
socca_status neural_train(socca_worker *, const void *options, const void *state, size_t bytes,
                          uint64_t index, const void *in, void *out);
#endif
