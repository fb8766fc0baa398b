/* SPDX-License-Identifier: BSD-3-Clause */
/* Radial profiles, b(n), projected gNFW, truncations and elliptical radii against published values. */
#include "config.h"
#include "image_fake.h"
#include "models/image/kernels.h"
#include "models/image/parts.h"
#include "run_suite.h"

static void close_to(double a, double b, double tolerance)
{
  ck_assert_msg(fabs(a - b) <= tolerance * fabs(b) || a == b, "%.17g, expected %.17g", a, b);
}

#define NODE(k, v)                                                                                 \
  {                                                                                                \
    k, v, NULL                                                                                     \
  }

/* a model of one component on a small image, sampled at pixel centres */
struct one {
  image_data data;
  image_wcs wcs;
  struct fake_load load;
  struct forward *fw;
};
static void load_one(struct one *o, const socca_node *component, uint32_t compat)
{
  socca_node all[] = { { "c", NULL, component }, { 0 } };
  socca_node root = { "components", NULL, all };
  memset(o, 0, sizeof *o);
  fake_image(&o->data, &o->wcs, 8, 8, 1e-3, 20.0, -10.0);
  o->data.subgrid = 1;
  o->data.compat = compat;
  o->load.load.cx.h = &fake_host;
  ck_assert_msg(forward_load(&o->load.load, &root, &o->data, &o->fw) == SOCCA_OK, "%s",
                o->load.message);
}

/* I at the radii 0, 0.5, 1 and 5 (x 1e-3 deg), the same on every level */
static void expect_values(const socca_node *component, const double want[4], double tolerance)
{
  struct one o;
  struct profile p;
  const double r[4] = { 0.0, 0.5e-3, 1e-3, 5e-3 };
  double r2[8] = { 0 }, first[8], out[8];
  uint32_t level[3];
  size_t levels = fake_levels(level);
  load_one(&o, component, 0);
  struct gnfw_table *table = gnfw_new();
  component_profile(&o.fw->component[0], o.load.par, table, &p);
  for (int i = 0; i < 4; i++) r2[i] = r[i] * r[i];
  for (size_t k = 0; k < levels; k++) {
    profile_values(&p, level[k], 8, r2, out);
    if (k == 0) memcpy(first, out, sizeof first);
    ck_assert_msg(memcmp(first, out, sizeof out) == 0, "level %u differs in bits", level[k]);
  }
  for (int i = 0; i < 4; i++) close_to(out[i], want[i], tolerance);
  gnfw_free(table);
  forward_free(o.fw);
}
#define CENTRE NODE("xc", "20"), NODE("yc", "-10")

