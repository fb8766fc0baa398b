/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as an expression and as a value: compiled programs must give the same bits by every way of
 * evaluation, priors must stay inside their support. The first byte chooses unit and quantity. */
#include "config.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <document/expression.h>
#include <config/value.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { N = 3, M = 70 };
static const char *const names[N] = { "x", "y", "a.b" };
static const char *const unit_names[] = { "deg", "rad", "pix", "", "image", NULL };

static int same(double a, double b)
{
  return memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b);
}

static void evaluate(const socca_expression *e)
{
  double column[N][M], out[M], gradient[N], at[N];
  const double *columns[N] = { column[0], column[1], column[2] };
  const unsigned char scalar[N] = { 0, 1, 0 };
  for (int k = 0; k < N; k++)
    for (int i = 0; i < M; i++) column[k][i] = 0.1 * (i - 20) * (k + 1);
  socca_expression_evaluate(e, M, columns, scalar, out);
  for (int i = 0; i < M; i++) {
    for (int k = 0; k < N; k++) at[k] = column[k][scalar[k] ? 0 : i];
    if (!same(out[i], socca_expression_value(e, at))) abort();
    if (!same(out[i], socca_expression_gradient(e, at, gradient))) abort();
  }
}

static void check_prior(const socca_prior *p)
{
  static const double u[] = { 0, 1e-300, 1e-10, 0.25, 0.5, 0.999, 1 };
  char text[200];
  socca_prior_format(p, text, sizeof text);
  for (size_t i = 0; i < sizeof u / sizeof *u; i++) {
    double x = socca_prior_quantile(p, u[i]), slope;
    if (!(x >= p->lower && x <= p->upper)) abort();
    double f = socca_prior_cdf(p, x);
    if (!(f >= 0 && f <= 1)) abort();
    if (socca_prior_log_density(p, x, &slope) == INFINITY) abort();
  }
  socca_prior_log_square(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  socca_journal *j = socca_journal_new("fuzz", SOCCA_LOG_WARN);
  socca_units *u = socca_units_new();
  char *text = calloc(size + 1, 1);
  const char *unit = unit_names[size ? data[0] % 6 : 0];
  uint32_t quantity = size ? data[0] / 6 % 4 : 0;
  socca_expression *e;
  socca_value v;
  if (!j || !u || !text) abort();
  if (size) memcpy(text, data + 1, size - 1);
  socca_units_define(u, "pix", "deg", 0.1);
  socca_status s = socca_expression_compile(j, "f:1:1", text, u, unit, quantity, names, N, &e);
  if ((s == SOCCA_OK) != (e != NULL) || (s == SOCCA_OK) != (socca_journal_errors(j) == 0)) abort();
  if (e) evaluate(e);
  socca_expression_free(e);
  size_t before = socca_journal_errors(j);
  s = socca_value_read(j, u, "g:1:1", text, unit, quantity, &v);
  if ((s == SOCCA_OK) != (socca_journal_errors(j) == before)) abort();
  if (s == SOCCA_OK && v.state == SOCCA_FREE) check_prior(&v.prior);
  free(text);
  socca_units_free(u);
  socca_journal_free(j);
  return 0;
}
