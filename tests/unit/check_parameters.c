/* SPDX-License-Identifier: BSD-3-Clause */
/* Parameters: numbers, priors, ties, auxiliary ones; values and derivatives of all from the free ones. */
#include "config.h"
#include "run_suite.h"
#include <base/text.h>
#include <stdlib.h>
#include <string.h>
#include "fitfile.h"

static socca_journal *journal;
static fitfile f;

static void setup(void)
{
  journal = socca_journal_new("test", SOCCA_LOG_WARN);
  f = (fitfile){ 0 };
}

static void teardown(void)
{
  fitfile_close(&f);
  socca_journal_free(journal);
}

static void read_text(const char *text)
{
  fitfile_close(&f);
  fitfile_read(journal, "f.yaml", text, strlen(text), &f);
}

static void read_good(const char *text)
{
  read_text(text);
  const char *error = socca_journal_error(journal, 0);
  ck_assert_msg(!error, "%s", error);
}

static uint32_t find(const char *name)
{
  socca_parameter_info info;
  for (uint32_t i = 0; i < socca_parameters_count(f.parameters); i++) {
    socca_parameters_info(f.parameters, i, &info);
    if (strcmp(info.name, name) == 0) return i;
  }
  ck_abort_msg("no parameter %s", name);
  return 0;
}

static double value_of(const char *name, const double *theta)
{
  static double all[100];
  ck_assert_uint_eq(socca_parameters_fill(f.parameters, theta, all), 0);
  return all[find(name)];
}

static const char fit[] =
    "components:\n"
    "  halo:\n" /* ties to what comes later, and through an auxiliary parameter to a tie */
    "    {type: Sersic, xc: = host.xc + shift, yc: = host.yc - 1 arcsec, re: = host.re * ratio ^ "
    "2,\n"
    "     Ie: = max(host.Ie, core) / 3, ns: = host.ns, theta: = host.theta}\n"
    "  host:\n"
    "    type: Sersic\n"
    "    xc: uniform(12h00m00s, 12h00m10s)\n"
    "    yc: -10:30:00\n"
    "    re: loguniform(1 arcsec, 20 pix)\n"
    "    Ie: {value: normal(1, 0.1), unit: image}\n"
    "    ns: 2 * sin(pi / 6)\n"
    "    theta: uniform(0, pi)\n"
    "    e: \"uniform(0, 0.9)\"\n"
    "parameters:\n"
    "  ratio: uniform(0.5, 1)\n"
    "  core: = sqrt(ratio) + host.Ie\n"
    "  shift: {value: 3.6 arcsec, unit: deg}\n";

START_TEST(binds)
{
  read_good(fit);
  const socca_parameters *p = f.parameters;
  static const char *const names[] = { "host.xc",    "host.re", "host.Ie",
                                       "host.theta", "host.e",  "ratio" };
  ck_assert_uint_eq(socca_parameters_npar(p), 14);
  ck_assert_uint_eq(socca_parameters_count(p), 17);
  ck_assert_uint_eq(socca_parameters_ndim(p), 6);
  for (uint32_t k = 0; k < 6; k++) ck_assert_str_eq(socca_parameters_free_at(p, k)->name, names[k]);
  ck_assert_ptr_null(socca_parameters_free_at(p, 6));
  const socca_free *ratio = socca_parameters_free_at(p, 5);
  ck_assert(ratio->declared == UINT32_MAX && ratio->lower == 0.5 && ratio->upper == 1);
  const socca_free *xc = socca_parameters_free_at(p, 0);
  ck_assert(xc->declared == 7 && xc->lower == 180 && xc->upper == 180 + 150.0 / 3600);
  ck_assert_str_eq(socca_prior_name(socca_parameters_prior(p, 1)), "loguniform");
  ck_assert_double_eq(socca_parameters_free_at(p, 1)->upper, 0.005);
  const double theta[6] = { 180.01, 0.002, 1.1, 0.5, 0.2, 0.64 };
  ck_assert_double_eq(value_of("host.yc", theta), -10.5);
  ck_assert_double_eq_tol(value_of("host.ns", theta), 1, 1e-15);
  ck_assert_double_eq(value_of("host.e", theta), 0.2);
  ck_assert_double_eq(value_of("halo.xc", theta), 180.01 + 0.001);
  ck_assert_double_eq(value_of("halo.yc", theta), -10.5 - 1.0 / 3600);
  ck_assert_double_eq(value_of("halo.re", theta), 0.002 * (0.64 * 0.64));
  ck_assert_double_eq(value_of("core", theta), 0.8 + 1.1);
  ck_assert_double_eq(value_of("halo.Ie", theta), (0.8 + 1.1) / 3);
  ck_assert_double_eq(value_of("halo.e", theta), 0);
}
END_TEST

