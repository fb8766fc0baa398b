/* SPDX-License-Identifier: BSD-3-Clause */
/* Habits of real headers that the standard does not know. */
#include "config.h"
#include "sky.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct found { /* what the cards of two axes tell */
  char *type[2];       /* value of CTYPE, inside the quotes */
  int pv_lat, pv_high, sip, wat, lookup;
} found;

static char *type_value(char *card)
{
  char *p = card + 9;
  while (p < card + 60 && *p == ' ') p++;
  return *p == '\'' ? p + 1 : NULL;
}

static int digits(const char **p)
{
  int n = 0;
  while (isdigit((unsigned char)**p) && n < 1000) n = 10 * n + *(*p)++ - '0';
  return n;
}

static void look(char *card, const int axis[2], found *f)
{
  const char *p = card + 2;
  int m = 0, n = 0;
  if (memcmp(card, "CTYPE", 5) == 0 && card[6] == ' ') {
    for (int k = 0; k < 2; k++)
      if (card[5] == '0' + axis[k]) f->type[k] = type_value(card);
  } else if (memcmp(card, "PV", 2) == 0 && isdigit((unsigned char)card[2])) {
    n = digits(&p);
    if (*p++ != '_') return;
    m = digits(&p);
    /* TAN itself gives a meaning to PVi_0 to PVi_4 of the longitude alone */
    f->pv_lat |= n == axis[1];
    f->pv_high |= n == axis[0] && m > 4;
  } else if (memcmp(card, "A_ORDER ", 8) == 0 || memcmp(card, "B_ORDER ", 8) == 0)
    f->sip = 1;
  else if (memcmp(card, "WAT", 3) == 0 && isdigit((unsigned char)card[3]))
    f->wat = 1;
  else if (memcmp(card, "CPDIS", 5) == 0 || memcmp(card, "CQDIS", 5) == 0 ||
           memcmp(card, "D2IMDIS", 7) == 0)
    f->lookup = 1;
}

static int both(const found *f, const char *code)
{
  return f->type[0] && f->type[1] && strncmp(f->type[0] + 5, code, strlen(code)) == 0 &&
         strncmp(f->type[1] + 5, code, strlen(code)) == 0;
}

static int latitude_first(const found *f)
{
  return f->type[0] &&
         (strncmp(f->type[0], "DEC", 3) == 0 || strncmp(f->type[0] + 1, "LAT", 3) == 0);
}

static void blank_pv(char *header)
{
  for (char *c = header; strnlen(c, 80) == 80; c += 80)
    if (memcmp(c, "PV", 2) == 0 && isdigit((unsigned char)c[2])) memcpy(c, "COMMENT ", 8);
}

/* A text value that never ends is closed: WCSLIB's parser would copy on past the card. */
static void close_quotes(char *card)
{
  int open = 0;
  const char *p = card + 9;
  while (p < card + 80 && *p == ' ') p++;
  if (card[8] != '=' || p == card + 80 || *p != '\'') return;
  for (; p < card + 80 && (open || *p == '\''); p++)
    if (*p == '\'') open = !open;
  if (open) card[79] = '\'';
}

void image_wcs_mend(char *header, const int axis[2],
                    void (*warn)(void *arg, int level, const char *text), void *arg)
{
  found f = { .type = { NULL, NULL } };
  int order[2] = { axis[0], axis[1] };
  for (char *c = header; strnlen(c, 80) == 80; c += 80) {
    close_quotes(c);
    look(c, axis, &f);
  }
  if (latitude_first(&f)) { /* once more, now that the longitude's number is known */
    order[0] = axis[1];
    order[1] = axis[0];
    f.pv_lat = f.pv_high = 0;
    for (char *c = header; strnlen(c, 80) == 80; c += 80) look(c, order, &f);
  }
  if (!f.sip && (both(&f, "TAN ") || both(&f, "TAN'"))) {
    if (f.pv_lat || f.pv_high) {
      for (int k = 0; k < 2; k++) memcpy(f.type[k] + 5, "TPV", 3);
      warn(arg, SOCCA_LOG_INFO, "TAN with PVi_j is read as TPV (a distortion polynomial)");
    }
  } else if (f.sip && both(&f, "TAN") && (f.pv_lat || f.pv_high)) {
    blank_pv(header);
    warn(arg, SOCCA_LOG_WARN, "PVi_j beside a SIP distortion are ignored");
  } else if (both(&f, "TNX") || both(&f, "ZPX"))
    warn(arg, SOCCA_LOG_WARN,
         "the distortion of this IRAF projection (WATj_n) is not applied: positions may be off by "
         "arcseconds, most at the edges");
  if (f.lookup)
    warn(arg, SOCCA_LOG_WARN,
         "the distortion given by CPDISj, CQDISi or D2IMDISj is not applied: positions may be off "
         "by some of a pixel");
}

void image_wcs_frame(image_wcs *w)
{
  const struct wcsprm *p = &w->prm;
  w->equinox = p->equinox;
  w->frame = IMAGE_OTHER;
  if (strncmp(p->lngtyp, "GLON", 4) == 0) {
    w->frame = IMAGE_GALACTIC;
    snprintf(w->name, sizeof w->name, "galactic");
  } else if (strncmp(p->lngtyp, "ELON", 4) == 0) {
    w->frame = IMAGE_ECLIPTIC;
    snprintf(w->name, sizeof w->name, "ecliptic");
  } else if (strncmp(p->lngtyp, "RA", 2) == 0) {
    int fk4 = strncmp(p->radesys, "FK4", 3) == 0 || (!p->radesys[0] && p->equinox < 1984.0);
    int icrs = strncmp(p->radesys, "ICRS", 4) == 0 || (!p->radesys[0] && !(fabs(p->equinox) < 1e5));
    w->frame = fk4 ? IMAGE_FK4 : strcmp(p->radesys, "GAPPT") == 0 ? IMAGE_OTHER : IMAGE_FK5;
    if (icrs || !(fabs(w->equinox) < 1e5)) w->equinox = fk4 ? 1950.0 : 2000.0;
    if (icrs)
      snprintf(w->name, sizeof w->name, "ICRS");
    else
      snprintf(w->name, sizeof w->name, "%.12s %c%.6g",
               fk4             ? "FK4"
               : p->radesys[0] ? p->radesys
                               : "FK5",
               fk4 ? 'B' : 'J', w->equinox);
  } else
    snprintf(w->name, sizeof w->name, "%.10s/%.10s", p->lngtyp, p->lattyp);
}
