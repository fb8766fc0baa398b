/* SPDX-License-Identifier: BSD-3-Clause */
/* DS9 regions: shapes, frames, units, signs, and what is said of bad text. */
#include "config.h"
#include "run_suite.h"
#include <math.h>
#include "frames.h"
#include "image_host.h"
#include "regions.h"

enum { NX = 60, NY = 50 };
static char why[IMAGE_WHY], cards[32 * 80 + 1];
static unsigned char covered[NX * NY];
static image_wcs *sky;

static void use_header(const char *const *lines)
{
  socca_load cx = test_load();
  image_fits f = { .nx = NX, .ny = NY, .axis = { 1, 2 }, .header = cards };
  cards[0] = 0;
  for (; lines[f.ncards]; f.ncards++)
    snprintf(cards + 80 * f.ncards, 81, "%-80.80s", lines[f.ncards]);
  image_wcs_free(sky);
  sky = image_wcs_read(&cx, NULL, &f, 1);
  ck_assert_ptr_nonnull(sky);
}
#define LINES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define TAN                                                                                        \
  "CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRVAL1  = 20", "CRVAL2  = 40", "CRPIX1  = 30",  \
      "CRPIX2  = 25"

static size_t count(const char *text)
{
  region_list l;
  int r = region_parse(text, strlen(text), &l, why);
  ck_assert_msg(r == 0, "%s: %s", text, why);
  r = region_cover(&l, sky, cards, NX, NY, covered, why);
  ck_assert_msg(r == 0, "%s: %s", text, why);
  region_free(&l);
  size_t n = 0;
  for (size_t i = 0; i < NX * NY; i++) n += covered[i];
  return n;
}

/* brute force over FITS pixel coordinates */
#define EXPECT(condition)                                                                          \
  __extension__({                                                                                  \
    size_t n_ = 0;                                                                                 \
    for (int y = 1; y <= NY; y++)                                                                  \
      for (int x = 1; x <= NX; x++) n_ += (condition) != 0;                                        \
    n_;                                                                                            \
  })

START_TEST(shapes)
{
  use_header(LINES("COMMENT"));
  ck_assert_uint_eq(count("image\ncircle(20,30,5)"),
                    EXPECT((x - 20) * (x - 20) + (y - 30) * (y - 30) <= 25));
  ck_assert_uint_eq(count("image;ellipse(20,30,10,4,0)"),
                    EXPECT(16 * (x - 20) * (x - 20) + 100 * (y - 30) * (y - 30) <= 1600));
  ck_assert_uint_eq(count("image;ellipse(20,30,10,4,90)"),
                    EXPECT(100 * (x - 20) * (x - 20) + 16 * (y - 30) * (y - 30) <= 1600 ||
                           (x == 20 && abs(y - 30) == 10) || (y == 30 && abs(x - 20) == 4)));
  ck_assert_uint_eq(count("image;box(20.5,30,9,6,0)"),
                    EXPECT(fabs(x - 20.5) <= 4.5 && abs(y - 30) <= 3));
  ck_assert_uint_eq(count("image;rotbox(20.2,30.3,8,8,45)"),
                    EXPECT(fabs(x - 20.2) + fabs(y - 30.3) <= 4 * sqrt(2)));
  ck_assert_uint_eq(count("image;polygon(10,10,20,10,20,15,10,15)"), 50); /* two edges count */
  ck_assert_uint_eq(count("image;polygon(9.5,9.5,20.7,9.5,9.5,20.7)"),
                    EXPECT(x >= 10 && y >= 10 && x + y <= 30));
  ck_assert_uint_eq(count("image;annulus(30,25,3,6)"),
                    EXPECT((x - 30) * (x - 30) + (y - 25) * (y - 25) <= 36 &&
                           (x - 30) * (x - 30) + (y - 25) * (y - 25) > 9));
  size_t ring = count("image;annulus(30,25,3,6)");
  ck_assert_uint_eq(count("image;annulus(30,25,3,4,5,6)"), ring);
  ck_assert_uint_eq(count("image;annulus(30,25,3,6,n=3)"), ring);
  ck_assert_uint_eq(count("image;ellipse(30,25,3,3,6,6,0)"), ring);
  ck_assert_uint_eq(count("image;ellipse(30,25,3,3,6,6,n=2,0)"), ring);
  ck_assert_uint_eq(
      count("image;box(30,25,4,2,10,6,0)"),
      EXPECT(abs(x - 30) <= 5 && abs(y - 25) <= 3 && !(abs(x - 30) <= 2 && abs(y - 25) <= 1)));
  ck_assert_uint_eq(count("image;panda(30,25,0,360,4,3,6,1)"), ring);
  ck_assert_uint_eq(count("image;pie(30.3,25.2,0,6,0,90)"),
                    EXPECT(hypot(x - 30.3, y - 25.2) <= 6 && x > 30.3 && y > 25.2));
  ck_assert_uint_eq(count("image;panda(30.3,25.2,270,360,1,0,6,1)"),
                    EXPECT(hypot(x - 30.3, y - 25.2) <= 6 && x > 30.3 && y < 25.2));
  ck_assert_uint_eq(count("image;panda(30.3,25.2,315,45,1,0,6,1)"),
                    EXPECT(hypot(x - 30.3, y - 25.2) <= 6 && fabs(y - 25.2) < x - 30.3));
  ck_assert_uint_eq(count("image;epanda(30,25,0,360,1,3,3,6,6,1,0)"), ring);
  ck_assert_uint_eq(count("image;bpanda(30,25,0,360,1,4,2,10,6,1,0)"),
                    count("image;box(30,25,4,2,10,6,0)"));
  ck_assert_uint_eq(count("image;circle(20,30,0)"), 0);
  ck_assert_uint_eq(count("image;circle(-500,1e6,5)"), 0);
  ck_assert_uint_eq(count("image;circle(0,0,1e9)"), NX * NY);
}
END_TEST

