/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading and writing FITS: kinds of files, choice of the HDU, damage. */
#include "config.h"
#include "run_suite.h"
#include <fcntl.h>
#include <fitsio.h>
#include <math.h>
#include <stdint.h>
#include <sys/stat.h>
#include "fits.h"
#include "image_host.h"

typedef struct maker { /* a FITS file under construction */
  FILE *f;
  size_t n;
} maker;

static maker make(const char *path)
{
  maker m = { fopen(path, "wb"), 0 };
  ck_assert_ptr_nonnull(m.f);
  return m;
}
static void card(maker *m, const char *text)
{
  m->n += (size_t)fprintf(m->f, "%-80.80s", text);
}
static void pad(maker *m, int with)
{
  while (m->n % 2880) {
    fputc(with, m->f);
    m->n++;
  }
}
static void end_header(maker *m)
{
  card(m, "END");
  pad(m, ' ');
}
/* big-endian integers of `bytes` bytes */
static void put(maker *m, int64_t v, int bytes)
{
  for (int i = bytes - 1; i >= 0; i--) fputc((int)((uint64_t)v >> (8 * i) & 0xff), m->f);
  m->n += (size_t)bytes;
}
static void finish(maker *m)
{
  pad(m, 0);
  fclose(m->f);
}
static void header(maker *m, const char *first, int bitpix, int naxis, const int *size)
{
  char line[81];
  card(m, first);
  snprintf(line, sizeof line, "BITPIX  = %20d", bitpix);
  card(m, line);
  snprintf(line, sizeof line, "NAXIS   = %20d", naxis);
  card(m, line);
  for (int i = 0; i < naxis; i++) {
    snprintf(line, sizeof line, "NAXIS%d  = %20d", i + 1, size[i]);
    card(m, line);
  }
}
#define PRIMARY "SIMPLE  =                    T"
#define EXTENSION "XTENSION= 'IMAGE   '"

static image_fits image;
static char why[IMAGE_WHY];

static void reads(const char *path, long plane)
{
  int r = image_fits_read(path, plane, &image, why);
  ck_assert_msg(r == 0, "%s: %s", path, why);
}
static void refuses(const char *path, const char *reason)
{
  ck_assert_int_eq(image_fits_read(path, -1, &image, why), -1);
  ck_assert_msg(strstr(why, reason) != NULL, "'%s' does not say '%s'", why, reason);
}

START_TEST(types)
{
  static const int bitpix[] = { 8, 16, 32, 64 };
  const char *path = test_scratch("type.fits");
  for (int t = 0; t < 4; t++) {
    maker m = make(path);
    header(&m, PRIMARY, bitpix[t], 2, (int[]){ 3, 2 });
    card(&m, "BSCALE  =                  0.5");
    card(&m, "BZERO   =                 10.0");
    card(&m, "BLANK   =                    4");
    end_header(&m);
    for (int i = 1; i <= 6; i++) put(&m, i, bitpix[t] / 8);
    finish(&m);
    reads(path, -1);
    ck_assert_uint_eq(image.nx, 3);
    ck_assert_uint_eq(image.ny, 2);
    for (int i = 0; i < 6; i++)
      if (i == 3)
        ck_assert(isnan(image.value[i]));
      else
        ck_assert_double_eq(image.value[i], 10 + 0.5 * (i + 1));
    image_fits_free(&image);
  }
  unlink(path);
}
END_TEST

START_TEST(floats)
{
  const char *path = test_scratch("float.fits");
  for (int t = 0; t < 2; t++) {
    maker m = make(path);
    header(&m, PRIMARY, t ? -64 : -32, 2, (int[]){ 2, 2 });
    end_header(&m);
    for (int i = 0; i < 4; i++) {
      double d = i == 1 ? (double)NAN : i == 2 ? (double)INFINITY : 1.25 * i;
      float s = (float)d;
      int64_t bits = 0;
      int32_t half = 0;
      memcpy(&bits, &d, 8);
      memcpy(&half, &s, 4);
      put(&m, t ? bits : half, t ? 8 : 4);
    }
    finish(&m);
    reads(path, -1);
    ck_assert_double_eq(image.value[0], 0);
    ck_assert(isnan(image.value[1]));
    ck_assert(!isfinite(image.value[2])); /* CFITSIO may say NaN */
    ck_assert_double_eq(image.value[3], 3.75);
    image_fits_free(&image);
  }
  unlink(path);
}
END_TEST

