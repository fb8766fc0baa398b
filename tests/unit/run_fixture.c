/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "run_fixture.h"
#include <maths/philox.h>
#include <base/text.h>
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void fixture_plugins(void)
{
  const char *build = getenv("SOCCA_BUILD");
  socca_text path = { 0 };
  socca_text_printf(&path, "%s/.libs", build ? build : ".");
  setenv("SOCCA_PLUGIN_PATH", path.s, 1);
  socca_text_free(&path);
}

socca_status fixture_open(fixture *f, const char *document)
{
  *f = (fixture){ .journal = socca_journal_new("test", SOCCA_LOG_WARN) };
  socca_journal_set_silent(f->journal, 1);
  fixture_plugins();
  socca_status s = socca_fit_registry(f->journal, NULL, &f->registry);
  if (!s) s = socca_tree_parse(f->journal, "fit.yaml", document, strlen(document), &f->tree);
  return s ? s : socca_problem_load(f->journal, f->registry, f->tree, 0, &f->problem);
}

void fixture_close(fixture *f)
{
  socca_problem_free(f->problem);
  socca_tree_free(f->tree);
  if (f->registry) socca_registry_close(f->registry);
  socca_journal_free(f->journal);
}

double published_logz(fixture *f, const char *problem)
{
  socca_text t = { 0 };
  double x[16];
  socca_text_printf(&t, "model: problems\nproblem: %s\n", problem);
  socca_status s = fixture_open(f, t.s);
  ck_assert_msg(s == SOCCA_OK, "%s", s ? socca_journal_error(f->journal, 0) : "");
  socca_text_free(&t);
  socca_result *facts = socca_items_new(f->journal);
  fixture_uniform(0, 16, x);
  ck_assert_int_eq(socca_problem_facts(f->problem, x, facts), SOCCA_OK);
  double logz = socca_items_get_real(facts, "logz_true", NAN);
  socca_items_free(facts);
  return logz;
}

void fixture_uniform(uint64_t index, uint32_t n, double *out)
{
  socca_philox_uniform(1, 1, index, n, out);
}
