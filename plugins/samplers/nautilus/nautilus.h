/* SPDX-License-Identifier: BSD-3-Clause */
/* Importance nested sampling with neural bounds (Lange 2023, MNRAS 525, 3181): state and phases.
 *
 * Bounds B_0 (the cube), B_1, ... are made one after another around the points of highest likelihood;
 * shell k is what B_k holds outside all later bounds. EXPLORE draws from the newest bound and makes
 * bounds until the live set holds little of the evidence; SURVEY measures the shells' volumes, which
 * costs no likelihood, and finds the shells that matter; SAMPLE draws fresh points from them until the
 * effective sample size is reached, and measures their volumes better while the likelihoods are on
 * their way; POLISH goes on with the volumes until the points are what limits the evidence. */
#ifndef NAUTILUS_H
#define NAUTILUS_H
#include "bound.h"
#include <socca/sampler.h>

typedef struct options {
  int64_t n_live, n_update, n_like_new_bound, n_points_min, n_networks, n_batch, n_flight, n_shell;
  int64_t n_like_max, volume_draws, discard;
  double f_live, n_eff, enlarge, split;
  const char *training, *allocation;
} options;
extern const socca_option nautilus_options[];

typedef struct shell {
  bound b;
  double l_min;              /* threshold its bound was made with */
  size_t n, room;            /* points */
  double *x, *l;             /* n x d, n */
  size_t n_explored;         /* how many the exploration left; set when it ends */
  size_t first;              /* the estimates count points from here on */
  double peak, sum, squares; /* of exp(l - peak) over counted points */
  uint64_t draws; /* made in B_k for the exploration's points, transferred ones included */
  uint64_t seen, seen_shell; /* sampling: members of B_k looked at, and those of the shell */
  uint64_t v_blocks, v_hits; /* volume: blocks drawn for it, draws that fell into the shell */
  uint64_t active;           /* to be sampled: it matters */
  uint64_t block;            /* next block of draws */
  size_t at, ready;          /* in the block before it: next point, number of points */
  double *fifo;              /* those points; NULL: to be made again */
} shell;

typedef struct live { /* one of the n_live best points */
  double l;
  uint32_t shell;
} live;

typedef struct batch { /* proposed, not yet absorbed */
  size_t n, n_taken;   /* new points, and stored points taken over in place of draws */
  size_t drawn;        /* new points that are there: n, unless it is the open one */
  double *x, *l;       /* room for n new points, then taken ones */
  uint32_t *shell;     /* of each new point */
  uint64_t draws;      /* in the newest bound */
  uint64_t barren;     /* blocks drawn in vain for the next point */
  uint64_t shadowed;   /* blocks for volumes while it is evaluated */
  uint32_t ticket;
  int sent;
} batch;

typedef struct
    transfer { /* stored points inside the newest bound, grouped by the shell they left */
  size_t n, n_shells;
  double *x, *l;
  uint64_t *start; /* n_shells + 1 places */
  uint64_t *used;  /* of each group, from its start */
} transfer;

enum { PHASE_EXPLORE, PHASE_SURVEY, PHASE_SAMPLE, PHASE_POLISH, PHASE_DONE };
enum { FLIGHT = 2, PILOT = 20 }; /* fresh points of a shell, at least */

typedef struct build build;
typedef struct nautilus {
  const options *o;
  uint32_t d;
  size_t n_live, n_update, n_like_new_bound, n_min,
      n_batch; /* options with their defaults resolved */
  uint32_t n_flight;
  uint64_t phase, attempts, n_like;
  double since_update;   /* points above the newest threshold since the last attempt */
  uint64_t since_like;   /* and likelihood calls */
  uint64_t tried, above; /* calls in the newest bound, and those above its threshold */
  size_t n_shells;
  shell *shells;
  transfer pool;
  live *top; /* best first */
  size_t n_top;
  uint64_t n_pending;
  batch pending[FLIGHT];
  batch open; /* being drawn, in as many units as it takes; n is 0: none */
  int budget; /* blocks that this unit may still draw for it */
  build *build;
  scratch work;
  double *draw; /* BLOCK x d */
} nautilus;

