/* SPDX-License-Identifier: BSD-3-Clause */
/* Expressions and units: values, derivatives, columns, messages, hostile texts. */
#include "config.h"
#include "run_suite.h"
#include <base/text.h>
#include <document/expression.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static socca_journal *journal;
static socca_units *units;
static const char *const names[] = { "x", "y", "agn.xc", "disk.radial.rs" };
enum { N = 4 };
static const double at[N] = { 0.7, -1.3, 20.5, 3e-4 };

static void setup(void)
{
  journal = socca_journal_new("test", SOCCA_LOG_WARN);
  units = socca_units_new();
  ck_assert_int_eq(socca_units_define(units, "pix", "deg", 2.5e-4), SOCCA_OK);
}

static void teardown(void)
{
  socca_units_free(units);
  socca_journal_free(journal);
}

static socca_expression *compile(const char *text, const char *unit, uint32_t quantity)
{
  socca_expression *e;
  socca_status s =
      socca_expression_compile(journal, "f.yaml:3:10", text, units, unit, quantity, names, N, &e);
  ck_assert_msg(s == SOCCA_OK, "%s: %s", text, s ? socca_journal_error(journal, 0) : "");
  return e;
}

static const struct {
  const char *text;
  double value;
} values[] = {
  { "1 + 2 * 3", 7 },
  { "2 ^ 3 ^ 2", 512 },
  { "-2 ^ 2", -4 },
  { "2 ^ -1", 0.5 },
  { "(1 + 2) * 3 - 4 / 8", 8.5 },
  { "8 / 2 / 2", 2 },
  { "10 - 3 - 2", 5 },
  { "- - 3", 3 },
  { "+4", 4 },
  { "1e-2*1.5E3", 15 },
  { ".5 + 1.", 1.5 },
  { "pi", M_PI },
  { "sin(pi / 6) + cos(0)", 1.5 },
  { "exp(log(3)) + log10(1000)", 6 },
  { "sqrt(16) + cbrt(27) + abs(-2)", 9 },
  { "min(3, 1, 2) + max(3, 1, 2)", 4 },
  { "pow(2, 5) + hypot(3, 4)", 37 },
  { "floor(2.7) + ceil(2.2)", 5 },
  { "atan2(1, -1)", 2.3561944901923448 },
  { "x + y", -0.6 },
  { "agn.xc * 2", 41 },
  { "disk.radial.rs*1e4", 3 },
  { "x^2", 0.48999999999999994 },
  { "expm1(1e-9) * 2", 2.000000001e-9 },
  { "log1p(1e-9) * 2", 1.999999999e-9 },
  { "erf(0.5)", 0.52049987781304654 },
};

START_TEST(evaluates)
{
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    socca_expression *e = compile(values[i].text, NULL, 0);
    double got = socca_expression_value(e, at);
    ck_assert_msg(fabs(got - values[i].value) <= 4e-16 * fabs(values[i].value) + 1e-25,
                  "%s is %.17g", values[i].text, got);
    socca_expression_free(e);
  }
}
END_TEST

static const struct {
  const char *text, *unit;
  uint32_t quantity;
  double value;
} suffixes[] = {
  { "36 arcsec", "deg", SOCCA_LENGTH, 0.01 },
  { "36arcsec", "deg", SOCCA_PLAIN, 0.01 },
  { "20 deg + 3.6 arcsec", "deg", SOCCA_LONGITUDE, 20.001 },
  { "-600.09 arcmin", "deg", SOCCA_LATITUDE, -10.0015 },
  { "2300 mas", "deg", SOCCA_LENGTH, 2300.0 / 3600000 },
  { "180 deg", "rad", SOCCA_PLAIN, M_PI },
  { "90 deg", "rad", SOCCA_PLAIN, M_PI_2 },
  { "pi rad", "deg", SOCCA_PLAIN, 180 },
  { "(1 + 1) deg / 2", "rad", SOCCA_PLAIN, M_PI / 180 },
  { "max(30, 60) deg", "rad", SOCCA_PLAIN, M_PI / 3 },
  { "2.5 pix", "deg", SOCCA_LENGTH, 6.25e-4 },
  { "2.5 pix", "pix", SOCCA_LONGITUDE, 2.5 },
  { "2.5 kpc", "kpc", SOCCA_PLAIN, 2.5 },
  { "1 deg", "arcsec", SOCCA_PLAIN, 3600 },
  { "5 mas", "arcsec", SOCCA_PLAIN, 0.005 },
};