START_TEST(values)
{
  expect_values(
      (socca_node[]){ NODE("type", "Beta"), CENTRE, NODE("Ic", "2"), NODE("rc", "1e-3"), { 0 } },
      (double[]){ 2, 1.7690067437229773, 1.3660402567543954, 0.33326879735355874 }, 1e-15);
  expect_values((socca_node[]){ NODE("type", "Beta"),
                                CENTRE,
                                NODE("Ic", "2"),
                                NODE("rc", "1e-3"),
                                NODE("alpha", "1.3"),
                                NODE("beta", "0.9"),
                                { 0 } },
                (double[]){ 2, 1.4716621686016755, 1.0717734625362931, 0.2740007531903377 }, 1e-15);
  expect_values(
      (socca_node[]){ NODE("type", "Power"), CENTRE, NODE("Ic", "2"), NODE("rc", "1e-3"), { 0 } },
      (double[]){ INFINITY, 8, 2, 0.08 }, 2e-15);
  expect_values(
      (socca_node[]){
          NODE("type", "Exponential"), CENTRE, NODE("Is", "2"), NODE("rs", "1e-3"), { 0 } },
      (double[]){ 2, 1.2130613194252668, 0.7357588823428848, 0.013475893998170934 }, 1e-15);
  expect_values(
      (socca_node[]){
          NODE("type", "Gaussian"), CENTRE, NODE("Is", "2"), NODE("rs", "1e-3"), { 0 } },
      (double[]){ 2, 1.7649938051691907, 1.2130613194252668, 7.453306344157343e-06 }, 4e-15);
  expect_values((socca_node[]){ NODE("type", "PolyExponential"),
                                CENTRE,
                                NODE("Is", "2"),
                                NODE("rs", "1e-3"),
                                NODE("rc", "2e-3"),
                                NODE("c1", "0.1"),
                                NODE("c2", "-0.05"),
                                NODE("c3", "0.02"),
                                NODE("c4", "0.003"),
                                { 0 } },
                (double[]){ 2, 1.2399903330123516, 0.7653271924270395, 0.018424073825624325 },
                2e-15);
  expect_values((socca_node[]){ NODE("type", "PolyExpoRefact"),
                                CENTRE,
                                NODE("Is", "2"),
                                NODE("rs", "1e-3"),
                                NODE("rc", "2e-3"),
                                NODE("I1", "0.2"),
                                NODE("I2", "-0.1"),
                                NODE("I3", "0.04"),
                                NODE("I4", "0.006"),
                                { 0 } },
                (double[]){ 2, 1.2399903330123516, 0.7653271924270395, 0.018424073825624325 },
                2e-15);
  expect_values((socca_node[]){ NODE("type", "ModExponential"),
                                CENTRE,
                                NODE("Is", "2"),
                                NODE("rs", "1e-3"),
                                NODE("rm", "5e-3"),
                                NODE("alpha", "-2"),
                                { 0 } },
                (double[]){ 2, 1.0025300160539392, 0.51094366829367, 0.0033689734995427335 },
                2e-15);
  expect_values(
      (socca_node[]){ NODE("type", "TopHat"), CENTRE, NODE("Ic", "2"), NODE("rc", "1e-3"), { 0 } },
      (double[]){ 2, 2, 0, 0 }, 0.0);
  expect_values((socca_node[]){ NODE("type", "gNFW"),
                                CENTRE,
                                NODE("Ic", "1"),
                                NODE("rc", "1e-3"),
                                NODE("interpolate", "false"),
                                { 0 } },
                (double[]){ 1, 0.2014375441041305, 0.05829854410074066, 4.205180303084329e-4 },
                1e-10);
}
END_TEST

START_TEST(custom)
{
  static const socca_node value[] = { NODE("value", "3"), NODE("unit", "image"), { 0 } };
  static const socca_node own[] = { { "A", NULL, value }, NODE("s", "1e-3"), { 0 } };
  expect_values((socca_node[]){ NODE("type", "Custom"),
                                CENTRE,
                                NODE("profile", "A * exp(-r / s)"),
                                { "parameters", NULL, own },
                                { 0 } },
                (double[]){ 3, 3 * exp(-0.5), 3 * exp(-1.0), 3 * exp(-5.0) }, 1e-15);
}
END_TEST

