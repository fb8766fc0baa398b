/* SPDX-License-Identifier: BSD-3-Clause */
/* nautilus stopped, saved and taken up again, where it hurts most. */
#include "config.h"
#include "nautilus_fixture.h"
#include "run_suite.h"
#include "shaken.h"
#include <samplers/nautilus/nautilus.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- interrupted everywhere ---- */

static void check_shaken(const char *name, settings with)
{
  const problem *p = problem_named(name);
  shaken s = shake(&nautilus_LTX_socca_plugin, p->d, 21, p->loglike, NULL, with);
  printf("# %s: %lu lives\n", name, (unsigned long)s.lives);
  ck_assert_msg(!s.failure[0], "%s: %s (status %d)", name, s.failure, s.status);
  ck_assert_uint_gt(s.lives, 30);
}

/* With the default number of draws for volumes: they are made while batches are on their way. */
START_TEST(test_shaken)
{
  check_shaken("G3", WITH("n_live=150", "n_eff=700", "n_networks=1"));
}
END_TEST

START_TEST(test_shaken_one_flight)
{
  check_shaken("line", WITH("n_live=100", "n_eff=400", "n_networks=1", "n_flight=1"));
}
END_TEST

/* ---- what a run reports that a limit ends while it samples ---- */

static nautilus *state(mini_host *h)
{
  return h->self;
}

static void step_to_phase(mini_host *h, uint64_t phase)
{
  socca_status st = mini_step(h);
  while (!st && state(h)->phase < phase) st = mini_step(h);
  ck_assert_int_eq(st, SOCCA_OK);
}

/* Right after the exploration shells have no fresh points, then some have: log Z is that of the exploration there,
 * biased by a few hundredths. No error is told until all have fresh points. */
START_TEST(test_stopped_sampling)
{
  mini_host h;
  int told = 0;
  open_problem(&h, "G3", 31, WITH("n_live=500", "n_eff=3000"));
  step_to_phase(&h, PHASE_SAMPLE);
  for (int batches = 0; state(&h)->phase == PHASE_SAMPLE; batches++) {
    double sum = 0;
    ck_assert_int_eq(mini_result(&h), SOCCA_OK);
    double off = mini_value(&h, "logz") - problem_named("G3")->logz;
    double err = mini_value(&h, "logz_err"), n_eff = mini_value(&h, "n_eff"), squares = 0;
    printf("# %d batches: dlogz %.4f err %.4f n_eff %.0f\n", batches, off, err, n_eff);
    ck_assert_double_lt(fabs(off), 0.15);
    ck_assert(batches > 1 || isnan(err));
    if (!isnan(err)) ck_assert_double_lt(fabs(off), 5 * err);
    told += !isnan(err);
    for (size_t i = 0; i < h.n_draws; i++) {
      sum += exp(h.logw[i]);
      squares += exp(2 * h.logw[i]);
    }
    ck_assert_double_eq_tol(sum, 1, 1e-9);
    ck_assert_double_eq_tol(n_eff * squares, 1, 1e-9);
    ck_assert_int_eq((int)mini_value(&h, "converged"), 0);
    ck_assert_int_eq(h.vtbl->advance(h.self, &h.run), SOCCA_OK);
  }
  ck_assert_int_gt(told, 3);
  mini_close(&h);
}
END_TEST

/* The last shell's first fresh points come from a block that the exploration has drawn: its share of its bound is known
 * all the same, and the plain estimate misses no shell. */
START_TEST(test_plain_estimate)
{
  for (uint64_t seed = 1; seed < 6; seed++) {
    mini_host h;
    open_problem(&h, "G3", seed, WITH("n_live=200", "n_eff=300", "n_networks=1"));
    ck_assert_int_eq(mini_run(&h), SOCCA_DONE);
    ck_assert_int_eq(mini_result(&h), SOCCA_OK);
    double off = mini_value(&h, "logz_shells") - problem_named("G3")->logz;
    const shell *last = &state(&h)->shells[state(&h)->n_shells - 1];
    printf("# shells: %.4f, last one of %lu in %lu\n", off, (unsigned long)last->seen_shell,
           (unsigned long)last->seen);
    ck_assert_double_eq_tol(estimate_plain(last).lnv, bound_lnv(&last->b), 1e-12);
    /* 1/sqrt(300) of the likelihood, 2 % of each of a dozen volumes */
    ck_assert_double_lt(fabs(off), 5 * hypot(0.06, 0.02));
    mini_close(&h);
  }
}
END_TEST

/* ---- shells that are hard to hit ---- */

static double corners(uint32_t d, const double *u, void *arg)
{ /* narrow Gaussians in three corners of the square */
  const double sigma = *(double *)arg, at[3][2] = { { 0.2, 0.2 }, { 0.8, 0.2 }, { 0.2, 0.8 } };
  double r2[3], least = INFINITY, sum = 0;
  (void)d;
  for (int i = 0; i < 3; i++) {
    double x = (u[0] - at[i][0]) / sigma, y = (u[1] - at[i][1]) / sigma;
    least = fmin(least, r2[i] = x * x + y * y);
  }
  for (int i = 0; i < 3; i++) sum += exp(0.5 * (least - r2[i]));
  return log(sum) - 0.5 * least - log(3 * 2 * 3.14159265358979 * sigma * sigma);
}

