/* SPDX-License-Identifier: BSD-3-Clause */
/* Text, numbers, journal, JSON, random streams, quantiles, hashes. */
#include "config.h"
#include "run_suite.h"
#include <base/hash.h>
#include <base/journal.h>
#include <base/json.h>
#include <maths/philox.h>
#include <maths/quantile.h>
#include <base/text.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

START_TEST(numbers)
{
  double x;
  ck_assert_int_eq(socca_parse_double("1.5e3", &x), 0);
  ck_assert_double_eq(x, 1500);
  ck_assert_int_eq(socca_parse_double("-inf", &x), 0);
  ck_assert(x < 0 && isinf(x));
  ck_assert_int_ne(socca_parse_double("1.5 ", &x), 0);
  ck_assert_int_ne(socca_parse_double("0x10", &x), 0);
  ck_assert_int_ne(socca_parse_double("", &x), 0);
  ck_assert_int_ne(socca_parse_double(".", &x), 0);
  const char *s = "2e+arcsec";
  ck_assert_str_eq(socca_scan_double(s, &x), "e+arcsec");
  int64_t i;
  uint64_t u;
  ck_assert_int_eq(socca_parse_int64("-12", &i), 0);
  ck_assert_int_eq(i, -12);
  ck_assert_int_ne(socca_parse_int64("99999999999999999999", &i), 0);
  ck_assert_int_ne(socca_parse_uint64("-1", &u), 0);
  char b[32];
  ck_assert_str_eq(socca_format_short(0.1, b), "0.1");
  ck_assert_str_eq(socca_format_short(100, b), "100");
  ck_assert_str_eq(socca_format_short(-20, b), "-20");
  ck_assert_str_eq(socca_format_short(999999, b), "999999");
  ck_assert_str_eq(socca_format_short(1e6, b), "1e+06");
  ck_assert_str_eq(socca_format_short(1.5, b), "1.5");
  ck_assert_str_eq(socca_format_short(0, b), "0");
  ck_assert_str_eq(socca_format_short(1e-5, b), "1e-05");
  ck_assert_str_eq(socca_format_double(0.1, b), "0.10000000000000001");
}
END_TEST

START_TEST(durations)
{
  static const struct {
    const char *s;
    double want;
  } good[] = { { "90", 90 }, { "90s", 90 }, { "15m", 900 }, { "2h30m", 9000 }, { "1d", 86400 } };
  static const char *const bad[] = { "", "m", "2x", "-1", "30m2h", "1h1h", "2h 3m" };
  double x;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    ck_assert_int_eq(socca_parse_duration(good[i].s, &x), 0);
    ck_assert_double_eq(x, good[i].want);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    ck_assert_msg(socca_parse_duration(bad[i], &x) != 0, "%s accepted", bad[i]);
}
END_TEST

START_TEST(nearest)
{
  static const char *const words[] = { "uniform", "loguniform", "normal", "sine" };
  ck_assert_str_eq(socca_nearest("unifrom", words, 4), "uniform");
  ck_assert_str_eq(socca_nearest("Normal", words, 4), "normal");
  ck_assert_ptr_null(socca_nearest("elephant", words, 4));
  ck_assert_ptr_null(socca_nearest("", words, 4));
}
END_TEST

START_TEST(journal)
{
  socca_journal *j = socca_journal_new("test", SOCCA_LOG_WARN);
  socca_journal_set_silent(j, 1);
  ck_assert_int_eq(socca_error(j, SOCCA_E_INPUT, "first %d", 1), SOCCA_E_INPUT);
  socca_error(j, SOCCA_E_IO, "second");
  socca_error(j, SOCCA_E_IO, "second");
  ck_assert_uint_eq(socca_journal_errors(j), 2);
  ck_assert_int_eq(socca_journal_status(j), SOCCA_E_INPUT);
  ck_assert_str_eq(socca_journal_error(j, 0), "first 1");
  for (int i = 0; i < 30; i++) socca_error(j, SOCCA_E_INPUT, "error %d", i);
  ck_assert_ptr_null(socca_journal_error(j, 20));
  socca_message(j, SOCCA_LOG_WARN, "careful");
  socca_message(j, SOCCA_LOG_WARN, "careful");
  ck_assert_str_eq(socca_journal_warning(j, 0), "careful");
  ck_assert_ptr_null(socca_journal_warning(j, 1));
  socca_journal_flush(j);
  ck_assert_uint_eq(socca_journal_errors(j), 0);
  socca_journal_free(j);
  ck_assert_int_eq(socca_exit_status(SOCCA_E_RESUME), 2);
  ck_assert_int_eq(socca_exit_status(SOCCA_E_POOL), 1);
}
END_TEST

START_TEST(json)
{
  socca_json j = { 0 };
  socca_json_object(&j, NULL);
  socca_json_string(&j, "s", "a\"b\n\x01\xff\xc3\xa9");
  socca_json_list(&j, "l");
  socca_json_number(&j, NULL, 0.5);
  socca_json_number(&j, NULL, -INFINITY);
  socca_json_close(&j, ']');
  socca_json_bool(&j, "b", 1);
  socca_json_string(&j, "n", NULL);
  socca_json_close(&j, '}');
  ck_assert_str_eq(j.text.s, "{\"s\":\"a\\\"b\\n\\u0001\xEF\xBF\xBD\xc3\xa9\",\"l\":[0.5,\"-inf\"],"
                             "\"b\":true,\"n\":null}");
  socca_text_free(&j.text);
}
END_TEST

