/* SPDX-License-Identifier: BSD-3-Clause */
/* Whole runs of nautilus on a small host: evidence, limits, interruption, awkward likelihoods. */
#include "config.h"
#include "nautilus_fixture.h"
#include "run_suite.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Runs to the end and collects the result; returns logz less the truth. */
static double complete(mini_host *h, const char *name, uint64_t seed, settings with)
{
  open_problem(h, name, seed, with);
  socca_status st = mini_run(h);
  ck_assert_msg(st == SOCCA_DONE, "%s: status %d %s", name, st, h->error);
  ck_assert_int_eq(mini_result(h), SOCCA_OK);
  ck_assert_int_eq((int)mini_value(h, "converged"), 1);
  return mini_value(h, "logz") - problem_named(name)->logz;
}

/* Error of a run: within 5 of its own standard errors, and those below `most`. */
static void check_evidence(const char *name, uint64_t seed, double most, settings with)
{
  mini_host h;
  double off = complete(&h, name, seed, with), err = mini_value(&h, "logz_err");
  printf("# %s seed %lu: dlogz %.4f err %.4f calls %lu n_eff %.0f bounds %.0f\n", name,
         (unsigned long)seed, off, err, (unsigned long)h.calls, mini_value(&h, "n_eff"),
         mini_value(&h, "n_bounds"));
  ck_assert_double_gt(err, 0);
  ck_assert_double_lt(err, most);
  ck_assert_double_lt(fabs(off), 5 * err);
  mini_close(&h);
}

START_TEST(test_gaussian)
{
  mini_host h;
  double off = complete(&h, "G3", 1, NULL), err = mini_value(&h, "logz_err");
  double mean[3] = { 0 }, var[3] = { 0 }, sum = 0, truth[3] = { 0.4, 0.5, 0.6 };
  ck_assert_double_lt(fabs(off), 5 * err);
  ck_assert_double_lt(err, 0.004);
  ck_assert_double_lt(fabs(mini_value(&h, "logz_shells")), 0.06);
  ck_assert_double_gt(mini_value(&h, "n_eff"), 10000);
  ck_assert_uint_lt(h.calls, 26500);
  for (size_t i = 0; i < h.n_draws; i++)
    for (int k = 0; k < 3; k++) {
      double w = exp(h.logw[i]), z = h.x[3 * i + (size_t)k] - truth[k];
      sum += k ? 0 : w;
      mean[k] += w * z;
      var[k] += w * z * z;
    }
  ck_assert_double_eq_tol(sum, 1, 1e-9);
  for (int k = 0; k < 3; k++) { /* 10,000 effective points: 5 standard errors */
    ck_assert_double_lt(fabs(mean[k]), 5 * 0.1 / 100);
    ck_assert_double_lt(fabs(var[k] / 0.01 - 1), 5 * sqrt(2) / 100);
  }
  mini_close(&h);
}
END_TEST

START_TEST(test_variants)
{
  check_evidence("G3", 2, 0.01, WITH("n_networks=0", "n_eff=5000"));
  check_evidence("G3", 3, 0.01, WITH("n_live=500", "n_eff=3000", "n_flight=2"));
  check_evidence(
      "G3", 4, 0.01,
      WITH("n_live=400", "n_eff=3000", "training=upstream", "allocation=greedy", "n_networks=2"));
}
END_TEST

START_TEST(test_one_parameter)
{
  check_evidence("line", 5, 0.01, WITH("n_live=500", "n_eff=5000"));
}
END_TEST

START_TEST(test_half_space)
{
  check_evidence("halfspace", 6, 0.02, WITH("n_live=500", "n_eff=3000"));
}
END_TEST

START_TEST(test_plateaus)
{
  check_evidence("plateau", 7, 0.03, WITH("n_live=500", "n_eff=3000"));
  check_evidence("steps", 8, 0.03, WITH("n_live=500", "n_eff=3000"));
}
END_TEST

static double spike(uint32_t d, const double *u, void *arg)
{ /* twenty times as likely on 3 % of the square, else flat */
  (void)d;
  (void)arg;
  return u[0] > 0.4 && u[0] < 0.6 && u[1] > 0.4 && u[1] < 0.55 ? log(20) : 0;
}