static void open_corners(mini_host *h, uint64_t seed, double *sigma)
{
  open_function(h, 2, corners, seed,
                WITH("n_live=60", "n_eff=100", "f_live=0.3", "n_networks=0", "n_points_min=10",
                     "split_threshold=1e30", "n_batch=20", "volume_draws=10000"));
  h->arg = sigma;
}

/* One envelope around all three: a draw in a hundred thousand hits the last shells, and with these seeds no draw of the
 * first 102,400 does although they hold a good part of the evidence. */
START_TEST(test_rare_hits)
{
  static const uint64_t seeds[] = { 8, 27 };
  double sigma = 0.0009;
  for (int i = 0; i < 2; i++) {
    mini_host h;
    open_corners(&h, seeds[i], &sigma);
    step_to_phase(&h, PHASE_SAMPLE);
    const nautilus *s = state(&h);
    for (size_t k = s->n_shells - 3; k < s->n_shells; k++)
      ck_assert_uint_ge(s->shells[k].v_hits, 20);
    ck_assert_int_eq(mini_run(&h), SOCCA_DONE);
    ck_assert_int_eq(mini_result(&h), SOCCA_OK);
    double off = mini_value(&h, "logz"), err = mini_value(&h, "logz_err");
    printf("# rare hits: dlogz %.4f err %.4f\n", off, err);
    ck_assert_double_lt(fabs(off), 5 * err);
    ck_assert_double_lt(err, 0.2);
    printf("# most streams without a question: %lu\n", (unsigned long)h.longest);
    ck_assert_uint_lt(h.longest, 300); /* well below a second */
    mini_close(&h);
  }
}
END_TEST

/* Stopped while a batch is drawn, which takes many units: nothing drawn is lost or drawn twice. */
START_TEST(test_stopped_drawing)
{
  double sigma = 0.005;
  mini_host whole;
  mini_list end = { 0 };
  int amid = 0;
  open_corners(&whole, 51, &sigma);
  ck_assert_int_eq(mini_run(&whole), SOCCA_DONE);
  ck_assert_int_eq(mini_save(&whole, &end), SOCCA_OK);
  for (uint64_t i = 1; i < 7; i++) {
    mini_host a, b;
    mini_list middle = { 0 }, again = { 0 };
    open_corners(&a, 51, &sigma);
    open_corners(&b, 51, &sigma);
    a.stop_at = whole.polls * i / 7;
    ck_assert_int_eq(mini_run(&a), SOCCA_INTERRUPTED);
    ck_assert_uint_le(a.polls, a.stop_at + 2);
    amid += state(&a)->open.drawn > 0;
    ck_assert_int_eq(mini_save(&a, &middle), SOCCA_OK);
    ck_assert_int_eq(mini_load(&b, &middle), SOCCA_OK);
    ck_assert_int_eq(mini_run(&b), SOCCA_DONE);
    ck_assert_int_eq(mini_save(&b, &again), SOCCA_OK);
    ck_assert_ptr_null(mini_list_difference(&end, &again));
    mini_list_free(&middle);
    mini_list_free(&again);
    mini_close(&a);
    mini_close(&b);
  }
  printf("# stopped amid a batch: %d times\n", amid);
  ck_assert_int_gt(amid, 2);
  mini_list_free(&end);
  mini_close(&whole);
}
END_TEST

/* Shells that nothing is known to hit: the exploration speaks for them, the run ends, and does not boast. */
static void check_out_of_reach(size_t from, size_t to)
{
  mini_host h;
  open_problem(&h, "G3", 32, WITH("n_live=300", "n_eff=2000", "n_networks=1"));
  step_to_phase(&h, PHASE_SURVEY);
  nautilus *s = state(&h);
  for (size_t k = s->n_shells * from / 8; k < s->n_shells * to / 8; k++) {
    s->shells[k].v_blocks = 8000;
    s->shells[k].v_hits = 0;
  }
  ck_assert_int_eq(mini_run(&h), SOCCA_DONE);
  ck_assert_int_eq(mini_result(&h), SOCCA_OK);
  double off = mini_value(&h, "logz") - problem_named("G3")->logz;
  printf("# out of reach: dlogz %.4f calls %lu\n", off, (unsigned long)h.calls);
  ck_assert_double_lt(fabs(off), 0.2); /* the exploration's bias */
  ck_assert_double_nan(mini_value(&h, "logz_err"));
  ck_assert_int_eq((int)mini_value(&h, "converged"), 0);
  ck_assert_uint_lt(h.calls, 20000);
  mini_close(&h);
}

