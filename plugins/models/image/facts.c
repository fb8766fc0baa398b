/* SPDX-License-Identifier: BSD-3-Clause */
/* What was read, for --dry-run. */
#include "config.h"
#include "input.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The uniform level, or the median of the map's good pixels. */
static double typical_level(const image_data *d)
{
  size_t n = 0;
  if (!d->sigma) return d->level;
  double *v = malloc((d->ngood + 1) * sizeof *v), m = NAN;
  for (size_t i = 0; v && i < d->n; i++)
    if (d->good[i]) v[n++] = d->sigma[i];
  if (n) m = image_median(v, n);
  free(v);
  return m;
}

static socca_status coordinates(const image_input *in, socca_result *r, const socca_host *h)
{
  const image_data *d = &in->data;
  socca_status s;
  if (d->pixels_only) {
    s = image_say_text(r, h, "frame", "pixels (no celestial world coordinates)");
    return s;
  }
  double arcsec = 3600 * d->scale;
  const struct wcsprm *p = &d->wcs->prm; /* "TAN-SIP" of "RA---TAN-SIP"; TPV is TAN with more */
  s = image_say_text(r, h, "frame", "%s, projection %s%s", d->wcs->name, p->ctype[p->lng] + 5,
                     p->lin.disseq ? " with distortion" : "");
  if (s == SOCCA_OK)
    s = image_say_text(r, h, "pixel scale", "%.6g %s", arcsec >= 60 ? arcsec / 60 : arcsec,
                       arcsec >= 60 ? "arcmin" : "arcsec");
  if (s == SOCCA_OK)
    s = image_say_text(r, h, "parity",
                       d->parity < 0 ? "-1 (as seen on the sky: East is left of North)"
                                     : "+1 (mirrored: East is right of North)");
  return s;
}

static socca_status counts(const image_input *in, socca_result *r, const socca_host *h)
{
  int64_t n = (int64_t)in->data.ngood;
  socca_status s = h->value(r, "npix", SOCCA_I64, 1, &n);
  for (size_t i = 0; s == SOCCA_OK && i < in->ncause; i++) {
    char name[96];
    snprintf(name, sizeof name, "excluded.%s", in->cause[i].name);
    n = (int64_t)in->cause[i].excludes;
    s = h->value(r, name, SOCCA_I64, 1, &n);
  }
  return s;
}

socca_status image_facts(const image_input *in, socca_result *r, const socca_host *h)
{
  const image_data *d = &in->data;
  double level = typical_level(d);
  int64_t hdu = in->hdu;
  socca_status s = image_say_text(r, h, "image", "%s", in->name);
  if (s == SOCCA_OK && in->header) s = h->value(r, "hdu", SOCCA_I64, 1, &hdu);
  if (s == SOCCA_OK) s = image_say_text(r, h, "shape", "%zu x %zu", d->nx, d->ny);
  if (s == SOCCA_OK && (d->nx != in->full_nx || d->ny != in->full_ny))
    s = image_say_text(r, h, "cut-out", "from pixel (%zu, %zu) of %zu x %zu", in->x0 + 1,
                       in->y0 + 1, in->full_nx, in->full_ny);
  if (s == SOCCA_OK && in->planes > 1)
    s = image_say_text(r, h, "plane", "%ld of %ld", in->plane, in->planes);
  if (s == SOCCA_OK) s = coordinates(in, r, h);
  if (s == SOCCA_OK) s = counts(in, r, h);
  if (s == SOCCA_OK && in->noise[0]) s = image_say_text(r, h, "noise", "normal, %s", in->noise);
  if (s == SOCCA_OK && level > 0) s = h->value(r, "sigma", SOCCA_F64, 1, &level);
  return s;
}
