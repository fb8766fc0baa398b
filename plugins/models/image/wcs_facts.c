/* SPDX-License-Identifier: BSD-3-Clause */
/* What a WCS tells about itself: scale, steps, identity. */
#include "config.h"
#include "sky.h"
#include <math.h>
#include <string.h>
#include <wcslib/dis.h>

/* The linear part, deg per pixel: WCSLIB keeps the product only where it is not diagonal. */
void image_wcs_matrix(const image_wcs *w, double m[4])
{
  for (int i = 0; i < 4; i++) m[i] = w->prm.lin.cdelt[i / 2] * w->prm.lin.pc[i];
}

void image_wcs_scale(const image_wcs *w, double *scale, int *parity)
{
  *scale = 1;
  *parity = -1; /* pixels: East is towards -x */
  if (!w->celestial) return;
  double m[4];
  image_wcs_matrix(w, m);
  int lng = w->prm.lng, lat = w->prm.lat;
  double det = m[2 * lng] * m[2 * lat + 1] - m[2 * lng + 1] * m[2 * lat];
  *scale = sqrt(fabs(det));
  *parity = det < 0 ? -1 : 1;
}

void image_wcs_linear(const image_wcs *w, const char *header, double crpix[2], double crval[2],
                      double cdelt[2])
{
  double stated[2], m[4];
  if (!w->celestial) {
    crpix[0] = crpix[1] = crval[0] = crval[1] = cdelt[0] = cdelt[1] = 1;
    crval[0] += w->x0;
    crval[1] += w->y0;
    return;
  }
  const struct wcsprm *p = &w->prm;
  image_wcs_matrix(w, m);
  crpix[0] = p->crpix[0] - w->x0;
  crpix[1] = p->crpix[1] - w->y0;
  crval[0] = p->crval[p->lng];
  crval[1] = p->crval[p->lat];
  for (int k = 0; k < 2; k++) { /* column norms; signs assumed as for a sky seen the usual way */
    cdelt[k] = hypot(m[k], m[2 + k]);
    if (k == 0) cdelt[k] = -cdelt[k];
  }
  if (image_card_real(header, "CDELT1", &stated[0]) &&
      image_card_real(header, "CDELT2", &stated[1]) && p->lng == 0) {
    cdelt[0] = p->cdelt[0]; /* WCSLIB's, in deg */
    cdelt[1] = p->cdelt[1];
    if (p->altlin & 2) { /* a CD matrix rules, but the steps are stated */
      cdelt[0] = stated[0];
      cdelt[1] = stated[1];
    }
  }
}

enum { STEPS = 32 }; /* along each axis: edges, corners, and what a curved grid does between them */

/* A box around the positions, longitudes around that of the first one. 0: none has coordinates. */
static size_t box(const double *lon, const double *lat, size_t n, double low[2], double high[2])
{
  size_t found = 0;
  double turn = NAN;
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(lon[i]) || !isfinite(lat[i])) continue;
    if (!found++) turn = lon[i];
    double v[2] = { turn + image_wrap(lon[i] - turn), lat[i] };
    for (int k = 0; k < 2; k++) {
      low[k] = found > 1 ? fmin(low[k], v[k]) : v[k];
      high[k] = found > 1 ? fmax(high[k], v[k]) : v[k];
    }
  }
  return found;
}

static int has_pole(image_wcs *w, double lat, size_t nx, size_t ny)
{
  double lon = 0, x, y;
  return !image_pixel(w, 1, &lon, &lat, &x, &y) && x > -0.5 && y > -0.5 && x < (double)nx - 0.5 &&
         y < (double)ny - 0.5;
}

void image_wcs_extent(image_wcs *w, size_t nx, size_t ny, double low[2], double high[2])
{
  enum { ROW = STEPS + 1, ALL = ROW * ROW };
  double x[ALL], y[ALL], lon[ALL], lat[ALL];
  for (int i = 0; i < ALL; i++) {
    x[i] = (double)(i % ROW) / STEPS * (double)nx - 0.5;
    y[i] = (double)(i / ROW) / STEPS * (double)ny - 0.5;
  }
  x[0] = 0.5 * (double)nx - 0.5; /* in place of a corner: longitudes are reckoned from the middle */
  y[0] = 0.5 * (double)ny - 0.5;
  image_world(w, ALL, x, y, lon, lat);
  low[0] = low[1] = high[0] = high[1] = 0;
  if (!box(lon, lat, ALL, low, high) || !w->celestial) return;
  for (int k = 0; k < 2; k++) { /* what lies between the steps, and the corner */
    double margin = (high[k] - low[k]) / STEPS;
    low[k] -= margin;
    high[k] += margin;
  }
  int north = has_pole(w, 90, nx, ny), south = has_pole(w, -90, nx, ny);
  if (high[0] - low[0] > 180 || north || south) {
    low[0] = -180;
    high[0] = 180;
  }
  if (north) high[1] = 90;
  if (south) low[1] = -90;
}

static void distortion(const struct disprm *d, void (*add)(void *, const void *, size_t), void *arg)
{
  if (!d) return;
  add(arg, &d->ndp, sizeof d->ndp);
  for (int i = 0; i < d->naxis; i++) add(arg, d->dtype[i], strlen(d->dtype[i]) + 1);
  for (int i = 0; i < d->ndp; i++) {
    double v = d->dp[i].type ? d->dp[i].value.f : (double)d->dp[i].value.i;
    add(arg, d->dp[i].field, strlen(d->dp[i].field) + 1);
    add(arg, &d->dp[i].j, sizeof d->dp[i].j);
    add(arg, &v, sizeof v);
  }
}

void image_wcs_identity(const image_wcs *w, void (*add)(void *, const void *, size_t), void *arg)
{
  const struct wcsprm *p = &w->prm;
  double window[2] = { w->x0, w->y0 }, m[4];
  add(arg, window, sizeof window);
  if (!w->celestial) return;
  image_wcs_matrix(w, m);
  double set[] = { p->crpix[0], p->crpix[1], p->crval[0], p->crval[1], m[0],
                   m[1],        m[2],        m[3],        p->lonpole,  p->latpole };
  add(arg, set, sizeof set);
  for (int k = 0; k < 2; k++) add(arg, p->ctype[k], strlen(p->ctype[k]) + 1);
  for (int k = 0; k < p->npv; k++) {
    add(arg, &p->pv[k].i, sizeof p->pv[k].i);
    add(arg, &p->pv[k].m, sizeof p->pv[k].m);
    add(arg, &p->pv[k].value, sizeof p->pv[k].value);
  }
  distortion(p->lin.dispre, add, arg);
  distortion(p->lin.disseq, add, arg);
}
