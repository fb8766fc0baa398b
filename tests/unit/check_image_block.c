/* SPDX-License-Identifier: BSD-3-Clause */
/* The `image:` block: what it gives, and one clear message for each way in which it can be wrong. */
#include "config.h"
#include "run_suite.h"
#include <math.h>
#include <sys/stat.h>
#include "image_tree.h"
#include "input.h"

enum { NX = 20, NY = 10 };
static image_input in;
static char why[IMAGE_WHY];

static char cards[8 * 80 + 1];
static const char *sky_cards(double crpix)
{
  static const char *const lines[] = { "CTYPE1  = 'RA---TAN'",
                                       "CTYPE2  = 'DEC--TAN'",
                                       "CRVAL1  = 20",
                                       "CRVAL2  = 40",
                                       "CRPIX2  = 5",
                                       "CDELT1  = -2.777777777777778E-4",
                                       "CDELT2  = 2.777777777777778E-4" };
  for (int i = 0; i < 7; i++) snprintf(cards + 80 * i, 81, "%-80.80s", lines[i]);
  snprintf(cards + 560, 81, "CRPIX1  = %-70.10g", crpix);
  return cards;
}

static void save(const char *name, size_t nx, size_t ny, const double *v, const char *header)
{
  ck_assert_msg(image_fits_write(name, nx, ny, v, header, why) == 0, "%s", why);
}

static void text_file(const char *name, const char *text)
{
  FILE *f = fopen(name, "wb");
  ck_assert_ptr_nonnull(f);
  fputs(text, f);
  fclose(f);
}

static double value(size_t i) /* of pixel i: no two alike, median far from zero */
{
  return (double)((i * 7919) % (NX * NY)) + 3;
}

/* sky.fits, flat.fits (no coordinates), zero.fits, psf.fits, level.fits, half.fits, small.fits,
 * shifted.fits (mask on a grid moved by 3 pixels and shorter), a.reg, bad.reg */
static void make_files(void)
{
  double v[NX * NY], w[NX * NY];
  mkdir("block", 0700);
  for (size_t i = 0; i < NX * NY; i++) v[i] = value(i);
  v[5] = NAN;
  v[6] = INFINITY;
  save("block/sky.fits", NX, NY, v, sky_cards(10));
  save("block/flat.fits", NX, NY, v, "");
  for (size_t i = 0; i < NX * NY; i++) w[i] = i < 3 ? (double)i - 1 : i == 3 ? NAN : 0.5;
  save("block/level.fits", NX, NY, w, "");
  for (size_t i = 0; i < NX * NY; i++) w[i] = i % NX < 8;
  save("block/half.fits", NX, NY, w, "");
  for (size_t i = 0; i < NX * NY; i++) w[i] = (double)(i % 4);
  save("block/flags.fits", NX, NY, w, "");
  for (size_t i = 0; i < NX * NY; i++) w[i] = 1;
  w[0] = 0;
  save("block/shifted.fits", NX - 5, NY, w, sky_cards(7));
  save("block/small.fits", 5, 4, w, "");
  memset(w, 0, sizeof w);
  save("block/zero.fits", NX, NY, w, "");
  static const double psf[9] = { 1, 2, 1, 2, 4, 2, 1, 2, 1 };
  save("block/psf.fits", 3, 3, psf, "");
  for (size_t i = 0; i < NX * NY; i++) w[i] = value(i);
  w[25] = 1e200;
  save("block/huge.fits", NX, NY, w, sky_cards(10));
  w[25] = NAN;
  save("block/one.fits", NX, NY, w, sky_cards(10));
  for (size_t i = 0; i < NX * NY; i++) w[i] = i < 2 ? 0 : i == 2 ? -1 : i == 3 ? 1e-300 : 1;
  save("block/odd.fits", NX, NY, w, "");
  w[3] = 1;
  save("block/exposure.fits", NX, NY, w, "");
  text_file("block/25.reg", "image\nbox(6,2,1,1,0)\n");
  text_file("block/corner.reg", "image\nbox(1,1,12,2,0)\n");
  text_file("block/a.reg", "image\nbox(10,5,4,2,0)\npoint(3,3)\n");
  text_file("block/all.reg", "image;circle(10,5,100)");
  text_file("block/bad.reg", "image\ncircle(10,5,-1)\n");
  text_file("block/sky.reg", "fk5;circle(20,40,2.2\")");
}

