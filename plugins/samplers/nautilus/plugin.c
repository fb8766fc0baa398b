/* SPDX-License-Identifier: BSD-3-Clause */
/* Options, life and progress of the sampler. */
#include "config.h"
#include "nautilus.h"
#include "neural.h"
#include <socca/plugin.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DIMENSIONS = 100 };

#define OPTION(name, alias, type, flags, field, fallback, range, help)                             \
  {                                                                                                \
    name, alias, type, flags, offsetof(options, field), fallback, range, help,                     \
    {                                                                                              \
      0, 0, 0                                                                                      \
    }                                                                                              \
  }
const socca_option nautilus_options[] = {
  OPTION("n_live", "nlive", SOCCA_OPT_INT, 0, n_live, "1000", "[3,10000000]",
         "points of the live set"),
  OPTION("n_eff", NULL, SOCCA_OPT_REAL, SOCCA_OPT_LIMIT, n_eff, "10000", "[0,inf)",
         "effective sample size to reach"),
  OPTION("f_live", NULL, SOCCA_OPT_REAL, 0, f_live, "0.01", "(0,1)",
         "share of the evidence in the live set that ends the exploration"),
  OPTION("n_update", NULL, SOCCA_OPT_INT, 0, n_update, "0", "[0,10000000]",
         "new points above the threshold that call for a new bound; 0: n_live"),
  OPTION("n_like_new_bound", NULL, SOCCA_OPT_INT, 0, n_like_new_bound, "0", "[0,inf)",
         "likelihood calls that call for a new bound; 0: 10 n_live"),
  OPTION("n_points_min", NULL, SOCCA_OPT_INT, 0, n_points_min, "0", "[0,10000000]",
         "fewest points of an ellipsoid; 0: parameters + 50"),
  OPTION("enlarge_per_dim", NULL, SOCCA_OPT_REAL, 0, enlarge, "1.1", "[1,1000]",
         "stretch of ellipsoids along each axis"),
  OPTION("split_threshold", NULL, SOCCA_OPT_REAL, 0, split, "10", "[1,inf)",
         "how much larger than the live volume an envelope may be"),
  OPTION("n_networks", NULL, SOCCA_OPT_INT, 0, n_networks, "4", "[0,64]",
         "networks per region of a bound; 0: ellipsoids alone"),
  OPTION("training", NULL, SOCCA_OPT_TEXT, 0, training, "fast", "fast|upstream",
         "schedule of the networks and ends of batches: short, or the original's"),
  OPTION("n_batch", NULL, SOCCA_OPT_INT, 0, n_batch, "100", "[1,1000000]",
         "likelihood calls per batch"),
  OPTION("n_flight", NULL, SOCCA_OPT_INT, 0, n_flight, "2", "[1,2]",
         "batches under way at a time; 2 keeps workers busy"),
  OPTION("n_shell", NULL, SOCCA_OPT_INT, 0, n_shell, "1", "[1,inf)",
         "fewest points of each shell that matters"),
  OPTION("discard_exploration", NULL, SOCCA_OPT_BOOL, 0, discard, "true", NULL,
         "use fresh points alone; the exploration's are biased"),
  OPTION("allocation", NULL, SOCCA_OPT_TEXT, 0, allocation, "neyman", "neyman|greedy",
         "points of a batch to all shells by demand, or to one as in the original"),
  OPTION("volume_draws", NULL, SOCCA_OPT_INT, 0, volume_draws, "100000", "[1000,inf)",
         "draws for the volume of each shell that matters, at least"),
  OPTION("n_like_max", NULL, SOCCA_OPT_INT, SOCCA_OPT_LIMIT, n_like_max, "0", "[0,inf)",
         "stop after so many likelihood calls; 0: never"),
  { NULL, NULL, 0, 0, 0, NULL, NULL, NULL, { 0, 0, 0 } }
};

static void nautilus_destroy(void *self)
{
  nautilus *s = self;
  if (!s) return;
  build_free(s->build);
  for (size_t i = 0; i < FLIGHT; i++) batch_free(&s->pending[i]);
  batch_free(&s->open);
  transfer_free(&s->pool);
  for (size_t k = 0; k < s->n_shells; k++) shell_free(&s->shells[k]);
  free(s->shells);
  free(s->top);
  free(s->draw);
  scratch_free(&s->work);
  free(s);
}