/* primary empty, a spectrum, then images EXTNAME SCI versions 1 and 2 */
static void write_extensions(const char *path)
{
  maker m = make(path);
  header(&m, PRIMARY, 16, 0, NULL);
  card(&m, "EXTEND  =                    T");
  end_header(&m);
  for (int e = 0; e < 3; e++) {
    char line[81];
    header(&m, EXTENSION, 16, e ? 2 : 1, (int[]){ 3, 3 });
    card(&m, "PCOUNT  =                    0");
    card(&m, "GCOUNT  =                    1");
    card(&m, e ? "EXTNAME = 'SCI     '" : "EXTNAME = 'SPEC    '");
    snprintf(line, sizeof line, "EXTVER  = %20d", e ? e : 1);
    card(&m, line);
    end_header(&m);
    for (int i = 0; i < (e ? 9 : 3); i++) put(&m, 100 * e + i, 2);
    pad(&m, 0);
  }
  finish(&m);
}

START_TEST(choice)
{
  const char *path = test_scratch("ext.fits");
  static const struct {
    const char *select;
    int hdu;
    const char *reason;
  } row[] = { { "", 2, NULL },
              { "[2]", 2, NULL },
              { "[3]", 3, NULL },
              { "[SCI]", 2, NULL },
              { "[sci,2]", 3, NULL },
              { "[0]", 0, "holds no image of two axes" },
              { "[1]", 0, "holds no image of two axes" },
              { "[4]", 0, "has no HDU 4: it has 4, counted from 0" },
              { "[-1]", 0, "has no HDU -1" },
              { "[ERR]", 0, "has no HDU 'ERR'" },
              { "[SCI,3]", 0, "has no HDU 'SCI,3'" },
              { "[SCI,x]", 0, "version number" },
              { "[]", 0, "is wanted in the brackets" },
              { "[99999999999999999999]", 0, "has no HDU" } };
  write_extensions(path);
  for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
    char name[300];
    snprintf(name, sizeof name, "%s%s", path, row[i].select);
    if (row[i].reason) {
      refuses(name, row[i].reason);
      continue;
    }
    reads(name, -1);
    ck_assert_int_eq(image.hdu, row[i].hdu);
    ck_assert_int_eq(image.nimages, 2);
    ck_assert_int_eq(image.chosen, row[i].select[0] != 0);
    ck_assert_double_eq(image.value[4], 100 * (row[i].hdu - 1) + 4);
    image_fits_free(&image);
  }
  unlink(path);
}
END_TEST

START_TEST(exact_name)
{
  /* a file whose very name ends in brackets, or looks like CFITSIO syntax */
  static const char *const names[] = { "odd[1]", "a(b.fits)", "!x.fits", "mem:y" };
  for (size_t i = 0; i < 4; i++) {
    maker m = make(names[i]);
    header(&m, PRIMARY, 8, 2, (int[]){ 2, 1 });
    end_header(&m);
    put(&m, 7, 1);
    put(&m, 8, 1);
    finish(&m);
    reads(names[i], -1);
    ck_assert_double_eq(image.value[1], 8);
    image_fits_free(&image);
    unlink(names[i]);
  }
}
END_TEST

START_TEST(axes)
{
  static const struct {
    int naxis, size[5];
    size_t nx, ny;
    long planes;
    int axis[2];
  } row[] = { { 2, { 4, 3 }, 4, 3, 1, { 1, 2 } },         { 2, { 1, 3 }, 1, 3, 1, { 1, 2 } },
              { 2, { 4, 1 }, 4, 1, 1, { 1, 2 } },         { 4, { 4, 3, 1, 1 }, 4, 3, 1, { 1, 2 } },
              { 3, { 1, 4, 3 }, 4, 3, 1, { 2, 3 } },      { 3, { 4, 1, 3 }, 4, 3, 1, { 1, 3 } },
              { 3, { 4, 1, 1 }, 4, 1, 1, { 1, 2 } },      { 3, { 4, 3, 2 }, 4, 3, 2, { 1, 2 } },
              { 5, { 4, 3, 2, 1, 2 }, 4, 3, 4, { 1, 2 } } };
  const char *path = test_scratch("axes.fits");
  for (size_t r = 0; r < sizeof row / sizeof row[0]; r++) {
    maker m = make(path);
    size_t total = 1;
    header(&m, PRIMARY, 8, row[r].naxis, row[r].size);
    end_header(&m);
    for (int i = 0; i < row[r].naxis; i++) total *= (size_t)row[r].size[i];
    for (size_t i = 0; i < total; i++) put(&m, (int64_t)i, 1);
    finish(&m);
    for (long plane = 0; plane < row[r].planes; plane++) {
      reads(path, plane);
      ck_assert_uint_eq(image.nx, row[r].nx);
      ck_assert_uint_eq(image.ny, row[r].ny);
      ck_assert_int_eq(image.planes, row[r].planes);
      ck_assert_int_eq(image.axis[0], row[r].axis[0]);
      ck_assert_int_eq(image.axis[1], row[r].axis[1]);
      size_t n = image.nx * image.ny;
      ck_assert_double_eq(image.value[0], (double)((size_t)plane * n));
      ck_assert_double_eq(image.value[n - 1], (double)((size_t)plane * n + n - 1));
      image_fits_free(&image);
    }
    ck_assert_int_eq(image_fits_read(path, row[r].planes, &image, why), -1);
    ck_assert_ptr_nonnull(strstr(why, "has no plane"));
  }
  unlink(path);
}
END_TEST