START_TEST(sersic)
{
  static const double b[][2] = { { 0.25, 0.22746821155978600 }, { 0.5, 0.69314718055994531 },
                                 { 1, 1.6783469900166612 },     { 1.3, 2.275339336983871 },
                                 { 2, 3.6720607488508969 },     { 3, 5.6701611887120702 },
                                 { 4, 7.6692494425008038 },     { 8, 15.667929544317243 },
                                 { 10, 19.667672423305671 } };
  static const double table[][2] = { { 0.5, 0.69315042559552742 }, { 1, 1.6783471774445520 },
                                     { 1.3, 2.27533948418542 },    { 4, 7.6692494454680995 },
                                     { 8, 15.667929544456591 },    { 0.2, 0.22746821155978600 },
                                     { 12, 19.667672423305671 } };
  for (size_t i = 0; i < sizeof b / sizeof *b; i++) close_to(sersic_b(b[i][0]), b[i][1], 2e-15);
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    close_to(sersic_b_table(table[i][0]), table[i][1], 4e-15);
  for (double n = 0.25; n < 10.0; n += 0.01) { /* increasing and smooth: slope 1.95 to 2.03 */
    double slope = (sersic_b(n + 1e-4) - sersic_b(n)) / 1e-4;
    ck_assert_msg(slope > 1.6 && slope < 2.04, "b'(%g) = %g", n, slope);
  }
  struct one o;
  struct profile p;
  double r2[8] = { 1e-8, 16e-8, 1e-6 }, out[8];
  load_one(&o,
           (socca_node[]){ NODE("type", "Sersic"),
                           CENTRE,
                           NODE("re", "4e-4"),
                           NODE("Ie", "0.3"),
                           NODE("ns", "1.3"),
                           { 0 } },
           IMAGE_SERSIC_TABLE);
  component_profile(&o.fw->component[0], o.load.par, NULL, &p);
  profile_values(&p, 1, 8, r2, out);
  close_to(out[0], 1.3338582550454376, 2e-15);
  close_to(out[1], 0.3, 1e-15);
  close_to(out[2], 0.029222089388612354, 2e-15);
  forward_free(o.fw);
  load_one(&o,
           (socca_node[]){ NODE("type", "Sersic"),
                           CENTRE,
                           NODE("re", "1"),
                           NODE("Ie", "1"),
                           NODE("ns", "4"),
                           { 0 } },
           0);
  component_profile(&o.fw->component[0], o.load.par, NULL, &p);
  profile_values(&p, 1, 8, (double[8]){ 0 }, out);
  close_to(out[0], exp(7.6692494425008038), 2e-14);
  forward_free(o.fw);
}
END_TEST

START_TEST(gnfw)
{
  static const double x[][2] = { { 1e-7, 0.9999837200176194 }, { 1e-2, 0.9497926412517243 },
                                 { 0.1, 0.6962724376905983 },  { 0.5, 0.2014375441041305 },
                                 { 1, 0.05829854410074066 },   { 2, 0.009611636452266257 },
                                 { 5, 4.205180303084329e-4 },  { 10, 2.703814086544748e-5 },
                                 { 50, 2.65908374645275e-8 },  { 100, 1.227248092545835e-9 } };
  for (size_t i = 0; i < sizeof x / sizeof *x; i++)
    close_to(gnfw_shape(x[i][0], 1.051, 5.4905, 0.3081), x[i][1], 2e-14);
  close_to(gnfw_shape(1.0, 2.0, 4.0, 0.0), 0.3535533905932738, 1e-14);
  close_to(gnfw_shape(1.0, 1.0, 5.0, 0.0), 0.126984126984127, 1e-14);
  close_to(gnfw_shape(1.0, 1.0, 3.0, 0.9), 0.03479580115755169, 1e-14);
  ck_assert(gnfw_shape(0.0, 1.0, 5.0, 0.0) == 1.0);
  /* straight lines between the original's nodes */
  static const double node[][2] = { { 1e-8, 0.9999837200176 },   { 0.03, 0.8830913187944 },
                                    { 0.1234, 0.6438357655898 }, { 0.5, 0.2014621055285 },
                                    { 1.7, 0.01541614155216 },   { 7.7, 7.825849409623e-5 },
                                    { 250, 1.227248092546e-9 } };
  struct gnfw_table *t = gnfw_new();
  struct profile p = { .shape = PROFILE_GNFW_NODES, .table = t, .c = { 1.0, 1.0, 1.0 } };
  double r2[8], out[8];
  gnfw_fill(t, 1, 1.0510, 5.4905, 0.30810);
  for (size_t i = 0; i < sizeof node / sizeof *node; i++) {
    for (int k = 0; k < 8; k++) r2[k] = node[i][0] * node[i][0];
    profile_values(&p, 1, 8, r2, out);
    close_to(out[0], node[i][1], 1e-12);
  }
  /* and the panels, for slopes sharp and flat */
  static const double slopes[][3] = {
    { 1.051, 5.4905, 0.3081 }, { 2, 4, 0 }, { 0.7, 3.2, 0.9 }, { 4, 5, -1 }
  };
  p.shape = PROFILE_GNFW;
  for (size_t s = 0; s < sizeof slopes / sizeof *slopes; s++) {
    gnfw_fill(t, 0, slopes[s][0], slopes[s][1], slopes[s][2]);
    for (double lx = -16.0; lx < 11.0; lx += 0.173) {
      for (int k = 0; k < 8; k++) r2[k] = exp(2.0 * lx);
      profile_values(&p, 1, 8, r2, out);
      close_to(out[0], gnfw_shape(exp(lx), slopes[s][0], slopes[s][1], slopes[s][2]),
               lx < GNFW_LOG_HIGH ? 1e-7 : 3e-3);
    }
  }
  gnfw_free(t);
}
END_TEST

