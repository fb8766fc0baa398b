/* SPDX-License-Identifier: BSD-3-Clause */
/* Transforms against their definition, convolutions against direct sums, points against the circular
 * grid of 2N - 1 pixels that defines them. */
#include "config.h"
#include "run_suite.h"
#include <complex.h>
#include "image_fake.h"
#include "models/image/kernels.h"
#include "models/image/parts.h"

static uint64_t state = 88172645463325252u;
static double uniform(void)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (double)(state >> 11) * 0x1p-53;
}
static double *noise(size_t n)
{
  double *x = aligned_alloc(64, (n + 15) / 8 * 64);
  for (size_t i = 0; i < n; i++) x[i] = uniform() - 0.3;
  return x;
}

START_TEST(definition)
{
  static const size_t length[] = { 1,  2,  3,  4,  5,  6,  8,  9,   10,  12,  15,
                                   16, 25, 30, 48, 60, 75, 90, 128, 144, 150, 243 };
  uint32_t level[3];
  size_t levels = fake_levels(level);
  for (size_t c = 0; c < sizeof length / sizeof *length; c++) {
    size_t n = length[c], lines = 3;
    struct transform t;
    ck_assert_int_eq(transform_make(&t, n), SOCCA_OK);
    double *re = noise(lines * n), *im = noise(lines * n), *x = noise(16 * n);
    double *out = noise(2 * lines * n), *first = noise(2 * lines * n);
    for (size_t k = 0; k < levels; k++) {
      SOCCA_DISPATCH(level[k], image_lines)(&t, lines, re, im, x, out);
      if (k == 0) memcpy(first, out, 2 * lines * n * sizeof *out);
      ck_assert(memcmp(first, out, 2 * lines * n * sizeof *out) == 0);
    }
    for (size_t p = 0; p < lines; p++)
      for (size_t k = 0; k < n; k++) {
        double complex want = 0.0;
        for (size_t i = 0; i < n; i++)
          want += (re[p * n + i] + I * im[p * n + i]) *
                  cexp(-2.0 * I * M_PI * (double)(i * k % n) / (double)n);
        const double *have = out + 2 * (p * n + t.at[k]);
        ck_assert_msg(cabs(want - (have[0] + I * have[1])) < 1e-14 * (double)n, "n %zu, k %zu", n,
                      k);
      }
    free(re);
    free(im);
    free(x);
    free(out);
    free(first);
    transform_clear(&t);
  }
  ck_assert(transform_cost(7) == 0.0);
  ck_assert(transform_cost(0) == 0.0);
  ck_assert(transform_cost(150) > transform_cost(144));
}
END_TEST

struct bed {
  image_data data;
  image_wcs wcs;
  struct psf psf;
  struct convolver c;
  struct convolution w;
  double *sky, *out;
};
static void bed_make(struct bed *b, size_t nx, size_t ny, size_t kx, size_t ky, size_t x0,
                     size_t y0, size_t points)
{
  memset(b, 0, sizeof *b);
  fake_image(&b->data, &b->wcs, nx, ny, 0.0, 0.0, 0.0);
  b->psf = (struct psf){ .nx = kx, .ny = ky, .x0 = x0, .y0 = y0, .value = noise(kx * ky) };
  ck_assert_int_eq(convolver_make(&b->c, &b->data, &b->psf, points > 0), SOCCA_OK);
  ck_assert_int_eq(convolution_make(&b->w, &b->c, points), SOCCA_OK);
  b->sky = noise(ny * b->c.out);
  b->out = noise(ny * b->c.out);
}
static void bed_clear(struct bed *b)
{
  convolution_clear(&b->w);
  convolver_clear(&b->c);
  psf_clear(&b->psf);
  free(b->sky);
  free(b->out);
}
static double direct(const struct bed *b, long i, long j)
{
  double sum = 0.0;
  for (long y = 0; y < (long)b->psf.ny; y++)
    for (long x = 0; x < (long)b->psf.nx; x++) {
      long a = i + (long)b->psf.x0 - x, c = j + (long)b->psf.y0 - y;
      if (a < 0 || c < 0 || a >= (long)b->c.nx || c >= (long)b->c.ny) continue;
      sum += b->psf.value[(size_t)y * b->psf.nx + (size_t)x] *
             b->sky[(size_t)c * b->c.out + (size_t)a];
    }
  return sum;
}

