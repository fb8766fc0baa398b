/* SPDX-License-Identifier: BSD-3-Clause */
/* walkers: many random walks side by side, each a Metropolis chain in the unit cube. */
#include <socca/socca.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct options { int64_t n_walkers, n_steps; double scale; } options;
static const socca_option option_table[] = {
  { .name = "n_walkers", .aliases = "nwalkers", .type = SOCCA_OPT_INT, .fallback = "50",
    .range = "[2,100000]", .offset = offsetof(options, n_walkers), .help = "walks side by side" },
  { .name = "n_steps", .aliases = "nsteps", .type = SOCCA_OPT_INT, .fallback = "1000",
    .range = "[2,1000000]", .offset = offsetof(options, n_steps), .help = "steps of each" },
  { .name = "scale", .type = SOCCA_OPT_REAL, .fallback = "0.1", .range = "(0,1]",
    .offset = offsetof(options, scale), .help = "length of a step in the unit cube" },
  { .name = NULL },
};

enum { STREAM_START = 1, STREAM_MOVE, STREAM_ACCEPT };
typedef struct sampler {
  const options *o;
  size_t n, steps, d;            /* walkers, steps of each, parameters */
  uint64_t step;                 /* steps done */
  double *path, *loglike;        /* where they have been: walker by walker, step by step */
  double *trial, *trial_loglike; /* where they might go */
} sampler;

static void destroy(void *self)
{
  sampler *s = self;
  free(s->path);
  free(s->loglike);
  free(s->trial);
  free(s->trial_loglike);
  free(s);
}

static socca_status create(socca_run *r, const void *opt, void **self)
{
  sampler *s = calloc(1, sizeof *s);
  if (!s) return socca_fail(r, SOCCA_E_NOMEM, "out of memory");
  *self = s; /* from here on destroy() is called, also if this fails */
  s->o = opt;
  s->n = (size_t)s->o->n_walkers;
  s->steps = (size_t)s->o->n_steps;
  s->d = r->cx.ndim;
  s->path = calloc(s->n * s->steps, s->d * sizeof(double));
  s->loglike = calloc(s->n * s->steps, sizeof(double));
  s->trial = calloc(s->n, s->d * sizeof(double));
  s->trial_loglike = calloc(s->n, sizeof(double));
  if (s->path && s->loglike && s->trial && s->trial_loglike) return SOCCA_OK;
  return socca_fail(r, SOCCA_E_NOMEM, "out of memory for %zu walkers", s->n);
}

/* Walks are reflected at the walls of the unit cube. */
static double reflect(double u)
{
  u = fmod(fabs(u), 2);
  return fmin(u > 1 ? 2 - u : u, 1 - 0x1p-53);
}

static void propose(sampler *s, socca_run *r)
{
  if (!s->step) socca_uniform(r, STREAM_START, 0, s->n * s->d, s->trial);
  else socca_normal(r, STREAM_MOVE, s->step, s->n * s->d, s->trial);
  for (size_t k = 0; s->step && k < s->n; k++)
    for (size_t i = 0; i < s->d; i++) {
      double from = s->path[(k * s->steps + s->step - 1) * s->d + i];
      s->trial[k * s->d + i] = reflect(from + s->o->scale * s->trial[k * s->d + i]);
    }
}

static socca_status advance(void *self, socca_run *r)
{
  sampler *s = self;
  if (s->step == s->steps) return SOCCA_DONE;
  propose(s, r);
  socca_status st = socca_evaluate(r, s->n, s->trial, s->trial_loglike);
  if (st) return st; /* interrupted or failed: the state has not changed */
  for (size_t k = 0; k < s->n; k++) {
    size_t at = k * s->steps + s->step;
    double chance;
    socca_uniform(r, STREAM_ACCEPT, s->step * s->n + k, 1, &chance);
    int moves = !s->step || log(chance) < s->trial_loglike[k] - s->loglike[at - 1];
    const double *to = moves ? s->trial + k * s->d : s->path + (at - 1) * s->d;
    memcpy(s->path + at * s->d, to, s->d * sizeof *to);
    s->loglike[at] = moves ? s->trial_loglike[k] : s->loglike[at - 1];
  }
  return ++s->step == s->steps ? SOCCA_DONE : SOCCA_OK;
}

static socca_status archive(void *self, socca_run *r, socca_archive *a)
{
  sampler *s = self;
  socca_status st = r->cx.h->io(a, "step", SOCCA_U64, 1, &s->step);
  if (!st) st = r->cx.h->io(a, "path", SOCCA_F64, s->n * s->steps * s->d, s->path);
  return st ? st : r->cx.h->io(a, "loglike", SOCCA_F64, s->n * s->steps, s->loglike);
}

static socca_status result(void *self, socca_run *r, socca_result *out)
{
  sampler *s = self;
  socca_status st = SOCCA_OK;
  size_t first = s->step / 2; /* the first half is where they came from */
  for (size_t k = 0; !st && k < s->n; k++) {
    size_t at = k * s->steps + first;
    socca_draws block = { .n = s->step - first, .space = SOCCA_CUBE, .chain = (uint32_t)k,
                          .x = s->path + at * s->d, .loglike = s->loglike + at };
    st = r->cx.h->draws(out, &block);
  }
  return st;
}

static const socca_sampler_vtbl vtbl = {
  .options = option_table, .option_size = sizeof(options), .create = create,
  .destroy = destroy, .advance = advance, .archive = archive, .result = result,
};
SOCCA_SAMPLER(walkers, &vtbl, .name = "walkers", .version = "0.1.0", .license = "BSD-3-Clause",
              .summary = "random walks side by side",
              .provides = SOCCA_SAMPLER_CHAINS | SOCCA_SAMPLER_RESUMES);
