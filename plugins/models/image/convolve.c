/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "convolve.h"
#include "kernels.h"
#include "memory.h"
#include <math.h>

#define PI 3.14159265358979323846

size_t transform_size(size_t n)
{
  for (size_t m = n;; m++) {
    size_t k = m;
    while (k % 2 == 0) k /= 2;
    while (k % 3 == 0) k /= 3;
    while (k % 5 == 0) k /= 5;
    if (k == 1 && m % 2 == 0) return m;
  }
}

static int plan(struct convolver *c, unsigned flags)
{
  int mx = (int)c->mx, my = (int)c->my, half = (int)c->half, ny = (int)c->ny;
  fftw_complex *a = fftw_alloc_complex(c->half * c->my);
  fftw_complex *b = fftw_alloc_complex((c->mx > c->my ? c->mx : c->my) / 2 + 1);
  double *line = fftw_alloc_real(c->mx > c->my ? c->mx : c->my);
  if (a && b && line) {
    c->rows =
        fftw_plan_many_dft_r2c(1, &mx, ny, (double *)a, NULL, 1, 2 * half, a, NULL, 1, half, flags);
    c->columns =
        fftw_plan_many_dft(1, &my, half, a, NULL, half, 1, a, NULL, half, 1, FFTW_FORWARD, flags);
    c->columns_back =
        fftw_plan_many_dft(1, &my, half, a, NULL, half, 1, a, NULL, half, 1, FFTW_BACKWARD, flags);
    c->rows_back =
        fftw_plan_many_dft_c2r(1, &mx, ny, a, NULL, 1, half, (double *)a, NULL, 1, 2 * half, flags);
    c->point_x = fftw_plan_dft_r2c_1d(mx, line, b, flags);
    c->point_y = fftw_plan_dft_r2c_1d(my, line, b, flags);
  }
  fftw_free(a);
  fftw_free(b);
  fftw_free(line);
  return c->rows && c->columns && c->columns_back && c->rows_back && c->point_x && c->point_y;
}

/* The kernel with its origin at pixel (0, 0), transformed by the same plans */
static socca_status transform_kernel(struct convolver *c, const struct psf *psf)
{
  double *real = (double *)c->kernel, scale = 1.0 / ((double)c->mx * (double)c->my);
  fftw_plan whole = fftw_plan_dft_r2c_2d((int)c->my, (int)c->mx, real, c->kernel, FFTW_ESTIMATE);
  if (!whole) return SOCCA_E_NOMEM;
  for (size_t k = 0; k < 2 * c->half * c->my; k++) real[k] = 0.0;
  for (size_t j = 0; j < psf->ny; j++)
    for (size_t i = 0; i < psf->nx; i++) {
      size_t y = (j + c->my - psf->y0) % c->my, x = (i + c->mx - psf->x0) % c->mx;
      real[y * 2 * c->half + x] += scale * psf->value[j * psf->nx + i];
    }
  fftw_execute(whole);
  fftw_destroy_plan(whole);
  return SOCCA_OK;
}

socca_status convolver_make(struct convolver *c, const struct image_data *data,
                            const struct psf *psf, int points)
{
  *c = (struct convolver){ .nx = data->nx, .ny = data->ny };
  /* out[i] needs in[i - after .. i + before]; the image alone may wrap into what is not read */
  c->before[0] = psf->nx - 1 - psf->x0;
  c->before[1] = psf->ny - 1 - psf->y0;
  c->after[0] = psf->x0;
  c->after[1] = psf->y0;
  size_t n[2] = { data->nx, data->ny };
  for (int k = 0; k < 2; k++) {
    size_t most = c->before[k] > c->after[k] ? c->before[k] : c->after[k];
    n[k] += points ? c->before[k] + c->after[k] : most;
  }
  c->mx = transform_size(n[0]);
  c->my = transform_size(n[1]);
  c->half = c->mx / 2 + 1;
  c->kernel = fftw_alloc_complex(c->half * c->my);
  if (!c->kernel || !plan(c, data->fft_measure ? FFTW_MEASURE : FFTW_ESTIMATE))
    return SOCCA_E_NOMEM;
  return transform_kernel(c, psf);
}

void convolver_clear(struct convolver *c)
{
  fftw_plan plans[] = {
    c->rows, c->columns, c->columns_back, c->rows_back, c->point_x, c->point_y
  };
  for (size_t k = 0; k < sizeof plans / sizeof *plans; k++)
    if (plans[k]) fftw_destroy_plan(plans[k]);
  fftw_free(c->kernel);
  *c = (struct convolver){ 0 };
}