static socca_status read_block(const char *text)
{
  socca_load cx = tree_open("block/fit.yaml", text);
  image_input_free(&in);
  ck_assert_msg(socca_journal_errors(journal) == 0, "%s: %s", text,
                socca_journal_error(journal, 0));
  socca_status s = image_read(&cx, socca_tree_root(tree), &in);
  if (s == SOCCA_OK) s = socca_tree_unread(journal, tree);
  return s;
}
static void good(const char *text)
{
  socca_status s = read_block(text);
  ck_assert_msg(s == SOCCA_OK, "%s: %s", text, socca_journal_error(journal, 0));
  ck_assert_uint_eq(socca_journal_errors(journal), 0);
}

START_TEST(plain)
{
  good("image: {file: sky.fits}");
  const image_data *d = &in.data;
  ck_assert_uint_eq(d->nx, NX);
  ck_assert_uint_eq(d->ny, NY);
  ck_assert_uint_eq(d->ngood, NX * NY - 2);
  ck_assert_int_eq(d->good[5] + d->good[6], 0);
  ck_assert_double_eq(d->data[5], 0);
  ck_assert_double_eq(d->data[7], value(7));
  ck_assert_int_eq(d->pixels_only, 0);
  ck_assert_double_eq_tol(d->scale, 1 / 3600., 1e-15);
  ck_assert_int_eq(d->parity, -1);
  ck_assert_int_eq(d->subgrid, 0);
  ck_assert_ptr_null(d->psf.value);
  double x = 10, y = 5, lon, lat;
  image_world(d->wcs, 1, &x, &y, &lon, &lat);
  ck_assert_double_eq(d->origin[0], lon);
  ck_assert_double_eq(d->origin[1], lat);
  /* the pixels are a permutation of 0 ... n - 1, less two: MAD of a uniform distribution */
  ck_assert_double_eq_tol(d->level, 0.25 * NX * NY / 0.6744897501960817, 1.5);
  ck_assert_ptr_nonnull(strstr(said.log, "estimated from the data"));
  ck_assert_ptr_nonnull(strstr(said.log, "2 pixels excluded as blank or not finite"));
}
END_TEST

START_TEST(mad)
{
  double v[6] = { 1, 2, 3, 4, 100, NAN }; /* median 3, deviations 2 1 0 1 97 */
  save("block/mad.fits", 3, 2, v, "");
  good("image: {file: mad.fits}");
  ck_assert_double_eq_tol(in.data.level, 1.482602218505602, 1e-15);
  ck_assert_int_eq(in.data.pixels_only, 1);
  ck_assert_ptr_nonnull(strstr(said.log, "no celestial world coordinates"));
}
END_TEST

START_TEST(levels)
{
  static const struct {
    const char *key;
    double sigma;
  } row[] = { { "sigma", 4 },  { "sig", 4 },      { "std", 4 },       { "rms", 4 },
              { "stddev", 4 }, { "var", 2 },      { "variance", 2 },  { "wht", 0.5 },
              { "wgt", 0.5 },  { "weight", 0.5 }, { "weights", 0.5 }, { "invvar", 0.5 } };
  for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
    char text[100];
    snprintf(text, sizeof text, "image: {file: sky.fits, noise: {%s: 8 / 2}}", row[i].key);
    good(text);
    ck_assert_double_eq(in.data.level, row[i].sigma);
    ck_assert_ptr_null(in.data.sigma);
    snprintf(text, sizeof text, "image: {file: sky.fits, noise: {type: normal, %s: level.fits}}",
             row[i].key);
    good(text);
    ck_assert_ptr_nonnull(in.data.sigma);
    ck_assert_uint_eq(in.data.ngood, NX * NY - 2 - 3); /* -1, 0 and NaN */
    double want = row[i].sigma == 4 ? 0.5 : row[i].sigma == 2 ? sqrt(0.5) : 1 / sqrt(0.5);
    ck_assert_double_eq_tol(in.data.sigma[50], want, 1e-15);
    ck_assert_double_eq(in.data.sigma[1], 1); /* excluded, but safe to divide by */
    ck_assert_int_eq(in.data.good[2], 1);
    ck_assert_int_eq(said.warnings, 1);
  }
}
END_TEST