/* What is left outside a new bound is flat, and the live points hold little of it. The exploration is not at its end
 * for that: the points inside are not in the sums before the new bound has points of its own. */
START_TEST(test_spike)
{
  mini_host h;
  open_function(&h, 2, spike, 1, WITH("n_live=100", "f_live=0.1", "n_eff=3000"));
  ck_assert_int_eq(mini_run(&h), SOCCA_DONE);
  ck_assert_int_eq(mini_result(&h), SOCCA_OK);
  double off = mini_value(&h, "logz") - log(0.97 + 0.03 * 20), err = mini_value(&h, "logz_err");
  printf("# spike: dlogz %.4f err %.4f calls %lu bounds %.0f\n", off, err, (unsigned long)h.calls,
         mini_value(&h, "n_bounds"));
  ck_assert_double_gt(mini_value(&h, "n_bounds"), 1);
  ck_assert_double_lt(fabs(off), 5 * err);
  mini_close(&h);
}
END_TEST

START_TEST(test_shells)
{
  check_evidence("SH2", 9, 0.03, WITH("n_live=600", "n_eff=3000"));
}
END_TEST

/* A constant likelihood never makes a bound: n_live / f_live calls, then fresh points from the cube. */
START_TEST(test_flat)
{
  mini_host h;
  double off = complete(&h, "flat", 1, WITH("n_live=100", "f_live=0.05", "n_eff=1000"));
  ck_assert_double_eq(off, 0);
  ck_assert_double_eq(mini_value(&h, "n_bounds"), 1);
  ck_assert_double_ge(mini_value(&h, "n_eff"), 1000);
  ck_assert_double_eq_tol(mini_value(&h, "n_eff"), (double)h.n_draws, 1e-6);
  ck_assert_uint_ge(h.calls, 3000);
  ck_assert_uint_le(h.calls, 3200);
  mini_close(&h);
}
END_TEST

/* Ellipsoids a hundred times too wide cover the cube: no bound is smaller than the one before. */
START_TEST(test_useless_bounds)
{
  mini_host h;
  complete(&h, "G3", 1, WITH("enlarge_per_dim=100", "n_live=200", "n_networks=0", "n_eff=500"));
  ck_assert_double_eq(mini_value(&h, "n_bounds"), 1);
  mini_close(&h);
}
END_TEST

static double nothing(uint32_t d, const double *u, void *arg)
{
  (void)d;
  (void)u;
  (void)arg;
  return -INFINITY;
}

START_TEST(test_zero_likelihood)
{
  mini_host h;
  open_function(&h, 2, nothing, 0, WITH("n_live=50", "f_live=0.1"));
  ck_assert_int_eq(mini_run(&h), SOCCA_E_NUMERIC);
  ck_assert_str_ne(h.error, "");
  mini_close(&h);
}
END_TEST

/* Batches of one, a bound for every point. */
START_TEST(test_tiny_batches)
{
  mini_host h;
  complete(&h, "G3", 1,
           WITH("n_live=10", "n_update=1", "n_batch=1", "n_networks=1", "n_eff=30",
                "n_points_min=4", "volume_draws=1000"));
  mini_close(&h);
}
END_TEST

static double thin(uint32_t d, const double *u, void *arg)
{ /* a line in the plane, as thin as it can be told */
  (void)d;
  (void)arg;
  double across = (u[0] - u[1]) / 1e-6, along = (u[0] - 0.5) / 0.1;
  return -0.5 * (across * across + along * along);
}

START_TEST(test_thin_line)
{
  mini_host h;
  open_function(&h, 2, thin, 3, WITH("n_live=300", "n_eff=1000"));
  ck_assert_int_eq(mini_run(&h), SOCCA_DONE);
  ck_assert_int_eq(mini_result(&h), SOCCA_OK);
  double truth = log(2 * 3.14159265358979 * 0.1 * 1e-6), err = mini_value(&h, "logz_err");
  printf("# thin: dlogz %.4f err %.4f calls %lu\n", mini_value(&h, "logz") - truth, err,
         (unsigned long)h.calls);
  ck_assert_double_lt(fabs(mini_value(&h, "logz") - truth), 5 * err);
  mini_close(&h);
}
END_TEST