START_TEST(informs)
{
  socca_parameter_info i;
  read_good(fit);
  socca_parameters_info(f.parameters, find("host.re"), &i);
  ck_assert_str_eq(i.value, "loguniform(0.0002777777777777778, 0.005)");
  ck_assert(i.state == SOCCA_FREE && i.free == 1 && strcmp(i.unit, "deg") == 0);
  socca_parameters_info(f.parameters, find("halo.xc"), &i);
  ck_assert_str_eq(i.value, "= host.xc + shift");
  ck_assert_int_eq(i.state, SOCCA_TIED);
  socca_parameters_info(f.parameters, find("halo.theta"), &i);
  ck_assert_double_eq(i.period, M_PI);
  socca_parameters_info(f.parameters, find("halo.e"), &i);
  ck_assert(i.state == SOCCA_FIXED && strcmp(i.value, "0") == 0);
}
END_TEST

START_TEST(pulls_gradients)
{
  read_good(fit);
  const socca_parameters *p = f.parameters;
  uint32_t npar = socca_parameters_npar(p), ndim = socca_parameters_ndim(p);
  double theta[6] = { 180.01, 0.002, 1.1, 0.5, 0.2, 0.64 }, all[17], down[17], work[17], g[14],
         out[6];
  for (uint32_t i = 0; i < npar; i++) g[i] = 1.0 + i % 5 - 0.3 * i;
  socca_parameters_fill(p, theta, all);
  socca_parameters_pull(p, all, g, work, out);
  for (uint32_t k = 0; k < ndim; k++) {
    double h = 1e-5 * theta[k], t = theta[k], sum = 0;
    theta[k] = t - h;
    socca_parameters_fill(p, theta, down);
    theta[k] = t + h;
    socca_parameters_fill(p, theta, all);
    theta[k] = t;
    for (uint32_t i = 0; i < npar; i++) sum += g[i] * (all[i] - down[i]) / (2 * h);
    ck_assert_double_eq_tol(sum, out[k], 1e-6 * (1 + fabs(out[k])));
  }
}
END_TEST

#define HOST "components: {host: {type: Sersic, xc: 1, yc: 1, re: 1, Ie: 1, ns: 1, "

START_TEST(leaves_the_range_at_run_time)
{
  read_good(HOST "e: = a - b}}\nparameters: {a: uniform(0, 2), b: uniform(0, 1)}\n");
  double all[20], theta[2] = { 1.5, 0.2 };
  ck_assert_uint_eq(socca_parameters_fill(f.parameters, theta, all), 1 + find("host.e"));
  theta[1] = 0.5;
  ck_assert_uint_eq(socca_parameters_fill(f.parameters, theta, all), 0);
  ck_assert_double_eq(all[find("host.e")], 1);
  theta[0] = NAN;
  ck_assert_uint_ne(socca_parameters_fill(f.parameters, theta, all), 0);
}
END_TEST

static double period_of(const char *name)
{
  socca_parameter_info i;
  socca_parameters_info(f.parameters, find(name), &i);
  return i.period;
}

START_TEST(finds_what_is_periodic)
{
  read_good(HOST "theta: uniform(-90 deg, 90 deg)}}\n");
  ck_assert_double_eq(period_of("host.theta"), M_PI);
  ck_assert_double_eq(socca_parameters_free_at(f.parameters, 0)->period, M_PI);
  read_good(HOST "theta: uniform(0, 3.1415926535)}}\n");
  ck_assert_double_eq_tol(period_of("host.theta"), M_PI, 1e-8);
  read_good(HOST "theta: uniform(0, 3.14159)}}\n");
  ck_assert_double_eq(period_of("host.theta"), 0);
  read_good(HOST "theta: sine(0, pi)}}\n");
  ck_assert_double_eq(period_of("host.theta"), 0);
  read_good(HOST "theta: uniform(0, pi)}}\nsampler: {periodic: none}\n");
  ck_assert_double_eq(period_of("host.theta"), 0);
  read_good(HOST "theta: uniform(0, pi)}}\nsampler: {periodic: auto}\n");
  ck_assert_double_eq(period_of("host.theta"), M_PI);
  read_good(HOST
            "theta: uniform(0, 2*pi), e: uniform(0, 1)}}\nsampler: {periodic: [host.theta]}\n");
  ck_assert_double_eq(period_of("host.theta"), 2 * M_PI);
  ck_assert_double_eq(period_of("host.e"), 0);
  read_text(HOST "theta: uniform(0, pi), e: beta(1, 2)}}\n"
                 "sampler: {periodic: [host.thta, host.e, host.xc]}\n");
  ck_assert_str_eq(socca_journal_error(journal, 0),
                   "f.yaml:2:22: unknown free parameter 'host.thta'; did you mean 'host.theta'?");
  ck_assert_str_eq(socca_journal_error(journal, 1),
                   "f.yaml:2:33: host.e cannot be periodic: its prior is not uniform");
  ck_assert_ptr_nonnull(strstr(socca_journal_error(journal, 2), "f.yaml:2:41: "));
}
END_TEST