static size_t excluded(const char *name)
{
  for (size_t i = 0; i < in.ncause; i++)
    if (strcmp(in.cause[i].name, name) == 0) return in.cause[i].excludes;
  return SIZE_MAX;
}

START_TEST(masks)
{
  good("image: {file: sky.fits, mask: a.reg}");
  ck_assert_uint_eq(excluded("a.reg"), 15);
  ck_assert_uint_eq(excluded("non-finite"), 2);
  ck_assert_uint_eq(in.data.ngood, 183);
  ck_assert_ptr_nonnull(strstr(said.log, "a.reg: 15 pixels masked"));
  ck_assert_ptr_nonnull(strstr(said.log, "mask nothing: 1 of them"));
  good("image: {file: flat.fits, mask: [half.fits, a.reg]}");
  ck_assert_uint_eq(excluded("half.fits"), 120);
  ck_assert_uint_eq(excluded("a.reg"), 3); /* the other 12 are out already: causes add up */
  ck_assert_uint_eq(in.data.ngood, 80 - 2 - 3);
  good("image: {file: flat.fits, mask: {file: half.fits, good: zero}}");
  ck_assert_uint_eq(excluded("half.fits"), 78);
  good("image: {file: flat.fits, mask: [{file: flags.fits, bits: 2}]}");
  ck_assert_uint_eq(excluded("flags.fits"), 99);
  good("image: {file: flat.fits, mask: [{file: flags.fits, good: nonzero}]}");
  ck_assert_uint_eq(excluded("flags.fits"), 50);
  good("image: {file: flat.fits, mask: []}");
  good("image: {file: sky.fits, mask: [sky.reg]}"); /* pixel (10, 5), radius 2.2 pixels */
  ck_assert_uint_eq(excluded("sky.reg"), 13);
  /* the mask reaches from column 4 (from 1) for 15 columns; its corner is bad */
  good("image: {file: sky.fits, mask: [shifted.fits]}");
  ck_assert_ptr_nonnull(strstr(said.log, "another grid"));
  ck_assert_uint_eq(in.data.ngood, 15 * NY - 1 - 2);
  ck_assert_int_eq(in.data.good[3], 0);
  ck_assert_int_eq(in.data.good[4], 1);
  ck_assert_int_eq(in.data.good[NX + 3], 1);
  ck_assert_int_eq(in.data.good[2], 0);
  ck_assert_int_eq(in.data.good[NX + 17], 1);
  ck_assert_int_eq(in.data.good[NX + 18], 0);
}
END_TEST

