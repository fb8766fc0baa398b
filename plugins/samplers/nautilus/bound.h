/* SPDX-License-Identifier: BSD-3-Clause */
/* A bound: an envelope and, inside it, one or more regions that networks cut out of ellipsoids. A point
 * belongs to it if it is in the envelope and in at least one region; a bound without regions is its
 * envelope. Once made it never changes; draws from it are functions of (seed, stream, bound, block). */
#ifndef NAUTILUS_BOUND_H
#define NAUTILUS_BOUND_H
#include "envelope.h"
#include <numeric/network.h>

typedef struct region {
  numeric_ellipsoid g; /* all of it if n_nets is 0 */
  uint32_t n_nets;
  size_t stride; /* bytes of one network */
  unsigned char *nets;
  double theta;   /* mean prediction of members is above */
  double decided; /* the first network decides alone where it is farther from theta than this */
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
/* Moves points (n x d) into the bound's coordinates, or back; from may be to. */
void bound_shift(const bound *, int back, size_t n, const double *from, double *to);
/* flag[i] = is point i inside? Any n. */
void bound_contains(const bound *, const socca_cx *, size_t n, const double *x, unsigned char *flag,
                    scratch *);
/* Members among the BLOCK draws of block `index` of the stream; out has room for BLOCK x d. */
size_t bound_block(const bound *, const socca_cx *, uint32_t stream, uint64_t index, scratch *,
                   double *out);
#endif
