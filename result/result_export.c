/* SPDX-License-Identifier: BSD-3-Clause */
/* A result for other programs: JSON and CSV. */
#include "config.h"
#include <base/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "result_private.h"

socca_status socca_outcome_json(const socca_outcome *o, FILE *f)
{
  static const char *const evidence[] = { "logz", "logz_err", "logz_prior", "logz_data" };
  socca_json j = { 0 };
  char digest[33];
  socca_json_object(&j, NULL);
  socca_json_string(&j, "method", socca_items_get_text(o->attributes, "method"));
  for (size_t i = 0; i < 4; i++)
    socca_json_number(&j, evidence[i], socca_items_get_real(o->attributes, evidence[i], NAN));
  socca_json_integer(&j, "n_calls", socca_items_get_integer(o->attributes, "n_calls", 0));
  socca_json_number(&j, "n_eff", socca_items_get_real(o->attributes, "n_eff", NAN));
  socca_json_string(&j, "stopped", socca_items_get_text(o->attributes, "stopped"));
  socca_json_number(&j, "seconds", socca_items_get_real(o->run, "seconds", NAN));
  socca_outcome_digest(o, digest);
  socca_json_string(&j, "digest", digest);
  socca_json_list(&j, "parameters");
  for (size_t i = 0; i < o->nrow; i++) {
    const socca_summary_row *r = &o->row[i];
    socca_json_object(&j, NULL);
    socca_json_string(&j, "name", r->name);
    socca_json_string(&j, "unit", r->unit);
    socca_json_number(&j, "median", r->median);
    socca_json_number(&j, "minus", r->minus);
    socca_json_number(&j, "plus", r->plus);
    socca_json_number(&j, "best", r->best);
    socca_json_close(&j, '}');
  }
  socca_json_close(&j, ']');
  socca_json_close(&j, '}');
  socca_status s = j.text.failed ? SOCCA_E_NOMEM : SOCCA_OK;
  if (!s && fprintf(f, "%s\n", j.text.s) < 0) s = SOCCA_E_IO;
  socca_text_free(&j.text);
  return s;
}

/* Shortest text that reads back as the same double. */
static void put(FILE *f, double x, char end)
{
  char buffer[32];
  fprintf(f, "%s%c", socca_format_short(x, buffer), end);
}

socca_status socca_outcome_csv(socca_journal *j, const socca_outcome *o, FILE *f)
{
  socca_table t;
  const char *why;
  socca_status s = socca_outcome_table(o, &t, &why);
  if (s) return socca_error(j, s, "%s", why);
  fputs(t.weights ? "weight,logw,log_likelihood" : "chain,draw,log_likelihood", f);
  for (size_t k = 0; k < t.ncol; k++) fprintf(f, ",%s", t.name[k]);
  fputc('\n', f);
  for (size_t i = 0; i < t.n; i++) {
    if (t.weights) {
      put(f, t.weights[i], ',');
      put(f, t.logw[i], ',');
    } else
      fprintf(f, "%zu,%zu,", i / (t.n / t.nchain), i % (t.n / t.nchain));
    put(f, t.loglike[i], t.ncol ? ',' : '\n');
    for (size_t k = 0; k < t.ncol; k++) put(f, t.x[k][i * t.stride], k + 1 < t.ncol ? ',' : '\n');
  }
  socca_table_free(&t);
  return ferror(f) ? socca_error(j, SOCCA_E_IO, "cannot write the table") : SOCCA_OK;
}
