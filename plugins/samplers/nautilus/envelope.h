/* SPDX-License-Identifier: BSD-3-Clause */
/* Envelope of a bound: a union of pieces within the unit cube. A piece is an ellipsoid over some of the
 * coordinates times the unit interval over the others. Drawn from in blocks that are functions of
 * (seed, stream, index) alone. */
#ifndef NAUTILUS_ENVELOPE_H
#define NAUTILUS_ENVELOPE_H
#include "lanes.h"
#include <numeric/ellipsoid.h>
#include <socca/host.h>

/* Purposes of the host's random streams. */
enum {
  STREAM_DRAW = 1,
  STREAM_VOLUME,
  STREAM_SPLIT,
  STREAM_MIXTURE,
  STREAM_TRANSFER,
  STREAM_PIECES = 8 /* added to the first three: choice of pieces, thinning of overlaps */
};

typedef struct piece {
  numeric_ellipsoid e; /* over e.d coordinates; 0: the whole cube, nothing allocated */
  uint32_t *axis;      /* which, ascending */
  double lnv;
} piece;
typedef struct envelope {
  uint32_t d;
  size_t n;
  piece *piece;
  double lnv_sum;     /* log of the sum of the pieces' volumes, overlaps counted twice */
  double *cumulative; /* shares of the pieces in that sum, summed up */
} envelope;

/* Work space for blocks; columns unless said otherwise. */
typedef struct scratch {
  uint32_t d;
  double *raw;      /* d + 3: uniforms */
  double *part, *y; /* d + 3, d: of one piece */
  double *axes;     /* d: coordinates of an ellipsoid */
  double *moved;    /* d: points in a bound's coordinates */
  double *local;    /* d: points in a region's frame */
  double *rows;     /* BLOCK x d: what networks read */
  double *r2, *quadratic, *first, *rest;
  uint32_t *index, *open, *place;
  unsigned char *flag;
  void *predict;
} scratch;
int scratch_alloc(scratch *, uint32_t d);
void scratch_free(scratch *);

void columns_from_rows(uint32_t d, size_t n, const double *rows, double *columns);
void columns_to_rows(uint32_t d, size_t n, const double *columns, double *rows);
/* Keeps the points with flag[i] != 0, in order; returns how many. */
size_t columns_compact(uint32_t d, size_t n, const unsigned char *flag, double *columns);

void piece_free(piece *);
/* The piece around n points: starts from the ellipsoid over all coordinates (given, or NULL) and
 * moves coordinates to the cube while that makes it smaller. */
socca_status piece_fit(piece *, uint32_t isa, uint32_t d, size_t n, const double *x, double enlarge,
                       const numeric_ellipsoid *all);
void envelope_free(envelope *);
socca_status envelope_sum(envelope *); /* sets lnv_sum and cumulative from the pieces */
/* flag[i]: is point i of n <= BLOCK inside? */
void envelope_contains(const envelope *, uint32_t isa, size_t n, const double *x,
                       unsigned char *flag, scratch *);
/* Block `index` of the stream: BLOCK draws, of which those inside the cube and left after thinning
 * overlaps stand in x (d columns); returns how many. */
size_t envelope_block(const envelope *, const socca_cx *, uint32_t stream, uint64_t index,
                      scratch *, double *x);
#endif