START_TEST(test_bad_options)
{
  static const char *const bad[] = { "n_live=3", "n_points_min=2" };
  for (int i = 0; i < 2; i++) {
    mini_host h;
    open_problem(&h, "G3", 0, WITH(bad[i]));
    ck_assert_int_eq(mini_run(&h), SOCCA_E_INPUT);
    ck_assert_str_ne(h.error, "");
    mini_close(&h);
  }
}
END_TEST

/* Stopped in its exploration: its points, logz from them, no error, not converged. */
START_TEST(test_stopped_early)
{
  mini_host h;
  open_problem(&h, "G3", 1, WITH("n_live=300", "n_like_max=2000"));
  ck_assert_int_eq(mini_run(&h), SOCCA_DONE);
  ck_assert_int_eq(mini_result(&h), SOCCA_OK);
  ck_assert_double_eq(mini_value(&h, "converged"), 0);
  ck_assert_double_nan(mini_value(&h, "logz_err"));
  ck_assert(isfinite(mini_value(&h, "logz")));
  ck_assert_uint_gt(h.n_draws, 1000);
  ck_assert_uint_le(h.calls, 2100);
  mini_close(&h);
}
END_TEST

/* ---- interruption: any wait, and the archive of the end is the same, bit for bit ---- */

static void finish_and_save(mini_host *h, mini_list *l)
{
  socca_status st = mini_run(h);
  ck_assert_msg(st == SOCCA_DONE, "status %d %s", st, h->error);
  ck_assert_int_eq(mini_save(h, l), SOCCA_OK);
}

static void check_interruptions(const char *name, settings with, int points)
{
  mini_host whole;
  mini_list end = { 0 };
  open_problem(&whole, name, 11, with);
  finish_and_save(&whole, &end);
  printf("# %s: %lu waits\n", name, (unsigned long)whole.waits);
  for (int i = 0; i < points; i++) {
    mini_host a, b;
    mini_list middle = { 0 }, again = { 0 };
    open_problem(&a, name, 11, with);
    a.interrupt_at = 1 + (uint64_t)i * (whole.waits - 1) / (uint64_t)(points - 1);
    ck_assert_int_eq(mini_run(&a), SOCCA_INTERRUPTED);
    ck_assert_int_eq(mini_save(&a, &middle), SOCCA_OK);
    open_problem(&b, name, 11, with);
    ck_assert_int_eq(mini_load(&b, &middle), SOCCA_OK);
    finish_and_save(&b, &again);
    ck_assert_msg(!mini_list_difference(&end, &again), "%s interrupted at wait %lu", name,
                  (unsigned long)a.interrupt_at);
    ck_assert_uint_eq(whole.calls, a.calls + b.calls);
    mini_list_free(&middle);
    mini_list_free(&again);
    mini_close(&a);
    mini_close(&b);
  }
  mini_list_free(&end);
  mini_close(&whole);
}

START_TEST(test_interrupted)
{
  check_interruptions("G3", WITH("n_live=200", "n_eff=500", "volume_draws=5000"), 25);
}
END_TEST

START_TEST(test_interrupted_two_flights)
{
  check_interruptions(
      "SH2", WITH("n_live=300", "n_eff=500", "volume_draws=5000", "n_flight=2", "n_networks=2"),
      15);
}
END_TEST

/* Save and restore after every unit, the strictest schedule of checkpoints. */
START_TEST(test_archived_every_unit)
{
  settings with = WITH("n_live=100", "n_eff=200", "volume_draws=2000", "n_flight=2", "n_batch=50");
  mini_host whole, h;
  mini_list end = { 0 }, again = { 0 };
  open_problem(&whole, "G3", 12, with);
  finish_and_save(&whole, &end);
  open_problem(&h, "G3", 12, with);
  socca_status st = h.vtbl->create(&h.run, h.options, &h.self);
  for (int units = 0; st == SOCCA_OK && units < 10000; units++) {
    mini_list now = { 0 };
    int building = units > 0 && h.waits == h.batches && units % 2;
    st = h.vtbl->advance(h.self, &h.run);
    if (st || building) continue; /* half of the time, so that builds of several units end */
    ck_assert_int_eq(mini_save(&h, &now), SOCCA_OK);
    mini_host next;
    open_problem(&next, "G3", 12, with);
    ck_assert_int_eq(mini_load(&next, &now), SOCCA_OK);
    mini_close(&h);
    h = next;
    h.run.cx.h = &h.table;
    mini_list_free(&now);
  }
  ck_assert_int_eq(st, SOCCA_DONE);
  ck_assert_int_eq(mini_save(&h, &again), SOCCA_OK);
  ck_assert(!mini_list_difference(&end, &again));
  mini_list_free(&end);
  mini_list_free(&again);
  mini_close(&whole);
  mini_close(&h);
}
END_TEST

