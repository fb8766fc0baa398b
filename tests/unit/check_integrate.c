/* SPDX-License-Identifier: BSD-3-Clause */
/* Pixel integration against an independent reference: each pixel is cut in four until the pieces are
 * small beside their distance from the cusp, and each piece gets 16 x 16 Gauss-Legendre points. */
#include "config.h"
#include "image_fake.h"
#include "models/image/kernels.h"
#include "models/image/parts.h"
#include "run_suite.h"

static const double gauss_at[8] = { 0.095012509837637440, 0.28160355077925891, 0.45801677765722739,
                                    0.61787624440264375,  0.75540440835500303, 0.86563120238783174,
                                    0.94457502307323258,  0.98940093499164993 };
static const double gauss_weight[8] = { 0.18945061045506850,  0.18260341504492359,
                                        0.16915651939500254,  0.14959598881657673,
                                        0.12462897125553387,  0.095158511682492785,
                                        0.062253523938647893, 0.027152459411754095 };

struct bed { /* a square image in pixels, one source on it */
  image_data data;
  image_wcs wcs;
  struct grid grid;
  struct integrator it;
  struct ellipse e;
  struct frame f;
  struct profile p;
  double *map;
};

static void bed_make(struct bed *b, size_t n, double scale, double lat, uint32_t isa)
{
  memset(b, 0, sizeof *b);
  fake_image(&b->data, &b->wcs, n, n, scale, 20.0, lat);
  ck_assert_int_eq(grid_make(&b->grid, &b->data), SOCCA_OK);
  ck_assert_int_eq(integrator_make(&b->it, &b->grid, isa), SOCCA_OK);
  b->map = calloc(n * b->grid.out, sizeof(double));
  ck_assert_ptr_nonnull(b->map);
}
static void bed_clear(struct bed *b)
{
  integrator_clear(&b->it);
  grid_clear(&b->grid);
  free(b->map);
}
/* centre in pixels from 0, angle of the ellipse, axis ratio */
static void place(struct bed *b, double x, double y, double theta, double q, double cbox)
{
  double lon, lat, j[4], at[2] = { x, y };
  image_world(&b->wcs, 1, &x, &y, &lon, &lat);
  image_jacobian(&b->wcs, x, y, j);
  double value[5] = { lon, lat, theta, 1.0 - q, cbox };
  ellipse_set(&b->e, &b->data, value, b->grid.lon_range);
  frame_set(&b->f, &b->e, at, j);
}
static void sersic(struct bed *b, double n, double re)
{
  double k = sersic_b(n);
  memset(&b->p, 0, sizeof b->p);
  if (n == 1.0) {
    b->p.shape = PROFILE_EXP;
    b->p.c[0] = exp(k);
    b->p.c[5] = k / re;
    return;
  }
  b->p.shape = PROFILE_SERSIC;
  b->p.c[0] = 1.0;
  b->p.c[1] = k;
  b->p.c[2] = 1.0 / (re * re);
  b->p.c[3] = 0.5 / n;
}
static void draw(struct bed *b)
{
  integrate_radial(&b->it, &b->e, &b->f, &b->p, b->map, NULL);
}
static double pixel(const struct bed *b, size_t i, size_t j)
{
  return b->map[j * b->grid.out + i];
}

/* integral over a square of side h about (x, y), by the true coordinates */
static double cell(struct bed *b, double x, double y, double h, int level)
{
  double px[256], py[256], lon[256], lat[256], r2[256], f[256], sum = 0.0;
  double u = b->f.u0 * (x - b->f.x) + b->f.u1 * (y - b->f.y);
  double v = b->f.v0 * (x - b->f.x) + b->f.v1 * (y - b->f.y);
  if (level > 44) return 0.0;
  if (hypot(u, v) < 1.2 * h * b->f.large || h > 0.24) {
    for (int k = 0; k < 4; k++)
      sum += cell(b, x + (k % 2 ? 0.25 : -0.25) * h, y + (k / 2 ? 0.25 : -0.25) * h, 0.5 * h,
                  level + 1);
    return sum;
  }
  for (int k = 0; k < 256; k++) {
    int i = k % 16, j = k / 16;
    px[k] = x + 0.5 * h * (i < 8 ? gauss_at[i] : -gauss_at[i - 8]);
    py[k] = y + 0.5 * h * (j < 8 ? gauss_at[j] : -gauss_at[j - 8]);
  }
  image_world(&b->wcs, 256, px, py, lon, lat);
  image_radius_v1(&b->e, 0.0, 256, lon, lat, r2);
  profile_values(&b->p, 1, 256, r2, f);
  for (int k = 0; k < 256; k++) sum += gauss_weight[k % 16 % 8] * gauss_weight[k / 16 % 8] * f[k];
  return 0.25 * h * h * sum;
}

