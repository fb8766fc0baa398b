/* SPDX-License-Identifier: BSD-3-Clause */
/* The whole forward model on small images: published maps and likelihoods, and its rules. */
#include "config.h"
#include "image_fake.h"
#include "models/image/parts.h"
#include "run_suite.h"

#define NODE(k, v)                                                                                 \
  {                                                                                                \
    k, v, NULL                                                                                     \
  }

struct bed {
  image_data data;
  image_wcs wcs;
  struct fake_load load;
  struct forward *fw;
  struct forward_ws *ws;
  socca_worker worker;
  double *raw, *smoothed, *background, *model;
};

static void start(struct bed *b, size_t nx, size_t ny)
{
  memset(b, 0, sizeof *b);
  fake_image(&b->data, &b->wcs, nx, ny, 1e-4, 20.0, -10.0);
  b->data.subgrid = 1;
  b->load.load.cx.h = &fake_host;
  b->worker.cx.h = &fake_host;
  b->worker.cx.isa = 1;
  b->raw = calloc(4 * nx * ny, sizeof(double));
  b->smoothed = b->raw + nx * ny;
  b->background = b->smoothed + nx * ny;
  b->model = b->background + nx * ny;
}
static void load(struct bed *b, const socca_node *components)
{
  socca_node root = { "components", NULL, components };
  ck_assert_msg(forward_load(&b->load.load, &root, &b->data, &b->fw) == SOCCA_OK, "%s",
                b->load.message);
  ck_assert(forward_workspace(&b->worker, b->fw, &b->ws) == SOCCA_OK);
}
static void draw(struct bed *b, const char *component)
{
  struct forward_maps m = { b->raw, b->smoothed, b->background, b->model };
  ck_assert(forward_maps(&b->worker, b->fw, b->ws, b->load.par, component, &m) == SOCCA_OK);
}
static void finish(struct bed *b)
{
  forward_drop(b->ws);
  forward_free(b->fw);
  free(b->raw);
}
static double sum(const double *x, size_t n)
{
  double s = 0.0;
  for (size_t i = 0; i < n; i++) s += x[i];
  return s;
}
static void expect_row(const double *have, const double *want, size_t n, double tolerance)
{
  for (size_t i = 0; i < n; i++)
    ck_assert_msg(fabs(have[i] - want[i]) <= tolerance, "column %zu: %.15g, expected %.15g", i,
                  have[i], want[i]);
}

static double kernel3[9] = { 1, 2, 1, 2, 4, 2, 1, 2, 1 };
static const socca_node sersic[] = {
  NODE("type", "Sersic"), NODE("xc", "20.00005"), NODE("yc", "-10.00002"),
  NODE("re", "2e-4"),     NODE("Ie", "0.3"),      NODE("ns", "1.3"),
  NODE("theta", "0.5"),   NODE("e", "0.3"),       { 0 }
};
/* 20 - 1.3e-4 / cos(10 deg) */
static const socca_node point[] = { NODE("type", "Point"),
                                    NODE("xc", "19.999867994540455"),
                                    NODE("yc", "-9.99993"),
                                    NODE("Ic", "2"),
                                    { 0 } };
static const socca_node sky[] = { NODE("type", "Background"), NODE("a0", "0.1"),
                                  NODE("a1x", "0.01"),        NODE("a1y", "-0.02"),
                                  NODE("a2xy", "0.03"),       { 0 } };
static const socca_node three[] = {
  { "galaxy", NULL, sersic }, { "star", NULL, point }, { "sky", NULL, sky }, { 0 }
};

static void golden_start(struct bed *b)
{
  start(b, 8, 6);
  b->data.psf = (image_kernel){ 3, 3, kernel3, 1, IMAGE_AUTO, NULL };
  b->data.compat = IMAGE_B04 | IMAGE_B09 | IMAGE_SERSIC_TABLE;
}