static void write_text(const char *path, const char *text, size_t n)
{
  FILE *f = fopen(path, "wb");
  ck_assert_ptr_nonnull(f);
  fwrite(text, 1, n, f);
  fclose(f);
}

START_TEST(damage)
{
  const char *path = test_scratch("bad.fits");
  refuses("no/such.fits", "no such file");
  refuses("no_such.fits[1]", "no such file");
  refuses(".", "is a directory");
  ck_assert_int_eq(mkfifo(path, 0600), 0);
  refuses(path, "is a FIFO");
  unlink(path);
  write_text(path, "", 0);
  refuses(path, "is empty");
  write_text(path, "<!DOCTYPE html><html>", 21);
  refuses(path, "not a FITS file: it begins with \"<!DOCTYPE html><html>\"");
  write_text(path, "\x01\x02", 2);
  refuses(path, "is not a FITS file");
  write_text(path, "\x1f\x8b\x08 no gzip", 12);
  refuses(path, "cannot be read");
  write_text(path, PRIMARY, strlen(PRIMARY));
  refuses(path, "cannot be read");
  maker m = make(path);
  header(&m, PRIMARY, 16, 2, (int[]){ 100, 100 });
  end_header(&m);
  put(&m, 1, 2);
  finish(&m);
  refuses(path, "is cut short: it has 5760 bytes, its header announces 22880");
  m = make(path);
  header(&m, PRIMARY, -64, 2, (int[]){ 2000000000, 2000000000 });
  end_header(&m);
  finish(&m);
  refuses(path, "too large");
  m = make(path);
  header(&m, PRIMARY, 16, 1, (int[]){ 10 });
  end_header(&m);
  for (int i = 0; i < 10; i++) put(&m, i, 2);
  finish(&m);
  refuses(path, "holds no image of two axes");
  m = make(path);
  header(&m, PRIMARY, 17, 2, (int[]){ 3, 3 });
  end_header(&m);
  finish(&m);
  refuses(path, "cannot be read");
  unlink(path);
}
END_TEST

/* A Rice-compressed image whose tiles are garbage: what ends CFITSIO must not end us. */
START_TEST(damaged_tiles)
{
  const char *path = test_scratch("tiles.fits"), *plain = test_scratch("plain.fits");
  enum { SIDE = 200 };
  static double v[SIDE * SIDE];
  uint64_t x = 88172645463325252u;
  for (size_t i = 0; i < SIDE * SIDE; i++) v[i] = (double)(i * i % 1013);
  remove(plain);
  int status = 0, kept = 0;
  fitsfile *f = NULL;
  fits_create_diskfile(&f, plain, &status);
  fits_set_compression_type(f, RICE_1, &status);
  fits_create_img(f, LONG_IMG, 2, (long[]){ SIDE, SIDE }, &status);
  fits_write_img(f, TDOUBLE, 1, SIDE * SIDE, v, &status);
  fits_close_file(f, &status);
  ck_assert_int_eq(status, 0);
  reads(plain, -1);
  ck_assert_int_eq(image.hdu, 1);
  ck_assert_mem_eq(image.value, v, sizeof v);
  image_fits_free(&image);
  static char bytes[1 << 20];
  FILE *in = fopen(plain, "rb");
  size_t n = fread(bytes, 1, sizeof bytes, in);
  fclose(in);
  for (int turn = 0; turn < 40; turn++) {
    for (int k = 0; k < 20; k++) {
      x ^= x << 13;
      x ^= x >> 7;
      x ^= x << 17;
      bytes[8640 + x % (n - 8640)] = (char)(x >> 32);
    }
    write_text(path, bytes, n);
    if (image_fits_read(path, -1, &image, why) == 0) {
      kept++;
      image_fits_free(&image);
    } else
      ck_assert_msg(strlen(why) > 10, "no reason given");
  }
  ck_assert_int_lt(kept, 40); /* some damage is seen */
  write_text(path, bytes, n / 2);
  refuses(path, "is cut short");
  unlink(path);
  unlink(plain);
}
END_TEST