static uint64_t state = 88172645463325252u;
static double uniform(void)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (double)(state >> 11) * 0x1p-53;
}

/* Worst relative error of the pixels within `reach` of the centre that are above 1e-6 of the peak:
 * the nearest ones and some of the others */
static double worst_error(struct bed *b, long reach)
{
  long n = (long)b->grid.nx, cx = (long)rint(b->f.x), cy = (long)rint(b->f.y);
  double peak = 0.0, worst = 0.0;
  for (long k = 0; k < n * (long)b->grid.out; k++) peak = fmax(peak, b->map[k]);
  for (long j = cy - reach; j <= cy + reach; j++)
    for (long i = cx - reach; i <= cx + reach; i++) {
      if (i < 0 || j < 0 || i >= n || j >= n) continue;
      double have = pixel(b, (size_t)i, (size_t)j);
      int near = labs(i - cx) < 3 && labs(j - cy) < 3;
      if (have < 1e-6 * peak || (!near && uniform() > 0.12)) continue;
      double want = cell(b, (double)i, (double)j, 1.0, 0);
      worst = fmax(worst, fabs(have / want - 1.0));
    }
  return worst;
}

START_TEST(constant)
{
  struct bed b;
  bed_make(&b, 32, 0.0, 0.0, 1);
  b.p.shape = PROFILE_BETA; /* beta = 0 */
  b.p.c[0] = 3.0;
  b.p.c[1] = b.p.c[2] = 1.0;
  place(&b, 15.3, 14.8, 0.4, 0.3, 0.0);
  draw(&b);
  /* exact but for the edges' quadrature, which is made for functions that saturate */
  for (size_t k = 0; k < 32 * b.grid.out; k++) ck_assert_double_eq_tol(b.map[k], 3.0, 1e-7);
  bed_clear(&b);
}
END_TEST

/* the grid of sizes: `_i`: index of Sersic's n */
START_TEST(accuracy)
{
  static const double index[] = { 0.5, 1, 2, 4, 6, 8 }, size[] = { 0.5, 3, 50 },
                      axis[] = { 1, 0.3, 0.1 };
  static const double offset[3][2] = { { 0, 0 }, { 0.5, 0.5 }, { 0.137, -0.311 } };
  struct bed b;
  bed_make(&b, 64, 0.0, 0.0, 1);
  for (int r = 0; r < 3; r++)
    for (int q = 0; q < 3; q++)
      for (int c = 0; c < 3; c++) {
        sersic(&b, index[_i], size[r]);
        place(&b, 32.0 + offset[c][0], 32.0 + offset[c][1], c ? 0.7 : 0.0, axis[q], 0.0);
        draw(&b);
        double worst = worst_error(&b, 12);
        ck_assert_msg(worst < 1e-4, "n %g re %g q %g centre %d: %.1e", index[_i], size[r], axis[q],
                      c, worst);
      }
  bed_clear(&b);
}
END_TEST

/* closed-form flux of sources that lie within the image */
START_TEST(flux)
{
  struct bed b;
  bed_make(&b, 128, 0.0, 0.0, 1);
  for (int k = 0; k < 6; k++) {
    double n = (double[]){ 0.5, 1, 1.5 }[k % 3], re = k < 3 ? 0.8 : 3.0, q = 0.6, sum = 0.0;
    sersic(&b, n, re);
    place(&b, 63.3, 64.2, 1.1, q, 0.0);
    draw(&b);
    for (size_t j = 0; j < 128; j++)
      for (size_t i = 0; i < 128; i++) sum += pixel(&b, i, j);
    double bn = sersic_b(n);
    double want = 2.0 * M_PI * n * re * re * q * exp(bn) * pow(bn, -2.0 * n) * tgamma(2.0 * n);
    ck_assert_msg(fabs(sum / want - 1.0) < 2e-6, "n %g re %g: flux off by %.1e", n, re,
                  sum / want - 1.0);
  }
  bed_clear(&b);
}
END_TEST