static void collect(void *arg, const char *name, const char *value)
{
  socca_text_printf(arg, "%s: %s\n", name, value);
}

START_TEST(identifies)
{
  socca_text a = { 0 }, b = { 0 };
  const char *first = HOST "e: uniform(0, 0.5), theta: 90 deg}}\n"
                           "parameters: {a: {value: = host.e   * 2 + 3  arcsec, unit: deg}}\n";
  const char *second = "parameters: {a: {unit: deg, value: '=host.e*2+3 arcsec'}}\n" HOST
                       "theta: pi / 2, e: \"uniform( 0, 5e-1 )\"}}\n";
  read_good(first);
  socca_parameters_identity(f.parameters, collect, &a);
  read_good(second);
  socca_parameters_identity(f.parameters, collect, &b);
  ck_assert_str_eq(a.s, b.s);
  ck_assert_ptr_nonnull(strstr(a.s, "host.e: uniform(0, 0.5)\na: = host.e*2+3 arcsec deg\n"));
  ck_assert_ptr_nonnull(strstr(a.s, "host.theta: 1.5707963267948966 rad\n"));
  socca_text_free(&a);
  socca_text_free(&b);
}
END_TEST

static const struct {
  const char *text;
  uint32_t quantity;
  double value; /* NAN: refused */
} positions[] = {
  { "12:30:00", SOCCA_LONGITUDE, 187.5 },
  { " 12h30m ", SOCCA_LONGITUDE, 187.5 },
  { "12h 30m 36s", SOCCA_LONGITUDE, 187.65 },
  { "187d30m00s", SOCCA_LONGITUDE, 187.5 },
  { "-0:30:00.0", SOCCA_LATITUDE, -0.5 },
  { "+10d30m36.0s", SOCCA_LATITUDE, 10.51 },
  { "-10d", SOCCA_LATITUDE, -10 },
  { "10deg", SOCCA_LATITUDE, 10 },
  { "24:00:00", SOCCA_LONGITUDE, 360 },
  { "24:00:01", SOCCA_LONGITUDE, NAN },
  { "90:00:01", SOCCA_LATITUDE, NAN },
  { "10h30m", SOCCA_LATITUDE, NAN },
  { "10:60:00", SOCCA_LATITUDE, NAN },
  { "10:30", SOCCA_LATITUDE, NAN },
  { "10:30:0:0", SOCCA_LATITUDE, NAN },
  { "10:30.5:00", SOCCA_LATITUDE, NAN },
  { "10:-30:00", SOCCA_LATITUDE, NAN },
  { "10:30:00", SOCCA_PLAIN, NAN },
  { ":", SOCCA_LATITUDE, NAN },
};

START_TEST(reads_sexagesimal_positions)
{
  socca_units *u = socca_units_new();
  for (size_t i = 0; i < sizeof positions / sizeof *positions; i++) {
    double x = 0;
    socca_journal *j = socca_journal_new("test", SOCCA_LOG_WARN);
    socca_status s =
        socca_value_number(j, u, "f:1:1", positions[i].text, "deg", positions[i].quantity, &x);
    ck_assert_msg((s == SOCCA_OK) == !isnan(positions[i].value), "%s", positions[i].text);
    if (s == SOCCA_OK) ck_assert_double_eq(x, positions[i].value);
    ck_assert_uint_eq(socca_journal_errors(j), s == SOCCA_OK ? 0 : 1);
    socca_journal_free(j);
  }
  double x;
  ck_assert_int_eq(socca_value_number(journal, u, "f:1:1", "12:00:00", "pix", SOCCA_LONGITUDE, &x),
                   SOCCA_E_INPUT);
  ck_assert_str_eq(socca_journal_error(journal, 0),
                   "f:1:1: a sexagesimal position does not fit here, where positions are in 'pix'");
  ck_assert_int_eq(socca_value_number(journal, u, "f:1:1", "uniform(0, 1)", "", 0, &x),
                   SOCCA_E_INPUT);
  ck_assert_str_eq(socca_journal_error(journal, 1), "f:1:1: only a number can stand here");
  socca_units_free(u);
}
END_TEST