START_TEST(cut_outs)
{
  static const struct {
    double x; /* from 0 */
    int n, from, count;
  } row[] = { { 8, 8, 4, 8 }, { 8, 7, 5, 7 }, { 8.7, 7, 6, 7 }, { 1, 8, 0, 5 }, { 18, 8, 14, 6 } };
  for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
    char text[200];
    snprintf(
        text, sizeof text,
        "image: {file: flat.fits, noise: {sigma: 1}, cutout: {center: [%g, 5], size: [%d, 4]}}",
        row[i].x + 1, row[i].n);
    good(text);
    ck_assert_uint_eq(in.x0, (size_t)row[i].from);
    ck_assert_uint_eq(in.data.nx, (size_t)row[i].count);
    ck_assert_uint_eq(in.data.ny, 4);
    ck_assert_double_eq(in.data.data[0] != 0 ? in.data.data[0] : value(2 * NX + in.x0),
                        value(2 * NX + in.x0));
    ck_assert_int_eq(said.warnings, row[i].count < row[i].n);
    double x = 0, y = 0, lon, lat;
    image_world(in.data.wcs, 1, &x, &y, &lon, &lat);
    ck_assert_double_eq(lon, row[i].from + 1);
    ck_assert_double_eq(lat, 3);
  }
  good("image: {file: sky.fits, noise: {sigma: level.fits}, exposure: level.fits, mask: [a.reg, "
       "half.fits], cutout: {center: [\"1:20:00\", 40 deg], size: 6 arcsec}}");
  ck_assert_uint_eq(in.data.nx, 6); /* pixel index 9, 4: columns 6 to 11, rows 1 to 6 */
  ck_assert_uint_eq(in.x0, 6);
  ck_assert_uint_eq(in.y0, 1);
  ck_assert_double_eq(in.data.exposure[0], 0.5);
  ck_assert_uint_eq(excluded("a.reg"), 15); /* all of it is inside */
  ck_assert_double_eq(in.data.crpix[0], 10 - 6);
  ck_assert_double_eq(in.data.origin[0], 20);
  good("image: {file: sky.fits, noise: {sigma: 1}, compat: [B03], cutout: {center: [20, 40], size: "
       "6}}");
  ck_assert_double_eq_tol(in.data.crpix[0], 4, 1e-5);
  ck_assert_double_eq(in.data.crval[0], 20);
}
END_TEST

START_TEST(settings)
{
  good("image: {file: sky.fits, psf: psf.fits}");
  ck_assert_uint_eq(in.data.psf.nx, 3);
  ck_assert_int_eq(in.data.psf.normalize, 1);
  ck_assert_int_eq(in.data.psf.center, IMAGE_AUTO);
  good("image: {file: sky.fits, psf: {file: psf.fits, normalize: false, center: zero-phase}, fft: "
       "measure, subgrid: 3, plane: 0}");
  ck_assert_int_eq(in.data.psf.normalize, 0);
  ck_assert_int_eq(in.data.psf.center, IMAGE_ZERO_PHASE);
  ck_assert_ptr_nonnull(strstr(said.log, "'fft: measure' has no effect"));
  ck_assert_int_eq(in.data.subgrid, 3);
  good("{compat: socca, image: {file: sky.fits, exposure: level.fits}}");
  ck_assert_int_eq(in.data.subgrid, 1);
  ck_assert_uint_eq(in.data.compat, IMAGE_ALL_COMPAT);
  ck_assert_double_eq(in.data.exposure[3], 0); /* NaN */
  ck_assert_double_eq(in.data.crpix[0], NX / 2 + 1);
  good("image: {file: sky.fits, compat: [B09, sersic-table], response: level.fits}");
  ck_assert_uint_eq(in.data.compat, IMAGE_B09 | IMAGE_SERSIC_TABLE);
  ck_assert_int_eq(in.data.subgrid, 0);
  ck_assert_ptr_nonnull(in.data.response);
  good("image: {grid: {size: [32, 20], center: [20, -10], scale: 0.1 arcsec}, noise: {sigma: 2}}");
  ck_assert_ptr_null(in.data.data);
  ck_assert_uint_eq(in.data.nx, 32);
  ck_assert_double_eq_tol(in.data.scale * 36000, 1, 1e-14);
  ck_assert_double_eq(in.data.level, 2);
}
END_TEST

