/* SPDX-License-Identifier: BSD-3-Clause */
/* World coordinates: projections, matrices, quirks of headers, cut-outs, output cards. */
#include "config.h"
#include "run_suite.h"
#include <math.h>
#include "image_host.h"
#include "sky.h"

/* A header of the given lines as read from a file of nx x ny. */
static char text[64 * 80 + 1];
static image_fits with(const char *const *lines, size_t nx, size_t ny)
{
  image_fits f = { .nx = nx, .ny = ny, .axis = { 1, 2 }, .naxis = 2, .header = text };
  text[0] = 0;
  for (; lines[f.ncards]; f.ncards++)
    snprintf(text + 80 * f.ncards, 81, "%-80.80s", lines[f.ncards]);
  snprintf(f.name, sizeof f.name, "x.fits[0]");
  return f;
}

static image_wcs *wcs(const char *const *lines)
{
  socca_load cx = test_load();
  image_fits f = with(lines, 64, 48);
  return image_wcs_read(&cx, NULL, &f, 0);
}

#define LINES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define TAN "CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'"
#define AT20 "CRVAL1  = 20", "CRVAL2  = -10"
#define STEPS "CDELT1  = -1E-3", "CDELT2  = 1E-3"

/* the worked grid of a 5 x 5 image, moved to its re-referenced centre */
START_TEST(worked_grid)
{
  image_wcs *w = wcs(LINES(TAN, "CRVAL1  = 19.999492287475306", "CRVAL2  = -9.99949999961534",
                           "CRPIX1  = 3.5", "CRPIX2  = 3.5", STEPS));
  ck_assert_ptr_nonnull(w);
  static const double lon0[] = { 20.002030869627394, 20.0010154367672, 20.00000000390604,
                                 19.998984571044577, 19.997969138183418 };
  static const double lat0[] = { -10.001999989994642, -10.000999989996869, -9.999999989998177,
                                 -9.998999989999186, -9.997999990000496 };
  double x[5] = { 0, 1, 2, 3, 4 }, zero[5] = { 0 }, lon[5], lat[5];
  image_world(w, 5, x, zero, lon, lat);
  for (int i = 0; i < 5; i++) ck_assert_double_eq_tol(lon[i], lon0[i], 2e-14);
  image_world(w, 5, zero, x, lon, lat);
  for (int i = 0; i < 5; i++) ck_assert_double_eq_tol(lat[i], lat0[i], 2e-14);
  image_wcs_free(w);
}
END_TEST

START_TEST(round_trips)
{
  static const char *const codes[] = { "TAN", "SIN", "ARC", "STG", "ZEA", "CAR", "AIT", "SFL" };
  for (size_t c = 0; c < 8; c++) {
    char t1[81], t2[81];
    snprintf(t1, sizeof t1, "CTYPE1  = 'RA---%s'", codes[c]);
    snprintf(t2, sizeof t2, "CTYPE2  = 'DEC--%s'", codes[c]);
    image_wcs *w =
        wcs(LINES(t1, t2, "CRVAL1  = 359.999", "CRVAL2  = 3", "CRPIX1  = 30", "CRPIX2  = 20",
                  "CD1_1   = -8E-4", "CD1_2   = 5E-4", "CD2_1   = 6E-4", "CD2_2   = 7E-4"));
    ck_assert_ptr_nonnull(w);
    double x[300], y[300], lon[300], lat[300], bx[300], by[300];
    for (int i = 0; i < 300; i++) {
      x[i] = 0.37 * i - 20;
      y[i] = 60 - 0.41 * i;
    }
    ck_assert_uint_eq(image_world(w, 300, x, y, lon, lat), 0);
    ck_assert_uint_eq(image_pixel(w, 300, lon, lat, bx, by), 0);
    for (int i = 0; i < 300; i++) {
      ck_assert_double_eq_tol(bx[i], x[i], 1e-8);
      ck_assert_double_eq_tol(by[i], y[i], 1e-8);
      lon[i] += 360 * (i % 3 - 1); /* whatever turn */
    }
    ck_assert_uint_eq(image_pixel(w, 300, lon, lat, bx, by), 0);
    for (int i = 0; i < 300; i++) ck_assert_double_eq_tol(bx[i], x[i], 1e-8);
    image_wcs_free(w);
  }
}
END_TEST