static socca_status check(socca_run *r, const nautilus *s)
{
  if (s->d < 1 || s->d > MOST_DIMENSIONS)
    return socca_fail(r, SOCCA_E_INPUT, "nautilus handles 1 to %d parameters, this fit has %u",
                      MOST_DIMENSIONS, s->d);
  if (s->n_min <= s->d)
    return socca_fail(r, SOCCA_E_INPUT, "n_points_min must be greater than %u, the parameters",
                      s->d);
  if (s->n_live <= s->d)
    return socca_fail(r, SOCCA_E_INPUT, "n_live must be greater than %u, the parameters", s->d);
  return SOCCA_OK;
}

static size_t or_default(int64_t v, int64_t fallback)
{
  return (size_t)(v > 0 ? v : fallback);
}

static socca_status nautilus_create(socca_run *r, const void *opt, void **self)
{
  const options *o = opt;
  nautilus *s = calloc(1, sizeof *s);
  if (!s) return SOCCA_E_NOMEM;
  *self = s;
  s->o = o;
  s->d = r->cx.ndim;
  s->n_live = (size_t)o->n_live;
  s->n_update = or_default(o->n_update, o->n_live);
  s->n_like_new_bound = or_default(o->n_like_new_bound, 10 * o->n_live);
  s->n_min = or_default(o->n_points_min, (int64_t)s->d + 50);
  s->n_batch = (size_t)o->n_batch;
  s->n_flight = (uint32_t)o->n_flight;
  socca_status st = check(r, s);
  if (st) return st;
  s->top = calloc(s->n_live, sizeof *s->top);
  s->draw = calloc(BLOCK * (size_t)s->d, sizeof *s->draw);
  if (!s->top || !s->draw || scratch_alloc(&s->work, s->d)) return SOCCA_E_NOMEM;
  network_shape shape = neural_shape(s->d);
  size_t bytes = (network_predict_work(&shape) + 63) / 64 * 64;
  s->work.predict = aligned_alloc(64, bytes);
  return s->work.predict ? SOCCA_OK : SOCCA_E_NOMEM;
}

static socca_status unit(nautilus *s, socca_run *r)
{
  int limit = s->o->n_like_max > 0 && s->n_like >= (uint64_t)s->o->n_like_max;
  if (limit && s->phase <= PHASE_SAMPLE) return SOCCA_DONE;
  s->budget = DRAW_UNIT;
  switch (s->phase) {
  case PHASE_EXPLORE:
    return explore_advance(s, r);
  case PHASE_SAMPLE:
    return sample_advance(s, r);
  case PHASE_DONE: /* again only if n_eff was raised */
    if (sample_neff(s) >= s->o->n_eff) return SOCCA_DONE;
    s->phase = PHASE_SAMPLE;
    return SOCCA_OK;
  default:
    return volume_advance(s, r);
  }
}

static socca_status nautilus_advance(void *self, socca_run *r)
{
  socca_status st = unit(self, r);
  return st == SOCCA_E_NOMEM ? socca_fail(r, st, "out of memory") : st;
}

static const socca_op_entry nautilus_ops[] = { { "train", neural_train, { 0, 0, 0 } },
                                               { NULL, NULL, { 0, 0, 0 } } };
static const socca_sampler_vtbl nautilus_vtbl = { .options = nautilus_options,
                                                  .option_size = sizeof(options),
                                                  .ops = nautilus_ops,
                                                  .create = nautilus_create,
                                                  .destroy = nautilus_destroy,
                                                  .advance = nautilus_advance,
                                                  .progress = nautilus_progress,
                                                  .archive = nautilus_archive,
                                                  .result = nautilus_result };
SOCCA_SAMPLER(nautilus, &nautilus_vtbl, .name = "nautilus", .version = PACKAGE_VERSION,
              .license = "BSD-3-Clause",
              .summary = "neural-network boosted importance nested sampling",
              .advice = "recommended for MPI runs",
              .provides = SOCCA_SAMPLER_EVIDENCE | SOCCA_SAMPLER_WEIGHTS | SOCCA_SAMPLER_RESUMES);