START_TEST(golden)
{
  static const double raw2[8] = { 0.0473572636124412,   0.0525689352624254, 0.232970623363356,
                                  0.550073145804831,    0.880049580948147,  0.0457407011168373,
                                  -0.00499015550743753, 0.0903554993625272 };
  static const double smo2[8] = { 0.138780743363187, 0.202073231443507, 0.386726706093828,
                                  0.657421101503383, 0.715781830494843, 0.496865618344288,
                                  0.26915495546936,  0.157103549994333 };
  static const double sky2[8] = { 0.106048020208401, 0.106336005916046, 0.106624000177316,
                                  0.106911999401634, 0.107200000000239, 0.107487998382121,
                                  0.107775990958573, 0.108063974142112 };
  static const double galaxy3[8] = { 0.0375852300204437, 0.102390050838609, 0.308041241087745,
                                     1.11725082608215,   0.994024319739559, 0.279967552303298,
                                     0.0940178930065097, 0.0347293196218296 };
  static const double star3[8] = { -0.044599980415, 0.0509749399982, -0.062672142258,
                                   0.086227215292,  -0.14855255694,  0.636222271519,
                                   0.27346590057,   -0.114606800146 };
  struct bed b;
  golden_start(&b);
  load(&b, three);
  ck_assert_str_eq(b.load.name[0], "galaxy.xc");
  ck_assert_str_eq(b.load.name[4], "galaxy.cbox");
  ck_assert_str_eq(b.load.name[7], "galaxy.ns");
  ck_assert_str_eq(b.load.name[8], "star.xc");
  ck_assert_str_eq(b.load.name[11], "sky.rs");
  ck_assert_double_eq_tol(b.load.period[2], M_PI, 1e-15);
  ck_assert_str_eq(forward_component(b.fw, 2), "sky");
  ck_assert_ptr_null(forward_component(b.fw, 3));
  draw(&b, NULL);
  ck_assert_double_eq_tol(sum(b.raw, 48), 10.8629045610745, 1e-9);
  ck_assert_double_eq_tol(sum(b.model, 48), 15.8613041681472, 1e-9);
  ck_assert_double_eq_tol(sum(b.background, 48), 5.01254385960345, 1e-11);
  expect_row(b.raw + 16, raw2, 8, 3e-10);
  expect_row(b.model + 16, smo2, 8, 3e-10);
  expect_row(b.background + 16, sky2, 8, 1e-12);
  draw(&b, "galaxy");
  expect_row(b.raw + 24, galaxy3, 8, 1e-10);
  draw(&b, "star");
  expect_row(b.raw + 24, star3, 8, 3e-10);
  ck_assert_double_eq_tol(b.raw[4 * 8 + 5], 1.47645533471, 1e-9);
  struct forward_maps none = { NULL, NULL, NULL, NULL };
  ck_assert(forward_maps(&b.worker, b.fw, b.ws, b.load.par, "moon", &none) == SOCCA_E_INPUT);
  finish(&b);
}
END_TEST

START_TEST(response_and_exposure)
{
  static const double smo2[8] = { 0.306404598761372, 0.438467621051829, 0.802206112263597,
                                  1.30566776310825,  1.37889566122087,  0.945246266717581,
                                  0.519320814941665, 0.316755273369644 };
  double response[48], exposure[48];
  struct bed b;
  golden_start(&b);
  for (int k = 0; k < 48; k++) {
    response[k] = 1.0 - 0.05 * (k % 8) + 0.02 * (k / 8);
    exposure[k] = 2.0 + 0.1 * (k / 8);
  }
  b.data.response = response;
  b.data.exposure = exposure;
  load(&b, three);
  draw(&b, NULL);
  ck_assert_double_eq_tol(sum(b.model, 48), 33.3322073405692, 3e-9);
  ck_assert_double_eq_tol(sum(b.background, 48), 11.2046396847283, 1e-11);
  expect_row(b.model + 16, smo2, 8, 6e-10);
  finish(&b);
}
END_TEST

START_TEST(likelihood)
{
  double data[48];
  unsigned char good[48];
  struct bed b;
  golden_start(&b);
  memset(good, 1, sizeof good);
  b.data.level = 0.1;
  load(&b, three);
  draw(&b, NULL);
  for (int k = 0; k < 48; k++) data[k] = b.model[k] + 0.1 * cos(k);
  double par[FAKE_PARAMS], logl, chi2;
  uint64_t npix;
  memcpy(par, b.load.par, sizeof par);
  forward_drop(b.ws);
  forward_free(b.fw);
  b.data.data = data;
  b.data.good = good;
  b.data.ngood = 48;
  b.load.npar = 0;
  load(&b, three);
  ck_assert(forward_loglike(&b.worker, b.fw, b.ws, par, &logl) == SOCCA_OK);
  ck_assert_double_eq_tol(logl, 54.1885367601702, 1e-10);
  ck_assert(forward_null_loglike(&b.worker, b.fw, &logl) == SOCCA_OK);
  ck_assert_double_eq_tol(logl, -316.297373898137, 1e-6); /* of data made from our own map */
  ck_assert(forward_chi2(&b.worker, b.fw, b.ws, par, &chi2, &npix) == SOCCA_OK);
  double want = 0.0;
  for (int k = 0; k < 48; k++) want += cos(k) * cos(k);
  ck_assert_double_eq_tol(chi2, want, 1e-10);
  ck_assert_uint_eq(npix, 48);
  finish(&b);
}
END_TEST

