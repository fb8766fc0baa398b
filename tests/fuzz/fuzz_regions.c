/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a DS9 region file, put on one of four small images that the first byte chooses. */
#include "config.h"
#include <math.h>
#include "image_host.h"
#include "regions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NX = 24, NY = 16, IMAGES = 4 };
static const char *const headers[IMAGES][8] = {
  { "COMMENT" },
  { "LTM1_1  = 0.5", "LTM2_2  = 0.5", "LTV1    = -20", "DTM1_1  = 0" },
  { "CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRVAL1  = 359.999", "CRVAL2  = 40",
    "CDELT1  = -3E-4", "CDELT2  = 3E-4", "CROTA2  = 30" },
  { "CTYPE1  = 'GLON-SIN'", "CTYPE2  = 'GLAT-SIN'", "CRVAL1  = 10", "CRVAL2  = -89", "CDELT1  = -5",
    "CDELT2  = 5" },
};

static image_wcs *image(unsigned which, char text[8 * 80 + 1])
{
  socca_load cx = test_load();
  image_fits f = { .nx = NX, .ny = NY, .axis = { 1, 2 }, .header = text };
  text[0] = 0;
  for (; f.ncards < 8 && headers[which][f.ncards]; f.ncards++)
    snprintf(text + 80 * f.ncards, 81, "%-80.80s", headers[which][f.ncards]);
  return image_wcs_read(&cx, NULL, &f, 1);
}

static void check(const region_list *l, unsigned which)
{
  unsigned char covered[NX * NY];
  char text[8 * 80 + 1], why[IMAGE_WHY] = "";
  image_wcs *w = image(which, text);
  if (!w) abort();
  memset(covered, 7, sizeof covered);
  int r = region_cover(l, w, text, NX, NY, covered, why);
  if (r != 0 && !why[0]) abort();
  for (size_t i = 0; r == 0 && i < sizeof covered; i++)
    if (covered[i] > 1) abort();
  image_wcs_free(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  region_list l;
  char why[IMAGE_WHY] = "";
  if (size == 0) return 0;
  if (region_parse((const char *)data + 1, size - 1, &l, why) == 0) {
    if (why[0]) abort();
    check(&l, data[0] % IMAGES);
    region_free(&l);
  } else if (strncmp(why, "line ", 5) != 0 || l.n)
    abort();
  return 0;
}