START_TEST(numbers_of_nodes)
{
  double x;
  read_good("image: {size: 3 arcsec, bad: [1], tie: = 2}\n");
  const socca_node *image = socca_node_get(socca_tree_root(f.tree), "image");
  ck_assert_int_eq(
      socca_node_number(journal, f.units, socca_node_get(image, "size"), "deg", SOCCA_LENGTH, &x),
      SOCCA_OK);
  ck_assert_double_eq(x, 3.0 / 3600);
  ck_assert_int_eq(socca_node_number(journal, f.units, socca_node_get(image, "bad"), "", 0, &x),
                   SOCCA_E_INPUT);
  ck_assert_int_eq(socca_node_number(journal, f.units, socca_node_get(image, "tie"), "", 0, &x),
                   SOCCA_E_INPUT);
}
END_TEST

START_TEST(long_chains)
{
  enum { N = 3000 };
  socca_text t = { 0 };
  socca_text_puts(&t, "parameters:\n");
  for (int i = 0; i < N; i++) socca_text_printf(&t, "  a%d: = a%d + 1\n", i, i + 1);
  socca_text_printf(&t, "  a%d: uniform(0, 1)\n", N);
  read_good(t.s);
  double theta = 0.5;
  double *all = calloc(N + 1, sizeof *all);
  ck_assert_uint_eq(socca_parameters_fill(f.parameters, &theta, all), 0);
  ck_assert_double_eq(all[0], N + 0.5);
  free(all);
  t.s[t.n - 1 - strlen("uniform(0, 1)")] = '\0';
  socca_text_clear(&t);
  socca_text_puts(&t, "parameters:\n");
  for (int i = 0; i < N; i++) socca_text_printf(&t, "  a%d: = a%d + 1\n", i, (i + 1) % N);
  read_text(t.s);
  ck_assert_uint_eq(socca_journal_errors(journal), 1);
  socca_text_free(&t);
}
END_TEST

/* A message about an argument begins at the argument, not at the blank before it. */
START_TEST(places_in_priors)
{
  read_text(
      "components:\n  host: {type: Sersic, xc: \"uniform(0, inf)\", yc: 1, re: 1, Ie: 1, ns: 1}\n");
  ck_assert_str_eq(socca_journal_error(journal, 0), "f.yaml:2:40: 'inf' is not a finite number");
}
END_TEST

/* A tie to a component that could not be read is no second cause; one to a name that is not there is. */
START_TEST(one_message_per_cause)
{
  read_text("components:\n  core: {type: Sersick, xc: 1, tipe: 2}\n"
            "  host: {type: Sersic, xc: = core.xc + 1, yc: = host.zz, rr: 1, Ie: x, ns: 1}\n");
  static const char *const said[] = {
    "f.yaml:2:16: unknown type 'Sersick'",
    "f.yaml:3:69: 'x' is not a number; a value tied to other parameters begins with '='",
    "f.yaml:3:58: unknown key 'rr'; did you mean 're'?",
    "f.yaml:3:49: unknown name 'host.zz'; did you mean 'host.xc'?",
    "f.yaml:2:32: unknown key 'tipe'; did you mean 'type'?",
  };
  for (size_t i = 0; i < 5; i++) ck_assert_str_eq(socca_journal_error(journal, i), said[i]);
  ck_assert_uint_eq(socca_journal_errors(journal), 5);
}
END_TEST

START_TEST(wrong_declarations)
{
  read_text(
      "components: {host: {type: Sersic, xc: {value: 1, unit: rad}, yc: {vale: 1}, re: 1, Ie: 1,"
      " ns: 1}}\nparameters: {host.xc: 1, xc: 3}\n");
  ck_assert_str_eq(socca_journal_error(journal, 0), "f.yaml:1:56: the unit of host.xc is 'deg'");
  ck_assert_str_eq(socca_journal_error(journal, 1),
                   "f.yaml:1:66: host.yc has no value: 'value' is missing");
  ck_assert_ptr_nonnull(strstr(socca_journal_error(journal, 2), "'host.xc' is no name"));
  ck_assert_str_eq(socca_journal_error(journal, 3),
                   "f.yaml:1:67: unknown key 'vale'; did you mean 'value'?");
  ck_assert_uint_eq(socca_journal_errors(journal), 4);
  socca_param again = { .name = "host.xc" };
  ck_assert_int_eq(socca_parameters_declare(f.parameters, &again, NULL, NULL), SOCCA_E_BUG);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("parameters");
  TCase *t = tcase_create("parameters");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, binds);
  tcase_add_test(t, informs);
  tcase_add_test(t, pulls_gradients);
  tcase_add_test(t, leaves_the_range_at_run_time);
  tcase_add_test(t, finds_what_is_periodic);
  tcase_add_test(t, identifies);
  tcase_add_test(t, reads_sexagesimal_positions);
  tcase_add_test(t, numbers_of_nodes);
  tcase_add_test(t, long_chains);
  tcase_add_test(t, one_message_per_cause);
  tcase_add_test(t, places_in_priors);
  tcase_add_test(t, wrong_declarations);
  suite_add_tcase(s, t);
  return run_suite_as(s, CK_NOFORK);
}
