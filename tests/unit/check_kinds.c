/* SPDX-License-Identifier: BSD-3-Clause */
/* Real files of many kinds, with what other programs read from them. Needs SOCCA_DATA. */
#include "config.h"
#include "run_suite.h"
#include <math.h>
#include "image_host.h"
#include "regions.h"

static image_fits image;
static char why[IMAGE_WHY];

static void reads(const char *path)
{
  int r = image_fits_read(path, -1, &image, why);
  ck_assert_msg(r == 0, "%s: %s", path, why);
}

/* Files of public test suites, with what astropy reads from them. */
static const struct kind {
  const char *file;
  int hdu;
  size_t nx, ny;
  int bitpix;
  double first, middle, sum; /* (1,1) and the pixel right of and above the middle */
  size_t nonfinite;
} kind[] = {
  { "m13_rice.fits", 1, 300, 300, 16, 112, 241, 13293397, 0 },
  { "compressed_with_nan.fits", 1, 12, 12, -64, 0.248001337, 78.121889, 10283.4825, 1 },
  { "hsm_psf.fits", 0, 51, 51, 16, 1000, 30000, 2821868, 0 },
  { "scale.fits", 0, 20, 21, 16, 557.756287, 526.764709, 223202.765, 0 },
  { "razero.fits", 0, 256, 256, -32, 0.244381532, 1.13341522, 62788.5861, 25 },
  { "tpv.fits.gz", 0, 512, 512, -32, 2725.71802, 2765.30396, 739154294, 0 },
  { "tanpv.fits.gz", 0, 512, 512, -32, 2725.71802, 2765.30396, 739154294, 0 },
  { "region.fits", 0, 128, 128, 32, 0, 0, 328246, 0 },
  { "cosmos_gal.fits", 0, 60, 60, -64, 1000.08174, 1014.59073, 3601000, 0 },
  { "cosmos_psf.fits", 0, 101, 101, -64, 4.00855214e-07, 0.037508972, 0.999717053, 0 },
  { "aegis_psf_mef.fits", 0, 20, 20, -64, 8.5608699e-05, 0.0400162153, 0.923659167, 0 },
  { "agn_host_disk.fits", 0, 250, 250, -64, 3.88928509e-10, 0.549008645, 529.266608, 0 },
  { "1904-66_SIN.fits", 0, 192, 192, -32, NAN, 1.42972851, 635.608271, 14837 },
  { "1904-66_SIN_rms.fits", 0, 192, 192, -32, NAN, 0.0450243875, 1223.72736, 14837 },
  { "aegean_mask.fits", 0, 192, 192, -64, 0, 0, 2220, 0 },
  { "x_blank_crota.fits", 0, 50, 40, 16, 12.6025, 12.5325003, 24127.915, 70 },
  { "x_pyregion01.fits.gz", 0, 1629, 1653, 16, 0, 0, 0, 0 },
};

static int near(double a, double b)
{
  return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-7 * fabs(b);
}

START_TEST(kinds)
{
  const struct kind *k = &kind[_i];
  char name[200];
  snprintf(name, sizeof name, "data/kinds/%s", k->file);
  const char *path = test_data(name);
  reads(path);
  double sum = 0;
  size_t bad = 0;
  ck_assert_int_eq(image.hdu, k->hdu);
  ck_assert_uint_eq(image.nx, k->nx);
  ck_assert_uint_eq(image.ny, k->ny);
  for (size_t i = 0; i < image.nx * image.ny; i++)
    if (isfinite(image.value[i]))
      sum += image.value[i];
    else
      bad++;
  double middle = image.value[image.ny / 2 * image.nx + image.nx / 2];
  ck_assert_msg(near(image.value[0], k->first) && near(middle, k->middle) && near(sum, k->sum),
                "%s: %.10g %.10g %.10g", k->file, image.value[0], middle, sum);
  ck_assert_uint_eq(bad, k->nonfinite);
  image_fits_free(&image);
}
END_TEST

START_TEST(bad_kinds)
{
  static const char *const row[][2] = {
    { "data/kinds/m13_rice.fits[0]", "holds no image" },
    { "data/kinds/x_truncated_data.fits", "is cut short: it has 100000 bytes" },
    { "data/kinds/x_html_error.fits", "begins with \"<!DOCTYPE" },
  };
  for (int i = 0; i < 3; i++) {
    ck_assert_int_eq(image_fits_read(test_data(row[i][0]), -1, &image, why), -1);
    ck_assert_msg(strstr(why, row[i][1]) != NULL, "'%s' does not say '%s'", why, row[i][1]);
  }
  const char *path = test_data("data/kinds/aegis_psf_mef.fits[2]");
  reads(path);
  ck_assert_int_eq(image.hdu, 2);
  ck_assert_int_eq(image.nimages, 3);
  image_fits_free(&image);
}
END_TEST

/* Coordinates that astropy gives, distortion included: pixel (1,1) and the image's centre. */
static const struct sky {
  const char *file;
  double lon[2], lat[2], tolerance;
} sky[] = {
  { "m13_rice.fits", { 250.47419204, 250.42260000 }, { 36.41867276, 36.46020000 }, 1e-8 },
  { "scale.fits", { 266.97405525, 266.95883230 }, { -29.43139219, -29.41756908 }, 1e-8 },
  { "razero.fits", { 359.91314493, 0.00267582 }, { 47.17753352, 47.17510916 }, 1e-8 },
  { "tpv.fits.gz", { 52.53381848, 52.55401335 }, { -28.76060542, -28.74252337 }, 1e-8 },
  { "tanpv.fits.gz", { 52.53381848, 52.55401335 }, { -28.76060542, -28.74252337 }, 1e-8 },
  { "region.fits", { 211.72069263, 210.78015253 }, { 53.80771641, 54.36679130 }, 1e-8 },
  { "cosmos_gal.fits", { 150.42037258, 150.41662204 }, { 2.00139052, 1.99874276 }, 1e-8 },
  { "1904-66_SIN.fits", { 268.39150699, 284.90376924 }, { -73.90353553, -66.31039234 }, 1e-8 },
  { "x_blank_crota.fits", { 150.00870725, 150.0 }, { 1.99976954, 2.0 }, 1e-8 },
  { "x_pyregion01.fits.gz", { 171.35917180, 171.14078298 }, { -59.37946098, -59.26674684 }, 1e-8 },
};

