/* SPDX-License-Identifier: BSD-3-Clause */
/* What all priors share: making, checking, formatting, the ends of the support. */
#include "config.h"
#include <math.h>
#include <string.h>
#include <base/text.h>
#include <maths/prior_kind.h>

static const socca_prior_kind *const kinds[] = {
#define KIND(name) &socca_prior_##name,
  SOCCA_PRIOR_KINDS(KIND)
#undef KIND
};
enum { NKINDS = sizeof kinds / sizeof *kinds };

const socca_prior_kind *socca_prior_find(const char *name)
{
  for (size_t i = 0; i < NKINDS; i++)
    if (strcmp(kinds[i]->name, name) == 0) return kinds[i];
  return NULL;
}

const char *const *socca_prior_names(void)
{
#define NAME(name) #name,
  static const char *const names[NKINDS + 1] = { SOCCA_PRIOR_KINDS(NAME) NULL };
#undef NAME
  return names;
}

unsigned socca_prior_nargs(const socca_prior_kind *k)
{
  return k->nargs;
}

int socca_prior_arg_has_unit(const socca_prior_kind *k, unsigned i)
{
  return (int)(k->units >> i & 1U);
}

const char *socca_prior_signature(const socca_prior_kind *k)
{
  return k->signature;
}

socca_status socca_prior_make(const socca_prior_kind *k, const double *args, socca_prior *p,
                              const char **why)
{
  *p = (socca_prior){ .kind = k, .lower = -INFINITY, .upper = INFINITY };
  *why = NULL;
  for (unsigned i = 0; i < k->nargs; i++) {
    p->a[i] = args[i];
    if (!isfinite(args[i])) *why = "arguments must be finite";
  }
  if (!*why) *why = k->make(p);
  return *why ? SOCCA_E_INPUT : SOCCA_OK;
}

const char *socca_prior_name(const socca_prior *p)
{
  return p->kind->name;
}

void socca_prior_format(const socca_prior *p, char *out, size_t n)
{
  socca_text t = { 0 };
  char number[32];
  socca_text_puts(&t, p->kind->name);
  for (unsigned i = 0; i < p->kind->nargs; i++)
    socca_text_printf(&t, "%s%s", i ? ", " : "(", socca_format_short(p->a[i], number));
  socca_text_puts(&t, ")");
  size_t keep = t.s ? t.n : 0;
  if (keep >= n) keep = n - 1;
  if (keep) memcpy(out, t.s, keep);
  out[keep] = '\0';
  socca_text_free(&t);
}

/* An infinite density (an end of the support) counts as none: samplers cannot use it. */
double socca_prior_log_density(const socca_prior *p, double x, double *slope)
{
  double s = 0, *out = slope ? slope : &s;
  *out = 0;
  if (!(x >= p->lower && x <= p->upper) || !isfinite(x)) return -INFINITY;
  double y = p->kind->log_density(p, x, out);
  return isfinite(y) ? y : -INFINITY;
}

double socca_prior_cdf(const socca_prior *p, double x)
{
  if (isnan(x)) return NAN;
  if (x <= p->lower) return 0;
  if (x >= p->upper) return 1;
  return fmin(fmax(p->kind->cdf(p, x), 0), 1);
}

double socca_prior_quantile(const socca_prior *p, double u)
{
  if (isnan(u)) return NAN;
  if (u <= 0) return p->lower;
  if (u >= 1) return p->upper;
  return fmin(fmax(p->kind->quantile(p, u), p->lower), p->upper);
}

double socca_prior_median(const socca_prior *p)
{
  return socca_prior_quantile(p, 0.5);
}

double socca_prior_log_square(const socca_prior *p)
{
  return p->kind->log_square(p);
}

int socca_prior_is_uniform(const socca_prior *p)
{
  return p->kind == &socca_prior_uniform;
}

int socca_prior_is_normal(const socca_prior *p)
{
  return p->kind == &socca_prior_normal;
}
