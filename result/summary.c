/* SPDX-License-Identifier: BSD-3-Clause */
/* The end-of-run summary: what a person wants to know first. */
#include "config.h"
#include <base/text.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "result_private.h"

enum { MEDIAN, PLUS, MINUS, NUMBERS };
enum { FEW_DRAWS = 200 };

/* A number as text, split at the decimal point so that a column can be aligned there. */
typedef struct cell {
  char s[48];
  int before; /* characters up to the point */
} cell;
typedef struct line {
  const char *name;
  cell number[NUMBERS];
} line;

static const char *attribute(const socca_outcome *o, const char *name)
{
  const char *s = socca_items_get_text(o->attributes, name);
  return s ? s : "";
}

static double number(const socca_outcome *o, const char *name)
{
  return socca_items_get_real(o->attributes, name, NAN);
}

/* Length of the component in "host.re"; 0: a parameter of none. */
static size_t component(const char *name)
{
  const char *dot = strchr(name, '.');
  return dot ? (size_t)(dot - name) : 0;
}

static int same_component(const char *a, const char *b)
{
  size_t n = component(a);
  return n == component(b) && strncmp(a, b, n) == 0;
}

static void set_cell(cell *c, const char *sign, double x, int decimals, int power)
{
  char exponent[12] = "";
  if (power) snprintf(exponent, sizeof exponent, "e%+03d", power);
  snprintf(c->s, sizeof c->s, "%s%.*f%s", sign, decimals, x / pow(10, power), exponent);
  c->before = (int)strcspn(c->s, ".e");
}

/* Two digits of the smaller distance; one power of ten for all three numbers, where they are far from one. */
static void set_numbers(const socca_summary_row *r, cell c[NUMBERS])
{
  double least = fmin(r->plus > 0 ? r->plus : INFINITY, r->minus > 0 ? r->minus : INFINITY);
  double largest = fmax(fabs(r->median), fmax(r->plus, r->minus));
  int power = 0, decimals;
  if (largest > 0 && (largest >= 1e6 || largest < 1e-3)) power = (int)floor(log10(largest));
  if (!isfinite(r->median) || !isfinite(least) || !isfinite(largest)) {
    snprintf(c[MEDIAN].s, sizeof c[MEDIAN].s, "%.8g", r->median);
    c[MEDIAN].before = (int)strcspn(c[MEDIAN].s, ".e");
    return;
  }
  decimals = 1 - (int)floor(log10(least * (1 + 1e-9))) + power;
  decimals = decimals < 0 ? 0 : decimals > 15 ? 15 : decimals;
  set_cell(&c[MEDIAN], "", r->median, decimals, power);
  set_cell(&c[PLUS], "+", r->plus, decimals, power);
  set_cell(&c[MINUS], "-", r->minus, decimals, power);
}

typedef struct widths {
  int name, before[NUMBERS], after[NUMBERS], unit;
} widths;

static void widen(int *w, int n)
{
  if (n > *w) *w = n;
}

static const char *short_name(const char *name)
{
  return name + component(name) + (component(name) > 0);
}

static void measure(const socca_outcome *o, const line *l, widths *w)
{
  *w = (widths){ 0 };
  for (size_t i = 0; i < o->nrow; i++) {
    widen(&w->name, (int)strlen(short_name(l[i].name)));
    widen(&w->unit, (int)strlen(o->row[i].unit));
    for (int k = 0; k < NUMBERS; k++) {
      widen(&w->before[k], l[i].number[k].before);
      widen(&w->after[k], (int)strlen(l[i].number[k].s) - l[i].number[k].before);
    }
  }
}

static void print_line(const socca_outcome *o, const line *l, size_t i, const widths *w, FILE *f)
{
  const socca_summary_row *r = &o->row[i];
  socca_text t = { 0 };
  socca_text_printf(&t, "  %-*s", w->name, short_name(r->name));
  for (int k = 0; k < NUMBERS; k++) {
    const cell *c = &l[i].number[k];
    socca_text_printf(&t, "  %*s%-*s", w->before[k] - c->before, "", c->before + w->after[k], c->s);
  }
  socca_text_printf(&t, "  %-*s", w->unit, r->unit);
  if (r->tie) socca_text_printf(&t, "  %s", r->tie);
  if (!t.failed) {
    while (t.n && t.s[t.n - 1] == ' ') t.s[--t.n] = '\0';
    fprintf(f, "%s\n", t.s);
  }
  socca_text_free(&t);
}

/* Components in order of first appearance, each with all of its parameters. */
static void print_parameters(const socca_outcome *o, FILE *f)
{
  line *l = socca_calloc(o->nrow, sizeof *l);
  widths w;
  if (!l) return;
  for (size_t i = 0; i < o->nrow; i++) {
    l[i].name = o->row[i].name;
    set_numbers(&o->row[i], l[i].number);
  }
  measure(o, l, &w);
  for (size_t i = 0; i < o->nrow; i++) {
    size_t first = 0, n = component(l[i].name);
    while (!same_component(l[first].name, l[i].name)) first++;
    if (first < i) continue;
    fprintf(f, "\n%.*s\n", n ? (int)n : 10, n ? l[i].name : "parameters");
    for (size_t k = i; k < o->nrow; k++)
      if (same_component(l[k].name, l[i].name)) print_line(o, l, k, &w, f);
  }
  free(l);
}