START_TEST(near_edges)
{
  static const double away[] = { 0.0, 1e-12, 1e-10, 1e-9, 1e-6, 1e-4, 1e-3 };
  static const double from[3][2] = { { 0.0, 0.0 }, { 0.5, 0.0 }, { 0.5, 0.5 } };
  struct bed b;
  bed_make(&b, 24, 0.0, 0.0, 1);
  for (size_t a = 0; a < sizeof away / sizeof *away; a++)
    for (int c = 0; c < 3; c++)
      for (int t = 0; t < 2; t++) {
        sersic(&b, t ? 1.0 : 4.0, 2.0);
        place(&b, 12.0 + from[c][0] + away[a], 12.0 + from[c][1] - away[a], t ? 0.6 : 0.0, 0.3,
              0.0);
        draw(&b);
        double worst = worst_error(&b, 3);
        ck_assert_msg(worst < 1e-4, "%g from an edge: %.1e", away[a], worst);
      }
  bed_clear(&b);
}
END_TEST

/* A shift by whole pixels, a mirror image and a transpose are the same picture. */
START_TEST(symmetry)
{
  struct bed a, b;
  bed_make(&a, 40, 0.0, 0.0, 1);
  bed_make(&b, 40, 0.0, 0.0, 1);
  sersic(&a, 4.0, 3.0);
  b.p = a.p;
  place(&a, 19.3, 20.2, 0.7, 0.4, 0.0);
  draw(&a);
  double peak = 0.0;
  for (size_t k = 0; k < 40 * a.grid.out; k++) peak = fmax(peak, a.map[k]);
  for (int kind = 0; kind < 3; kind++) {
    if (kind == 0) place(&b, 22.3, 18.2, 0.7, 0.4, 0.0);
    if (kind == 1) place(&b, 39.0 - 19.3, 20.2, -0.7, 0.4, 0.0);
    if (kind == 2) place(&b, 20.2, 19.3, -0.5 * M_PI - 0.7, 0.4, 0.0);
    draw(&b);
    for (size_t j = 4; j < 36; j++)
      for (size_t i = 4; i < 36; i++) {
        double other = kind == 0   ? pixel(&b, i + 3, j - 2)
                       : kind == 1 ? pixel(&b, 39 - i, j)
                                   : pixel(&b, j, i);
        ck_assert_msg(fabs(pixel(&a, i, j) - other) < 1e-12 * peak, "kind %d at %zu, %zu: %g", kind,
                      i, j, (pixel(&a, i, j) - other) / peak);
      }
  }
  bed_clear(&a);
  bed_clear(&b);
}
END_TEST

/* chi2 of a fixed noisy image along a line through a pixel's centre and edge: its slope changes in
 * proportion to the step, so there is no jump; needles would show in its second differences. */
