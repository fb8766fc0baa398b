/* SPDX-License-Identifier: BSD-3-Clause */
/* vegas: GSL's VEGAS, an adaptive integrator that calls its integrand point by point, as a
 * sampler that works on any pool.
 *
 * Within one iteration the points depend on the grid and the random numbers alone, not on the
 * values. So every iteration runs twice: once with an integrand that only notes the points; then
 * they are evaluated as one batch; then once more from the same grid and random numbers with an
 * integrand that looks the values up. */
#include <socca/socca.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_monte_vegas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct options {
  int64_t n_calls, n_warm, n_iterations;
  double alpha;
} options;
static const socca_option option_table[] = {
  { .name = "n_calls",
    .aliases = "calls",
    .type = SOCCA_OPT_INT,
    .fallback = "2000",
    .range = "[4,10000000]",
    .offset = offsetof(options, n_calls),
    .help = "points of an iteration, about" },
  { .name = "n_warm",
    .type = SOCCA_OPT_INT,
    .fallback = "5",
    .range = "[0,10000]",
    .offset = offsetof(options, n_warm),
    .help = "iterations that adapt the grid and are not counted" },
  { .name = "n_iterations",
    .aliases = "iterations",
    .type = SOCCA_OPT_INT,
    .fallback = "10",
    .range = "[1,10000]",
    .offset = offsetof(options, n_iterations),
    .help = "iterations that are counted" },
  { .name = "alpha",
    .type = SOCCA_OPT_REAL,
    .fallback = "1.5",
    .range = "[0,10]",
    .offset = offsetof(options, alpha),
    .help = "how quickly the grid adapts (0: not at all)" },
  { .name = NULL },
};

enum { STREAM_POINTS = 1, BLOCK = 512 };
typedef struct sampler {
  const options *o;
  gsl_monte_vegas_state *vegas;
  double *lower, *upper; /* of the unit cube */
  size_t d, room;        /* parameters; points that an iteration may have */
  size_t n, at;          /* points of this iteration; the next one to be looked up */
  double top;            /* log L that counts as 1 in this iteration */
  double *grid;          /* before this iteration */
  double *u, *loglike, *logw;
  /* what is archived: the grid of `vegas` and */
  uint64_t iteration, bins, kept; /* kept: draws of the counted iterations */
  double *kept_u, *kept_loglike, *kept_logw;
  double *estimate,
      *variance; /* of every counted iteration: log of the integral, relative variance */
} sampler;

/* ---- random numbers of the host for GSL: those of one iteration ---- */

typedef struct stream {
  const socca_run *r;
  uint64_t iteration, block;
  size_t used;
  double number[BLOCK];
} stream;

static double stream_next(void *state)
{
  stream *s = state;
  if (s->used == BLOCK) {
    socca_uniform(s->r, STREAM_POINTS, s->iteration << 32 | s->block++, BLOCK, s->number);
    s->used = 0;
  }
  return s->number[s->used++];
}
static unsigned long stream_integer(void *state)
{
  return (unsigned long)(stream_next(state) * 0xffffffffu);
}
static void stream_set(void *state, unsigned long seed) /* a stream is set by its iteration */
{
  (void)state;
  (void)seed;
}
static const gsl_rng_type stream_type = { "socca",    0xffffffffu,    0,          sizeof(stream),
                                          stream_set, stream_integer, stream_next };

/* ---- the two integrands ---- */

static double note_point(double *x, size_t d, void *self)
{
  sampler *s = self;
  if (s->n < s->room) /* the host's cube is open above */
    for (size_t i = 0; i < d; i++) s->u[s->n * d + i] = fmin(x[i], 1 - 0x1p-53);
  s->n++;
  return 1;
}

/* The part of the integral for which the point stands is its weight as a draw of the posterior. */
static double look_up(double *x, size_t d, void *self)
{
  sampler *s = self;
  const gsl_monte_vegas_state *v = s->vegas;
  double volume = v->jac;
  (void)x;
  for (size_t i = 0; i < d; i++) {
    const double *edge = v->xi + (size_t)v->bin[i] * d + i;
    volume *= edge[d] - edge[0];
  }
  s->logw[s->at] = s->loglike[s->at] + log(volume);
  return exp(s->loglike[s->at++] - s->top);
}