static const struct fault {
  const char *text, *message;
} faults[] = {
  { "components: {}", "the image is missing" },
  { "image: sky.fits", "the image block is a map" },
  { "image: {noise: {sigma: 1}}", "the image is missing" },
  { "image: {file: none.fits}", "none.fits': no such file" },
  { "image: {file: \"sky.fits[3]\"}", "has no HDU 3" },
  { "image: {file: .}", "is a directory" },
  { "image: {file: a.reg}", "not a FITS file: it begins with" },
  { "image: {file: sky.fits, plane: 1}", "has no plane 1" },
  { "image: {file: sky.fits, plane: -1}", "an integer of at least 0" },
  { "image: {file: sky.fits, plane: 0.5}", "an integer of at least 0" },
  { "image: {file: sky.fits, subgrid: 0}", "an integer from 1 to 1000" },
  { "image: {file: sky.fits, fft: fast}", "'fft' is estimate or measure" },
  { "image: {file: sky.fits, compat: B99}", "'compat' is socca, or a list" },
  { "image: {file: sky.fits, compat: [B02, 3]}", "'compat' is socca, or a list" },
  { "{compat: socca, image: {file: sky.fits, compat: B02}}", "stands at the top already" },
  { "image: {file: sky.fits, grid: {size: 3}}", "give 'file' or 'grid'" },
  { "image: {grid: {size: 3}}", "a grid is written" },
  { "image: {grid: {size: 0, center: [1, 2], scale: 1}}", "an integer from 1 to" },
  { "image: {grid: {size: 3, center: [1, 92], scale: 1}}", "a declination lies between" },
  { "image: {grid: {size: 3, center: [1], scale: 1}}", "a position is a list of two" },
  { "image: {grid: {size: 3, center: [1, 2], scale: 0}}", "the pixel scale is an angle" },
  { "image: {grid: {size: 3, center: [1, 2], scale: 1}, cutout: {size: 3}}",
    "a grid has no cut-outs" },
  { "image: {file: sky.fits, cutout: {size: 3}}", "a cut-out is written" },
  { "image: {file: sky.fits, cutout: {center: [50, 1], size: 3}}", "lies outside of the image" },
  { "image: {file: sky.fits, cutout: {center: [200, -40], size: 3}}", "lies outside of the image" },
  { "image: {file: sky.fits, cutout: {center: [20, 40], size: [3, 4, 5]}}",
    "a size is one number" },
  { "image: {file: sky.fits, cutout: {center: [20, 40], size: -3}}", "an integer from 1 to" },
  { "image: {file: sky.fits, cutout: {center: [20, 40], size: 1e-9 arcsec}}", "this is 0 pixels" },
  { "image: {file: sky.fits, cutout: {center: [20, \"1h2m\"], size: 3}}", "hours belong to" },
  { "image: {file: sky.fits, psf: none.fits}", "no such file" },
  { "image: {file: sky.fits, psf: {normalize: true}}", "'psf' wants a file name" },
  { "image: {file: sky.fits, psf: {file: psf.fits, normalize: yes}}", "true or false" },
  { "image: {file: sky.fits, psf: {file: psf.fits, center: middle}}", "'center' is auto, none" },
  { "image: {file: sky.fits, psf: {file: psf.fits, centre: peak}}", "centre" },
  { "image: {file: sky.fits, psf: zero.fits}", "is zero everywhere" },
  { "image: {file: sky.fits, exposure: small.fits}",
    "'small.fits[0]' is 5 x 4, the image 20 x 10" },
  { "image: {file: sky.fits, response: [a, b]}", "'response' wants a file name" },
  { "image: {file: sky.fits, mask: none.reg}", "no such file" },
  { "image: {file: sky.fits, mask: bad.reg}", "bad.reg: line 2: a size is not negative" },
  { "image: {file: flat.fits, mask: sky.reg}", "coordinates are pixels only" },
  { "image: {file: sky.fits, mask: small.fits}", "no world coordinates on both" },
  { "image: {}", "the image is missing" },
  { "image: {file: sky.fits, mask: [{good: zero}]}", "'mask' wants a file name" },
  { "image: {file: sky.fits, mask: [{file: half.fits, good: one}]}", "'good' is zero or nonzero" },
  { "image: {file: sky.fits, mask: [{file: half.fits, good: zero, bits: 1}]}", "not both" },
  { "image: {file: sky.fits, mask: [{file: half.fits, bits: 0}]}", "an integer of at least 1" },
  { "image: {file: sky.fits, mask: [{file: a.reg, good: zero}]}", "are for FITS masks" },
  { "image: {file: sky.fits, mask: all.reg}", "all pixels are excluded" },
  { "image: {file: sky.fits, mask: zero.fits}", "write {file: NAME, good: zero}" },
  { "image: {file: zero.fits}", "Poisson" },
  { "image: {file: sky.fits, noise: 3}", "noise is written" },
  { "image: {file: sky.fits, noise: {sigma: 0}}", "a noise level is above zero" },
  { "image: {file: sky.fits, noise: {sigma: -1}}", "a noise level is above zero" },
  { "image: {file: sky.fits, noise: {weight: 0}}", "a weight is above zero" },
  { "image: {file: sky.fits, noise: {sigma: 1, rms: 1}}", "given twice" },
  { "image: {file: sky.fits, noise: {sigma: none.fits}}", "no such file" },
  { "image: {file: sky.fits, noise: {sigma: small.fits}}", "the shapes must match" },
  { "image: {file: sky.fits, noise: {sigma: [1, 2]}}", "wants a number or a file name" },
  { "image: {file: sky.fits, noise: {type: poisson, gain: 3}}", "'poisson' is not supported yet" },
  { "image: {file: sky.fits, noise: {type: correlated, cov: c.fits}}", "is not supported yet" },
  { "image: {file: sky.fits, noise: {type: gauss}}", "unknown noise type 'gauss'" },
  { "image: {file: sky.fits, noise: {sigma: 1}, flie: 3}", "flie" },
  { "image: {file: sky.fits, noise: {sigma: 1e-320}}", "sigma within 1e-140 to 1e140" },
  { "image: {file: sky.fits, noise: {var: 1e-320}}", "sigma within 1e-140 to 1e140" },
  { "image: {file: sky.fits, noise: {sigma: 1e200}}", "sigma within 1e-140 to 1e140" },
  { "image: {file: huge.fits}", "1 pixel out of all bounds, such as 1e+200" },
  { "image: {file: huge.fits, noise: {sigma: 1}, mask: a.reg}", "at pixel (6, 2): if this marks" },
  { "image: {file: sky.fits, exposure: zero.fits}", "exposure is nowhere above zero" },
  { "image: {file: sky.fits, response: zero.fits}", "response is nowhere above zero" },
  { "image: {file: sky.fits, exposure: huge.fits}", "1 pixel of the exposure out of all bounds" },
  { "image: {file: sky.fits, exposure: odd.fits}", "1 pixel of the exposure out of all bounds" },
  { "image: {file: sky.fits, psf: huge.fits}", "the PSF 'huge.fits[0]' is out of all bounds" },
};

