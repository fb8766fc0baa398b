/* SPDX-License-Identifier: BSD-3-Clause */
/* A result as chains of GetDist: STEM.txt (STEM_1.txt ... of several chains), STEM.paramnames, STEM.ranges in the
 * current folder. */
#include "config.h"
#include <base/file.h>
#include <math.h>
#include <maths/prior.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "result_private.h"

typedef struct export
{
  socca_journal *journal;
  const socca_outcome *outcome;
  socca_table table;
  const char *path; /* of the result */
  char stem[200];
}
export;

typedef void (*content)(const export *, size_t chain, FILE *);

static void put(FILE *f, double x, char end)
{
  char buffer[32];
  fprintf(f, "%s%c", socca_format_short(x, buffer), end);
}

/* weight, -ln L, parameters; samples without weight say nothing */
static void put_chain(const export *e, size_t chain, FILE *f)
{
  const socca_table *t = &e->table;
  const size_t n = t->n / t->nchain;
  for (size_t i = chain * n; i < (chain + 1) * n; i++) {
    if (t->weights && !(t->weights[i] > 0)) continue;
    put(f, t->weights ? t->weights[i] : 1, ' ');
    put(f, -t->loglike[i], t->ncol ? ' ' : '\n');
    for (size_t k = 0; k < t->ncol; k++)
      put(f, t->x[k][i * t->stride], k + 1 < t->ncol ? ' ' : '\n');
  }
}

/* Labels are TeX, where _ needs a backslash. */
static void put_label(const char *s, FILE *f)
{
  fputs("\\mathrm{", f);
  for (; *s; s++) fprintf(f, *s == '_' ? "\\_" : "%c", *s);
  fputc('}', f);
}

/* '*' marks what was not sampled itself. */
static void put_names(const export *e, size_t chain, FILE *f)
{
  (void)chain;
  for (size_t k = 0; k < e->outcome->nrow; k++) {
    const socca_summary_row *r = &e->outcome->row[k];
    fprintf(f, "%s%s\t", r->name, r->free ? "" : "*");
    put_label(r->name, f);
    if (*r->unit) {
      fputs("\\,[", f);
      put_label(r->unit, f);
      fputc(']', f);
    }
    fputc('\n', f);
  }
}

/* The support of the prior that the file spells: "uniform(0, 1)" */
static int support(const char *text, double *low, double *high)
{
  char name[32];
  double a[SOCCA_PRIOR_ARGS];
  const char *why, *s = strchr(text, '(');
  socca_prior p;
  if (!s || (size_t)(s - text) >= sizeof name) return 0;
  snprintf(name, sizeof name, "%.*s", (int)(s - text), text);
  const socca_prior_kind *kind = socca_prior_find(name);
  for (unsigned i = 0; kind && i < socca_prior_nargs(kind); i++) {
    const char *end = socca_scan_double(s += 1 + strspn(s + 1, " "), &a[i]);
    if (end == s) return 0;
    s = end;
  }
  if (!kind || socca_prior_make(kind, a, &p, &why)) return 0;
  *low = p.lower;
  *high = p.upper;
  return 1;
}

static void put_bound(FILE *f, double x, char end)
{
  if (isfinite(x))
    put(f, x, end);
  else
    fprintf(f, "N%c", end);
}

static void put_ranges(const export *e, size_t chain, FILE *f)
{
  double low, high;
  (void)chain;
  for (size_t k = 0; k < e->outcome->nrow; k++) {
    const char *name = e->outcome->row[k].name;
    const socca_item *i = socca_outcome_find(e->outcome, "posterior", name, "prior");
    if (!i || i->type != SOCCA_BYTES || !support(i->data, &low, &high)) continue;
    fprintf(f, "%s ", name);
    put_bound(f, low, ' ');
    put_bound(f, high, '\n');
  }
}

/* "fit" of folder/fit.nc and of fit.nc.1 */
static void name_stem(export *e)
{
  const char *base = socca_path_base(e->path), *dot = strstr(base, ".nc");
  if (!dot || (dot[3] && dot[3] != '.')) dot = strrchr(base, '.');
  int length = dot && dot > base ? (int)(dot - base) : (int)strlen(base);
  snprintf(e->stem, sizeof e->stem, "%.*s", length, base);
}

/* An earlier export is replaced, another file that happens to be called so is not. */
static socca_status check(const export *e, const char *name)
{
  char names[sizeof e->stem + 16];
  struct stat st, result;
  snprintf(names, sizeof names, "%s.paramnames", e->stem);
  if (stat(name, &st)) return SOCCA_OK;
  if (!stat(e->path, &result) && result.st_dev == st.st_dev && result.st_ino == st.st_ino)
    return socca_error(e->journal, SOCCA_E_INPUT, "cannot write '%s': it is the result", name);
  if (S_ISREG(st.st_mode) && !stat(names, &result)) return SOCCA_OK;
  return socca_error(e->journal, SOCCA_E_INPUT,
                     "'%s' exists and is no export: rename it, or export in another folder", name);
}

static socca_status put_file(const export *e, const char *ending, content put_content, size_t chain)
{
  char name[sizeof e->stem + 32];
  socca_output *out = NULL;
  snprintf(name, sizeof name, "%s%s", e->stem, ending);
  socca_status s = check(e, name);
  if (!s) s = socca_output_open(e->journal, name, &out);
  if (s) return s;
  put_content(e, chain, socca_output_stream(out));
  s = socca_output_commit(out, 0);
  if (!s) socca_message(e->journal, SOCCA_LOG_INFO, "wrote %s", name);
  return s;
}

socca_status socca_outcome_getdist(socca_journal *j, const socca_outcome *o, const char *path)
{
  export e = { .journal = j, .outcome = o, .path = path };
  const char *why;
  char ending[32] = ".txt";
  socca_status s = socca_outcome_table(o, &e.table, &why);
  if (s) return socca_error(j, s, "%s", why);
  name_stem(&e);
  for (size_t k = 0; !s && k < e.table.nchain; k++) {
    if (e.table.nchain > 1) snprintf(ending, sizeof ending, "_%zu.txt", k + 1);
    s = put_file(&e, ending, put_chain, k);
  }
  if (!s) s = put_file(&e, ".paramnames", put_names, 0);
  if (!s) s = put_file(&e, ".ranges", put_ranges, 0);
  socca_table_free(&e.table);
  return s;
}