START_TEST(notation)
{
  use_header(LINES("COMMENT"));
  size_t one = count("image;circle(20,30,5)"), two = count("image;circle(40,30,4)");
  static const char *const same[] = {
    "IMAGE\nCIRCLE( 20 , 30 , 5 )",
    "image\r\ncircle 20 30 5\r\n",
    "image\rcircle(20 30 5)\r",
    "image circle(20,30,5)",
    "circle(20,30,5)", /* physical without keywords is image */
    "image\n  +circle(20,30,5) # color=red text={a;b #c (d}\n",
    ("# Region file format: DS9\nglobal color=green font=\"times 10;3\"\n\n"
     "physical;circle(20p,30p,5p)"),
    "fk5\ncircle(20i,30i,5i)",
    "image;circle(2e1,3.0E1,0.5e1)",
    "image;circle(20,30,5) || # composite=1",
    "image;circle(20,30,5);point(3,4);line(1,2,3,4)",
    "detector;circle(20,30,5)",
  };
  for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
    ck_assert_msg(count(same[i]) == one, "%s", same[i]);
  ck_assert_uint_eq(count("image;circle(20,30,5);circle(40,30,4)"), one + two);
  ck_assert_uint_eq(count("image;circle(20,30,5)\ncircle(20,30,5)"), one); /* a union */
  ck_assert_uint_eq(count(""), 0);
  ck_assert_uint_eq(count("# only a comment"), 0);
}
END_TEST

START_TEST(signs)
{
  use_header(LINES("COMMENT"));
  size_t big = count("image;circle(20,30,6)"), small = count("image;circle(20,30,3)");
  ck_assert_uint_eq(count("image;-circle(20,30,6)"), 0); /* leading: nothing to take from */
  ck_assert_uint_eq(count("image;-circle(20,30,3);circle(20,30,6)"), big);
  ck_assert_uint_eq(count("image;circle(20,30,6);-circle(20,30,3)"), big - small);
  ck_assert_uint_eq(count("image;circle(20,30,6);!circle(20,30,3)"), big - small);
  ck_assert_uint_eq(count("image;circle(20,30,6)\ncircle(20,30,3) # include=0"), big - small);
  ck_assert_uint_eq(count("image;circle(20,30,6);-circle(20,30,3);circle(20,30,3)"), big);
  ck_assert_uint_eq(count("global include=0\nimage;circle(20,30,6)"), 0);
  ck_assert_uint_eq(count("global include=0\nimage;+circle(20,30,6)"), big);
}
END_TEST

