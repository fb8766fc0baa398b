/* SPDX-License-Identifier: BSD-3-Clause */
/* What is done to kernels in Fourier space. */
#include "config.h"
#include "psf.h"
#include "memory.h"
#include <complex.h>
#include <fftw3.h>
#include <math.h>

#define PI 3.14159265358979323846

struct plane { /* a kernel on a circular grid and its half-plane transform */
  size_t nx, ny, half;
  double *real;
  fftw_complex *spectrum;
};

static void plane_clear(struct plane *p)
{
  fftw_free(p->real);
  fftw_free(p->spectrum);
}

/* kernel in the corner of an mx x my grid, transformed */
static int plane_make(struct plane *p, size_t nx, size_t ny, const double *value, size_t mx,
                      size_t my)
{
  p->nx = mx;
  p->ny = my;
  p->half = mx / 2 + 1;
  p->real = fftw_alloc_real(mx * my);
  p->spectrum = fftw_alloc_complex(p->half * my);
  fftw_plan plan = NULL;
  if (p->real && p->spectrum)
    plan = fftw_plan_dft_r2c_2d((int)my, (int)mx, p->real, p->spectrum, FFTW_ESTIMATE);
  if (!plan) {
    plane_clear(p);
    return 0;
  }
  for (size_t i = 0; i < mx * my; i++) p->real[i] = 0.0;
  for (size_t j = 0; j < ny && j < my; j++)
    for (size_t i = 0; i < nx && i < mx; i++) p->real[j * mx + i] = value[j * nx + i];
  fftw_execute(plan);
  fftw_destroy_plan(plan);
  return 1;
}

/* transform back to `wide` columns; wide x ny <= mx x my */
static int plane_back(struct plane *p, size_t wide)
{
  fftw_plan plan = fftw_plan_dft_c2r_2d((int)p->ny, (int)wide, p->spectrum, p->real, FFTW_ESTIMATE);
  if (!plan) return 0;
  fftw_execute(plan);
  fftw_destroy_plan(plan);
  return 1;
}

int psf_symmetric(size_t nx, size_t ny, const double *value, long centre2[2])
{
  double sum = 0.0, x = 0.0, y = 0.0, peak = 0.0;
  for (size_t j = 0; j < ny; j++)
    for (size_t i = 0; i < nx; i++) {
      double v = value[j * nx + i];
      sum += v;
      x += v * (double)i;
      y += v * (double)j;
      peak = fmax(peak, fabs(v));
    }
  double cx = rint(2.0 * x / sum), cy = rint(2.0 * y / sum);
  if (!(cx >= 0.0 && cx <= 2.0 * (double)(nx - 1) && cy >= 0.0 && cy <= 2.0 * (double)(ny - 1)))
    return 0;
  long sx = (long)cx, sy = (long)cy;
  for (size_t j = 0; j < ny; j++)
    for (size_t i = 0; i < nx; i++) {
      long a = sx - (long)i, b = sy - (long)j;
      int inside = a >= 0 && b >= 0 && a < (long)nx && b < (long)ny;
      double mirror = inside ? value[(size_t)b * nx + (size_t)a] : 0.0;
      if (fabs(value[j * nx + i] - mirror) > 1e-6 * peak) return 0;
    }
  struct plane p;
  if (!plane_make(&p, nx, ny, value, 2 * nx, 2 * ny)) return 0;
  int good = 1;
  for (size_t j = 0; j < p.ny && good; j++) /* the phase of the centre of symmetry taken out */
    for (size_t i = 0; i < p.half && good; i++) {
      double fy = (double)j / (double)p.ny, fx = (double)i / (double)p.nx;
      if (2 * j > p.ny) fy -= 1.0;
      double complex turn = cexp(I * PI * (fx * cx + fy * cy));
      /* at the Nyquist frequency of a shift by half a pixel the phase is not defined */
      if ((2 * j == p.ny && sy % 2) || (2 * i == p.nx && sx % 2)) continue;
      good = creal(p.spectrum[j * p.half + i] * turn) >= -1e-6 * sum;
    }
  plane_clear(&p);
  centre2[0] = sx;
  centre2[1] = sy;
  return good;
}

socca_status psf_zero_phase(size_t nx, size_t ny, const double *value, size_t mx, size_t my,
                            size_t wide, double *out)
{
  struct plane p;
  if (!plane_make(&p, nx, ny, value, mx, my)) return SOCCA_E_NOMEM;
  for (size_t k = 0; k < p.half * my; k++) p.spectrum[k] = cabs(p.spectrum[k]);
  if (!plane_back(&p, wide)) {
    plane_clear(&p);
    return SOCCA_E_NOMEM;
  }
  double scale = 1.0 / ((double)wide * (double)my);
  for (size_t j = 0; j < my; j++)
    for (size_t i = 0; i < wide; i++) {
      size_t b = (j + my - my / 2) % my, a = (i + wide - wide / 2) % wide;
      out[j * wide + i] = scale * p.real[b * wide + a];
    }
  plane_clear(&p);
  return SOCCA_OK;
}

socca_status psf_shift(size_t nx, size_t ny, const double *value, double dx, double dy, size_t mx,
                       size_t my, double *out)
{
  struct plane p;
  if (!plane_make(&p, nx, ny, value, mx, my)) return SOCCA_E_NOMEM;
  for (size_t j = 0; j < my; j++)
    for (size_t i = 0; i < p.half; i++) {
      double fy = (double)j / (double)my, fx = (double)i / (double)mx;
      if (2 * j > my) fy -= 1.0;
      p.spectrum[j * p.half + i] *= cexp(-2.0 * I * PI * (fx * dx + fy * dy));
    }
  if (!plane_back(&p, mx)) {
    plane_clear(&p);
    return SOCCA_E_NOMEM;
  }
  double scale = 1.0 / ((double)mx * (double)my);
  for (size_t j = 0; j < my; j++)
    for (size_t i = 0; i < mx; i++) { /* pixel (0, 0) stands in the middle */
      size_t b = (j + my - my / 2) % my, a = (i + mx - mx / 2) % mx;
      out[j * mx + i] = scale * p.real[b * mx + a];
    }
  plane_clear(&p);
  return SOCCA_OK;
}
