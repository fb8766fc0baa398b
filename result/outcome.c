/* SPDX-License-Identifier: BSD-3-Clause */
/* From what a sampler gave to a complete result: all parameters of every draw, equally weighted draws, attributes. */
#include "config.h"
#include <maths/philox.h>
#include <base/text.h>
#include <math.h>
#include <stdlib.h>
#include "outcome_private.h"

/* Streams of the host lie above those of samplers, which have 32 bits. */
static const uint64_t stream_posterior = 0x706f73746572696fu; /* "posterio" */
enum { INDEX_RESAMPLE = 0, INDEX_SHUFFLE = 1 };

static void builder_free(builder *b)
{
  free(b->col);
  free(b->table);
  free(b->logw);
  free(b->w);
  free(b->log_prior);
  free(b->pick);
}

/* ---- columns ---- */

static int find_columns(builder *b)
{
  const socca_parameters *p = b->setup->parameters;
  uint32_t count = socca_parameters_count(p);
  b->col = socca_calloc((size_t)count + b->setup->nderived, sizeof *b->col);
  if (!b->col) return -1;
  for (uint32_t i = 0; i < count; i++) {
    socca_parameter_info info;
    socca_parameters_info(p, i, &info);
    if (info.state == SOCCA_FIXED) continue;
    b->col[b->ncol++] = (column){ info.name,  info.unit,
                                  info.value, info.state == SOCCA_FREE ? "free" : "tied",
                                  i,          info.state == SOCCA_FREE ? info.free : UINT32_MAX,
                                  info.period };
  }
  const char *const *unit = b->setup->derived_units;
  for (uint32_t i = 0; i < b->setup->nderived; i++)
    b->col[b->ncol++] =
        (column){ b->setup->derived[i], unit ? unit[i] : "", NULL, "derived", i, UINT32_MAX, 0 };
  return 0;
}

static int fill_table(builder *b)
{
  const socca_parameters *p = b->setup->parameters;
  size_t nderived = b->setup->nderived, nvalues = b->ncol - nderived;
  double *all = socca_calloc(socca_parameters_count(p), sizeof *all);
  b->table = socca_calloc(b->s.n, b->ncol * sizeof *b->table);
  b->log_prior = socca_calloc(b->s.n, sizeof *b->log_prior);
  if (!all || !b->table || !b->log_prior) {
    free(all);
    return -1;
  }
  for (size_t i = 0; i < b->s.n; i++) {
    const double *theta = b->s.x + i * b->s.ndim;
    double *row = b->table + i * b->ncol;
    socca_parameters_fill(p, theta, all);
    for (size_t k = 0; k < nvalues; k++) row[k] = all[b->col[k].index];
    for (size_t k = 0; k < nderived; k++)
      row[nvalues + k] =
          b->setup->derived_values ? b->setup->derived_values[i * nderived + k] : NAN;
    for (uint32_t k = 0; k < b->s.ndim; k++)
      b->log_prior[i] += socca_prior_log_density(socca_parameters_prior(p, k), theta[k], NULL);
  }
  free(all);
  return 0;
}

/* ---- weights and equally weighted draws ---- */

static int normalise(builder *b)
{
  b->n_eff = NAN;
  if (!b->s.logw) return 0;
  b->logw = socca_calloc(b->s.n, sizeof *b->logw);
  b->w = socca_calloc(b->s.n, sizeof *b->w);
  if (!b->logw || !b->w) return -1;
  double top = -INFINITY, sum = 0, squares = 0;
  for (size_t i = 0; i < b->s.n; i++) top = fmax(top, b->s.logw[i]);
  if (top == -INFINITY) top = 0; /* no draw has any weight: an error that build() reports */
  for (size_t i = 0; i < b->s.n; i++) sum += exp(b->s.logw[i] - top);
  for (size_t i = 0; i < b->s.n; i++) {
    b->logw[i] = b->s.logw[i] - top - log(sum);
    b->w[i] = exp(b->logw[i]);
    squares += b->w[i] * b->w[i];
  }
  b->n_eff = sum > 0 ? 1 / squares : 0;
  return 0;
}