START_TEST(physical)
{
  use_header(LINES("LTV1    = -100", "LTV2    = 7", "LTM1_1  = 0.5", "LTM2_2  = 0.5"));
  size_t want = EXPECT((x - 20) * (x - 20) + (y - 30) * (y - 30) <= 25);
  ck_assert_uint_eq(count("physical;circle(240,46,10)"), want);
  ck_assert_uint_eq(count("circle(240,46,10)"), want);
  ck_assert_uint_eq(count("physical;circle(240,46,5i)"), want);
  ck_assert_uint_eq(count("image;circle(20,30,10p)"), want);
  ck_assert_uint_eq(count("image;circle(240p,46p,10)"), want); /* the notation rules */
  ck_assert_uint_eq(count("physical;polygon(239,45,241,45,241,47,239,47)"), 1);
}
END_TEST

START_TEST(the_sky)
{
  /* 1 arcsec pixels; pixel (30,25) is (20, 40) */
  use_header(LINES(TAN, "CDELT1  = -2.777777777777778E-4", "CDELT2  = 2.777777777777778E-4"));
  size_t want = EXPECT((x - 30) * (x - 30) + (y - 25) * (y - 25) <= 30);
  static const char *const same[] = {
    "fk5;circle(20,40,5.477\")",
    "icrs;circle(20,40,0.0912833')",
    "J2000;circle(20,40,0.00152139)",
    "fk5;circle(20d,40d,0.00152139d)",
    "fk5;circle(0.3490658503988659r,0.6981317007977318r,2.65533e-5r)",
    "fk5;circle(1:20:00,+40:00:00,5.477\")",
    "fk5;circle(1h20m0s,40d0m0s,5.477\")",
    "fk5;circle(20d0m0s,40d0m0s,5.477\")",
    "circle(1:20:00,+40:00:00,5.477\")",
    "image;circle(30,25,5.477\")",
    "fk5;circle(20,40,5.477i)",
    "fk5;circle(380,40,5.477\")",
    "fk5;circle(-340,40,5.477\")",
  };
  for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
    ck_assert_msg(count(same[i]) == want, "%s: %zu, not %zu", same[i], count(same[i]), want);
  /* angles count from West through North */
  size_t tilted = count("image;ellipse(30,25,12,3,30)");
  ck_assert_uint_eq(count("fk5;ellipse(20,40,12\",3\",30)"), tilted);
  ck_assert_uint_eq(count("fk5;box(20,40,24.2\",6.2\",30)"), count("image;box(30,25,24.2,6.2,30)"));
  unsigned char first[NX * NY];
  count("image;ellipse(30,25,12,3,30)");
  memcpy(first, covered, sizeof first);
  count("fk5;ellipse(20,40,12\",3\",30)");
  ck_assert_mem_eq(first, covered, sizeof first);
  /* the same sky seen mirrored */
  use_header(LINES(TAN, "CDELT1  = 2.777777777777778E-4", "CDELT2  = 2.777777777777778E-4"));
  count("fk5;ellipse(20,40,12\",3\",30)");
  for (int y = 1; y <= NY; y++)
    for (int x = 1; x < 60; x++)
      ck_assert_int_eq(covered[(y - 1) * NX + x - 1], first[(y - 1) * NX + 60 - x - 1]);
  /* rotated by 90 deg: North along +x */
  use_header(LINES(TAN, "CD1_1   = 0", "CD1_2   = 2.777777777777778E-4",
                   "CD2_1   = 2.777777777777778E-4", "CD2_2   = 0"));
  ck_assert_uint_eq(count("fk5;box(20,40,20.2\",4.2\",0)"), count("image;box(30,25,4.2,20.2,0)"));
  /* pixels that are not square: a circle on the sky is none in pixels */
  use_header(LINES(TAN, "CDELT1  = -5.555555555555556E-4", "CDELT2  = 2.777777777777778E-4"));
  ck_assert_uint_eq(count("fk5;circle(20,40,8.1\")"), count("image;ellipse(30,25,4.05,8.1,0)"));
}
END_TEST