START_TEST(converts)
{
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    socca_expression *e = compile(suffixes[i].text, suffixes[i].unit, suffixes[i].quantity);
    double got = socca_expression_value(e, at);
    ck_assert_msg(fabs(got / suffixes[i].value - 1) <= 2.3e-16, "%s in %s is %.17g",
                  suffixes[i].text, suffixes[i].unit, got);
    socca_expression_free(e);
  }
  double factor;
  const char *why;
  ck_assert_int_eq(socca_units_factor(units, "arcmin", "deg", 0, &factor, &why), SOCCA_OK);
  ck_assert_double_eq(factor, 1.0 / 60);
  ck_assert_int_eq(socca_units_define(units, "deg", "rad", 1), SOCCA_E_BUG);
  ck_assert_int_eq(socca_units_define(units, "kpc", "parsec", 1), SOCCA_E_BUG);
  ck_assert_int_eq(socca_units_define(units, "kpc", "deg", NAN), SOCCA_E_BUG);
}
END_TEST

static const char *const smooth[] = {
  "sin(x) * cos(y) + tan(x)",        "asin(x) + acos(x / 2) + atan(y)",
  "sinh(x) - cosh(y) * tanh(x)",     "asinh(y) + acosh(2 + x) + atanh(x)",
  "exp(-x^2 / 2) + expm1(y)",        "log(x) * log10(agn.xc) + log1p(x)",
  "sqrt(x) + cbrt(agn.xc) + abs(y)", "erf(x * y)",
  "pow(x, y) + agn.xc ^ x + x ^ 3",  "atan2(y, x) + hypot(x, y)",
  "min(x, y, 3) - max(x, y) * x",    "x / y / agn.xc - -x",
  "(disk.radial.rs * 1e4) ^ 2 * x",  "(x + y * (x - y * (x + 1))) ^ 2",
  "floor(x) + ceil(y) + x",          "x ^ 2 ^ y"
};

START_TEST(derivatives)
{
  for (size_t i = 0; i < sizeof smooth / sizeof *smooth; i++) {
    socca_expression *e = compile(smooth[i], NULL, 0);
    double g[N], v = socca_expression_gradient(e, at, g);
    ck_assert_double_eq(v, socca_expression_value(e, at));
    for (size_t k = 0; k < N; k++) {
      double h = 1e-6 * fabs(at[k]), p[N], up, down;
      memcpy(p, at, sizeof p);
      p[k] = at[k] + h;
      up = socca_expression_value(e, p);
      p[k] = at[k] - h;
      down = socca_expression_value(e, p);
      if (!strstr(smooth[i], names[k])) ck_assert_double_eq(g[k], 0);
      ck_assert_msg(fabs((up - down) / (2 * h) - g[k]) <= 1e-8 * (fabs(g[k]) + fabs(v / at[k])),
                    "%s: d/d%s is %.12g, not %.12g", smooth[i], names[k], g[k],
                    (up - down) / (2 * h));
    }
    socca_expression_free(e);
  }
}
END_TEST

/* Infinite derivatives of what does not matter stay out. */
START_TEST(derivatives_at_ends)
{
  double p[N] = { 0, 2, 0, 0 }, g[N];
  socca_expression *e = compile("x ^ y + y * 3", NULL, 0);
  ck_assert_double_eq(socca_expression_gradient(e, p, g), 6);
  ck_assert(g[0] == 0 && g[1] == 3);
  socca_expression_free(e);
  e = compile("(-2) ^ 3 * y + hypot(x, x)", NULL, 0);
  ck_assert_double_eq(socca_expression_gradient(e, p, g), -16);
  ck_assert(g[0] == 0 && g[1] == -8);
  socca_expression_free(e);
}
END_TEST