/* Systematic resampling to the effective number of draws, then shuffled: a sampler's order is no chain's. */
static int resample(builder *b)
{
  b->nchain = 1;
  b->ndraw = b->n_eff < 1 ? 1 : (size_t)(b->n_eff * (1 + 1e-12));
  if (b->ndraw > b->s.n) b->ndraw = b->s.n;
  b->pick = socca_calloc(b->ndraw, sizeof *b->pick);
  double *u = socca_calloc(b->ndraw, sizeof *u), start, sum = 0;
  if (!b->pick || !u) {
    free(u);
    return -1;
  }
  socca_philox_uniform(b->setup->seed, stream_posterior, INDEX_RESAMPLE, 1, &start);
  socca_philox_uniform(b->setup->seed, stream_posterior, INDEX_SHUFFLE, b->ndraw, u);
  size_t last = 0, k = 0;
  for (size_t i = 0; i < b->s.n; i++) {
    if (b->w[i] <= 0) continue;
    sum += b->w[i];
    for (last = i; k < b->ndraw && (double)k + start < sum * (double)b->ndraw; k++) b->pick[k] = i;
  }
  while (k < b->ndraw) b->pick[k++] = last; /* the sum ended a rounding error below 1 */
  for (size_t i = b->ndraw; i-- > 1;) {
    size_t other = (size_t)(u[i] * (double)(i + 1)), was = b->pick[i];
    b->pick[i] = b->pick[other];
    b->pick[other] = was;
  }
  free(u);
  return 0;
}

/* Chains are cut to the shortest that has draws at all: the array has to be rectangular. */
static int by_chain(builder *b)
{
  size_t *count = socca_calloc(b->s.nchain, sizeof *count);
  size_t *place = socca_calloc(b->s.nchain, sizeof *place);
  b->ndraw = SIZE_MAX;
  for (size_t i = 0; count && i < b->s.n; i++) count[b->s.chain[i]]++;
  for (uint32_t c = 0; count && place && c < b->s.nchain; c++) {
    place[c] = b->nchain;
    if (count[c]) b->nchain++;
    if (count[c] && count[c] < b->ndraw) b->ndraw = count[c];
  }
  if (count && place) b->pick = socca_calloc(b->nchain, b->ndraw * sizeof *b->pick);
  for (uint32_t c = 0; b->pick && c < b->s.nchain; c++) count[c] = 0;
  for (size_t i = 0; b->pick && i < b->s.n; i++) {
    uint32_t c = b->s.chain[i];
    if (count[c] < b->ndraw) b->pick[place[c] * b->ndraw + count[c]++] = i;
  }
  free(count);
  free(place);
  return b->pick ? 0 : -1;
}

static const char *unusable(const builder *b)
{
  if (!b->s.n) return "the run has no draws yet: there is nothing to write";
  if (b->s.space != SOCCA_PHYSICAL || b->s.ndim != socca_parameters_ndim(b->setup->parameters))
    return "the draws are not those of the free parameters";
  for (size_t i = 0; b->s.logw && i < b->s.n; i++)
    if (b->s.logw[i] > -INFINITY) return NULL;
  return b->s.logw ? "no draw has any weight: the likelihood vanishes wherever it was tried" : NULL;
}

socca_status socca_outcome_build(socca_journal *j, const socca_outcome_setup *setup,
                                 socca_outcome **out)
{
  builder b = { .setup = setup };
  socca_items_samples(setup->collected, &b.s);
  const char *wrong = unusable(&b);
  if (wrong) return socca_error(j, SOCCA_E_NUMERIC, "%s", wrong);
  socca_status st = SOCCA_E_NOMEM;
  b.out = socca_outcome_new(j);
  if (b.out && !find_columns(&b) && !fill_table(&b) && !normalise(&b) &&
      !(b.w ? resample(&b) : by_chain(&b)))
    st = socca_outcome_assemble(&b);
  builder_free(&b);
  if (!st) {
    *out = b.out;
    return SOCCA_OK;
  }
  socca_outcome_free(b.out);
  return socca_error(j, st,
                     st == SOCCA_E_NOMEM ? "out of memory for the result"
                                         : "the result could not be put together");
}