START_TEST(coordinates)
{
  const struct sky *k = &sky[_i];
  char name[200];
  socca_load cx = test_load();
  snprintf(name, sizeof name, "data/kinds/%s", k->file);
  reads(test_data(name));
  image_wcs *w = image_wcs_read(&cx, NULL, &image, 0);
  ck_assert_msg(w != NULL, "%s: %s", k->file, said.error);
  ck_assert_int_eq(w->celestial, 1);
  double x[2] = { 0, 0.5 * ((double)image.nx - 1) }, y[2] = { 0, 0.5 * ((double)image.ny - 1) };
  double lon[2], lat[2], bx[2], by[2];
  ck_assert_uint_eq(image_world(w, 2, x, y, lon, lat), 0);
  for (int i = 0; i < 2; i++)
    ck_assert_msg(fabs(image_wrap(lon[i] - k->lon[i])) < k->tolerance &&
                      fabs(lat[i] - k->lat[i]) < k->tolerance,
                  "%s: %.9f %.9f", k->file, lon[i], lat[i]);
  ck_assert_uint_eq(image_pixel(w, 2, lon, lat, bx, by), 0);
  for (int i = 0; i < 2; i++)
    ck_assert_msg(fabs(bx[i] - x[i]) < 1e-6 && fabs(by[i] - y[i]) < 1e-6, "%s back: %g %g", k->file,
                  bx[i] - x[i], by[i] - y[i]);
  ck_assert_int_eq(said.warnings, 0);
  image_wcs_free(w);
  image_fits_free(&image);
}
END_TEST

START_TEST(no_sky)
{
  static const char *const files[] = { "compressed_with_nan.fits", "agn_host_disk.fits",
                                       "hsm_psf.fits" };
  socca_load cx = test_load();
  for (int i = 0; i < 3; i++) {
    char name[200];
    snprintf(name, sizeof name, "data/kinds/%s", files[i]);
    reads(test_data(name));
    image_wcs *w = image_wcs_read(&cx, NULL, &image, 0);
    ck_assert_ptr_nonnull(w);
    ck_assert_int_eq(w->celestial, 0);
    image_wcs_free(w);
    image_fits_free(&image);
  }
}
END_TEST

/* Pixels that region files mask on x_pyregion01.fits.gz. The galactic one: 21498 by a program that
 * turns boxes by the equatorial north, 21499 if they are turned by the galactic north. */
static const struct {
  const char *file;
  size_t want, tolerance;
} mask[] = {
  { "r_test01_fk5.reg", 21501, 0 }, { "r_test01_fk4.reg", 21512, 20 },
  { "r_test01_gal.reg", 21499, 0 }, { "r_test01_img.reg", 21500, 0 },
  { "r_test_text.reg", 0, 0 },      { "r_test01_ds9_physical.reg", 21500, 15 },
};

START_TEST(regions)
{
  static char text[4096];
  socca_load cx = test_load();
  region_list l;
  reads(test_data("data/kinds/x_pyregion01.fits.gz"));
  image_wcs *w = image_wcs_read(&cx, NULL, &image, 0);
  ck_assert_ptr_nonnull(w);
  size_t n = image.nx * image.ny;
  unsigned char *covered = malloc(n);
  ck_assert_ptr_nonnull(covered);
  for (size_t i = 0; i < sizeof mask / sizeof mask[0]; i++) {
    char name[200];
    snprintf(name, sizeof name, "data/kinds/%s", mask[i].file);
    FILE *f = fopen(test_data(name), "rb");
    ck_assert_ptr_nonnull(f);
    size_t bytes = fread(text, 1, sizeof text, f), total = 0;
    fclose(f);
    int r = region_parse(text, bytes, &l, why);
    ck_assert_msg(r == 0, "%s: %s", name, why);
    r = region_cover(&l, w, image.header, image.nx, image.ny, covered, why);
    ck_assert_msg(r == 0, "%s: %s", name, why);
    for (size_t k = 0; k < n; k++) total += covered[k];
    size_t off = total > mask[i].want ? total - mask[i].want : mask[i].want - total;
    ck_assert_msg(off <= mask[i].tolerance, "%s masks %zu, not %zu", name, total, mask[i].want);
    ck_assert_int_eq(l.bare > 0, mask[i].want == 0);
    region_free(&l);
  }
  free(covered);
  image_wcs_free(w);
  image_fits_free(&image);
}
END_TEST

int main(void)
{
  if (!test_data("")) {
    printf("1..0 # SKIP SOCCA_DATA not set\n");
    return 0;
  }
  Suite *s = suite_create("kinds");
  TCase *t = tcase_create("kinds");
  tcase_add_loop_test(t, kinds, 0, (int)(sizeof kind / sizeof kind[0]));
  tcase_add_test(t, bad_kinds);
  tcase_add_loop_test(t, coordinates, 0, (int)(sizeof sky / sizeof sky[0]));
  tcase_add_test(t, no_sky);
  tcase_add_test(t, regions);
  suite_add_tcase(s, t);
  return run_suite(s);
}