START_TEST(truncation)
{
  /* on a flat profile: Beta with beta = 0 */
  static const double r[6] = { 0, 0.5, 0.9, 1, 1.1, 2 };
  static const double want[2][6] = { { 1, 0.9241418199787564, 0.39613850050808735, 0, 0, 0 },
                                     { 1, 0.9933522451505158, 0.7310917686381271,
                                       0.5000226999648812, 0.26895363129163546,
                                       4.539992976249635e-05 } };
  static const char *const type[2] = { "Exponential", "HyperTangent" };
  for (int k = 0; k < 2; k++) {
    socca_node edge[] = { NODE("type", type[k]), NODE("rt", "1e-3"), NODE("wt", "2e-4"), { 0 } };
    struct one o;
    struct profile p;
    double r2[8] = { 0 }, out[8];
    load_one(&o,
             (socca_node[]){ NODE("type", "Beta"),
                             CENTRE,
                             NODE("rc", "1"),
                             NODE("Ic", "1"),
                             NODE("beta", "0"),
                             { "truncation", NULL, edge },
                             { 0 } },
             0);
    ck_assert_str_eq(o.load.name[5], "c.rt"); /* after the geometry, before its own */
    ck_assert_str_eq(o.load.name[6], "c.wt");
    ck_assert_str_eq(o.load.name[7], "c.rc");
    component_profile(&o.fw->component[0], o.load.par, NULL, &p);
    for (int i = 0; i < 6; i++) r2[i] = r[i] * r[i] * 1e-6;
    profile_values(&p, 1, 8, r2, out);
    for (int i = 0; i < 6; i++)
      ck_assert_msg(fabs(out[i] - want[k][i]) < 4e-15, "%s at %g: %.17g", type[k], r[i], out[i]);
    forward_free(o.fw);
  }
}
END_TEST

START_TEST(radius)
{
  static const double at[3][2] = { { 20.001, -10.0 }, { 20.0, -9.999 }, { 19.999, -10.0005 } };
  static const double shape[5][3] = {
    { 0, 0, 0 }, { 0, 0.3, 0 }, { 0.5, 0.3, 0 }, { 0.5, 0.3, 0.7 }, { 0.5, 0.3, -0.5 }
  };
  static const double want[5][3] = {
    { 9.848077530134117e-4, 9.999999999994458e-4, 1.1044665275126884e-3 },
    { 1.4068682185905883e-3, 9.999999999994458e-4, 1.4930767510348776e-3 },
    { 1.3218401688669594e-3, 1.113207272999545e-3, 1.2750739126261626e-3 },
    { 1.2679927227413673e-3, 1.0228054360858767e-3, 1.165545852516039e-3 },
    { 1.4223280522946279e-3, 1.2448533596565547e-3, 1.4311834435071996e-3 }
  };
  image_data d;
  image_wcs w;
  fake_image(&d, &w, 8, 8, 1e-3, 20.0, -10.0);
  const double range[2] = { 19.9, 20.1 };
  for (int s = 0; s < 5; s++) {
    struct ellipse e;
    double v[5] = { 20.0, -10.0, shape[s][0], shape[s][1], shape[s][2] };
    double lon[8] = { 0 }, lat[8] = { 0 }, r2[8];
    ellipse_set(&e, &d, v, range);
    for (int i = 0; i < 3; i++) {
      lon[i] = at[i][0];
      lat[i] = at[i][1];
    }
    image_radius_v1(&e, 0.0, 8, lon, lat, r2);
    for (int i = 0; i < 3; i++) close_to(sqrt(r2[i]), want[s][i], 1e-12);
    for (int i = 0; i < 3; i++) lon[i] += 360.0; /* another turn */
    e.wrap = 1;
    image_radius_v1(&e, 0.0, 8, lon, lat, r2);
    for (int i = 0; i < 3; i++) close_to(sqrt(r2[i]), want[s][i], 1e-9);
  }
}
END_TEST

