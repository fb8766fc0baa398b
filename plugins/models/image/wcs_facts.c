/* SPDX-License-Identifier: BSD-3-Clause */
/* What a WCS tells about itself: scale, steps, identity, cards for output. */
#include "config.h"
#include "sky.h"
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wcslib/dis.h>

/* The linear part, deg per pixel: WCSLIB keeps the product only where it is not diagonal. */
static void matrix(const image_wcs *w, double m[4])
{
  for (int i = 0; i < 4; i++) m[i] = w->prm.lin.cdelt[i / 2] * w->prm.lin.pc[i];
}

void image_wcs_scale(const image_wcs *w, double *scale, int *parity)
{
  *scale = 1;
  *parity = -1; /* pixels: East is towards -x */
  if (!w->celestial) return;
  double m[4];
  matrix(w, m);
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
  matrix(w, m);
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
  matrix(w, m);
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

/* ---- cards ---- */

typedef struct cards {
  char *s;
  size_t n, room;
  int failed;
} cards;

static void put(cards *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void put(cards *c, const char *fmt, ...)
{
  char line[81];
  va_list ap;
  va_start(ap, fmt);
  int n = vsnprintf(line, sizeof line, fmt, ap);
  va_end(ap);
  if (n < 0 || c->failed) return;
  if (c->n + 81 > c->room) {
    size_t room = 2 * c->room + 1620;
    char *s = realloc(c->s, room);
    if (!s) {
      c->failed = 1;
      return;
    }
    c->s = s;
    c->room = room;
  }
  if (n > 80) n = 80;
  memset(c->s + c->n, ' ', 80);
  memcpy(c->s + c->n, line, (size_t)n);
  c->n += 80;
  c->s[c->n] = 0;
}

/* Does `card` (its keyword) look like the pattern? '#' is a number that must be 1 or 2 (or anything
 * after '_'), '*' one or more digits. */
static int matches(const char *card, const char *pattern)
{
  const char *p = card;
  int index = 0;
  for (; *pattern; pattern++) {
    if (*pattern == '*' || *pattern == '#') {
      int n = 0;
      if (!isdigit((unsigned char)*p)) return 0;
      while (isdigit((unsigned char)*p) && p < card + 8) n = 10 * n + *p++ - '0';
      if (*pattern == '#' && (n < 1 || n > 2)) return 0;
      index++;
    } else if (*p++ != *pattern)
      return 0;
  }
  return *p == ' ' || *p == '=' || p >= card + 8;
}

static const char *const kept[] = {
  "CTYPE#",  "CRVAL#",  "CRPIX#",   "CDELT#",   "CUNIT#",  "CROTA#",   "CD#_#",   "PC#_#",
  "PV#_*",   "PS#_*",   "LONPOLE",  "LATPOLE",  "RADESYS", "RADECSYS", "EQUINOX", "EPOCH",
  "A_ORDER", "B_ORDER", "AP_ORDER", "BP_ORDER", "A_*_*",   "B_*_*",    "AP_*_*",  "BP_*_*",
  "A_DMAX",  "B_DMAX",  "WAT*_*",   "DATE-OBS", "MJD-OBS", "LTM#_#",   "LTV#",    "BUNIT"
};

static int is_kept(const char *card)
{
  for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
    if (matches(card, kept[i])) return 1;
  return 0;
}

static void copy_cards(cards *c, const image_wcs *w, const char *header)
{
  double crpix[2] = { 0, 0 }, crval[2] = { 0, 0 }, unused[2];
  image_wcs_linear(w, NULL, crpix, crval, unused);
  for (const char *p = header; strnlen(p, 80) == 80; p += 80) {
    double v = 0;
    int k = p[5] - '1';
    char key[9];
    snprintf(key, sizeof key, "%.8s", p);
    if (!is_kept(p)) continue;
    if (w->celestial && memcmp(p, "CRPIX", 5) == 0)
      continue; /* written below: a cut-out moves it */
    if (w->celestial && memcmp(p, "CRVAL", 5) == 0 && image_card_real(header, key, &v) &&
        fabs(v - w->prm.crval[k]) > 1e-9)
      put(c, "CRVAL%d  = %20.17G", k + 1, w->prm.crval[k]);
    else if (memcmp(p, "LTV", 3) == 0 && image_card_real(header, key, &v))
      put(c, "LTV%d    = %20.17G", p[3] - '0', v - (p[3] == '1' ? w->x0 : w->y0));
    else if (!w->celestial && memcmp(p, "CRPIX", 5) == 0 && image_card_real(header, key, &v))
      put(c, "CRPIX%d  = %20.17G", k + 1, v - (k == 0 ? w->x0 : w->y0));
    else
      put(c, "%.80s", p);
  }
  if (w->celestial)
    for (int k = 0; k < 2; k++) put(c, "CRPIX%d  = %20.17G", k + 1, crpix[k]);
}

static void new_cards(cards *c, const image_wcs *w)
{
  const struct wcsprm *p = &w->prm;
  double m[4];
  if (!w->celestial) return;
  matrix(w, m);
  for (int k = 0; k < 2; k++) {
    put(c, "CTYPE%d  = '%-8s'", k + 1, p->ctype[k]);
    put(c, "CUNIT%d  = 'deg     '", k + 1);
    put(c, "CRPIX%d  = %20.17G", k + 1, p->crpix[k] - (k ? w->y0 : w->x0));
    put(c, "CRVAL%d  = %20.17G", k + 1, p->crval[k]);
    for (int j = 0; j < 2; j++) put(c, "CD%d_%d   = %20.17G", k + 1, j + 1, m[2 * k + j] + 0.0);
  }
  for (int k = 0; k < p->npv; k++)
    if (p->pv[k].m < 100)
      put(c, "%-8.8s= %20.17G",
          (char[16]){ 'P', 'V', (char)('0' + p->pv[k].i), '_', (char)('0' + p->pv[k].m / 10),
                      (char)('0' + p->pv[k].m % 10) },
          p->pv[k].value);
  put(c, "LONPOLE = %20.17G", p->lonpole);
  put(c, "LATPOLE = %20.17G", p->latpole);
  if (p->radesys[0]) put(c, "RADESYS = '%-8s'", p->radesys);
  if (fabs(p->equinox) < 1e5) put(c, "EQUINOX = %20.17G", p->equinox);
}

/* The file's own cards can be kept when its first two axes are the image's, in deg. */
static int own_cards(const image_wcs *w, const char *header, const int axis[2])
{
  char unit[16];
  if (!header || axis[0] != 1 || axis[1] != 2) return 0;
  return !w->celestial ||
         ((!image_card_text(header, "CUNIT1", unit, sizeof unit) || strncmp(unit, "deg", 3) == 0) &&
          (!image_card_text(header, "CUNIT2", unit, sizeof unit) || strncmp(unit, "deg", 3) == 0));
}

char *image_wcs_cards(const image_wcs *w, const char *header, const int axis[2])
{
  cards c = { 0 };
  if (own_cards(w, header, axis))
    copy_cards(&c, w, header);
  else
    new_cards(&c, w);
  if (c.failed || (!c.s && !(c.s = calloc(1, 1)))) {
    free(c.s);
    return NULL;
  }
  return c.s;
}
