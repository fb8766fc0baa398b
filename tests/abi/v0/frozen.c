/* SPDX-License-Identifier: BSD-3-Clause */
/* Frozen: written for version 0.0 and never changed, compiled with the headers of that time, which lie beside it. */
/* The smallest complete sampler: importance sampling from the prior. Points come from the unit cube, where
 * the prior is uniform, and their weight is their likelihood. */
#include <socca/socca.h>
#include <math.h>
#include <stdlib.h>

typedef struct options {
  int64_t n_batch;
  double n_eff;
} options;
static const socca_option option_table[] = {
  { .name = "n_batch",
    .aliases = "batch",
    .type = SOCCA_OPT_INT,
    .offset = offsetof(options, n_batch),
    .fallback = "100",
    .range = "[1,100000]",
    .help = "points per batch" },
  { .name = "n_eff",
    .type = SOCCA_OPT_REAL,
    .flags = SOCCA_OPT_LIMIT,
    .offset = offsetof(options, n_eff),
    .fallback = "1000",
    .range = "(0,inf)",
    .help = "effective sample size at which to stop" },
  { .name = NULL },
};

enum { STREAM_POINTS = 1 };
typedef struct sampler {
  const options *o;
  uint64_t n;      /* points so far */
  double *u;       /* n x d */
  double *loglike; /* n */
} sampler;

static socca_status create(socca_run *r, const void *opt, void **self)
{
  sampler *s = calloc(1, sizeof *s);
  if (!s) return socca_fail(r, SOCCA_E_NOMEM, "out of memory");
  s->o = opt;
  *self = s;
  return SOCCA_OK;
}

static void destroy(void *self)
{
  sampler *s = self;
  free(s->u);
  free(s->loglike);
  free(s);
}

/* Room for n points; those there stay. */
static socca_status grow(sampler *s, socca_run *r, uint64_t n)
{
  const size_t size = sizeof(double);
  if (n > SIZE_MAX / size / (r->cx.ndim + 1)) return socca_fail(r, SOCCA_E_NOMEM, "out of memory");
  double *u = realloc(s->u, n * r->cx.ndim * size + 1);
  if (u) s->u = u;
  double *loglike = realloc(s->loglike, n * size + 1);
  if (loglike) s->loglike = loglike;
  return u && loglike ? SOCCA_OK : socca_fail(r, SOCCA_E_NOMEM, "out of memory");
}

/* log of the mean likelihood, and the effective sample size */
static double estimate(const sampler *s, double *n_eff)
{
  double top = -INFINITY, sum = 0, squares = 0;
  for (uint64_t i = 0; i < s->n; i++) top = fmax(top, s->loglike[i]);
  *n_eff = 0;
  if (!(top > -INFINITY)) return -INFINITY;
  for (uint64_t i = 0; i < s->n; i++) {
    double w = exp(s->loglike[i] - top);
    sum += w;
    squares += w * w;
  }
  *n_eff = sum * sum / squares;
  return top + log(sum / (double)s->n);
}

/* Propose as a function of the counter alone, evaluate on whatever pool there is, absorb. */
static socca_status advance(void *self, socca_run *r)
{
  sampler *s = self;
  size_t k = (size_t)s->o->n_batch, d = r->cx.ndim;
  double n_eff;
  socca_status st = grow(s, r, s->n + k);
  if (st) return st;
  socca_uniform(r, STREAM_POINTS, s->n, k * d, s->u + s->n * d);
  if ((st = socca_evaluate(r, k, s->u + s->n * d, s->loglike + s->n))) return st;
  s->n += k;
  estimate(s, &n_eff);
  return n_eff >= s->o->n_eff ? SOCCA_DONE : SOCCA_OK;
}

static void progress(const void *self, socca_progress *p)
{
  const sampler *s = self;
  p->logz = estimate(s, &p->n_eff);
  p->fraction = fmin(p->n_eff / s->o->n_eff, 1);
}

static socca_status archive(void *self, socca_run *r, socca_archive *a)
{
  const socca_host *h = r->cx.h;
  sampler *s = self;
  socca_status st = h->io(a, "n", SOCCA_U64, 1, &s->n);
  if (!st && h->loading(a)) st = grow(s, r, s->n);
  if (!st) st = h->io(a, "u", SOCCA_F64, s->n * r->cx.ndim, s->u);
  return st ? st : h->io(a, "loglike", SOCCA_F64, s->n, s->loglike);
}

static socca_status result(void *self, socca_run *r, socca_result *out)
{
  const socca_host *h = r->cx.h;
  sampler *s = self;
  double n_eff, logz = estimate(s, &n_eff);
  double error = n_eff > 0 ? sqrt(1 / n_eff - 1 / (double)s->n) : NAN;
  int64_t converged = n_eff >= s->o->n_eff;
  const socca_draws block = {
    .n = s->n, .space = SOCCA_CUBE, .x = s->u, .loglike = s->loglike, .logw = s->loglike
  };
  socca_status st = h->value(out, "logz", SOCCA_F64, 1, &logz);
  if (!st) st = h->value(out, "logz_err", SOCCA_F64, 1, &error);
  if (!st) st = h->value(out, "n_eff", SOCCA_F64, 1, &n_eff);
  if (!st) st = h->value(out, "converged", SOCCA_I64, 1, &converged);
  return st ? st : h->draws(out, &block);
}

static const socca_sampler_vtbl vtbl = {
  .options = option_table,
  .option_size = sizeof(options),
  .create = create,
  .destroy = destroy,
  .advance = advance,
  .progress = progress,
  .archive = archive,
  .result = result,
};
SOCCA_SAMPLER(frozen, &vtbl, .name = "frozen", .version = "0.0.0",
              .license = "BSD-3-Clause", .summary = "importance sampling from the prior",
              .advice = "wasteful beyond a few parameters",
              .provides = SOCCA_SAMPLER_EVIDENCE | SOCCA_SAMPLER_WEIGHTS | SOCCA_SAMPLER_RESUMES);