static double chi2(struct bed *b, const double *data)
{
  double sum = 0.0;
  draw(b);
  for (size_t j = 0; j < b->grid.ny; j++)
    for (size_t i = 0; i < b->grid.nx; i++) {
      double r = pixel(b, i, j) - data[j * b->grid.nx + i];
      sum += r * r;
    }
  return sum;
}
static double slope_change(struct bed *b, const double *data, double n, double x, double h)
{
  double most = 0.0, c[9];
  for (int k = 0; k < 9; k++) {
    sersic(b, n, 3.0);
    place(b, x + h * (k - 4), 16.2, 0.4, 0.6, 0.0);
    c[k] = chi2(b, data);
  }
  for (int k = 1; k < 8; k++) most = fmax(most, fabs(c[k + 1] - 2.0 * c[k] + c[k - 1]) / h);
  return most;
}
START_TEST(smooth)
{
  struct bed b;
  bed_make(&b, 32, 0.0, 0.0, 1);
  double *data = calloc(32 * 32, sizeof *data), peak = 0.0;
  for (int t = 0; t < 3; t++) {
    double n = (double[]){ 1.0, 4.0, 8.0 }[t];
    sersic(&b, n, 3.0);
    place(&b, 16.1, 16.2, 0.4, 0.6, 0.0);
    draw(&b);
    for (size_t k = 0; k < 32 * 32; k++) peak = fmax(peak, pixel(&b, k % 32, k / 32));
    for (size_t k = 0; k < 32 * 32; k++)
      data[k] = pixel(&b, k % 32, k / 32) + 0.01 * peak * (uniform() - 0.5);
    static const double at[] = { 15.5, 16.0, 16.23 }; /* edge, pixel centre, anywhere */
    for (int k = 0; k < 3; k++) {
      double coarse = slope_change(&b, data, n, at[k], 1e-3);
      double fine = slope_change(&b, data, n, at[k], 1e-5);
      /* chi2'' may peak like |x|^(1/n) where the cusp crosses an edge: 100 times the step */
      double power = k == 0 ? 1.0 / n : 1.0;
      ck_assert_msg(fine < 4.0 * coarse * pow(0.01, fmin(1.0, power + 1e-9)) + 1e-6 * peak * peak,
                    "n %g at %g: slope changes by %g per 1e-3, %g per 1e-5", n, at[k], coarse,
                    fine);
    }
  }
  free(data);
  bed_clear(&b);
}
END_TEST

START_TEST(tophat)
{
  struct bed b;
  bed_make(&b, 32, 0.0, 0.0, 1);
  b.p.shape = PROFILE_TOPHAT;
  for (int t = 0; t < 40; t++) {
    double radius = t % 4 == 0 ? 0.25 * uniform() + 0.01 : 6.0 * uniform() + 0.3,
           q = 0.3 + 0.7 * uniform();
    double sum = 0.0;
    b.p.c[0] = 2.0;
    b.p.c[1] = radius * radius;
    place(&b, 15.0 + uniform(), 15.0 + uniform(), 3.0 * uniform(), q, 0.0);
    if (t == 1) place(&b, 16.0, 16.0, 0.0, q, 0.0);
    if (t == 2) place(&b, 15.5, 15.5, 0.0, q = 1.0, 0.0);
    draw(&b);
    for (size_t j = 0; j < 32; j++)
      for (size_t i = 0; i < 32; i++) {
        ck_assert(pixel(&b, i, j) >= 0.0 && pixel(&b, i, j) <= 2.0);
        sum += pixel(&b, i, j);
      }
    double want = 2.0 * M_PI * q * radius * radius;
    ck_assert_msg(fabs(sum / want - 1.0) < 1e-7, "radius %g: flux off by %.1e", radius,
                  sum / want - 1);
  }
  place(&b, 15.3, 15.8, 0.5, 0.6, 0.0); /* one pixel on the edge against a lattice */
  b.p.c[1] = 16.0;
  draw(&b);
  for (size_t i = 10; i < 22; i++) {
    size_t inside = 0;
    for (int k = 0; k < 400 * 400; k++) {
      double x = (double)i - 0.5 + (k % 400 + 0.5) / 400.0 - 15.3;
      double y = 17.0 - 0.5 + (k / 400 + 0.5) / 400.0 - 15.8;
      double u = b.f.u0 * x + b.f.u1 * y, v = b.f.v0 * x + b.f.v1 * y;
      inside += u * u + v * v < 16.0;
    }
    ck_assert_double_eq_tol(pixel(&b, i, 17), 2.0 * (double)inside / 160000.0, 1e-3);
  }
  bed_clear(&b);
}
END_TEST