START_TEST(test_out_of_reach)
{
  check_out_of_reach(4, 6);
  check_out_of_reach(0, 8);
}
END_TEST

/* ---- damaged archives ---- */

static socca_status load(settings with, mini_list *l, int units)
{
  mini_host h;
  open_problem(&h, "G3", 41, with);
  socca_status st = mini_load(&h, l);
  if (st == SOCCA_E_RESUME) ck_assert_msg(h.error[0] || l->refused, "refused without a word");
  for (int i = 0; i < units && !st; i++) st = h.vtbl->advance(h.self, &h.run);
  if (st >= 0) st = mini_result(&h);
  mini_close(&h);
  return st;
}

/* Element i of the array replaced: what comes out of it? */
static socca_status damage(settings with, mini_list *l, mini_entry *e, size_t i, uint64_t bits)
{
  uint64_t before;
  char *at = (char *)e->data + i * 8;
  memcpy(&before, at, 8);
  memcpy(at, &bits, 8);
  socca_status st = load(with, l, 2);
  memcpy(at, &before, 8);
  return st;
}

static uint64_t bits_of(double x)
{
  uint64_t u;
  memcpy(&u, &x, sizeof u);
  return u;
}

static void check_entry(settings with, mini_list *l, mini_entry *e)
{
  static const uint64_t small[] = { 0, 1, 2, 1000 };
  const double odd[] = { -1, 1e300, -1e300, INFINITY, -INFINITY };
  size_t last = e->bytes / 8 - 1;
  if (e->bytes < 8) return;
  if (e->type == SOCCA_F64) {
    ck_assert_msg(damage(with, l, e, 0, bits_of(NAN)) == SOCCA_E_RESUME, "NaN in %s", e->name);
    ck_assert_msg(damage(with, l, e, last, bits_of(NAN)) == SOCCA_E_RESUME, "NaN in %s", e->name);
    for (size_t i = 0; i < 5; i++) damage(with, l, e, last, bits_of(odd[i]));
  } else if (e->type == SOCCA_U64) {
    ck_assert_msg(damage(with, l, e, 0, UINT64_MAX) == SOCCA_E_RESUME, "%s", e->name);
    ck_assert_msg(damage(with, l, e, last, UINT64_MAX) == SOCCA_E_RESUME, "%s", e->name);
    for (size_t i = 0; i < 8; i++) damage(with, l, e, i % 2 ? last : 0, small[i / 2]);
  } else {
    ck_assert_msg(damage(with, l, e, 0, 1) == SOCCA_E_RESUME, "%s", e->name);
    ck_assert_msg(damage(with, l, e, 3, UINT64_MAX) == SOCCA_E_RESUME, "%s", e->name);
    ck_assert_msg(damage(with, l, e, 30, UINT64_MAX) == SOCCA_E_RESUME, "%s", e->name);
  }
}

/* Whatever number is wrong: an error or a run that goes on, never a crash. */
static void check_damage(uint64_t phase, int n_shells, int open)
{
  settings with =
      WITH("n_live=60", "n_eff=200", "n_networks=1", "volume_draws=1000", "n_points_min=20");
  mini_host h;
  mini_list l = { 0 };
  open_problem(&h, "G3", 41, with);
  step_to_phase(&h, phase);
  socca_status st = SOCCA_OK;
  while (!st &&
         (state(&h)->n_shells < (size_t)n_shells || state(&h)->n_pending < 1 || state(&h)->build))
    st = h.vtbl->advance(h.self, &h.run);
  h.stop_at = (uint64_t)open; /* no more blocks: a batch stays open */
  while (!st && open && !state(&h)->open.n) st = h.vtbl->advance(h.self, &h.run);
  ck_assert_int_eq(st, SOCCA_OK);
  ck_assert_int_eq(mini_save(&h, &l), SOCCA_OK);
  ck_assert_int_eq(load(with, &l, 2), SOCCA_OK);
  for (mini_entry *e = l.first; e; e = e->next) check_entry(with, &l, e);
  mini_list_free(&l);
  mini_close(&h);
}

START_TEST(test_damage)
{
  check_damage(PHASE_EXPLORE, 4, 0);
  check_damage(PHASE_EXPLORE, 3, 1);
  check_damage(PHASE_SAMPLE, 1, 0);
  check_damage(PHASE_SAMPLE, 1, 1);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("nautilus_stops");
  TCase *t = tcase_create("stops");
  tcase_set_timeout(t, 300);
  tcase_add_test(t, test_shaken);
  tcase_add_test(t, test_shaken_one_flight);
  tcase_add_test(t, test_stopped_sampling);
  tcase_add_test(t, test_plain_estimate);
  if (!SANITIZED) tcase_add_test(t, test_rare_hits);
  tcase_add_test(t, test_stopped_drawing);
  tcase_add_test(t, test_out_of_reach);
  tcase_add_test(t, test_damage);
  suite_add_tcase(s, t);
  return run_suite(s);
}