/* Columns of any length give the bits of single values, whichever variables are scalars. */
START_TEST(columns)
{
  enum { M = 333 };
  static double column[N][M], out[M];
  const double *c[N];
  for (size_t k = 0; k < N; k++) {
    c[k] = column[k];
    for (size_t i = 0; i < M; i++) column[k][i] = at[k] * (1 + 0.01 * (double)i);
  }
  for (size_t i = 0; i < sizeof smooth / sizeof *smooth; i++) {
    socca_expression *e = compile(smooth[i], NULL, 0);
    for (unsigned mask = 0; mask < 1U << N; mask++) {
      unsigned char scalar[N];
      double p[N];
      for (size_t k = 0; k < N; k++) scalar[k] = (unsigned char)(mask >> k & 1U);
      size_t m = mask == 5 ? 1 : mask == 6 ? 64 : mask == 7 ? 65 : M;
      socca_expression_evaluate(e, m, c, mask ? scalar : NULL, out);
      for (size_t r = 0; r < m; r++) {
        for (size_t k = 0; k < N; k++) p[k] = column[k][scalar[k] ? 0 : r];
        double one = socca_expression_value(e, p);
        ck_assert_msg(memcmp(&one, &out[r], sizeof one) == 0 || (isnan(one) && isnan(out[r])),
                      "%s, row %zu: %.17g, not %.17g", smooth[i], r, out[r], one);
      }
    }
    socca_expression_evaluate(e, 0, c, NULL, out);
    socca_expression_free(e);
  }
}
END_TEST

static const struct {
  const char *text, *unit, *message;
} wrong[] = {
  { "", "", "f.yaml:3:10: a value is missing" },
  { "   ", "", "f.yaml:3:13: something is missing at the end" },
  { "1 +", "", "f.yaml:3:13: something is missing at the end" },
  { "(1 + 2", "", "f.yaml:3:10: '(' is not closed" },
  { "1 + 2)", "", "f.yaml:3:15: unexpected ')'" },
  { "1 ** 2", "", "f.yaml:3:12: '**' is not an operator here: powers are written with '^'" },
  { "1 % 2", "", "f.yaml:3:12: unexpected '%'" },
  { "2 x", "", "f.yaml:3:12: an operator is missing before 'x'" },
  { "x y", "", "f.yaml:3:12: an operator is missing before 'y'" },
  { "2 sin(x)", "", "f.yaml:3:12: an operator is missing before 'sin'" },
  { "2 pi", "", "f.yaml:3:12: an operator is missing before 'pi'" },
  { "2 (3)", "", "f.yaml:3:12: unexpected '('" },
  { "agn.xx", "", "f.yaml:3:10: unknown name 'agn.xx'; did you mean 'agn.xc'?" },
  { "1 + whatever", "", "f.yaml:3:14: unknown name 'whatever'" },
  { "sqr(2)", "", "f.yaml:3:10: unknown function 'sqr'; did you mean 'sqrt'?" },
  { "nothing_like_it(2)", "", "f.yaml:3:10: unknown function 'nothing_like_it'" },
  { "sin(1, 2)", "", "f.yaml:3:10: sin takes one argument, not 2" },
  { "atan2(1)", "", "f.yaml:3:10: atan2 takes two arguments, not 1" },
  { "pow(1, 2, 3)", "", "f.yaml:3:10: pow takes two arguments, not 3" },
  { "sin()", "", "f.yaml:3:14: unexpected ')'" },
  { "sin(1", "", "f.yaml:3:13: '(' is not closed" },
  { "sin(1; 2)", "", "f.yaml:3:15: expected ',' or ')'" },
  { "1 + uniform(0, 1)", "", "f.yaml:3:14: a prior must stand alone: uniform(low, high)" },
  { "1e999", "", "f.yaml:3:10: this number is too large" },
  { "3 arcsecs", "deg", "f.yaml:3:12: unknown unit 'arcsecs'; did you mean 'arcsec'?" },
  { "3 parsec", "deg", "f.yaml:3:12: unknown unit 'parsec'; did you mean 'arcsec'?" },
  { "3 furlong", "deg",
    "f.yaml:3:12: unknown unit 'furlong': use deg, arcmin, arcsec, mas or rad" },
  { "3 pix", "deg",
    "f.yaml:3:12: unit 'pix' does not fit here: use deg, arcmin, arcsec, mas or rad" },
  { "3 arcsec", "image",
    "f.yaml:3:12: unit 'arcsec' does not fit here: give the number alone, in 'image'" },
  { "3 arcsec", "",
    "f.yaml:3:12: unit 'arcsec' does not fit here: this value has no unit, give the number alone" },
  { "3 arcsec", "pix", "f.yaml:3:12: unit 'arcsec' does not fit here: use pix" },
  { "3 arcsec", NULL, "f.yaml:3:12: no unit can stand here: 'arcsec'" },
  { "x $", "", "f.yaml:3:12: unexpected '$'" },
  { "\xc3\xa9 + 1", "", "f.yaml:3:10: unexpected '\xc3\xa9'" },
  { "1 + \xc3\xa9", "", "f.yaml:3:14: unexpected '\xc3\xa9'" },
};