static int iterate(sampler *s, socca_run *r, double (*integrand)(double *, size_t, void *))
{
  stream numbers = { .r = r, .iteration = s->iteration, .used = BLOCK };
  gsl_rng rng = { &stream_type, &numbers };
  gsl_monte_function f = { integrand, s->d, s };
  double integral, error;
  s->vegas->stage = s->bins ? 1 : 0; /* 0: makes the first grid */
  s->vegas->iterations = 1;
  return gsl_monte_vegas_integrate(&f, s->lower, s->upper, s->d, (size_t)s->o->n_calls, &rng,
                                   s->vegas, &integral, &error);
}

/* ---- the sampler ---- */

static void destroy(void *self)
{
  sampler *s = self;
  double *all[] = { s->lower,  s->upper,        s->grid,      s->u,        s->loglike, s->logw,
                    s->kept_u, s->kept_loglike, s->kept_logw, s->estimate, s->variance };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
  if (s->vegas) gsl_monte_vegas_free(s->vegas);
  free(s);
}

static size_t grid_size(const sampler *s)
{
  return (s->vegas->bins_max + 1) * s->d;
}

static socca_status create(socca_run *r, const void *opt, void **self)
{
  sampler *s = calloc(1, sizeof *s);
  if (!s) return socca_fail(r, SOCCA_E_NOMEM, "out of memory");
  *self = s;
  gsl_set_error_handler_off(); /* GSL's own would end the process */
  s->o = opt;
  s->d = r->cx.ndim;
  s->room = (size_t)s->o->n_calls;
  s->vegas = gsl_monte_vegas_alloc(s->d);
  size_t all = s->room * (size_t)s->o->n_iterations;
  double **const place[] = { &s->lower,     &s->upper,    &s->grid,    &s->u,
                             &s->loglike,   &s->logw,     &s->kept_u,  &s->kept_loglike,
                             &s->kept_logw, &s->estimate, &s->variance };
  const size_t size[] = { s->d,
                          s->d,
                          s->vegas ? grid_size(s) : 1,
                          s->room * s->d,
                          s->room,
                          s->room,
                          all * s->d,
                          all,
                          all,
                          (size_t)s->o->n_iterations,
                          (size_t)s->o->n_iterations };
  int good = s->vegas != NULL;
  for (size_t i = 0; i < sizeof size / sizeof *size; i++)
    good &= (*place[i] = calloc(size[i], sizeof(double))) != NULL;
  if (!good) return socca_fail(r, SOCCA_E_NOMEM, "out of memory for %zu points", all);
  for (size_t i = 0; i < s->d; i++) s->upper[i] = 1;
  s->vegas->alpha = s->o->alpha;
  return SOCCA_OK;
}

static void set_grid(sampler *s, const double *xi)
{
  gsl_monte_vegas_state *v = s->vegas;
  v->bins = (unsigned)s->bins;
  v->vol = 1;
  for (size_t i = 0; i < s->d; i++) v->delx[i] = 1;
  memcpy(v->xi, xi, grid_size(s) * sizeof *xi);
}

static void keep(sampler *s)
{
  size_t nth = (size_t)(s->iteration - (uint64_t)s->o->n_warm);
  memcpy(s->kept_u + s->kept * s->d, s->u, s->n * s->d * sizeof *s->u);
  memcpy(s->kept_loglike + s->kept, s->loglike, s->n * sizeof *s->loglike);
  memcpy(s->kept_logw + s->kept, s->logw, s->n * sizeof *s->logw);
  s->kept += s->n;
  double integral, error;
  gsl_monte_vegas_runval(s->vegas, &integral, &error);
  int any = s->top > -INFINITY && integral > 0;
  s->estimate[nth] = any ? s->top + log(integral) : -INFINITY;
  s->variance[nth] = any ? error / integral * (error / integral) : 0;
}

static uint64_t iterations(const sampler *s)
{
  return (uint64_t)(s->o->n_warm + s->o->n_iterations);
}

static socca_status advance(void *self, socca_run *r)
{
  sampler *s = self;
  if (s->iteration == iterations(s)) return SOCCA_DONE;
  if (s->bins) memcpy(s->grid, s->vegas->xi, grid_size(s) * sizeof *s->grid);
  s->n = 0;
  int bad = iterate(s, r, note_point);
  if (s->bins) set_grid(s, s->grid);
  if (bad || s->n > s->room)
    return socca_fail(r, SOCCA_E_BUG, "VEGAS: %s",
                      bad ? gsl_strerror(bad) : "more points than asked for");
  socca_status st = socca_evaluate(r, s->n, s->u, s->loglike);
  if (st) return st;
  s->top = -INFINITY;
  for (size_t i = 0; i < s->n; i++) s->top = fmax(s->top, s->loglike[i]);
  for (s->at = 0; s->at < s->n; s->at++) s->logw[s->at] = -INFINITY;
  s->at = 0;
  if (s->top > -INFINITY) { /* without any likelihood there is nothing to learn for the grid */
    if ((bad = iterate(s, r, look_up)))
      return socca_fail(r, SOCCA_E_BUG, "VEGAS: %s", gsl_strerror(bad));
    s->bins = s->vegas->bins;
  }
  if (s->iteration >= (uint64_t)s->o->n_warm) keep(s);
  return ++s->iteration == iterations(s) ? SOCCA_DONE : SOCCA_OK;
}