START_TEST(linear)
{
  static const size_t size[][6] = { { 16, 12, 5, 5, 2, 2 },     { 17, 13, 4, 6, 1, 5 },
                                    { 40, 33, 11, 7, 0, 6 },    { 8, 8, 1, 1, 0, 0 },
                                    { 24, 20, 24, 20, 12, 10 }, { 3, 5, 3, 5, 1, 2 },
                                    { 121, 9, 3, 3, 1, 1 },     { 1, 1, 1, 1, 0, 0 } };
  uint32_t level[3];
  size_t levels = fake_levels(level);
  for (size_t k = 0; k < sizeof size / sizeof *size; k++) {
    const size_t *s = size[k];
    struct bed b;
    bed_make(&b, s[0], s[1], s[2], s[3], s[4], s[5], 0);
    double *first = noise(b.c.ny * b.c.out);
    for (size_t l = 0; l < levels; l++) {
      convolve(&b.w, level[l], b.sky, NULL, 0, b.out);
      for (size_t j = 0; j < b.c.ny; j++)
        for (size_t i = 0; i < b.c.nx; i++) {
          double want = direct(&b, (long)i, (long)j), have = b.out[j * b.c.out + i];
          ck_assert_msg(fabs(want - have) < 1e-13 * (double)(s[2] * s[3]), "%zu x %zu at %zu, %zu",
                        s[0], s[1], i, j);
          if (l == 0) first[j * b.c.out + i] = have;
          ck_assert(first[j * b.c.out + i] == have);
        }
    }
    free(first);
    bed_clear(&b);
  }
}
END_TEST

static double dirichlet(double d, double m)
{
  double s = sin(M_PI * d / m);
  return fabs(s) < 1e-14 ? 1.0 : sin(M_PI * d) / (m * s);
}

START_TEST(points)
{
  static const struct point at[] = { { 7.0, 5.0, 2.0 },
                                     { 7.3, 5.8, 1.0 },
                                     { -3.4, 20.1, 4.0 },
                                     { 100.7, -50.2, 3.0 },
                                     { 0.5, 3.0, -1.0 } };
  enum { N = sizeof at / sizeof *at, NX = 18, NY = 13 };
  double mx = 2 * NX - 1, my = 2 * NY - 1;
  struct bed b;
  bed_make(&b, NX, NY, 5, 4, 3, 1, N);
  for (int extended = 0; extended < 2; extended++) {
    convolve(&b.w, 1, extended ? b.sky : NULL, at, N, b.out);
    for (long j = 0; j < NY; j++)
      for (long i = 0; i < NX; i++) {
        double want = extended ? direct(&b, i, j) : 0.0;
        for (size_t p = 0; p < N; p++)
          for (long y = 0; y < 4; y++)
            for (long x = 0; x < 5; x++)
              want += at[p].flux * b.psf.value[y * 5 + x] *
                      dirichlet((double)(i + 3 - x) - at[p].x, mx) *
                      dirichlet((double)(j + 1 - y) - at[p].y, my);
        ck_assert_double_eq_tol(b.out[(size_t)j * b.c.out + (size_t)i], want, 1e-12);
      }
  }
  uint32_t level[3];
  size_t levels = fake_levels(level);
  double *first = noise(NY * b.c.out);
  memcpy(first, b.out, NY * b.c.out * sizeof *first);
  for (size_t l = 1; l < levels; l++) {
    convolve(&b.w, level[l], b.sky, at, N, b.out);
    for (size_t j = 0; j < NY; j++)
      ck_assert(memcmp(first + j * b.c.out, b.out + j * b.c.out, NX * sizeof *first) == 0);
  }
  free(first);
  bed_clear(&b);
}
END_TEST

START_TEST(line)
{
  double x[24];
  point_line(1, 7.0, 8, -4, 16, x); /* on a pixel: it alone */
  for (int i = 0; i < 16; i++) ck_assert(x[i] == (i == 11 ? 1.0 : 0.0));
  point_line(1, 7.0 + 15.0, 8, -4, 16, x); /* a period of 15 further */
  ck_assert(x[11] == 1.0);
  point_line(1, 0.5, 8, 0, 8, x);
  ck_assert_double_eq_tol(x[0], 0.6377848155670418, 1e-15);
  point_line(1, 3.25, 8, 0, 8, x);
  ck_assert_double_eq_tol(x[3], 0.9007278258235487, 1e-15);
  point_line(1, 3.25 - 150.0, 8, 0, 8, x);
  ck_assert_double_eq_tol(x[3], 0.9007278258235487, 1e-13);
  point_line(1, 3.0 + 1e-15, 8, 0, 8, x);
  ck_assert_double_eq_tol(x[3], 1.0, 1e-15);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("transform");
  TCase *t = tcase_create("transform");
  tcase_set_timeout(t, 60);
  tcase_add_test(t, definition);
  tcase_add_test(t, linear);
  tcase_add_test(t, points);
  tcase_add_test(t, line);
  suite_add_tcase(s, t);
  return run_suite(s);
}
