/* SPDX-License-Identifier: BSD-3-Clause */
/* Header cards of coordinates: those that are read, and those that are written. */
#include "config.h"
#include "sky.h"
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Does the card's keyword look like the pattern? '#' is the number of one of the axes, '?' the same as one
 * digit, '*' any number below 1000. */
static int matches(const char *card, const char *pattern, const int axis[2])
{
  const char *p = card, *end = card + 8;
  for (; *pattern; pattern++) {
    if (*pattern == '*' || *pattern == '#' || *pattern == '?') {
      const char *stop = *pattern == '?' && p + 1 < end ? p + 1 : end;
      int n = 0, digits = 0;
      for (; p < stop && isdigit((unsigned char)*p); digits++) n = 10 * n + *p++ - '0';
      if (digits == 0 || n > 999 || (*pattern != '*' && n != axis[0] && n != axis[1])) return 0;
    } else if (p == end || *p++ != *pattern)
      return 0;
  }
  return p == end || *p == ' ';
}

/* What concerns coordinates on two axes; the rest of a header is kept from WCSLIB, which believes any
 * number of axes that it finds. */
static const char *const coordinates[] = {
  "CTYPE#",   "CRVAL#",   "CRPIX#", "CDELT#",  "CUNIT#",  "CROTA#",   "CD#_#",    "PC#_#",
  "CD00?00?", "PC00?00?", "PV#_*",  "PS#_*",   "LONPOLE", "LONGPOLE", "LATPOLE",  "RADESYS",
  "RADECSYS", "EQUINOX",  "EPOCH",  "A_ORDER", "B_ORDER", "AP_ORDER", "BP_ORDER", "A_*_*",
  "B_*_*",    "AP_*_*",   "BP_*_*", "A_DMAX",  "B_DMAX",  "WAT*_*",   "DATE-OBS", "MJD-OBS"
};
static const char *const others[] = { "LTM#_#", "LTV#", "BUNIT" };

static int listed(const char *card, const char *const *list, size_t n, const int axis[2])
{
  for (size_t i = 0; i < n; i++)
    if (matches(card, list[i], axis)) return 1;
  return 0;
}

static int is_coordinate(const char *card, const int axis[2])
{
  return listed(card, coordinates, sizeof coordinates / sizeof *coordinates, axis);
}

char *image_wcs_own_cards(const char *header, const int axis[2], int *n)
{
  cards c = { 0 };
  for (const char *p = header; strnlen(p, 80) == 80; p += 80)
    if (is_coordinate(p, axis)) put(&c, "%.80s", p);
  *n = (int)(c.n / 80);
  if (c.failed || (!c.s && !(c.s = calloc(1, 1)))) {
    free(c.s);
    return NULL;
  }
  return c.s;
}

static void copy_cards(cards *c, const image_wcs *w, const char *header)
{
  static const int axis[2] = { 1, 2 };
  double crpix[2] = { 0, 0 }, crval[2] = { 0, 0 }, unused[2];
  image_wcs_linear(w, NULL, crpix, crval, unused);
  for (const char *p = header; strnlen(p, 80) == 80; p += 80) {
    double v = 0;
    int k = p[5] - '1';
    char key[9];
    snprintf(key, sizeof key, "%.8s", p);
    if (!is_coordinate(p, axis) && !listed(p, others, sizeof others / sizeof *others, axis))
      continue;
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
  image_wcs_matrix(w, m);
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
