/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "fits.h"
#include "fits_guard.h"
#include "read.h"
#include <ctype.h>
#include <errno.h>
#include <fitsio.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HDUS = 10000, AXES = 9 };
#define PIXELS ((LONGLONG)1 << 30)

typedef struct source { /* what the user named */
  char path[IMAGE_PATH], select[80];
  const char *base;
  long long bytes;
  int packed; /* as a whole: sizes on disk say nothing */
} source;

static int failed(char why[IMAGE_WHY], const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static int failed(char why[IMAGE_WHY], const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(why, IMAGE_WHY, fmt, ap);
  va_end(ap);
  return -1;
}

static int cfitsio_failed(char why[IMAGE_WHY], const char *name, int status)
{
  char text[FLEN_STATUS], detail[FLEN_ERRMSG] = "";
  fits_get_errstatus(status, text);
  fits_read_errmsg(detail);
  fits_clear_errmsg();
  return failed(why, "'%s' cannot be read as FITS: %s%s%s", name, detail[0] ? detail : text,
                detail[0] ? "; " : "", detail[0] ? text : "");
}

/* A regular file, else why not: opening a FIFO would hang. */
static int regular(const char *path, struct stat *st, char why[IMAGE_WHY])
{
  if (stat(path, st) != 0)
    return failed(why, "'%s': %s", path, errno == ENOENT ? "no such file" : strerror(errno));
  if (S_ISREG(st->st_mode)) return 0;
  return failed(why, "'%s' is %s, not a file", path,
                S_ISDIR(st->st_mode)    ? "a directory"
                : S_ISFIFO(st->st_mode) ? "a FIFO"
                : S_ISSOCK(st->st_mode) ? "a socket"
                                        : "a device");
}

static int begins(const char *path, unsigned char head[32], size_t *n, char why[IMAGE_WHY])
{
  FILE *f = fopen(path, "rb");
  if (!f) return failed(why, "'%s': %s", path, strerror(errno));
  *n = fread(head, 1, 31, f);
  head[*n] = 0;
  fclose(f);
  return 0;
}

static int is_packed(const unsigned char *head, size_t n)
{
  static const char magic[][3] = { "\x1f\x8b", "\x1f\x9d", "\x1f\x1e", "\x1f\xa0", "PK", "BZ" };
  for (size_t i = 0; n > 2 && i < sizeof magic / sizeof magic[0]; i++)
    if (memcmp(head, magic[i], 2) == 0) return 1;
  return 0;
}

/* Splits a [selection] off, unless the whole is a file's name. */
static int locate(const char *path, source *s, char why[IMAGE_WHY])
{
  struct stat st;
  size_t n = strlen(path);
  if (n >= sizeof s->path) return failed(why, "the file name is too long");
  memcpy(s->path, path, n + 1);
  s->select[0] = 0;
  char *open = n && path[n - 1] == ']' ? strrchr(s->path, '[') : NULL;
  if (open && stat(path, &st) != 0) {
    size_t m = strlen(open) - 2;
    if (m == 0 || m >= sizeof s->select)
      return failed(why, "'%s': [n], [EXTNAME] or [EXTNAME,version] is wanted in the brackets",
                    path);
    memcpy(s->select, open + 1, m);
    s->select[m] = 0;
    *open = 0;
  }
  if (regular(s->path, &st, why) != 0) return -1;
  s->bytes = (long long)st.st_size;
  s->base = strrchr(s->path, '/') ? strrchr(s->path, '/') + 1 : s->path;
  return 0;
}

static int looks_fits(source *s, char why[IMAGE_WHY])
{
  unsigned char head[32];
  size_t n = 0;
  if (begins(s->path, head, &n, why) != 0) return -1;
  s->packed = is_packed(head, n);
  if (s->packed || (n >= 9 && memcmp(head, "SIMPLE  =", 9) == 0)) return 1;
  if (n == 0) return failed(why, "'%s' is empty", s->base), 0;
  size_t m = 0;
  while (m < n && m < 24 && isprint(head[m])) m++;
  head[m] = 0;
  if (m == 0) return failed(why, "'%s' is not a FITS file", s->base), 0;
  return failed(why, "'%s' is not a FITS file: it begins with \"%s\"", s->base, (char *)head), 0;
}

int image_fits_is(const char *path, char why[IMAGE_WHY])
{
  source s;
  return locate(path, &s, why) != 0 ? -1 : looks_fits(&s, why);
}

/* ---- choosing the HDU ---- */

typedef struct shape {
  int naxis, bitpix;
  LONGLONG size[AXES];
  int keep[2]; /* axes that stay, from 0 */
  LONGLONG planes;
} shape;

/* 1: this HDU holds an image of at least two axes. Axes of length 1 are dropped while more than two
 * are left, from the last. */
static int image_here(fitsfile *f, shape *s)
{
  int type = 0, status = 0, left = 0;
  memset(s, 0, sizeof *s);
  fits_get_hdu_type(f, &type, &status);
  if (status || (type != IMAGE_HDU && !fits_is_compressed_image(f, &status)) || status) {
    fits_clear_errmsg();
    return 0;
  }
  fits_get_img_paramll(f, AXES, &s->bitpix, &s->naxis, s->size, &status);
  if (status || s->naxis < 2 || s->naxis > AXES) {
    fits_clear_errmsg();
    return 0;
  }
  unsigned dropped = 0;
  left = s->naxis;
  for (int i = s->naxis - 1; i >= 0 && left > 2; i--)
    if (s->size[i] == 1) {
      dropped |= 1u << i;
      left--;
    }
  s->planes = 1;
  int k = 0;
  for (int i = 0; i < s->naxis; i++) {
    if (s->size[i] < 1) return 0;
    if (dropped & (1u << i)) continue;
    if (k < 2)
      s->keep[k++] = i;
    else if (s->planes > PIXELS / s->size[i])
      return 0;
    else
      s->planes *= s->size[i];
  }
  return 1;
}

static int select_hdu(fitsfile *f, const source *src, shape *s, char why[IMAGE_WHY])
{
  char name[80], *end = NULL;
  int status = 0, version = 0;
  memcpy(name, src->select, sizeof name);
  long n = strtol(name, &end, 10);
  if (end != name && !*end) {
    if (n < 0 || n >= HDUS || fits_movabs_hdu(f, (int)n + 1, NULL, &status)) {
      fits_clear_errmsg();
      int total = 0;
      status = 0;
      fits_get_num_hdus(f, &total, &status);
      return failed(why, "'%s' has no HDU %ld: it has %d, counted from 0", src->base, n, total);
    }
  } else {
    char *comma = strrchr(name, ',');
    if (comma) {
      version = (int)strtol(comma + 1, &end, 10);
      if (end == comma + 1 || *end || version < 1)
        return failed(why, "'%s[%s]': a version number is wanted after the comma", src->base, name);
      *comma = 0;
    }
    if (fits_movnam_hdu(f, ANY_HDU, name, version, &status)) {
      fits_clear_errmsg();
      return failed(why, "'%s' has no HDU '%s'", src->base, src->select);
    }
  }
  if (image_here(f, s)) return 0;
  return failed(why, "'%s[%s]' holds no image of two axes", src->base, src->select);
}

/* Without a selection: the first. Counts the images in all cases. */
static int first_hdu(fitsfile *f, const source *src, image_fits *out, shape *s, char why[IMAGE_WHY])
{
  int status = 0, first = 0;
  shape t;
  for (int i = 1; i <= HDUS; i++) {
    if (fits_movabs_hdu(f, i, NULL, &status)) {
      if (i == 1) return cfitsio_failed(why, src->base, status);
      fits_clear_errmsg();
      break;
    }
    if (!image_here(f, &t)) continue;
    if (out->nimages++ == 0) {
      first = i;
      *s = t;
    }
  }
  if (src->select[0]) return 0;
  if (!first) return failed(why, "'%s' holds no image of two axes", src->base);
  status = 0;
  if (fits_movabs_hdu(f, first, NULL, &status)) return cfitsio_failed(why, src->base, status);
  return 0;
}

/* ---- reading ---- */

static int complete(fitsfile *f, const source *src, const shape *s, char why[IMAGE_WHY])
{
  LONGLONG start = 0, count = s->planes;
  int status = 0, compressed = fits_is_compressed_image(f, &status);
  for (int k = 0; k < 2; k++) {
    LONGLONG n = s->size[s->keep[k]];
    if (n > PIXELS || count > PIXELS / n)
      return failed(why, "'%s' is too large: more than 2^30 pixels", src->base);
    count *= n;
  }
  if (src->packed || status) return 0;
  fits_get_hduaddrll(f, NULL, &start, NULL, &status);
  LONGLONG bytes = count * (abs(s->bitpix) / 8), width = 0, heap = 0;
  if (compressed) { /* a table of tiles and its heap */
    fits_read_key(f, TLONGLONG, "NAXIS1", &width, NULL, &status);
    fits_read_key(f, TLONGLONG, "NAXIS2", &bytes, NULL, &status);
    fits_read_key(f, TLONGLONG, "PCOUNT", &heap, NULL, &status);
    if (status || width < 0 || bytes < 0 || heap < 0 || width > src->bytes || bytes > src->bytes)
      return failed(why, "'%s' is damaged: its table of tiles is impossible", src->base);
    bytes = bytes * width + heap;
  }
  if (status) return cfitsio_failed(why, src->base, status);
  long long wanted = (long long)start + (long long)bytes;
  if (wanted > src->bytes)
    return failed(why, "'%s' is cut short: it has %lld bytes, its header announces %lld", src->base,
                  src->bytes, wanted);
  return 0;
}

static int read_pixels(fitsfile *f, const source *src, const shape *s, image_fits *out,
                       char why[IMAGE_WHY])
{
  int status = 0, any = 0;
  double blank = NAN;
  LONGLONG start[AXES];
  size_t n = out->nx * out->ny;
  LONGLONG plane = out->plane;
  for (int i = 0; i < AXES; i++) start[i] = 1;
  for (int i = s->keep[1] + 1; i < s->naxis; i++) {
    start[i] = 1 + plane % s->size[i];
    plane /= s->size[i];
  }
  out->value = malloc(n * sizeof *out->value);
  if (!out->value) return failed(why, "'%s': not enough memory for %zu pixels", src->base, n);
  if (fits_read_pixll(f, TDOUBLE, start, (LONGLONG)n, &blank, out->value, &any, &status))
    return cfitsio_failed(why, src->base, status);
  char *text = NULL;
  if (fits_convert_hdr2str(f, 1, NULL, 0, &text, &out->ncards, &status))
    return cfitsio_failed(why, src->base, status);
  out->header = strdup(text);
  fits_free_memory(text, &status);
  if (!out->header) return failed(why, "not enough memory");
  out->ncards = (int)(strlen(out->header) / 80);
  for (char *c = out->header; *c; c++)
    if (*c < 32 || *c > 126) *c = ' '; /* no FITS character: WCSLIB's scanner dies of them */
  return 0;
}

static int read_open(fitsfile *f, const source *src, long plane, image_fits *out,
                     char why[IMAGE_WHY])
{
  shape s = { 0 };
  int number = 1;
  if (first_hdu(f, src, out, &s, why) != 0 ||
      (src->select[0] && select_hdu(f, src, &s, why) != 0) || complete(f, src, &s, why) != 0)
    return -1;
  fits_get_hdu_num(f, &number);
  out->hdu = number - 1;
  out->chosen = src->select[0] != 0;
  out->nx = (size_t)s.size[s.keep[0]];
  out->ny = (size_t)s.size[s.keep[1]];
  out->axis[0] = s.keep[0] + 1;
  out->axis[1] = s.keep[1] + 1;
  out->naxis = s.naxis;
  out->bitpix = s.bitpix;
  out->planes = (long)s.planes;
  out->plane = plane < 0 ? 0 : plane;
  snprintf(out->name, sizeof out->name, "%.80s[%d]", src->base, out->hdu);
  if (out->plane >= out->planes)
    return failed(why, "'%s' has no plane %ld: it has %ld, counted from 0", out->name, out->plane,
                  out->planes);
  return read_pixels(f, src, &s, out, why);
}

static int read_file(const source *src, long plane, image_fits *out, char why[IMAGE_WHY])
{
  fitsfile *f = NULL;
  int status = 0;
  fits_clear_errmsg();
  if (fits_open_diskfile(&f, src->path, READONLY, &status))
    return cfitsio_failed(why, src->base, status);
  int r = read_open(f, src, plane, out, why);
  status = 0;
  fits_close_file(f, &status);
  fits_clear_errmsg();
  return r;
}

/* ---- files that are read by a child process: see fits_guard.c ---- */

typedef struct errand {
  const source *src;
  long plane;
  int fd; /* what it brings: an answer, the header with its NUL, the pixels */
} errand;
typedef struct answer {
  int status;
  char why[IMAGE_WHY];
  size_t header;
  image_fits image;
} answer;

static void go(void *arg)
{
  const errand *e = arg;
  answer a = { 0 };
  a.status = read_file(e->src, e->plane, &a.image, a.why);
  a.header = a.status == 0 ? strlen(a.image.header) + 1 : 0;
  if (image_fits_send(e->fd, &a, sizeof a) != 0 || a.status != 0) return;
  if (image_fits_send(e->fd, a.image.header, a.header) == 0)
    image_fits_send(e->fd, a.image.value, a.image.nx * a.image.ny * sizeof(double));
  image_fits_free(&a.image);
}

static int receive(int fd, image_fits *out, char why[IMAGE_WHY])
{
  answer a = { .status = -1 };
  if (lseek(fd, 0, SEEK_SET) != 0 || image_fits_fetch(fd, &a, sizeof a) != 0 || a.status != 0) {
    a.why[IMAGE_WHY - 1] = 0;
    return failed(why, "%s", a.why[0] ? a.why : "the file cannot be read");
  }
  size_t bytes = a.image.nx * a.image.ny * sizeof(double);
  *out = a.image;
  out->header = malloc(a.header);
  out->value = malloc(bytes);
  if (!out->header || !out->value || image_fits_fetch(fd, out->header, a.header) != 0 ||
      image_fits_fetch(fd, out->value, bytes) != 0)
    return failed(why, "'%s': not enough memory", a.image.name);
  return 0;
}

static int read_guarded(const source *src, long plane, image_fits *out, char why[IMAGE_WHY])
{
  errand e = { src, plane, image_fits_room() };
  int r;
  if (e.fd < 0) return failed(why, "'%s': not enough memory", src->base);
  if (!image_fits_survives(go, &e))
    r = failed(why, "'%s' is damaged: its compressed data cannot be unpacked", src->base);
  else
    r = receive(e.fd, out, why);
  close(e.fd);
  return r;
}

int image_fits_read(const char *path, long plane, image_fits *out, char why[IMAGE_WHY])
{
  source src = { .base = "" };
  memset(out, 0, sizeof *out);
  if (locate(path, &src, why) != 0 || looks_fits(&src, why) != 1) return -1;
  int guard = src.packed || image_fits_holds(src.path, "ZIMAGE  =");
  int r = guard ? read_guarded(&src, plane, out, why) : read_file(&src, plane, out, why);
  if (r != 0) image_fits_free(out);
  return r;
}

void image_fits_free(image_fits *f)
{
  free(f->value);
  free(f->header);
  f->value = NULL;
  f->header = NULL;
}
