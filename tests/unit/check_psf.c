/* SPDX-License-Identifier: BSD-3-Clause */
/* How kernels are normalised, cropped and centred, and what is said about them. */
#include "config.h"
#include "image_fake.h"
#include "models/image/psf.h"
#include "run_suite.h"

struct bed {
  image_data data;
  image_wcs wcs;
  struct fake_load load;
  struct psf psf;
};
static void make(struct bed *b, size_t nx, size_t ny, double *kernel, size_t kx, size_t ky,
                 enum image_center center, uint32_t compat)
{
  memset(b, 0, sizeof *b);
  fake_image(&b->data, &b->wcs, nx, ny, 0.0, 0.0, 0.0);
  b->data.psf = (image_kernel){ kx, ky, kernel, 1, center, NULL };
  b->data.compat = compat;
  b->load.load.cx.h = &fake_host;
  ck_assert_msg(psf_make(&b->load.load, &b->data, &b->psf) == SOCCA_OK, "%s", b->load.message);
}
static double value(const struct psf *p, long dx, long dy) /* at an offset from the origin */
{
  long i = (long)p->x0 + dx, j = (long)p->y0 + dy;
  if (i < 0 || j < 0 || i >= (long)p->nx || j >= (long)p->ny) return 0.0;
  return p->value[(size_t)j * p->nx + (size_t)i];
}
static double sum_of(const struct psf *p)
{
  double s = 0.0;
  for (size_t k = 0; k < p->nx * p->ny; k++) s += p->value[k];
  return s;
}
static void gaussian(double *k, size_t nx, size_t ny, double x, double y, double s)
{
  for (size_t i = 0; i < nx * ny; i++) {
    double a = (double)(i % nx) - x, b = (double)(i / nx) - y;
    k[i] = exp(-0.5 * (a * a + b * b) / (s * s));
  }
}

START_TEST(symmetric_about_a_pixel)
{
  double k[49] = { 0 };
  struct bed b;
  gaussian(k, 5, 5, 2.0, 2.0, 1.0);
  make(&b, 8, 9, k, 5, 5, IMAGE_AUTO, 0);
  ck_assert_double_eq_tol(value(&b.psf, 0, 0), 0.16210282163712664, 1e-15);
  ck_assert_double_eq_tol(value(&b.psf, 1, 0), value(&b.psf, -1, 0), 1e-16);
  ck_assert_double_eq_tol(sum_of(&b.psf), 1.0, 1e-15);
  ck_assert_int_eq(b.load.warnings, 0);
  psf_clear(&b.psf);
  /* off its centre by whole pixels: moved without rounding, zero borders dropped */
  memset(k, 0, sizeof k);
  for (int j = 0; j < 3; j++)
    for (int i = 0; i < 3; i++) k[(j + 3) * 7 + i + 1] = (2 - abs(i - 1)) * (2 - abs(j - 1));
  make(&b, 20, 20, k, 7, 7, IMAGE_AUTO, 0);
  ck_assert_uint_eq(b.psf.nx, 3);
  ck_assert_uint_eq(b.psf.ny, 3);
  ck_assert(value(&b.psf, 0, 0) == 0.25 && value(&b.psf, 1, -1) == 0.0625);
  psf_clear(&b.psf);
  make(&b, 20, 20, k, 7, 7, IMAGE_NONE, 0); /* as it is: pixel (3, 3) is the source */
  ck_assert(value(&b.psf, -1, 1) == 0.25);
  psf_clear(&b.psf);
  make(&b, 20, 20, k, 7, 7, IMAGE_PEAK, 0);
  ck_assert(value(&b.psf, 0, 0) == 0.25);
  psf_clear(&b.psf);
}
END_TEST

START_TEST(symmetric_between_pixels)
{
  double k[24 * 24];
  struct bed b;
  gaussian(k, 24, 24, 11.5, 11.5, 1.9);
  make(&b, 64, 64, k, 24, 24, IMAGE_AUTO, 0);
  /* the same Gaussian, centred: well sampled, so that the shift is exact */
  for (long d = -4; d <= 4; d++)
    ck_assert_double_eq_tol(value(&b.psf, d, 1),
                            exp(-0.5 * (double)(d * d + 1) / 3.61) / (2.0 * M_PI * 3.61), 1e-7);
  ck_assert(b.psf.nx < 30 && b.psf.lost < 1e-7 && b.psf.lost >= 0.0);
  ck_assert_int_eq(b.load.warnings, 0);
  psf_clear(&b.psf);
  make(&b, 64, 64, k, 24, 24, IMAGE_ZERO_PHASE, 0); /* nothing cut away */
  ck_assert_uint_eq(b.psf.nx, 64);
  ck_assert_double_eq_tol(value(&b.psf, 0, 0), 1.0 / (2.0 * M_PI * 3.61), 1e-7);
  psf_clear(&b.psf);
  make(&b, 64, 64, k, 24, 24, IMAGE_CENTROID, 0);
  ck_assert_double_eq_tol(value(&b.psf, 1, 0), exp(-0.5 / 3.61) / (2.0 * M_PI * 3.61), 1e-7);
  psf_clear(&b.psf);
  make(&b, 64, 64, k, 24, 24, IMAGE_NONE, 0);
  ck_assert_double_eq_tol(value(&b.psf, 0, 0), value(&b.psf, -1, -1), 1e-15);
  psf_clear(&b.psf);
}
END_TEST