START_TEST(jacobians)
{
  double j[4], scale;
  int parity;
  image_wcs *w =
      wcs(LINES(TAN, "CRVAL1  = 20", "CRVAL2  = 80", "CRPIX1  = 1", "CRPIX2  = 1",
                "CD1_1   = -8E-4", "CD1_2   = 5E-4", "CD2_1   = 6E-4", "CD2_2   = 7E-4"));
  ck_assert_int_eq(image_jacobian(w, 0, 0, j), 0);
  ck_assert_double_eq_tol(j[0], -8e-4, 1e-11); /* at the reference pixel: the CD matrix */
  ck_assert_double_eq_tol(j[1], 5e-4, 1e-11);
  ck_assert_double_eq_tol(j[2], 6e-4, 1e-11);
  ck_assert_double_eq_tol(j[3], 7e-4, 1e-11);
  image_wcs_scale(w, &scale, &parity);
  ck_assert_double_eq_tol(scale, sqrt(8e-4 * 7e-4 + 5e-4 * 6e-4), 1e-15);
  ck_assert_int_eq(parity, -1);
  image_wcs_free(w);
  /* latitude on the first axis, arcsec, mirrored on the sky */
  w = wcs(LINES("CTYPE1  = 'GLAT-TAN'", "CTYPE2  = 'GLON-TAN'", "CUNIT1  = 'arcsec'",
                "CUNIT2  = 'arcsec'", "CRVAL1  = 36000", "CRVAL2  = 72000", "CRPIX1  = 1",
                "CRPIX2  = 1", "CDELT1  = 3.6", "CDELT2  = 3.6"));
  ck_assert_ptr_nonnull(w);
  ck_assert_int_eq(w->frame, IMAGE_GALACTIC);
  image_jacobian(w, 0, 0, j);
  ck_assert_double_eq_tol(j[0], 0, 1e-9);
  ck_assert_double_eq_tol(j[1], 1e-3, 1e-9);
  ck_assert_double_eq_tol(j[2], 1e-3, 1e-9);
  double lon, lat, x = 0, y = 0;
  image_world(w, 1, &x, &y, &lon, &lat);
  ck_assert_double_eq_tol(lon, 20, 1e-12);
  ck_assert_double_eq_tol(lat, 10, 1e-12);
  image_wcs_scale(w, &scale, &parity);
  ck_assert_int_eq(parity, -1);
  image_wcs_free(w);
}
END_TEST

START_TEST(frames)
{
  static const struct {
    const char *line[3];
    enum image_frame frame;
    double equinox;
    const char *name;
  } row[] = { { { "RADESYS = 'ICRS'" }, IMAGE_FK5, 2000, "ICRS" },
              { { "COMMENT" }, IMAGE_FK5, 2000, "ICRS" },
              { { "EQUINOX = 2000.0" }, IMAGE_FK5, 2000, "FK5 J2000" },
              { { "RADECSYS= 'FK5'", "EQUINOX = 2000." }, IMAGE_FK5, 2000, "FK5 J2000" },
              { { "EQUINOX = 1950." }, IMAGE_FK4, 1950, "FK4 B1950" },
              { { "EPOCH   = 1950." }, IMAGE_FK4, 1950, "FK4 B1950" },
              { { "RADESYS = 'FK5'", "EQUINOX = 1975." }, IMAGE_FK5, 1975, "FK5 J1975" } };
  for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
    image_wcs *w = wcs(LINES(TAN, AT20, "CRPIX1  = 1", "CRPIX2  = 1", STEPS, row[i].line[0],
                             row[i].line[1] ? row[i].line[1] : "COMMENT"));
    ck_assert_ptr_nonnull(w);
    ck_assert_int_eq(w->frame, row[i].frame);
    ck_assert_double_eq(w->equinox, row[i].equinox);
    ck_assert_str_eq(w->name, row[i].name);
    image_wcs_free(w);
  }
}
END_TEST