START_TEST(windows)
{
  /* a cut-out sees the file's pixels */
  use_header(LINES("LTV1    = -100"));
  size_t want = count("image;circle(20,30,5)");
  sky->x0 = 10;
  sky->y0 = 20;
  ck_assert_uint_eq(count("image;circle(30,50,5)"), want);
  ck_assert_uint_eq(count("physical;circle(130,50,5)"), want);
}
END_TEST

static const struct conversion {
  enum image_frame from;
  double equinox;
  enum image_frame to;
  double lon, lat, lon2, lat2;
} conversion[] = {
  /* astropy 5.2; the ecliptic by a rotation */
  { IMAGE_FK4, 1950, IMAGE_FK5, 20.5, -10.25, 21.12299811935, -9.98973443846 },
  { IMAGE_GALACTIC, 2000, IMAGE_FK5, 20.5, -10.25, 286.53735629245, -15.64509004453 },
  { IMAGE_FK5, 1975, IMAGE_FK5, 20.5, -10.25, 20.81144376259, -10.11976073506 },
  { IMAGE_FK4, 1950, IMAGE_FK5, 170.59136, -58.988299, 171.15811398016, -59.26325352250 },
  { IMAGE_GALACTIC, 2000, IMAGE_FK5, 170.59136, -58.988299, 35.32379252569, -4.70167403627 },
  { IMAGE_FK5, 1975, IMAGE_FK5, 170.59136, -58.988299, 170.87423954352, -59.12566989963 },
  { IMAGE_FK4, 1950, IMAGE_FK5, 300, 75, 299.73560976611, 75.13862408818 },
  { IMAGE_GALACTIC, 2000, IMAGE_FK5, 300, 75, 192.08358427073, 12.14592191544 },
  { IMAGE_FK5, 1975, IMAGE_FK5, 300, 75, 299.86901602678, 75.06945790486 },
  { IMAGE_FK4, 1950, IMAGE_FK5, 1, 0.5, 1.64075716330, 0.77833903681 },
  { IMAGE_GALACTIC, 2000, IMAGE_FK5, 1, 0.5, 266.51153088205, -27.82208553974 },
  { IMAGE_FK5, 1975, IMAGE_FK5, 1, 0.5, 1.32029294890, 0.63915870019 },
  { IMAGE_ECLIPTIC, 2000, IMAGE_FK5, 33, 12, 26.33565523975, 23.74494920718 },
  { IMAGE_ECLIPTIC, 2000, IMAGE_FK5, 250, -60, 206.85523778293, -78.94898513039 },
};

START_TEST(conversions)
{
  for (size_t i = 0; i < sizeof conversion / sizeof conversion[0]; i++) {
    const struct conversion *c = &conversion[i];
    double lon = c->lon, lat = c->lat;
    ck_assert_int_eq(image_frame_convert(c->from, c->equinox, c->to, 2000, &lon, &lat), 0);
    /* astropy precesses by the IAU 2006 rates, not by those that define FK5 */
    double tolerance = c->from == IMAGE_FK5 ? 3e-5 : 1e-7;
    ck_assert_double_eq_tol(image_wrap(lon - c->lon2) * cos(lat / 57.3), 0, tolerance);
    ck_assert_double_eq_tol(lat, c->lat2, tolerance);
    ck_assert_int_eq(image_frame_convert(c->to, 2000, c->from, c->equinox, &lon, &lat), 0);
    ck_assert_double_eq_tol(image_wrap(lon - c->lon) * cos(lat / 57.3), 0, 1e-10);
    ck_assert_double_eq_tol(lat, c->lat, 1e-10);
  }
  double lon = 1, lat = 2;
  ck_assert_int_eq(image_frame_convert(IMAGE_OTHER, 2000, IMAGE_FK5, 2000, &lon, &lat), -1);
  ck_assert_int_eq(image_frame_convert(IMAGE_FK4, 1900, IMAGE_FK5, 2000, &lon, &lat), -1);
}
END_TEST

