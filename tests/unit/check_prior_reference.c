/* SPDX-License-Identifier: BSD-3-Clause */
/* All priors against refs/priors.json of the reference data: log densities, distributions, quantiles and the
 * integrals of the squared density, from 60-digit arithmetic. One TAP line per prior. */
#include "config.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <base/file.h>
#include <base/text.h>
#include <config/value.h>

typedef struct record { /* what is being compared */
  char name[80];
  socca_prior prior;
  double scale, x, u; /* u: NAN outside of quantiles */
  int compared, wrong;
} record;

/* A number, or a string that holds one ("inf"). */
static double json_number(const char *s)
{
  double x = NAN;
  s += strspn(s, " :");
  if (*s == '"') return s[1] == '-' ? -INFINITY : INFINITY;
  socca_scan_double(s, &x);
  return x;
}

static void compare(record *r, const char *what, double got, double want, double relative,
                    double absolute)
{
  int good = isinf(want) ? got == want : fabs(got - want) <= fmax(relative * fabs(want), absolute);
  r->compared++;
  if (good) return;
  r->wrong++;
  printf("# %s: %s at x %.17g, u %.17g is %.17g, not %.17g\n", r->name, what, r->x, r->u, got,
         want);
}

static int report(const record *r, int number)
{
  printf("%sok %d - %s: %d values\n", r->wrong || !r->compared ? "not " : "", number, r->name,
         r->compared);
  return r->wrong || !r->compared;
}

static void begin(record *r, const char *value, socca_journal *j, const socca_units *units)
{
  socca_value v;
  const char *text = strchr(value, '"') + 1;
  *r = (record){ .x = NAN, .u = NAN, .scale = 1 };
  snprintf(r->name, sizeof r->name, "%.*s", (int)strcspn(text, "\""), text);
  if (socca_value_read(j, units, "priors.json", r->name, "rad", SOCCA_PLAIN, &v) != SOCCA_OK ||
      v.state != SOCCA_FREE) {
    printf("# %s\n", socca_journal_error(j, 0));
    r->wrong = 1;
    return;
  }
  r->prior = v.prior;
  r->scale = socca_prior_quantile(&v.prior, 0.84) - socca_prior_quantile(&v.prior, 0.16);
}

static void field(record *r, const char *key, double value)
{
  if (!r->prior.kind) return;
  if (strcmp(key, "ln_integral_density_squared") == 0)
    compare(r, "ln square", socca_prior_log_square(&r->prior), value, 1e-13, 0);
  else if (strcmp(key, "u") == 0)
    r->u = value;
  else if (strcmp(key, "density") == 0)
    r->u = NAN;
  else if (strcmp(key, "x") == 0 && isnan(r->u))
    r->x = value;
  else if (strcmp(key, "x") == 0)
    compare(r, "quantile", socca_prior_quantile(&r->prior, r->u), value,
            r->u > 0.999 ? 1e-12 : 1e-13, 1e-15 * r->scale);
  else if (strcmp(key, "log_density") == 0)
    compare(r, "log density", socca_prior_log_density(&r->prior, r->x, NULL), value, 1e-13, 0);
  else if (strcmp(key, "cdf") == 0)
    compare(r, "cdf", socca_prior_cdf(&r->prior, r->x), value, 1e-13, 1e-15);
}

/* Every "key": value in turn: enough for the flat records of this file. */
static int walk(const char *s, socca_journal *j, const socca_units *units, int *priors)
{
  record r = { .u = NAN };
  char key[40];
  int bad = 0;
  while ((s = strchr(s, '"'))) {
    size_t n = 0;
    for (s++; s[n] && s[n] != '"'; n++) n += s[n] == '\\' && s[n + 1];
    snprintf(key, sizeof key, "%.*s", (int)n, s);
    s += n + (s[n] == '"');
    if (*s != ':') continue;
    if (strcmp(key, "prior") != 0) {
      field(&r, key, json_number(s));
      continue;
    }
    if (*priors) bad |= report(&r, *priors);
    begin(&r, s, j, units);
    ++*priors;
  }
  if (*priors) bad |= report(&r, *priors);
  return bad;
}

int main(void)
{
  const char *folder = getenv("SOCCA_DATA");
  if (!folder || !*folder) {
    puts("1..1\nok 1 # SKIP SOCCA_DATA not set");
    return 0;
  }
  socca_journal *j = socca_journal_new("test", SOCCA_LOG_WARN);
  socca_units *units = socca_units_new();
  socca_text path = { 0 };
  char *text = NULL;
  size_t n = 0;
  int priors = 0, bad = 1;
  socca_text_printf(&path, "%s/refs/priors.json", folder);
  if (socca_file_read(j, path.s, 1 << 24, &text, &n) == SOCCA_OK)
    bad = walk(text, j, units, &priors);
  else
    printf("# %s\n", socca_journal_error(j, 0));
  printf("%sok %d - the file holds all priors\n1..%d\n", priors >= 20 ? "" : "not ", priors + 1,
         priors + 1);
  free(text);
  socca_text_free(&path);
  socca_units_free(units);
  socca_journal_free(j);
  return bad || priors < 20;
}