START_TEST(alternates)
{
  /* the primary description is the one without a letter, wherever it stands */
  image_wcs *w =
      wcs(LINES("CTYPE1A = 'RA---TAN'", "CTYPE2A = 'DEC--TAN'", "CRVAL1A = 99", "CRVAL2A = 9",
                "CDELT1A = 1", "CDELT2A = 1", TAN, AT20, STEPS, "CRPIX1  = 1", "CRPIX2  = 1"));
  double x = 0, y = 0, lon, lat;
  image_world(w, 1, &x, &y, &lon, &lat);
  ck_assert_double_eq_tol(lon, 20, 1e-12);
  image_wcs_free(w);
  /* only a lettered one: pixels */
  w = wcs(LINES("CTYPE1A = 'RA---TAN'", "CTYPE2A = 'DEC--TAN'", "CRVAL1A = 99", "CRVAL2A = 9"));
  ck_assert_int_eq(w->celestial, 0);
  image_wcs_free(w);
}
END_TEST

START_TEST(quirks)
{
  double x = 40, y = 30, lon[2], lat[2];
#define PV "PV1_1   = 1.0", "PV2_1   = 1.0", "PV1_4   = 0.01", "PV2_4   = 0.02"
  image_wcs *w = wcs(LINES(TAN, AT20, "CRPIX1  = 1", "CRPIX2  = 1", STEPS, PV));
  ck_assert_ptr_nonnull(w);
  ck_assert_ptr_nonnull(strstr(said.log, "read as TPV"));
  image_world(w, 1, &x, &y, lon, lat);
  image_wcs_free(w);
  w = wcs(LINES("CTYPE1  = 'RA---TPV'", "CTYPE2  = 'DEC--TPV'", AT20, "CRPIX1  = 1", "CRPIX2  = 1",
                STEPS, PV));
  image_world(w, 1, &x, &y, lon + 1, lat + 1);
  ck_assert_double_eq(lon[0], lon[1]);
  ck_assert_double_eq(lat[0], lat[1]);
  image_wcs_free(w);
  w = wcs(LINES("CTYPE1  = 'RA---TNX'", "CTYPE2  = 'DEC--TNX'", AT20, "CRPIX1  = 1", "CRPIX2  = 1",
                STEPS));
  ck_assert_ptr_nonnull(strstr(said.log, "is not applied"));
  ck_assert_int_eq(said.warnings, 1);
  image_wcs_free(w);
  w = wcs(LINES(TAN, AT20, "CRPIX1  = 1", "CRPIX2  = 1", STEPS, "CPDIS1  = 'LOOKUP'"));
  ck_assert_ptr_nonnull(strstr(said.log, "CPDISj"));
  image_wcs_free(w);
  /* SIP polynomials with and without the suffix */
#define SIP "A_ORDER = 2", "B_ORDER = 2", "A_2_0   = 1E-3", "B_0_2   = 2E-3"
  w = wcs(LINES("CTYPE1  = 'RA---TAN-SIP'", "CTYPE2  = 'DEC--TAN-SIP'", AT20, "CRPIX1  = 1",
                "CRPIX2  = 1", STEPS, SIP));
  ck_assert_ptr_nonnull(w);
  ck_assert_int_eq(said.warnings, 0);
  x = 10;
  y = 0;
  image_world(w, 1, &x, &y, lon, lat);
  image_wcs_free(w);
  w = wcs(LINES(TAN, AT20, "CRPIX1  = 1", "CRPIX2  = 1", STEPS));
  x = 10 + 1e-3 * 100;
  image_world(w, 1, &x, &y, lon + 1, lat + 1);
  ck_assert_double_eq_tol(lon[0], lon[1], 1e-12);
  image_wcs_free(w);
  w = wcs(LINES(TAN, AT20, "CRPIX1  = 1", "CRPIX2  = 1", STEPS, SIP));
  ck_assert_int_eq(said.warnings, 0);
  x = 10;
  image_world(w, 1, &x, &y, lon + 1, lat + 1);
  ck_assert_double_eq(lon[0], lon[1]); /* applied as well */
  image_wcs_free(w);
}
END_TEST