START_TEST(subgrids)
{
  static const double pixel3[8] = { 0.0385915896408785, 0.105403670632987, 0.317632879703469,
                                    1.09904659496122,   1.04197984273523,  0.290521454568069,
                                    0.0970057117189668, 0.0357023486582525 };
  static const double original3[8] = { 0.0385561453273219, 0.105289470740293, 0.317196633565199,
                                       1.09757019901722,   1.03977461955201,  0.290124391958202,
                                       0.0969018048443814, 0.0356698729894703 };
  static const socca_node one[] = { { "galaxy", NULL, sersic }, { 0 } };
  for (int k = 0; k < 2; k++) {
    struct bed b;
    start(&b, 8, 6);
    b.data.subgrid = 2;
    b.data.compat = IMAGE_SERSIC_TABLE | (k ? IMAGE_B02 : 0);
    load(&b, one);
    draw(&b, NULL);
    ck_assert_double_eq_tol(sum(b.raw, 48), k ? 9.37694882684372 : 9.38200853453795, 1e-9);
    expect_row(b.raw + 24, k ? original3 : pixel3, 8, 2e-10);
    finish(&b);
  }
}
END_TEST

START_TEST(odd_size)
{
  static const socca_node gauss[] = { NODE("type", "Gaussian"), NODE("xc", "20"), NODE("yc", "-10"),
                                      NODE("rs", "1e-4"),       NODE("Is", "1"),  { 0 } };
  static const socca_node one[] = { { "g", NULL, gauss }, { 0 } };
  static const double raw2[4] = { 0.00193045231735547, 0.0387741891797092, 0.286504747262322,
                                  0.778800768137466 };
  static const double right[7] = { 0.0089743677567434, 0.0770367925066454, 0.292707559654079,
                                   0.552102178429581,  0.552102178429581,  0.292707559654079,
                                   0.0766304466959086 };
  static const double original[7] = { 0.0137560836296231, 0.0692859969907255, 0.28396517172768,
                                      0.576099652263362,  0.575531198604134,  0.27980573198672,
                                      0.0574962221835413 };
  for (int k = 0; k < 2; k++) {
    struct bed b;
    start(&b, 7, 5);
    b.data.psf = (image_kernel){ 3, 3, kernel3, 1, IMAGE_ZERO_PHASE, NULL };
    b.data.compat = k ? IMAGE_B10 : 0;
    load(&b, one);
    draw(&b, NULL);
    expect_row(b.raw + 14, raw2, 4, 1e-9);
    expect_row(b.model + 14, k ? original : right, 7, 1e-9);
    finish(&b);
  }
}
END_TEST

/* Points show where they are, with and without a PSF, on a grid of pixels alone too */
START_TEST(points)
{
  static const socca_node star[] = {
    NODE("type", "Point"), NODE("xc", "5"), NODE("yc", "3"), NODE("Ic", "2"), { 0 }
  };
  static const socca_node one[] = { { "star", NULL, star }, { 0 } };
  for (int k = 0; k < 2; k++) {
    struct bed b;
    start(&b, 10, 7);
    fake_image(&b.data, &b.wcs, 10, 7, 0.0, 0.0, 0.0);
    if (k) b.data.psf = (image_kernel){ 3, 3, kernel3, 1, IMAGE_AUTO, NULL };
    load(&b, one);
    ck_assert_str_eq(b.load.unit[0], "pix");
    draw(&b, NULL); /* FITS pixel (5, 3) is column 4, row 2 */
    ck_assert_double_eq_tol(b.raw[2 * 10 + 4], 2.0, 1e-14);
    ck_assert_double_eq_tol(b.model[2 * 10 + 4], k ? 0.5 : 2.0, 1e-14);
    ck_assert_double_eq_tol(b.model[2 * 10 + 5], k ? 0.25 : 0.0, 1e-14);
    finish(&b);
  }
}
END_TEST

/* -inf: a component that must be positive is not, or something that is no number; masked pixels are
 * no part of the likelihood, whatever the model is there */