START_TEST(messages)
{
  const struct fault *f = &faults[_i];
  socca_status s = read_block(f->text);
  ck_assert_msg(s == SOCCA_E_INPUT, "'%s' gave %d", f->text, (int)s);
  ck_assert_msg(socca_journal_errors(journal) == 1, "'%s': %s; %s", f->text,
                socca_journal_error(journal, 0), socca_journal_error(journal, 1));
  const char *e = socca_journal_error(journal, 0);
  ck_assert_msg(strstr(e, f->message) != NULL, "'%s': '%s'", f->text, e);
  ck_assert_msg(strncmp(e, "block/fit.yaml:", 15) == 0, "'%s' has no place", e);
}
END_TEST

START_TEST(all_at_once)
{
  ck_assert_int_eq(read_block("image: {file: none.fits, psf: none2.fits, noise: {sigma: -1}, mask: "
                              "[none3.reg, bad.reg], fft: x}"),
                   SOCCA_E_INPUT);
  ck_assert_uint_eq(socca_journal_errors(journal), 6);
  ck_assert_uint_eq(in.data.n, 64); /* the stand-in */
  ck_assert_ptr_nonnull(in.data.wcs);
}
END_TEST

static void warns(const char *text, int warnings, const char *message)
{
  good(text);
  ck_assert_msg(said.warnings == warnings, "%s: %d warnings: %s", text, said.warnings, said.log);
  ck_assert_msg(strstr(said.log, message) != NULL, "%s: %s", text, said.log);
}

