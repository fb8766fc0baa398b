/* SPDX-License-Identifier: BSD-3-Clause */
/* How far each rule reaches. A smooth version of "the largest radius where the profile is bright and
 * too steep for the next rule, times 1.3, at least a multiple of the axis ratio's inverse". */
#include "config.h"
#include "integrate.h"
#include <math.h>

enum { SAMPLES = 56 };

static double power16(double x)
{
  x *= x;
  x *= x;
  x *= x;
  return x * x;
}

/* 1 where the log-slope per pixel is above `limit`, 0 below, smooth */
static double steep(double slope, double limit)
{
  double q = limit / slope;
  q *= q;
  q *= q;
  return 1.0 / (1.0 + power16(q)); /* the 64th power */
}

/* Flux in the pixel-sized ellipse around the centre, with a soft edge */
static double core_flux(const struct frame *frame, const double *r, const double *f, double step)
{
  const double pi = 3.14159265358979323846;
  double sum = 0.5 * fabs(f[0]) * r[0] * r[0];
  for (int k = 0; k < SAMPLES; k++) {
    double area = pi * r[k] * r[k] / frame->det;
    double t = fabs(f[k]) * r[k] * r[k] / (1.0 + area * area);
    sum += (k == 0 || k == SAMPLES - 1 ? 0.5 : 1.0) * step * t;
  }
  return 2.0 * pi * sum / frame->det;
}

void zone_find(const struct frame *frame, const struct profile *p, uint32_t isa, struct zone *zone)
{
  const double least_polar = 1.5, steep_polar = 3.2, least_gauss = 6.5, steep_gauss = 0.65;
  double r[SAMPLES], r2[SAMPLES], f[SAMPLES];
  double step = log(400.0 * frame->large / (0.05 * frame->small)) / (SAMPLES - 1);
  for (int k = 0; k < SAMPLES; k++) {
    r[k] = 0.05 * frame->small * exp(step * k);
    r2[k] = r[k] * r[k];
  }
  profile_values(p, isa, SAMPLES, r2, f);
  double limit = 1e-7 * core_flux(frame, r, f, step);
  double polar = 0.0, gauss = 0.0, log_f[SAMPLES];
  for (int k = 0; k < SAMPLES; k++) log_f[k] = log(fabs(f[k]) + 1e-300);
  for (int k = 1; k < SAMPLES - 1; k++) {
    double slope = fabs(log_f[k + 1] - log_f[k - 1]) / (2.0 * step) / r[k] * frame->large;
    /* by the pixel's brightest part, not by its centre */
    double dark = limit / (exp(fmin(0.6 * slope, 60.0) + log_f[k]));
    double weight = step * power16(r[k] / frame->large) / (1.0 + dark * dark);
    polar += weight * steep(slope + 1e-6, steep_polar);
    gauss += weight * steep(slope + 1e-6, steep_gauss);
  }
  const double scale = 66.0 * 16.0;
  zone->polar = frame->large * pow(power16(least_polar) + scale * polar, 0.0625);
  zone->gauss = frame->large * pow(power16(least_gauss) + scale * gauss, 0.0625);
}

/* [lo, hi] of pixel indices -> [*from, *to) within n; 0 if nothing is left */
static int clip(double lo, double hi, size_t n, size_t *from, size_t *to)
{
  lo = ceil(lo);
  hi = floor(hi);
  if (!(hi >= 0.0 && lo <= (double)n - 1.0 && lo <= hi)) return 0;
  *from = lo > 0.0 ? (size_t)lo : 0;
  *to = hi < (double)n - 1.0 ? (size_t)hi + 1 : n;
  return 1;
}

int zone_rows(const struct grid *g, const struct frame *f, double r, size_t *from, size_t *to)
{
  double reach = r * hypot(f->u0, f->v0) / f->det + 1.0;
  return clip(f->y - reach, f->y + reach, g->ny, from, to);
}

int zone_row(const struct grid *g, const struct frame *f, double r, size_t j, size_t *from,
             size_t *to)
{
  /* |a + t b| <= r with a = dy (u1, v1), b = (u0, v0) */
  double dy = (double)j - f->y, bb = f->u0 * f->u0 + f->v0 * f->v0;
  double ab = dy * (f->u0 * f->u1 + f->v0 * f->v1), aa = dy * dy * (f->u1 * f->u1 + f->v1 * f->v1);
  double middle = -ab / bb, half2 = middle * middle - (aa - r * r) / bb;
  double half = (half2 > 0.0 ? sqrt(half2) : 0.0) + 1.0;
  return clip(f->x + middle - half, f->x + middle + half, g->nx, from, to);
}