START_TEST(impossible)
{
  static const socca_node poly[] = { NODE("type", "PolyExponential"),
                                     NODE("xc", "20"),
                                     NODE("yc", "-10"),
                                     NODE("rs", "1e-4"),
                                     NODE("Is", "1"),
                                     NODE("rc", "1e-4"),
                                     NODE("c1", "-2"),
                                     NODE("positive", "true"),
                                     { 0 } };
  static const socca_node power[] = { NODE("type", "Power"),
                                      NODE("xc", "6"),
                                      NODE("yc", "5"),
                                      NODE("rc", "1"),
                                      NODE("Ic", "1"),
                                      NODE("alpha", "1"),
                                      { 0 } };
  double data[80] = { 0 }, logl, chi2;
  uint64_t npix;
  unsigned char good[80];
  memset(good, 1, sizeof good);
  for (int k = 0; k < 4; k++) {
    struct bed b;
    socca_node one[] = { { "c", NULL, k == 0 ? poly : power }, { 0 } };
    start(&b, 10, 8);
    if (k > 0) fake_image(&b.data, &b.wcs, 10, 8, 0.0, 0.0, 0.0);
    b.data.subgrid = k < 3;
    b.data.data = data;
    b.data.good = good;
    b.data.ngood = 80;
    b.data.level = 0.1;
    good[4 * 10 + 5] = k != 2; /* the pixel whose centre is at r = 0 */
    load(&b, one);
    ck_assert(forward_loglike(&b.worker, b.fw, b.ws, b.load.par, &logl) == SOCCA_OK);
    if (k < 2)
      ck_assert_msg(logl == -INFINITY, "case %d: %g", k, logl);
    else
      ck_assert_msg(isfinite(logl), "case %d: %g", k, logl);
    b.load.par[k == 0 ? 5 : 3] = k == 0 ? 0.0 : 1.0; /* scale 0, ellipticity 1 */
    ck_assert(forward_chi2(&b.worker, b.fw, b.ws, b.load.par, &chi2, &npix) == SOCCA_OK);
    ck_assert(forward_loglike(&b.worker, b.fw, b.ws, b.load.par, &logl) == SOCCA_OK);
    ck_assert_msg(!isnan(logl), "case %d", k);
    finish(&b);
  }
}
END_TEST

START_TEST(without_data)
{
  struct bed b;
  double logl, out[48], again[48];
  golden_start(&b);
  load(&b, three);
  ck_assert(forward_loglike(&b.worker, b.fw, b.ws, b.load.par, &logl) == SOCCA_E_INPUT);
  ck_assert(forward_mock(&b.worker, b.fw, b.ws, b.load.par, 1, out) == SOCCA_E_INPUT);
  b.data.level = 0.1;
  ck_assert(forward_mock(&b.worker, b.fw, b.ws, b.load.par, 1, out) == SOCCA_OK);
  ck_assert(forward_mock(&b.worker, b.fw, b.ws, b.load.par, 1, again) == SOCCA_OK);
  ck_assert(memcmp(out, again, sizeof out) == 0);
  draw(&b, NULL);
  double chi2 = 0.0;
  for (int k = 0; k < 48; k++) chi2 += pow((out[k] - b.model[k]) / 0.1, 2);
  ck_assert_msg(chi2 > 48.0 - 5.0 * sqrt(96.0) && chi2 < 48.0 + 5.0 * sqrt(96.0), "%g", chi2);
  finish(&b);
}
END_TEST

/* One likelihood, bit for bit, on every level and in every workspace, in any order of calls */
START_TEST(deterministic)
{
  uint32_t level[3];
  size_t n = fake_levels(level);
  double data[48] = { 0 }, first = 0.0;
  unsigned char good[48];
  memset(good, 1, sizeof good);
  for (int subgrid = 0; subgrid < 2; subgrid++)
    for (size_t k = 0; k < n; k++) {
      struct bed b;
      golden_start(&b);
      b.data.subgrid = subgrid;
      b.data.data = data;
      b.data.good = good;
      b.data.ngood = 48;
      b.data.level = 0.1;
      b.worker.cx.isa = level[k];
      load(&b, three);
      for (int call = 0; call < 3; call++) {
        double logl, par[FAKE_PARAMS];
        memcpy(par, b.load.par, sizeof par);
        if (call == 1) par[0] += 1e-5;
        if (call == 1) par[9] += 1e-5;
        ck_assert(forward_loglike(&b.worker, b.fw, b.ws, par, &logl) == SOCCA_OK);
        if (k == 0 && call == 0) first = logl;
        ck_assert_msg((logl == first) == (call != 1), "level %u call %d: %.17g %.17g", level[k],
                      call, logl, first);
      }
      finish(&b);
    }
}
END_TEST

int main(void)
{
  Suite *s = suite_create("forward");
  TCase *t = tcase_create("forward");
  tcase_add_test(t, golden);
  tcase_add_test(t, response_and_exposure);
  tcase_add_test(t, likelihood);
  tcase_add_test(t, subgrids);
  tcase_add_test(t, odd_size);
  tcase_add_test(t, points);
  tcase_add_test(t, impossible);
  tcase_add_test(t, without_data);
  tcase_add_test(t, deterministic);
  suite_add_tcase(s, t);
  return run_suite(s);
}