START_TEST(doubtful)
{
  warns("image: {file: sky.fits, noise: {sigma: 1}, exposure: exposure.fits}", 2,
        "exposure is zero or blank in 2 of the 198 pixels");
  ck_assert_ptr_nonnull(strstr(said.log, "exposure is below zero in 1 of the 198 pixels"));
  warns("image: {file: sky.fits, noise: {sigma: 1}, exposure: odd.fits, mask: corner.reg}", 0, "");
  warns("image: {file: sky.fits, noise: {sigma: odd.fits}}", 2,
        "1 pixel excluded where the noise is outside");
  ck_assert_ptr_nonnull(strstr(said.log, "1 pixel excluded where the noise map is negative"));
  ck_assert_uint_eq(excluded("noise"), 4);
  warns("image: {file: huge.fits, noise: {sigma: 1}, mask: 25.reg}", 0, "25.reg: 1 pixel masked");
  warns("image: {file: one.fits, noise: {sigma: 1}}", 0, "1 pixel excluded as blank");
}
END_TEST

START_TEST(extent)
{
  good("image: {file: sky.fits, noise: {sigma: 1}}");
  const image_data *d = &in.data;
  const double pixel = 1 / 3600., across = pixel / cos(40 * M_PI / 180);
  /* pixel columns -9.5 to 10.5 and rows -4.5 to 5.5 from the reference point, and a margin of 1/32 */
  ck_assert_double_eq_tol(d->low[0], 20 - across * (10.5 + 20 / 32.), 1e-3 * across);
  ck_assert_double_eq_tol(d->high[0], 20 + across * (9.5 + 20 / 32.), 1e-3 * across);
  ck_assert_double_eq_tol(d->low[1], 40 - pixel * (4.5 + 10 / 32.), 1e-3 * pixel);
  ck_assert_double_eq_tol(d->high[1], 40 + pixel * (5.5 + 10 / 32.), 1e-3 * pixel);
  good("image: {file: flat.fits, noise: {sigma: 1}}");
  ck_assert_double_eq(d->low[0], 0.5);
  ck_assert_double_eq(d->high[1], NY + 0.5);
  good("image: {grid: {size: [64, 32], center: [0, -90], scale: 1 arcmin}, noise: {sigma: 1}}");
  ck_assert_double_eq(d->high[0] - d->low[0], 360);
  ck_assert_double_eq(d->low[1], -90);
  good("image: {grid: {size: 64, center: [0, 0], scale: 1 arcmin}, noise: {sigma: 1}}");
  ck_assert_double_eq_tol(d->low[0], -34 / 60., 1e-4); /* not 360 */
  ck_assert_double_eq_tol(d->high[0], 34 / 60., 1e-4);
}
END_TEST

START_TEST(nearly_all)
{
  good("image: {file: flat.fits, noise: {sigma: 1}, mask: [{file: half.fits}, {file: flags.fits, "
       "bits: 3}]}");
  ck_assert_int_eq(said.warnings, 0); /* 20 of 200 are left */
  text_file("block/most.reg", "image;circle(10,5,100);-circle(10,5,1)");
  good("image: {file: flat.fits, noise: {sigma: 1}, mask: most.reg}");
  ck_assert_int_eq(said.warnings, 1);
  ck_assert_ptr_nonnull(strstr(said.log, "regions exclude what they cover"));
}
END_TEST

int main(void)
{
  Suite *s = suite_create("image_block");
  TCase *t = tcase_create("image_block");
  tcase_add_unchecked_fixture(t, make_files, NULL);
  tcase_add_checked_fixture(t, NULL, tree_close);
  tcase_add_test(t, plain);
  tcase_add_test(t, mad);
  tcase_add_test(t, levels);
  tcase_add_test(t, masks);
  tcase_add_test(t, cut_outs);
  tcase_add_test(t, settings);
  tcase_add_loop_test(t, messages, 0, (int)(sizeof faults / sizeof faults[0]));
  tcase_add_test(t, all_at_once);
  tcase_add_test(t, doubtful);
  tcase_add_test(t, extent);
  tcase_add_test(t, nearly_all);
  suite_add_tcase(s, t);
  return run_suite(s);
}