socca_status convolution_make(struct convolution *w, const struct convolver *c, size_t points)
{
  *w = (struct convolution){ .by = c, .room = points };
  w->plane = fftw_alloc_complex(c->half * c->my);
  w->across = fftw_alloc_complex((points + 1) * (c->half + 8));
  w->up = fftw_alloc_complex((points + 1) * (c->my + 8));
  w->line = fftw_alloc_real((c->mx > c->my ? c->mx : c->my) + 16);
  if (!w->plane || !w->across || !w->up || !w->line) return SOCCA_E_NOMEM;
  for (size_t k = 0; k < (points + 1) * (c->half + 8); k++) w->across[k][0] = w->across[k][1] = 0.0;
  return SOCCA_OK;
}

void convolution_clear(struct convolution *w)
{
  fftw_free(w->plane);
  fftw_free(w->across);
  fftw_free(w->up);
  fftw_free(w->line);
  *w = (struct convolution){ 0 };
}

/* sin(pi d) / (M sin(pi d / M)), M = 2 size - 1, at d = first - at, first + 1 - at, ...: M is odd, so
 * the line is periodic, and sin(pi d) alternates */
void point_line(uint32_t isa, double at, size_t size, long first, size_t n, double *out)
{
  double m = 2.0 * (double)size - 1.0;
  double whole = rint(at), part = at - whole, sine = sin(PI * part) / m;
  if (part == 0.0) {
    for (size_t i = 0; i < n; i++) out[i] = fmod((double)first + (double)i - whole, m) == 0.0;
    return;
  }
  double start = (double)first - whole;
  start -= m * rint(start / m); /* sin(pi (start + i - part)) = -(-1)^(start + i) sin(pi part) */
  double sign = fmod(start, 2.0) == 0.0 ? -sine : sine;
  SOCCA_DISPATCH(isa, image_dirichlet)(n, start, part, m, sign, out);
}

/* A point's row and column, transformed; `up` gets the flux */
static void transform_point(struct convolution *w, uint32_t isa, size_t k, const struct point *p)
{
  const struct convolver *c = w->by;
  size_t m[2] = { c->mx, c->my }, n[2] = { c->nx, c->ny };
  fftw_complex *out[2] = { w->across + k * (c->half + 8), w->up + k * (c->my + 8) };
  double at[2] = { p->x, p->y };
  for (int a = 0; a < 2; a++) {
    double *line = w->line;
    size_t reach = n[a] + c->before[a] + c->after[a];
    point_line(isa, at[a], n[a], -(long)c->before[a], reach, line);
    for (size_t i = reach; i < m[a]; i++) line[i] = 0.0;
    /* pixel 0 first, what lies before it at the end: the line is turned by `before` */
    SOCCA_DISPATCH(isa, image_rotate)(m[a], c->before[a], line);
    fftw_execute_dft_r2c(a == 0 ? c->point_x : c->point_y, line, out[a]);
  }
  fftw_complex *up = out[1];
  for (size_t j = 0; j <= c->my / 2; j++) {
    up[j][0] *= p->flux;
    up[j][1] *= p->flux;
  }
  for (size_t j = c->my / 2 + 1; j < c->my; j++) {
    up[j][0] = up[c->my - j][0];
    up[j][1] = -up[c->my - j][1];
  }
}

void convolve(struct convolution *w, uint32_t isa, int extended, const struct point *point,
              size_t n)
{
  const struct convolver *c = w->by;
  double *real = (double *)w->plane;
  size_t stride = 2 * c->half;
  if (extended) {
    for (size_t j = 0; j < c->ny; j++)
      memset(real + j * stride + c->nx, 0, (stride - c->nx) * sizeof *real);
    memset(real + c->ny * stride, 0, (c->my - c->ny) * stride * sizeof *real);
    fftw_execute_dft_r2c(c->rows, real, w->plane);
    fftw_execute_dft(c->columns, w->plane, w->plane);
  } else {
    memset(real, 0, c->my * stride * sizeof *real);
  }
  for (size_t k = 0; k < n; k++) transform_point(w, isa, k, &point[k]);
  SOCCA_DISPATCH(isa, image_multiply)
  (c->my, c->half, (double *)w->plane, (const double *)c->kernel, n, (const double *)w->across,
   2 * (c->half + 8), (const double *)w->up, 2 * (c->my + 8));
  fftw_execute_dft(c->columns_back, w->plane, w->plane);
  fftw_execute_dft_c2r(c->rows_back, w->plane, real);
}