static void refused(const socca_node *component, const char *text)
{
  image_data d;
  image_wcs w;
  socca_node all[] = { { "c", NULL, component }, { 0 } };
  socca_node root = { "components", NULL, all };
  struct fake_load load = { .load.cx.h = &fake_host };
  struct forward *fw;
  fake_image(&d, &w, 8, 8, 1e-3, 20.0, -10.0);
  ck_assert(forward_load(&load.load, &root, &d, &fw) == SOCCA_E_INPUT);
  ck_assert_ptr_null(fw);
  ck_assert_msg(strstr(load.message, text) != NULL, "%s", load.message);
}

static void refused_integrated(const socca_node *component, const char *text)
{
  image_data d;
  image_wcs w;
  socca_node all[] = { { "c", NULL, component }, { 0 } };
  socca_node root = { "components", NULL, all };
  struct fake_load load = { .load.cx.h = &fake_host };
  struct forward *fw;
  fake_image(&d, &w, 8, 8, 1e-3, 20.0, -10.0);
  forward_load(&load.load, &root, &d, &fw);
  ck_assert_msg(strstr(load.message, text) != NULL, "%s", load.message);
  forward_free(fw);
}

START_TEST(errors)
{
  refused((socca_node[]){ NODE("type", "Disk"), { 0 } }, "Disk is not supported yet");
  refused((socca_node[]){ NODE("type", "SimpleBridge"), { 0 } }, "not supported yet");
  refused((socca_node[]){ NODE("type", "Sercic"), { 0 } }, "'Sercic'; did you mean 'Sersic'?");
  refused((socca_node[]){ NODE("type", "sersic"), { 0 } }, "'sersic'; did you mean 'Sersic'?");
  refused((socca_node[]){ NODE("type", "Pont"), { 0 } }, "'Pont'; did you mean 'Point'?");
  refused((socca_node[]){ NODE("type", "Points"), { 0 } }, "'Points'; did you mean 'Point'?");
  refused((socca_node[]){ NODE("type", "Moffat"), { 0 } }, "'Moffat'; there are Beta,");
  refused((socca_node[]){ NODE("xc", "20"), { 0 } }, "needs 'type'");
  refused((socca_node[]){ NODE("type", "Custom"), CENTRE, { 0 } }, "needs 'profile'");
  refused(
      (socca_node[]){
          NODE("type", "Point"), CENTRE, NODE("Ic", "1"), NODE("positive", "yes"), { 0 } },
      "must be true or false");
  refused((socca_node[]){ NODE("type", "Point"), CENTRE, { 0 } }, "c.Ic has no value");
  refused_integrated((socca_node[]){ NODE("type", "TopHat"),
                                     CENTRE,
                                     NODE("rc", "1"),
                                     NODE("Ic", "1"),
                                     NODE("cbox", "0.5"),
                                     { 0 } },
                     "give image: subgrid");
  refused_integrated(
      (socca_node[]){ NODE("type", "Power"), CENTRE, NODE("rc", "1"), NODE("Ic", "1"), { 0 } },
      "infinite flux");
}
END_TEST

int main(void)
{
  Suite *s = suite_create("profiles");
  TCase *t = tcase_create("profiles");
  tcase_add_test(t, values);
  tcase_add_test(t, custom);
  tcase_add_test(t, sersic);
  tcase_add_test(t, gnfw);
  tcase_add_test(t, truncation);
  tcase_add_test(t, radius);
  tcase_add_test(t, errors);
  suite_add_tcase(s, t);
  return run_suite(s);
}