/* Mean of the iterations: they have equal numbers of points. */
static double evidence(const sampler *s, double *error)
{
  size_t n =
      s->iteration > (uint64_t)s->o->n_warm ? (size_t)(s->iteration - (uint64_t)s->o->n_warm) : 0;
  double top = -INFINITY, sum = 0, variance = 0;
  for (size_t i = 0; i < n; i++) top = fmax(top, s->estimate[i]);
  for (size_t i = 0; i < n && top > -INFINITY; i++) {
    double x = exp(s->estimate[i] - top);
    sum += x;
    variance += x * x * s->variance[i];
  }
  *error = sum > 0 ? sqrt(variance) / sum : NAN;
  return n ? top + log(sum / (double)n) : NAN;
}

static void progress(const void *self, socca_progress *p)
{
  const sampler *s = self;
  double error;
  p->fraction = (double)s->iteration / (double)iterations(s);
  p->logz = evidence(s, &error);
}

static socca_status archive(void *self, socca_run *r, socca_archive *a)
{
  const socca_host *h = r->cx.h;
  sampler *s = self;
  int loading = h->loading(a);
  if (!loading) memcpy(s->grid, s->vegas->xi, grid_size(s) * sizeof *s->grid);
  if (!loading && !s->bins) memset(s->grid, 0, grid_size(s) * sizeof *s->grid);
  const struct {
    const char *name;
    uint32_t type;
    size_t n;
    void *p;
  } part[] = {
    { "iteration", SOCCA_U64, 1, &s->iteration },
    { "bins", SOCCA_U64, 1, &s->bins },
    { "kept", SOCCA_U64, 1, &s->kept },
    { "grid", SOCCA_F64, grid_size(s), s->grid },
    { "estimate", SOCCA_F64, (size_t)s->o->n_iterations, s->estimate },
    { "variance", SOCCA_F64, (size_t)s->o->n_iterations, s->variance },
  };
  socca_status st = SOCCA_OK;
  for (size_t i = 0; !st && i < sizeof part / sizeof *part; i++)
    st = h->io(a, part[i].name, part[i].type, part[i].n, part[i].p);
  if (!st && (s->kept > s->room * (size_t)s->o->n_iterations || s->bins > s->vegas->bins_max ||
              s->iteration > iterations(s)))
    return socca_fail(r, SOCCA_E_RESUME, "the checkpoint holds impossible numbers");
  if (!st) st = h->io(a, "u", SOCCA_F64, s->kept * s->d, s->kept_u);
  if (!st) st = h->io(a, "loglike", SOCCA_F64, s->kept, s->kept_loglike);
  if (!st) st = h->io(a, "logw", SOCCA_F64, s->kept, s->kept_logw);
  if (!st && loading && s->bins) set_grid(s, s->grid);
  return st;
}

static socca_status result(void *self, socca_run *r, socca_result *out)
{
  const socca_host *h = r->cx.h;
  sampler *s = self;
  double error, logz = evidence(s, &error);
  const socca_draws block = { .n = s->kept,
                              .space = SOCCA_CUBE,
                              .x = s->kept_u,
                              .loglike = s->kept_loglike,
                              .logw = s->kept_logw };
  int64_t converged = s->iteration == iterations(s);
  socca_status st = h->value(out, "logz", SOCCA_F64, 1, &logz);
  if (!st) st = h->value(out, "logz_err", SOCCA_F64, 1, &error);
  if (!st) st = h->value(out, "converged", SOCCA_I64, 1, &converged);
  return st || !s->kept ? st : h->draws(out, &block);
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
SOCCA_SAMPLER(vegas, &vtbl, .name = "vegas", .version = "0.1.0",
              .license = "GPL-3.0-or-later", /* GSL's */
              .summary = "VEGAS of the GNU Scientific Library",
              .advice = "meant for up to about ten parameters",
              .provides = SOCCA_SAMPLER_EVIDENCE | SOCCA_SAMPLER_WEIGHTS | SOCCA_SAMPLER_RESUMES);