static const char *const faults[][2] = {
  { "image\ncircle(20,30", "line 2: a closing parenthesis is missing" },
  { "image\ncircle(20,30)", "line 2: circle is written circle(x, y, radius)" },
  { "image;circle(20,30,5,6)", "line 1: circle is written" },
  { "image;circle(20)", "circle lacks its position" },
  { "image;circle()", "circle lacks its position" },
  { "image;circle(20,30,-5)", "a size is not negative" },
  { "image;circle(20,30,)", "a number is missing after the last comma" },
  { "image;circle(20,,5)", "',5' is not a number" },
  { "image;circle(20,30,5x)", "'5x' is not a number" },
  { "image;circle(20,30,abc)", "'abc' is not a number" },
  { "image;circle(nan,30,5)", "is not a number" },
  { "image;circle(inf,30,5)", "is not a number" },
  { "image;circle(1e999,30,5)", "is not a number" },
  { "image;annulus(1,2,3)", "annulus is written" },
  { "image;ellipse(1,2,3)", "ellipse is written" },
  { "image;box(1,2)", "box is written" },
  { "image;polygon(1,2,3,4)", "polygon is written" },
  { "image;polygon(1,2,3,4,5)", "polygon is written" },
  { "image;pie(1,2,3)", "pie is written" },
  { "image;panda(1,2,3)", "panda is written" },
  { "image;epanda(1,2,3)", "epanda is written" },
  { "image;bpanda(1,2,3)", "bpanda is written" },
  { "image\n\n\nblob(1,2,3)", "line 4: 'blob' is neither a shape nor a frame" },
  { "supergalactic;circle(1,2,3)", "'supergalactic' is neither" },
  { "wcsa;circle(1,2,3)", "'wcsa' is neither" },
  { "image;circle(1,2,3) & box(1,2,3,4,0)", "'& box(1,2,3,4,0)' after a shape" },
  { "image;(1,2,3)", "is not understood" },
  { "fk5;circle(20,91,5\")", "a latitude lies between" },
  { "fk5;circle(20,40i,5\")", "in different frames" },
  { "fk5;polygon(20,40,21,40,30i,40i)", "in different frames" },
  { "fk5;circle(1:61:00,0,5\")", "is not a number" },
  { "fk5;circle(1:2:3:4,0,5\")", "is not a number" },
};

START_TEST(bad_text)
{
  region_list l;
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    int r = region_parse(faults[i][0], strlen(faults[i][0]), &l, why);
    ck_assert_msg(r == -1, "'%s' was taken", faults[i][0]);
    ck_assert_msg(strstr(why, faults[i][1]) != NULL, "'%s': '%s'", faults[i][0], why);
    ck_assert_uint_eq(l.n, 0);
  }
  use_header(LINES("COMMENT"));
  ck_assert_int_eq(region_parse("fk5;circle(20,30,5\")", 20, &l, why), 0);
  ck_assert_int_eq(region_cover(&l, sky, cards, NX, NY, covered, why), -1);
  ck_assert_ptr_nonnull(strstr(why,
                               "line 1: a position on the sky, but the image's coordinates are "
                               "pixels only"));
  region_free(&l);
}
END_TEST

START_TEST(covers_nothing)
{
  static const char text[] =
      "fk5\nline(1,2,3,4)\n# vector(1,2,3\",4) vector=1\n# text(1,2) text={x}\n"
      "point(1,2) # point=x\nx point 3 4\n# composite(1,2,3)\n# just words\n";
  region_list l;
  ck_assert_int_eq(region_parse(text, strlen(text), &l, why), 0);
  ck_assert_uint_eq(l.n, 0);
  ck_assert_uint_eq(l.bare, 5);
  region_free(&l);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("regions");
  TCase *t = tcase_create("regions");
  tcase_add_test(t, shapes);
  tcase_add_test(t, notation);
  tcase_add_test(t, signs);
  tcase_add_test(t, physical);
  tcase_add_test(t, the_sky);
  tcase_add_test(t, windows);
  tcase_add_test(t, conversions);
  tcase_add_test(t, bad_text);
  tcase_add_test(t, covers_nothing);
  suite_add_tcase(s, t);
  return run_suite(s);
}