START_TEST(not_symmetric)
{
  double row[6] = { 0, 0.6, 0.4, 0, 0, 0 }, box[9] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 };
  struct bed b;
  make(&b, 20, 24, row, 3, 2, IMAGE_AUTO, 0);
  ck_assert_int_eq(b.load.warnings, 1);
  ck_assert_msg(strstr(b.load.message, "+0.400, -1.000") != NULL, "%s", b.load.message);
  ck_assert(value(&b.psf, 0, -1) == 0.6 && value(&b.psf, 1, -1) == 0.4);
  psf_clear(&b.psf);
  make(&b, 20, 24, row, 3, 2, IMAGE_AUTO, IMAGE_B11); /* the original drops the phases */
  ck_assert_double_eq_tol(value(&b.psf, 0, 0), 0.668, 1e-3);
  psf_clear(&b.psf);
  make(&b, 8, 8, box, 3, 3, IMAGE_AUTO, 0); /* symmetric, but its transform changes sign */
  ck_assert_double_eq_tol(value(&b.psf, 1, 1), 1.0 / 9.0, 1e-15);
  ck_assert_int_eq(b.load.warnings, 1);
  psf_clear(&b.psf);
  make(&b, 8, 8, box, 3, 3, IMAGE_ZERO_PHASE, 0);
  double low = 0.0;
  for (size_t i = 0; i < 64; i++) low = fmin(low, b.psf.value[i]);
  ck_assert_double_eq_tol(value(&b.psf, 0, 0), 0.2359, 1e-4);
  ck_assert_double_eq_tol(low, -0.0168, 1e-4);
  psf_clear(&b.psf);
}
END_TEST

START_TEST(odd_widths)
{
  double k[25];
  struct bed b;
  gaussian(k, 5, 5, 2.0, 2.0, 1.0);
  make(&b, 9, 9, k, 5, 5, IMAGE_ZERO_PHASE, 0);
  ck_assert_double_eq_tol(value(&b.psf, 0, 0), 0.162102822, 1e-9);
  ck_assert_uint_eq(b.psf.x0, 4);
  psf_clear(&b.psf);
  make(&b, 9, 8, k, 5, 5, IMAGE_ZERO_PHASE, IMAGE_B10);
  ck_assert_uint_eq(b.psf.nx, 8);
  ck_assert_double_eq_tol(value(&b.psf, 0, 0), 0.180999129, 1e-9);
  psf_clear(&b.psf);
}
END_TEST

START_TEST(cropped)
{
  double k[11 * 12];
  struct bed b;
  gaussian(k, 11, 12, 5.0, 6.0, 1.5);
  make(&b, 6, 9, k, 11, 12, IMAGE_NONE, 0);
  ck_assert_uint_eq(b.psf.nx, 6);
  ck_assert_uint_eq(b.psf.ny, 9);
  ck_assert_int_eq(b.load.warnings, 1);
  double sum = 0.0;
  for (size_t i = 0; i < 132; i++) sum += k[i];
  ck_assert_double_eq_tol(value(&b.psf, 0, 0), 1.0 / sum, 1e-15); /* not normalised again */
  ck_assert_double_eq_tol(value(&b.psf, -1, 2), k[8 * 11 + 4] / sum, 1e-15);
  psf_clear(&b.psf);
}
END_TEST

START_TEST(warnings)
{
  double k[225], zero[9] = { 1, -1, 0, 0, 0, 0, 0, 0, 0 };
  struct bed b;
  gaussian(k, 15, 15, 7.0, 7.0, 1.5);
  for (int i = 0; i < 225; i++) k[i] += 0.01;
  make(&b, 40, 40, k, 15, 15, IMAGE_NONE, 0);
  ck_assert_msg(strstr(b.load.message, "pedestal") != NULL, "%s", b.load.message);
  psf_clear(&b.psf);
  for (int i = 0; i < 225; i++) k[i] -= 0.02;
  make(&b, 40, 40, k, 15, 15, IMAGE_NONE, 0);
  ck_assert_msg(strstr(b.load.message, "negative pixels") != NULL, "%s", b.load.message);
  psf_clear(&b.psf);
  memset(&b, 0, sizeof b);
  fake_image(&b.data, &b.wcs, 8, 8, 0.0, 0.0, 0.0);
  b.data.psf = (image_kernel){ 3, 3, zero, 1, IMAGE_AUTO, NULL };
  b.load.load.cx.h = &fake_host;
  ck_assert(psf_make(&b.load.load, &b.data, &b.psf) == SOCCA_E_INPUT);
  ck_assert(strstr(b.load.message, "sum is zero") != NULL);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("psf");
  TCase *t = tcase_create("psf");
  tcase_add_test(t, symmetric_about_a_pixel);
  tcase_add_test(t, symmetric_between_pixels);
  tcase_add_test(t, not_symmetric);
  tcase_add_test(t, odd_widths);
  tcase_add_test(t, cropped);
  tcase_add_test(t, warnings);
  suite_add_tcase(s, t);
  return run_suite(s);
}