static void fact(FILE *f, const char *name, const char *fmt, ...) SOCCA_PRINTF(3, 4);
static void fact(FILE *f, const char *name, const char *fmt, ...)
{
  socca_text t = { 0 };
  va_list ap;
  va_start(ap, fmt);
  socca_text_vprintf(&t, fmt, ap);
  va_end(ap);
  fprintf(f, "%-22s  %s\n", name, t.s ? t.s : "");
  socca_text_free(&t);
}

static void print_time(double seconds, FILE *f)
{
  if (seconds < 60)
    fact(f, "time", "%.2f s", seconds);
  else if (seconds < 3600)
    fact(f, "time", "%d min %02d s", (int)seconds / 60, (int)seconds % 60);
  else if (seconds < 1e9)
    fact(f, "time", "%d h %02d min", (int)seconds / 3600, (int)seconds / 60 % 60);
}

static void print_facts(const socca_outcome *o, FILE *f)
{
  double chi2 = number(o, "chi2"), dof = number(o, "dof"), statistic = number(o, "statistic"),
         expectation = number(o, "expectation"), logz = number(o, "logz"),
         error = number(o, "logz_err"), n_eff = number(o, "n_eff"),
         seconds = socca_items_get_real(o->run, "seconds", NAN);
  fputc('\n', f);
  if (isfinite(chi2) && isfinite(dof))
    fact(f, "chi2 at the best fit", "%.2f for %.0f degrees of freedom", chi2, dof);
  else if (isfinite(statistic))
    fact(f, "statistic, best fit", "%.2f, %.2f expected", statistic, expectation);
  if (isfinite(logz) && isfinite(error))
    fact(f, "ln evidence", "%.*f +/- %.2g", error < 0.0995 ? 3 : 2, logz, error);
  else if (isfinite(logz))
    fact(f, "ln evidence", "%.2f", logz);
  fact(f, "likelihood calls", "%lld",
       (long long)socca_items_get_integer(o->attributes, "n_calls", 0));
  if (isfinite(n_eff)) fact(f, "effective samples", "%.0f", n_eff);
  if (seconds >= 0) print_time(seconds, f);
}

static int is_point(const socca_outcome *o)
{
  return o->nrow && isnan(o->row[0].plus);
}

/* A likelihood as good as none leaves a uniform posterior: 7 % of it at either end. */
static void warn_edges(const socca_summary_row *r, socca_text *t)
{
  const char *end = r->edge_lower > 0 ? "lower" : "upper";
  double share = fmax(r->edge_lower, r->edge_upper);
  if (!(share > 0)) return;
  socca_text_printf(t, "Warning: prior edge reached: %s ", r->name);
  if (isnan(r->plus))
    socca_text_printf(t, "lies at the %s end of its prior.\n", end);
  else if (r->edge_lower > 0 && r->edge_upper > 0)
    socca_text_puts(t, "fills its whole prior; the data do not constrain it.\n");
  else
    socca_text_printf(t, "piles up at the %s end of its prior (%.0f %% of the posterior).\n", end,
                      100 * share);
}

static void print_warnings(const socca_outcome *o, FILE *f)
{
  double n_eff = number(o, "n_eff");
  int64_t n_nan = socca_items_get_integer(o->attributes, "n_nan", 0);
  socca_text t = { 0 };
  if (!socca_items_get_integer(o->attributes, "converged", 1))
    socca_text_puts(&t, "Warning: not converged: evidence and percentiles are provisional.\n");
  if (n_eff < FEW_DRAWS && !is_point(o))
    socca_text_printf(&t,
                      "Warning: too few effective samples: %.0f leave the percentiles uncertain by "
                      "some %.0f %% of their distances.\n",
                      n_eff, 150 / sqrt(fmax(n_eff, 1)));
  if (n_nan > 0)
    socca_text_printf(&t, "Warning: %lld likelihood%s not a number, taken for zero.\n",
                      (long long)n_nan, socca_s(n_nan));
  for (size_t i = 0; i < o->nrow; i++) warn_edges(&o->row[i], &t);
  if (t.n) fprintf(f, "\n%s", t.s);
  socca_text_free(&t);
}

void socca_outcome_print(const socca_outcome *o, FILE *f)
{
  const char *stopped = attribute(o, "stopped");
  fprintf(f, "Best-fit parameters%s (%s)\n",
          is_point(o) ? "" : ": median, 16th and 84th percentile", attribute(o, "method"));
  print_parameters(o, f);
  print_facts(o, f);
  if (*stopped && strcmp(stopped, "done") != 0) fact(f, "stopped by", "--%s", stopped);
  print_warnings(o, f);
}

static void print_factor(FILE *f, const char *title, double ln)
{
  fprintf(f, "\n%s\n=====================\nln(Bayes factor) : %10.3E\neffective sigma  : %10.3E\n",
          title, ln, copysign(sqrt(2 * fabs(ln)), ln));
}

void socca_outcome_comparison(const socca_outcome *o, FILE *f)
{
  double factor = number(o, "logz") - number(o, "logz_data"), prior = number(o, "logz_prior");
  if (isnan(factor)) {
    if (isnan(number(o, "logz")))
      fprintf(f, "No comparison with the null model: %s estimates no evidence.\n",
              attribute(o, "method"));
    else
      fprintf(f, "No comparison with the null model: this model has none.\n");
    return;
  }
  print_factor(f, "null-model comparison", factor);
  if (!isnan(prior)) print_factor(f, "prior deboosted", factor - prior);
  fputc('\n', f);
}
