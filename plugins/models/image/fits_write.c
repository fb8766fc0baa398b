/* SPDX-License-Identifier: BSD-3-Clause */
/* Header cards, and images written whole or not at all. */
#include "config.h"
#include "fits.h"
#include "read.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <fitsio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The value part of a keyword's card (70 characters at most), or NULL. */
static const char *card(const char *header, const char *key)
{
  char name[9];
  if (!header) return NULL;
  snprintf(name, sizeof name, "%-8.8s", key);
  for (const char *p = header; strnlen(p, 80) == 80; p += 80)
    if (memcmp(p, name, 8) == 0 && p[8] == '=') return p + 9;
  return NULL;
}

int image_card_real(const char *header, const char *key, double *out)
{
  const char *p = card(header, key);
  char text[72];
  if (!p) return 0;
  snprintf(text, sizeof text, "%.70s", p);
  p = text + strspn(text, " ");
  const char *end = image_scan_real(p, out);
  return end != p && (*end == ' ' || *end == '/' || !*end);
}

int image_card_text(const char *header, const char *key, char *out, size_t n)
{
  const char *p = card(header, key);
  size_t m = 0;
  if (!p || n == 0) return 0;
  const char *end = p + 71;
  while (p < end && *p == ' ') p++;
  if (p == end || *p++ != '\'') return 0;
  for (; p < end && (*p != '\'' || (p + 1 < end && p[1] == '\'')); p++) {
    p += *p == '\'';
    if (m + 1 < n) out[m++] = *p;
  }
  while (m > 0 && out[m - 1] == ' ') m--;
  out[m] = 0;
  return 1;
}

static int write_image(const char *path, size_t nx, size_t ny, const double *value,
                       const char *cards)
{
  fitsfile *f = NULL;
  int status = 0;
  long size[2] = { (long)nx, (long)ny };
  fits_create_diskfile(&f, path, &status);
  fits_create_img(f, DOUBLE_IMG, 2, size, &status);
  for (const char *p = cards; !status && p && strnlen(p, 80) == 80; p += 80) {
    char line[81];
    memcpy(line, p, 80);
    line[80] = 0;
    fits_write_record(f, line, &status);
  }
  fits_write_img(f, TDOUBLE, 1, (LONGLONG)(nx * ny), (double *)(uintptr_t)value, &status);
  if (f) {
    int closing = 0;
    fits_close_file(f, status ? &closing : &status);
  }
  return status;
}

/* Creates the file once by hand: errno then tells what CFITSIO would not. */
static int creatable(const char *path)
{
  unlink(path);
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return -1;
  close(fd);
  return unlink(path);
}

static int flush(const char *path)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  int r = fd < 0 || fsync(fd) != 0 ? -1 : 0;
  if (fd >= 0) close(fd);
  return r;
}

int image_fits_write(const char *path, size_t nx, size_t ny, const double *value, const char *cards,
                     char why[IMAGE_WHY])
{
  char temporary[IMAGE_PATH], text[FLEN_STATUS];
  int n = snprintf(temporary, sizeof temporary, "%s.%ld.part", path, (long)getpid());
  if (n < 0 || (size_t)n >= sizeof temporary) {
    snprintf(why, IMAGE_WHY, "the file name is too long");
    return -1;
  }
  struct stat st;
  /* a device or a FIFO would be replaced by a file */
  if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
    snprintf(why, IMAGE_WHY, "cannot write '%s': it is not a regular file", path);
    return -1;
  }
  if (creatable(temporary) != 0) {
    snprintf(why, IMAGE_WHY, "cannot write '%s': %s", path, strerror(errno));
    return -1;
  }
  int status = write_image(temporary, nx, ny, value, cards);
  if (status) {
    fits_get_errstatus(status, text);
    fits_clear_errmsg();
    snprintf(why, IMAGE_WHY, "cannot write '%s': %s", path, text);
  } else if (flush(temporary) != 0 || rename(temporary, path) != 0) {
    snprintf(why, IMAGE_WHY, "cannot write '%s': %s", path, strerror(errno));
    status = -1;
  }
  if (status) unlink(temporary);
  return status ? -1 : 0;
}