START_TEST(not_the_sky)
{
  const char *const *rows[] = {
    LINES("COMMENT"),
    LINES("CTYPE1  = 'X'", "CTYPE2  = 'Y'"),
    LINES("CTYPE1  = 'LINEAR'", "CTYPE2  = 'LINEAR'", "CRVAL1  = 5"),
  };
  for (int i = 0; i < 3; i++) {
    image_wcs *w = wcs(rows[i]);
    double x = 4, y = 7, lon, lat, j[4], scale;
    int parity;
    ck_assert_ptr_nonnull(w);
    ck_assert_int_eq(w->celestial, 0);
    image_world(w, 1, &x, &y, &lon, &lat);
    ck_assert_double_eq(lon, 5);
    ck_assert_double_eq(lat, 8);
    image_jacobian(w, 3, 3, j);
    ck_assert_double_eq(j[0], -1);
    image_wcs_scale(w, &scale, &parity);
    ck_assert_double_eq(scale, 1);
    image_wcs_free(w);
  }
}
END_TEST

/* what cannot be used is refused, not taken for pixels */
START_TEST(refusals)
{
  const char *const *rows[] = {
    LINES(TAN, AT20, "CDELT1  = 0", "CDELT2  = 0"),
    LINES(TAN, AT20, "CD1_1   = 1", "CD1_2   = 1", "CD2_1   = 1", "CD2_2   = 1"),
    LINES("CTYPE1  = 'RA---QQQ'", "CTYPE2  = 'DEC--QQQ'", AT20),
    LINES("CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--SIN'", AT20),
    LINES(TAN, "CRVAL1  = 20", "CRVAL2  = -100"),
  };
  for (int i = 0; i < 5; i++) {
    image_wcs *w = wcs(rows[i]);
    ck_assert_msg(w == NULL, "row %d was taken", i);
    ck_assert_int_eq(said.errors, 1);
    ck_assert_ptr_nonnull(strstr(said.error, "world coordinates cannot be used"));
  }
}
END_TEST

static void same(image_wcs *a, image_wcs *b, double dx, double dy)
{
  double x[2] = { 3, 20 }, y[2] = { 5, 30 }, lon[4], lat[4];
  image_world(a, 2, x, y, lon, lat);
  for (int i = 0; i < 2; i++) {
    x[i] += dx;
    y[i] += dy;
  }
  image_world(b, 2, x, y, lon + 2, lat + 2);
  for (int i = 0; i < 2; i++) {
    ck_assert_double_eq_tol(lon[i], lon[i + 2], 1e-12);
    ck_assert_double_eq_tol(lat[i], lat[i + 2], 1e-12);
  }
}