START_TEST(messages)
{
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    socca_journal *j = socca_journal_new("test", SOCCA_LOG_WARN);
    socca_expression *e;
    socca_status s = socca_expression_compile(j, "f.yaml:3:10", wrong[i].text, units, wrong[i].unit,
                                              SOCCA_PLAIN, names, N, &e);
    ck_assert_msg(s == SOCCA_E_INPUT, "%s is accepted", wrong[i].text);
    ck_assert_ptr_null(e);
    ck_assert_str_eq(socca_journal_error(j, 0), wrong[i].message);
    ck_assert_uint_eq(socca_journal_errors(j), 1);
    socca_journal_free(j);
  }
}
END_TEST

START_TEST(other_places)
{
  socca_expression *e;
  socca_expression_compile(journal, "--at host.re", "1 +* 2", NULL, NULL, 0, NULL, 0, &e);
  ck_assert_str_eq(socca_journal_error(journal, 0), "--at host.re, column 4: unexpected '*'");
  socca_expression_compile(journal, "f:1:2", "agn.xc", NULL, NULL, 0, NULL, 0, &e);
  ck_assert_str_eq(
      socca_journal_error(journal, 1),
      "f:1:2: 'agn.xc' is not a number; a value tied to other parameters begins with '='");
}
END_TEST

/* Limits, not crashes. */
START_TEST(hostile)
{
  static char text[6000];
  socca_expression *e = NULL;
  const char *const patterns[] = {
    "(", "-", "2^", "sin(", "1+(", "x+", "x*(y+", "1,", "min(1,", "."
  };
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
    for (size_t n = 1; n < 1200; n += i % 2 ? 37 : 211) {
      socca_text t = { 0 };
      for (size_t k = 0; k < n; k++) socca_text_puts(&t, patterns[i]);
      socca_text_puts(&t, "x");
      socca_expression_compile(journal, "f:1:1", t.s, units, "deg", 0, names, N, &e);
      if (e) socca_expression_value(e, at);
      socca_expression_free(e);
      socca_text_free(&t);
    }
  memset(text, 'a', sizeof text - 1);
  ck_assert_int_eq(socca_expression_compile(journal, "f:1:1", text, units, NULL, 0, NULL, 0, &e),
                   SOCCA_E_INPUT);
  text[300] = '\0';
  ck_assert_int_eq(socca_expression_compile(journal, "f:1:1", text, units, NULL, 0, NULL, 0, &e),
                   SOCCA_E_INPUT);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("expression");
  TCase *t = tcase_create("expression");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, evaluates);
  tcase_add_test(t, converts);
  tcase_add_test(t, derivatives);
  tcase_add_test(t, derivatives_at_ends);
  tcase_add_test(t, columns);
  tcase_add_test(t, messages);
  tcase_add_test(t, other_places);
  tcase_add_test(t, hostile);
  suite_add_tcase(s, t);
  return run_suite_as(s, CK_NOFORK);
}