START_TEST(odd_bytes)
{
  const char *path = test_scratch("odd.fits");
  maker m = make(path);
  header(&m, PRIMARY, 8, 2, (int[]){ 2, 1 });
  card(&m, "CTYPE1  = 'RA-\xc3\xbc-TAN'");
  card(&m, "OBJECT  = 'M\x01 13\t'");
  end_header(&m);
  put(&m, 7, 1);
  put(&m, 8, 1);
  finish(&m);
  if (image_fits_read(path, -1, &image, why) == 0) {
    for (const char *c = image.header; *c; c++) ck_assert(*c >= 32 && *c <= 126);
    ck_assert_uint_eq(strlen(image.header), (size_t)image.ncards * 80);
    image_fits_free(&image);
  }
  unlink(path);
}
END_TEST

START_TEST(cards)
{
  char header_text[5 * 80 + 1] = "", text[80];
  double v = 0;
  static const char *const lines[] = { "CRPIX1  =               1.5D+1 / comment",
                                       "OBJECT  = 'it''s a galaxy  ' / name", "LTV1    = -3304",
                                       "FLAG    =                    T", "CRPIX10 = 3" };
  for (int i = 0; i < 5; i++) snprintf(header_text + 80 * i, 81, "%-80.80s", lines[i]);
  ck_assert_int_eq(image_card_real(header_text, "CRPIX1", &v), 1);
  ck_assert_double_eq(v, 15);
  ck_assert_int_eq(image_card_real(header_text, "LTV1", &v), 1);
  ck_assert_double_eq(v, -3304);
  ck_assert_int_eq(image_card_text(header_text, "OBJECT", text, sizeof text), 1);
  ck_assert_str_eq(text, "it's a galaxy");
  ck_assert_int_eq(image_card_real(header_text, "FLAG", &v), 0);
  ck_assert_int_eq(image_card_text(header_text, "LTV1", text, sizeof text), 0);
  ck_assert_int_eq(image_card_real(header_text, "CRPIX", &v), 0);
  ck_assert_int_eq(image_card_real(NULL, "CRPIX1", &v), 0);
}
END_TEST

START_TEST(writing)
{
  const char *path = test_scratch("out.fits");
  double value[6] = { 1, 2, NAN, 4, 5, 1e300 };
  char extra[81];
  double v = 0;
  snprintf(extra, sizeof extra, "%-80.80s", "CRPIX1  =                  2.5");
  for (int k = 0; k < 2; k++) /* the second replaces the first */
    ck_assert_int_eq(image_fits_write(path, 3, 2, value, extra, why), 0);
  reads(path, -1);
  ck_assert_int_eq(image.bitpix, -64);
  ck_assert_int_eq(image_card_real(image.header, "CRPIX1", &v), 1);
  ck_assert_double_eq(v, 2.5);
  for (int i = 0; i < 6; i++)
    if (i == 2)
      ck_assert(isnan(image.value[i]));
    else
      ck_assert_double_eq(image.value[i], value[i]);
  image_fits_free(&image);
  unlink(path);
  ck_assert_int_eq(image_fits_write("no/such/place.fits", 3, 2, value, "", why), -1);
  ck_assert_ptr_nonnull(strstr(why, "No such file"));
  ck_assert_int_eq(mkdir(path, 0700), 0);
  ck_assert_int_eq(image_fits_write(path, 3, 2, value, "", why), -1);
  rmdir(path);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("fits");
  TCase *t = tcase_create("fits");
  tcase_add_test(t, types);
  tcase_add_test(t, floats);
  tcase_add_test(t, choice);
  tcase_add_test(t, exact_name);
  tcase_add_test(t, axes);
  tcase_add_test(t, damage);
  tcase_add_test(t, damaged_tiles);
  tcase_add_test(t, odd_bytes);
  tcase_add_test(t, cards);
  tcase_add_test(t, writing);
  suite_add_tcase(s, t);
  return run_suite(s);
}
