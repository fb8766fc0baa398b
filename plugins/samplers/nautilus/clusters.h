/* SPDX-License-Identifier: BSD-3-Clause */
/* An envelope under construction: its pieces with the points each was made around. */
#ifndef NAUTILUS_CLUSTERS_H
#define NAUTILUS_CLUSTERS_H
#include "envelope.h"

typedef struct clusters {
  envelope env;
  size_t *n;              /* points of each piece */
  double **x;             /* n[i] x d */
  unsigned char *blocked; /* not to be split */
  int mixtures; /* pieces may leave coordinates to the cube; else all are plain ellipsoids */
  double enlarge;
  size_t n_min; /* least points of a piece */
  uint32_t isa;
  uint64_t key, serial; /* random streams: serial counts what was drawn for this key */
  uint64_t draws, hits; /* since the last change of the pieces */
} clusters;

/* One piece around n points. `all`: their ellipsoid over all coordinates, if known. */
socca_status clusters_start(clusters *, uint32_t d, size_t n, const double *x,
                            const numeric_ellipsoid *all);
void clusters_free(clusters *);
/* Splits the largest piece that allows it; *split tells whether one did. Without `overlap` the two
 * must not overlap each other or any other piece. */
socca_status clusters_split(clusters *, const socca_cx *, int overlap, int *split);
/* Drops the piece with the fewest points per volume if it is far below the others. */
socca_status clusters_trim(clusters *, int *trimmed);
/* Log-volume of the envelope from at least one block of draws. */
socca_status clusters_lnv(clusters *, const socca_cx *, scratch *, double *lnv);
#endif
