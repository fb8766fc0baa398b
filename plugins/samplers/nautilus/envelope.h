/* SPDX-License-Identifier: BSD-3-Clause */
/* Envelope of a bound: a union of pieces within the unit cube. A piece is an ellipsoid over some of the
 * coordinates times the unit interval over the others. Drawn from in blocks that are functions of
 * (seed, stream, index) alone. */
#ifndef NAUTILUS_ENVELOPE_H
#define NAUTILUS_ENVELOPE_H
#include <numeric/ellipsoid.h>
#include <socca/host.h>

enum { BLOCK = 1024 }; /* draws per block */

/* Purposes of random streams; a model of the host's: (seed, purpose, index, place). */
enum {
  STREAM_DRAW = 1,
  STREAM_VOLUME,
  STREAM_SPLIT,
  STREAM_MIXTURE,
  STREAM_TRANSFER,
  STREAM_PARTS = 8
};

typedef struct piece {
  numeric_ellipsoid e; /* e.d coordinates, 0: the whole cube (nothing allocated) */
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

/* Scratch for blocks of BLOCK points in d dimensions. */
typedef struct scratch {
  uint32_t d;
  double *raw, *normal, *x, *y, *r2, *value;
  uint32_t *index;
  unsigned char *flag;
  void *predict;
} scratch;

int scratch_alloc(scratch *, uint32_t d);
void scratch_free(scratch *);

void piece_free(piece *);
int piece_contains(const piece *, uint32_t d, const double *x);
/* The piece around n points: starts from an ellipsoid of all coordinates (given, or NULL) and moves
 * coordinates to the cube while that makes it smaller. socca_status. */
socca_status piece_fit(piece *, uint32_t d, size_t n, const double *x, double enlarge,
                       const numeric_ellipsoid *all);
void envelope_free(envelope *);
socca_status envelope_sum(envelope *); /* sets lnv_sum and cumulative from the pieces */
int envelope_contains(const envelope *, const double *x);
/* Block `index` of the stream: BLOCK draws, of which those inside the cube and left after thinning
 * overlaps go to out (room for BLOCK x d); returns how many. */
size_t envelope_block(const envelope *, const socca_cx *, uint32_t stream, uint64_t index,
                      scratch *, double *out);
#endif