START_TEST(output_cards)
{
  const char *const *rows[] = {
    LINES(TAN, AT20, "CRPIX1  = 7", "CRPIX2  = 9.5", STEPS, "CROTA2  = 37", "BUNIT   = 'Jy'",
          "NAXIS3  = 4", "CTYPE3  = 'FREQ'", "OBJECT  = 'x'"),
    LINES("CTYPE1  = 'RA---TAN-SIP'", "CTYPE2  = 'DEC--TAN-SIP'", AT20, "CRPIX1  = 1",
          "CRPIX2  = 1", "CD1_1   = -1E-3", "CD1_2   = 1E-5", "CD2_1   = 1E-5", "CD2_2   = 1E-3",
          SIP),
    LINES("CTYPE1  = 'RA---ZPN'", "CTYPE2  = 'DEC--ZPN'", AT20, "CRPIX1  = 1", "CRPIX2  = 1", STEPS,
          "PV2_1   = 1.0", "PV2_3   = 42.0", "LONPOLE = 170"),
    LINES("CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CUNIT1  = 'arcsec'",
          "CUNIT2  = 'arcsec'", "CRVAL1  = 72000", "CRVAL2  = 36000", "CDELT1  = -3.6",
          "CDELT2  = 3.6", "CRPIX1  = 4", "CRPIX2  = 5"),
  };
  for (int r = 0; r < 4; r++)
    for (int cut = 0; cut < 2; cut++) {
      socca_load cx = test_load();
      image_fits f = with(rows[r], 64, 48);
      image_wcs *w = image_wcs_read(&cx, NULL, &f, 1), *full = image_wcs_copy(w);
      ck_assert_ptr_nonnull(full);
      w->x0 = 11 * cut;
      w->y0 = 6 * cut;
      char *cards = image_wcs_cards(w, f.header, f.axis);
      ck_assert_ptr_nonnull(cards);
      image_fits g = { .nx = 10, .ny = 10, .axis = { 1, 2 }, .header = cards };
      g.ncards = (int)(strlen(cards) / 80);
      ck_assert_ptr_null(strstr(cards, "OBJECT"));
      ck_assert_ptr_null(strstr(cards, "CTYPE3"));
      image_wcs *v = image_wcs_read(&cx, NULL, &g, 1);
      ck_assert_ptr_nonnull(v);
      same(w, v, 0, 0);
      same(w, full, 11 * cut, 6 * cut);
      image_wcs_free(v);
      image_wcs_free(w);
      image_wcs_free(full);
      free(cards);
    }
}
END_TEST

START_TEST(moved_reference)
{
  image_wcs *w =
      wcs(LINES(TAN, "CRVAL1  = 20", "CRVAL2  = 60", "CRPIX1  = 1", "CRPIX2  = 1", STEPS));
  double x = 64, y = 64, at[2], lon, lat, crpix[2], crval[2], cdelt[2];
  image_world(w, 1, &x, &y, &at[0], &at[1]);
  ck_assert_int_eq(image_wcs_reference(w, 64, 64, at), 0);
  image_world(w, 1, &x, &y, &lon, &lat);
  ck_assert_double_eq_tol(lon, at[0], 1e-12);
  image_wcs_linear(w, NULL, crpix, crval, cdelt);
  ck_assert_double_eq(crpix[0], 65);
  ck_assert_double_eq(crval[0], at[0]);
  ck_assert_double_eq_tol(cdelt[0], -1e-3, 1e-18);
  image_wcs *d = image_wcs_displaced(w, 1e-3, -2e-3);
  image_world(d, 1, &x, &y, &lon, &lat);
  ck_assert_double_eq_tol(lon, at[0] + 1e-3, 1e-12);
  ck_assert_double_eq_tol(lat, at[1] - 2e-3, 1e-12);
  image_wcs_free(d);
  image_wcs_free(w);
}
END_TEST

START_TEST(made_grid)
{
  double center[2] = { 0.001, 89 }, scale, x = 15.5, y = 9.5, lon, lat;
  int parity;
  image_wcs *w = image_wcs_tan(center, 1e-4, 32, 20);
  ck_assert_ptr_nonnull(w);
  image_world(w, 1, &x, &y, &lon, &lat);
  ck_assert_double_eq_tol(image_wrap(lon - 0.001), 0, 1e-12);
  ck_assert_double_eq_tol(lat, 89, 1e-12);
  image_wcs_scale(w, &scale, &parity);
  ck_assert_double_eq_tol(scale, 1e-4, 1e-18);
  ck_assert_int_eq(parity, -1);
  image_wcs_free(w);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("wcs");
  TCase *t = tcase_create("wcs");
  tcase_add_test(t, worked_grid);
  tcase_add_test(t, round_trips);
  tcase_add_test(t, jacobians);
  tcase_add_test(t, frames);
  tcase_add_test(t, alternates);
  tcase_add_test(t, quirks);
  tcase_add_test(t, not_the_sky);
  tcase_add_test(t, refusals);
  tcase_add_test(t, output_cards);
  tcase_add_test(t, moved_reference);
  tcase_add_test(t, made_grid);
  suite_add_tcase(s, t);
  return run_suite(s);
}