/* A finished run returns at once; with a larger n_eff it goes on from where it was. */
START_TEST(test_goes_on)
{
  mini_host h, more;
  mini_list l = { 0 };
  complete(&h, "G3", 13, WITH("n_live=200", "n_eff=500"));
  ck_assert_int_eq(mini_run(&h), SOCCA_DONE);
  ck_assert_int_eq(mini_save(&h, &l), SOCCA_OK);
  open_problem(&more, "G3", 13, WITH("n_live=200", "n_eff=900"));
  ck_assert_int_eq(mini_load(&more, &l), SOCCA_OK);
  ck_assert_int_eq(mini_run(&more), SOCCA_DONE);
  ck_assert_int_eq(mini_result(&more), SOCCA_OK);
  ck_assert_double_ge(mini_value(&more, "n_eff"), 900);
  ck_assert_uint_lt(more.calls, 900);
  mini_list_free(&l);
  mini_close(&h);
  mini_close(&more);
}
END_TEST

/* A damaged archive is refused, whatever is missing. */
START_TEST(test_damaged_archive)
{
  mini_host h;
  mini_list l = { 0 };
  open_problem(&h, "G3", 14, WITH("n_live=100", "n_like_max=600"));
  ck_assert_int_eq(mini_run(&h), SOCCA_DONE);
  ck_assert_int_eq(mini_save(&h, &l), SOCCA_OK);
  for (mini_entry *e = l.first; e; e = e->next) {
    mini_host next;
    e->n++;
    open_problem(&next, "G3", 14, WITH("n_live=100"));
    ck_assert_int_eq(mini_load(&next, &l), SOCCA_E_RESUME);
    mini_close(&next);
    e->n--;
  }
  mini_list_free(&l);
  mini_close(&h);
}
END_TEST

/* The same bits at every instruction-set level that this machine has. */
START_TEST(test_levels)
{
  uint32_t best = 0;
  mini_list first = { 0 };
  for (uint32_t level = 1; level <= 4; level++) {
    mini_host h;
    mini_list l = { 0 };
    open_problem(&h, "G3", 15, WITH("n_live=150", "n_eff=200", "volume_draws=2000"));
    if (!best) best = h.run.cx.isa;
    if (level > best || level == 2) {
      mini_close(&h);
      continue;
    }
    h.run.cx.isa = level;
    finish_and_save(&h, &l);
    if (level > 1) ck_assert(!mini_list_difference(&first, &l));
    if (level == 1)
      first = l;
    else
      mini_list_free(&l);
    mini_close(&h);
  }
  mini_list_free(&first);
}
END_TEST

int main(void)
{
  /* these reach no code that the others do not: not under sanitizers */
  const TTest *const statistics[] = { test_gaussian, test_variants, test_half_space, test_plateaus,
                                      test_shells };
  Suite *s = suite_create("nautilus_run");
  TCase *t = tcase_create("runs");
  tcase_set_timeout(t, 300);
  tcase_add_test(t, test_one_parameter);
  for (size_t i = 0; !SANITIZED && i < sizeof statistics / sizeof *statistics; i++)
    tcase_add_test(t, statistics[i]);
  tcase_add_test(t, test_flat);
  tcase_add_test(t, test_spike);
  tcase_add_test(t, test_useless_bounds);
  tcase_add_test(t, test_zero_likelihood);
  tcase_add_test(t, test_tiny_batches);
  tcase_add_test(t, test_thin_line);
  tcase_add_test(t, test_bad_options);
  tcase_add_test(t, test_stopped_early);
  tcase_add_test(t, test_interrupted);
  tcase_add_test(t, test_interrupted_two_flights);
  tcase_add_test(t, test_archived_every_unit);
  tcase_add_test(t, test_goes_on);
  tcase_add_test(t, test_damaged_archive);
  tcase_add_test(t, test_levels);
  suite_add_tcase(s, t);
  return run_suite(s);
}