/* shells.c */
socca_status shell_push(shell *, uint32_t d, size_t n, const double *x, const double *l);
void shell_recount(shell *);
void shell_free(shell *);
socca_status shells_append(nautilus *, bound *, double l_min); /* takes the bound over */
void shells_remove_empty(nautilus *);
/* A copy for estimates, in which shells with too few fresh points count the exploration's again. It borrows all but
 * its shells, to be freed. *settled: there are none, and what is not sampled is negligible. */
socca_status shells_known(const nautilus *, nautilus *copy, int *settled);
size_t shells_points(const nautilus *);

/* estimate.c: the plain estimates of the exploration */
typedef struct estimate { /* of one shell */
  double lnv, lnmean, neff;
  size_t n;
} estimate;
estimate estimate_plain(const shell *);
estimate estimate_refined(const shell *);
estimate estimate_guess(const shell *); /* with the exploration's points while fresh ones are few */
estimate estimate_shell(const nautilus *, const shell *); /* what the phase calls for */
double estimate_logz(const nautilus *, estimate (*)(const shell *));
double estimate_neff(const nautilus *);
double estimate_logz_now(const nautilus *);
/* Of the shells that are not sampled: share of the evidence, and what they add to 1/neff. */
double estimate_unsampled(const nautilus *, double *share);
double estimate_volume(const shell *); /* log; needs v_blocks */
double estimate_sliver(const nautilus *, size_t k, double logz);
double estimate_error(const nautilus *, double *likelihood, double *volume);

/* live.c */
socca_status live_rebuild(nautilus *);
socca_status live_merge(nautilus *, size_t n, const double *l, uint32_t k); /* of shell k */
socca_status live_fraction(const nautilus *,
                           double *); /* of the evidence, held by the live points */
double live_lnv(const nautilus *);

/* draw.c */
enum {
  DRAW_FOUND,
  DRAW_LATER,
  DRAW_BARREN
};                                         /* a point; the unit is long enough; none is to be had */
enum { DRAW_UNIT = 64, DRAW_MOST = 4000 }; /* blocks: in a unit, and without a single point */
size_t draw_block(nautilus *, const socca_cx *, uint32_t stream, size_t k, uint64_t index,
                  size_t *hits);
/* The next point of shell k, for the open batch */
socca_status draw_next(nautilus *, const socca_cx *, size_t k, double *x, int *what);

/* transfer.c */
void transfer_free(transfer *);
socca_status transfer_collect(nautilus *, const socca_cx *);

/* batch.c */
socca_status batch_alloc(const nautilus *, batch *, size_t n, size_t n_taken);
void batch_free(batch *);
void batch_close(
    nautilus *); /* the open one is complete: pending, or dropped if nothing is in it */
socca_status batch_send(nautilus *, socca_run *);   /* all pending ones not yet sent */
socca_status batch_absorb(nautilus *, socca_run *); /* waits for the oldest */

/* build.c: SOCCA_DONE when *made tells whether a bound came out of it */
socca_status build_advance(nautilus *, socca_run *, int *made);
void build_free(build *);

/* explore.c, sample.c, volume.c */
socca_status explore_advance(nautilus *, socca_run *);
socca_status sample_advance(nautilus *, socca_run *);
double sample_least(const nautilus *, size_t k, double logz); /* fewest points of shell k */
double sample_neff(const nautilus *);                         /* what is compared with n_eff */
void sample_regret(const nautilus *, socca_run *, size_t k);  /* shell k cannot be drawn from */
socca_status volume_advance(nautilus *, socca_run *);
void volume_shadow(nautilus *, const socca_cx *, uint64_t blocks); /* so much work on volumes */

/* archive.c, result.c, progress.c */
socca_status nautilus_archive(void *, socca_run *, socca_archive *);
const char *nautilus_flaw(const nautilus *); /* valid.c: of one that was restored */
void nautilus_progress(const void *, socca_progress *);
socca_status nautilus_result(void *, socca_run *, socca_result *);
#endif
