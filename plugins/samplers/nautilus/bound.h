/* SPDX-License-Identifier: BSD-3-Clause */
/* A bound: an envelope and, inside it, one or more regions that networks cut out of ellipsoids. A point
 * belongs to it if it is in the envelope and in at least one region; a bound without regions is its
 * envelope. Once made it never changes; draws from it are functions of (seed, stream, bound, block). */
#ifndef NAUTILUS_BOUND_H
#define NAUTILUS_BOUND_H
#include "envelope.h"
#include <numeric/network.h>

/* The value at a point is the networks' mean; the point is in if it exceeds theta. Cheaper estimates
 * decide alone where they are far from theta: a quadratic form, then the first network. How far is
 * part of the region's definition. */
typedef struct region {
  numeric_ellipsoid g; /* all of it if n_nets is 0 */
  uint32_t n_nets;
  size_t stride; /* bytes of one network */
  unsigned char *nets;
  double *quadratic; /* coefficients in g's frame; NULL: none */
  double theta;
  double far_quadratic, far_first; /* distances from theta */
} region;

typedef struct bound {
  uint32_t d;
  uint64_t id;
  double *shift; /* of periodic coordinates, in which the bound lives; NULL: none */
  envelope env;
  size_t n_regions;
  region *region;
  uint64_t draws, hits; /* volume = lnv_sum x hits / draws */
} bound;

/* The unit cube. */
socca_status bound_cube(bound *, uint32_t d);
void bound_free(bound *);
double bound_lnv(const bound *);
/* Coordinate x of axis k moved into the bound's coordinates, or back. */
double bound_shift(const bound *, int back, uint32_t k, double x);
/* flag[i] = is point i inside? n <= BLOCK points in columns, which may be work->moved. */
void bound_contains(const bound *, const socca_cx *, size_t n, const double *x, unsigned char *flag,
                    scratch *work);
/* The same for any number of points in rows. */
void bound_contains_rows(const bound *, const socca_cx *, size_t n, const double *x,
                         unsigned char *flag, scratch *work);
/* Members among the BLOCK draws of block `index` of the stream, in columns. */
size_t bound_block(const bound *, const socca_cx *, uint32_t stream, uint64_t index, scratch *work,
                   double *x);
#endif