/* Known answers of the Random123 distribution (kat_vectors, philox4x64 10). */
START_TEST(philox)
{
  static const uint64_t zero[4] = { 0 };
  static const uint64_t want[4] = { 0x16554d9eca36314cu, 0xdb20fe9d672d0fdcu, 0xd7e772cee186176bu,
                                    0x7e68b68aec7ba23bu };
  static const uint64_t ones[4] = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX };
  static const uint64_t want1[4] = { 0x87b092c3013fe90bu, 0x438c3c67be8d0224u, 0x9cc7d7c69cd777b6u,
                                     0xa09caebf594f0ba0u };
  uint64_t out[4];
  socca_philox(zero, zero, out);
  ck_assert_mem_eq(out, want, sizeof out);
  socca_philox(ones, ones, out);
  ck_assert_mem_eq(out, want1, sizeof out);
}
END_TEST

/* Both ends are open, and rounding does not close them. */
START_TEST(unit_interval)
{
  ck_assert_double_eq(socca_philox_unit(0), 0x1p-54);
  ck_assert_double_eq(socca_philox_unit(UINT64_MAX), 1 - 0x1p-53);
  ck_assert_double_eq(socca_philox_unit(UINT64_MAX - 2047), 1 - 0x1p-53);
  ck_assert_double_eq(socca_philox_unit(UINT64_MAX - 2048), 1 - 0x1p-52); /* a tie, to even */
  ck_assert_double_eq(socca_philox_unit((uint64_t)1 << 63), 0.5);
}
END_TEST

START_TEST(streams)
{
  double a[64], b[64], m = 0, v = 0;
  socca_philox_uniform(1, 2, 3, 64, a);
  socca_philox_uniform(1, 2, 3, 7, b);
  ck_assert_mem_eq(a, b, 7 * sizeof *a);
  socca_philox_uniform(1, 2, 4, 64, b);
  ck_assert(memcmp(a, b, sizeof a) != 0);
  enum { N = 40000 };
  double *z = malloc(N * sizeof *z);
  socca_philox_normal(7, 0, 0, N, z);
  for (int i = 0; i < N; i++) {
    m += z[i];
    v += z[i] * z[i];
  }
  free(z);
  ck_assert_double_eq_tol(m / N, 0, 4 / sqrt(N)); /* 4 standard errors */
  ck_assert_double_eq_tol(v / N, 1, 4 * sqrt(2.0 / N));
}
END_TEST

START_TEST(quantiles)
{
  static const double x[] = { 3, 1, 2, 5 }, w[] = { .1, .2, .3, .4 }, q[] = { .16, .5, .84 };
  double out[3];
  ck_assert_int_eq(socca_quantiles(4, x, 1, w, 3, q, out), SOCCA_OK);
  ck_assert(out[0] == 1 && out[1] == 2 && out[2] == 5);
  ck_assert_int_eq(socca_quantiles(4, x, 1, NULL, 3, q, out), SOCCA_OK);
  ck_assert_double_eq(out[1], 2);
}
END_TEST

/* The median minimises the sum of circular distances: compared with trying every draw. */
START_TEST(circular)
{
  enum { N = 201 };
  double u[2 * N], x[N], w[N], out[3], best = INFINITY, at = NAN, period = 3.0;
  socca_philox_uniform(5, 1, (uint64_t)_i, 2 * N, u);
  for (int i = 0; i < N; i++) {
    x[i] = fmod(period + 0.6 * (u[i] - 0.5) * (1 + _i), period);
    w[i] = u[N + i];
  }
  for (int k = 0; k < N; k++) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
      double d = fabs(x[i] - x[k]);
      sum += w[i] * fmin(d, period - d);
    }
    if (sum < best) {
      best = sum;
      at = x[k];
    }
  }
  ck_assert_int_eq(socca_circular_quantiles(N, x, 1, w, period, .16, .84, out), SOCCA_OK);
  ck_assert_double_eq(out[0], at);
  ck_assert(out[1] <= 0 && out[2] >= 0 && out[2] - out[1] <= period);
}
END_TEST

START_TEST(hashes)
{
  char a[33], b[33];
  socca_hash *h = socca_hash_new();
  socca_hash_text(h, "ab");
  socca_hash_text(h, "c");
  socca_hash_hex(h, a);
  socca_hash_free(h);
  h = socca_hash_new();
  socca_hash_text(h, "a");
  socca_hash_text(h, "bc");
  socca_hash_hex(h, b);
  socca_hash_free(h);
  ck_assert_str_ne(a, b);
  ck_assert_uint_eq(strlen(a), 32);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("base");
  TCase *t = tcase_create("base");
  tcase_add_test(t, numbers);
  tcase_add_test(t, durations);
  tcase_add_test(t, nearest);
  tcase_add_test(t, journal);
  tcase_add_test(t, json);
  tcase_add_test(t, philox);
  tcase_add_test(t, unit_interval);
  tcase_add_test(t, streams);
  tcase_add_test(t, quantiles);
  tcase_add_loop_test(t, circular, 0, 8);
  tcase_add_test(t, hashes);
  suite_add_tcase(s, t);
  return run_suite(s);
}