START_TEST(singular) /* an infinite centre that can be integrated, on a pixel's centre */
{
  struct bed b;
  bed_make(&b, 24, 0.0, 0.0, 1);
  b.p.shape = PROFILE_POWER_LAW;
  b.p.c[0] = b.p.c[1] = 1.0;
  b.p.c[2] = 0.5;
  place(&b, 12.0, 12.0, 0.3, 0.7, 0.0);
  draw(&b);
  ck_assert(isfinite(pixel(&b, 12, 12)));
  double worst = worst_error(&b, 6);
  ck_assert_msg(worst < 1e-4, "%.1e", worst);
  b.p.c[2] = 1.0; /* r^-2 has no integral there, and one everywhere else */
  draw(&b);
  ck_assert(pixel(&b, 12, 12) == INFINITY);
  ck_assert(isfinite(pixel(&b, 13, 12)));
  bed_clear(&b);
}
END_TEST

START_TEST(partly_outside)
{
  static const double at[][2] = {
    { -0.5, 10.2 }, { -3.0, -2.0 }, { 23.4, 23.5 }, { 60.0, 12.0 }, { -1e6, 5.0 }
  };
  struct bed b;
  bed_make(&b, 24, 0.0, 0.0, 1);
  for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
    sersic(&b, 4.0, 5.0);
    place(&b, at[k][0], at[k][1], 0.3, 0.4, 0.0);
    draw(&b);
    for (size_t j = 0; j < 24; j++)
      for (size_t i = 0; i < 24; i++) ck_assert(pixel(&b, i, j) >= 0.0);
    double worst = k < 3 ? worst_error(&b, 8) : 0.0;
    ck_assert_msg(worst < 1e-4, "centre %g, %g: %.1e", at[k][0], at[k][1], worst);
  }
  bed_clear(&b);
}
END_TEST

/* The flat-sky coordinates are no linear functions of the pixel: 3.6 arcsec pixels at Dec 60. */
START_TEST(curved)
{
  struct bed b;
  bed_make(&b, 48, 1e-3, 60.0, 1);
  sersic(&b, 4.0, 4e-3);
  place(&b, 20.3, 25.8, 0.4, 0.5, 0.0);
  draw(&b);
  double worst = worst_error(&b, 14);
  ck_assert_msg(worst < 1e-4, "%.1e", worst);
  bed_clear(&b);
}
END_TEST

/* Superellipses have kinks in high derivatives along both axes: no promise of 1e-4 */
START_TEST(boxy)
{
  struct bed b;
  bed_make(&b, 48, 0.0, 0.0, 1);
  for (int k = 0; k < 4; k++) {
    sersic(&b, k % 2 ? 1.0 : 4.0, 5.0);
    place(&b, 23.3, 24.1, 0.4, 0.6, k < 2 ? 1.0 : -0.4);
    draw(&b);
    double worst = worst_error(&b, 10);
    ck_assert_msg(worst < (k < 2 ? 1e-3 : 5e-3), "case %d: %.1e", k, worst);
  }
  bed_clear(&b);
}
END_TEST

START_TEST(levels)
{
  uint32_t level[3];
  size_t n = fake_levels(level);
  double *first = NULL;
  for (size_t k = 0; k < n; k++) {
    struct bed b;
    bed_make(&b, 40, 1e-4, -10.0, level[k]);
    sersic(&b, 2.7, 3e-4);
    place(&b, 20.3, 19.6, 0.4, 0.5, 0.3);
    draw(&b);
    if (k == 0) {
      first = malloc(40 * b.grid.out * sizeof *first);
      memcpy(first, b.map, 40 * b.grid.out * sizeof *first);
    }
    ck_assert_msg(memcmp(first, b.map, 40 * b.grid.out * sizeof *first) == 0, "level %u", level[k]);
    bed_clear(&b);
  }
  free(first);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("integrate");
  TCase *t = tcase_create("integrate");
  tcase_set_timeout(t, 60);
  tcase_add_test(t, constant);
  tcase_add_loop_test(t, accuracy, 0, 6);
  tcase_add_test(t, flux);
  tcase_add_test(t, near_edges);
  tcase_add_test(t, symmetry);
  tcase_add_test(t, smooth);
  tcase_add_test(t, tophat);
  tcase_add_test(t, singular);
  tcase_add_test(t, partly_outside);
  tcase_add_test(t, curved);
  tcase_add_test(t, boxy);
  tcase_add_test(t, levels);
  suite_add_tcase(s, t);
  return run_suite(s);
}
