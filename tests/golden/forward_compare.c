/* SPDX-License-Identifier: BSD-3-Clause */
/* forward_compare FOLDER CASE PREFIX LOGLIKE [upstream]: compares the maps PREFIX_*.fits and a
 * log-likelihood with the reference case FOLDER/CASE.json and, whole, with FOLDER/CASE_maps.fits.
 * Status 0: all within the case's tolerances; 1: differences, told on standard output. */
#include "config.h"
#include <fitsio.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int differences;

static void differ(const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  fputs("  ", stdout);
  vprintf(fmt, ap);
  putchar('\n');
  va_end(ap);
  differences++;
}

static void *need(void *p, const char *what)
{
  if (p) return p;
  printf("  cannot read %s\n", what);
  exit(1);
}

/* ---- as much JSON as the cases need ---- */

static const char *blank(const char *p)
{
  while (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r' || *p == ',' || *p == ':') p++;
  return p;
}
static const char *skip(const char *p)
{
  p = blank(p);
  if (*p == '"') {
    for (p++; *p && *p != '"'; p++)
      if (*p == '\\') p++;
    return p + 1;
  }
  if (*p != '{' && *p != '[') {
    while (*p && !strchr(",]} \n", *p)) p++;
    return p;
  }
  char end = *p == '{' ? '}' : ']';
  for (p = blank(p + 1); *p && *p != end; p = blank(p)) p = skip(p);
  return p + 1;
}
/* the value of `key` in the object at p, or NULL */
static const char *member(const char *p, const char *key)
{
  size_t n = strlen(key);
  if (!p) return NULL;
  p = blank(p);
  if (*p != '{') return NULL;
  for (p = blank(p + 1); *p == '"'; p = blank(skip(p))) {
    int here = strncmp(p + 1, key, n) == 0 && p[n + 1] == '"';
    p = blank(skip(p));
    if (here) return p;
  }
  return NULL;
}
static double number(const char *p)
{
  p = blank(need((void *)(size_t)p, "a number"));
  return strtod(*p == '"' ? p + 1 : p, NULL); /* "inf", "-inf", "nan" are strings */
}

static char *slurp(const char *path)
{
  FILE *f = need(fopen(path, "rb"), path);
  char *text = need(calloc(1, 1 << 24), "memory");
  size_t n = fread(text, 1, (1 << 24) - 1, f);
  text[n] = 0;
  fclose(f);
  return text;
}

/* ---- maps ---- */

struct map {
  long nx, ny, planes;
  double *value;
};
static struct map read_map(const char *path, fitsfile **keep)
{
  struct map m = { 0, 0, 1, NULL };
  fitsfile *f = NULL;
  int status = 0, naxis = 0;
  long size[3] = { 1, 1, 1 };
  fits_open_diskfile(&f, path, READONLY, &status);
  fits_get_img_dim(f, &naxis, &status);
  fits_get_img_size(f, 3, size, &status);
  if (status) need(NULL, path);
  m.nx = size[0];
  m.ny = size[1];
  m.planes = naxis > 2 ? size[2] : 1;
  size_t n = (size_t)(m.nx * m.ny * m.planes);
  m.value = need(calloc(n, sizeof *m.value), "memory");
  fits_read_img(f, TDOUBLE, 1, (LONGLONG)n, NULL, m.value, NULL, &status);
  if (status) need(NULL, path);
  if (keep)
    *keep = f;
  else
    fits_close_file(f, &status);
  return m;
}

static int far(double a, double b, double tolerance)
{
  if (a == b || (isnan(a) && isnan(b))) return 0;
  return !(fabs(a - b) <= tolerance);
}

/* sum and listed pixels of one map against its entry */
static void compare_entry(const char *name, const struct map *m, const char *entry,
                          double tolerance)
{
  double largest = fmax(fabs(number(member(entry, "min"))), fabs(number(member(entry, "max"))));
  double sum = 0.0, most = tolerance * largest;
  long n = m->nx * m->ny;
  for (long k = 0; k < n; k++) sum += m->value[k];
  if (far(sum, number(member(entry, "sum")), most * (double)n))
    differ("%s: sum %.17g, expected %.17g", name, sum, number(member(entry, "sum")));
  const char *p = blank(need((void *)(size_t)member(entry, "pixels"), "pixels")) + 1;
  for (p = blank(p); *p == '['; p = blank(skip(p))) {
    char *end;
    long j = strtol(blank(p + 1), &end, 10), i = strtol(blank(end), &end, 10);
    double want = number(end), have = m->value[j * m->nx + i];
    if (far(have, want, most))
      differ("%s[%ld,%ld] = %.17g, expected %.17g (%.1e of the largest)", name, j, i, have, want,
             (have - want) / largest);
  }
}

/* every pixel against the plane `label` of the cube */
static void compare_plane(const char *label, const struct map *m, const struct map *cube,
                          fitsfile *f, const char *entry, double tolerance)
{
  double largest = fmax(fabs(number(member(entry, "min"))), fabs(number(member(entry, "max"))));
  for (long k = 0; k < cube->planes; k++) {
    char key[32], text[80];
    int status = 0;
    snprintf(key, sizeof key, "PLANE%ld", k + 1);
    fits_read_key(f, TSTRING, key, text, NULL, &status);
    if (status || strcmp(text, label) != 0) continue;
    double worst = 0.0;
    for (long i = 0; i < m->nx * m->ny; i++) {
      double d = fabs(m->value[i] - cube->value[k * m->nx * m->ny + i]);
      if (!(d <= worst)) worst = d;
    }
    if (!(worst <= tolerance * largest))
      differ("%s: worst pixel off by %.1e of the largest, tolerance %.1e", label, worst / largest,
             tolerance);
  }
}

struct task {
  const char *prefix, *values; /* the object with raw, smoothed, ... */
  double tolerance;
  struct map cube;
  fitsfile *file;
};

static void compare(const struct task *t, const char *part, const char *kind, const char *key,
                    const char *label, const char *entry)
{
  char path[1024];
  entry = member(entry, key);
  if (!entry) return;
  snprintf(path, sizeof path, "%s%s%s_%s.fits", t->prefix, part ? "_" : "", part ? part : "", kind);
  struct map m = read_map(path, NULL);
  compare_entry(label, &m, entry, t->tolerance);
  if (t->file) compare_plane(label, &m, &t->cube, t->file, entry, t->tolerance);
  free(m.value);
}

static void compare_components(const struct task *t)
{
  const char *p = member(t->values, "components");
  if (!p) return;
  for (p = blank(blank(p) + 1); *p == '"'; p = blank(skip(p))) {
    char name[64], label[96];
    const char *end = skip(p);
    snprintf(name, sizeof name, "%.*s", (int)(end - p - 2), p + 1);
    p = blank(end);
    snprintf(label, sizeof label, "%s.raw", name);
    compare(t, name, "raw", "raw", label, p);
    snprintf(label, sizeof label, "%s.smoothed", name);
    compare(t, name, "convolved", "smoothed", label, p);
  }
}

int main(int argc, char **argv)
{
  if (argc < 5) {
    fprintf(stderr, "usage: forward_compare FOLDER CASE PREFIX LOGLIKE [upstream]\n");
    return 2;
  }
  char path[1024];
  int upstream = argc > 5;
  snprintf(path, sizeof path, "%s/%s.json", argv[1], argv[2]);
  char *text = slurp(path);
  const char *tolerance = member(text, "tolerance");
  struct task t = { argv[3],
                    member(text, upstream ? "upstream" : "expect"),
                    number(member(tolerance, "map")),
                    { 0 },
                    NULL };
  need((void *)(size_t)t.values, "the expected values");
  double want = number(member(t.values, "log_likelihood")), have = strtod(argv[4], NULL);
  if (far(have, want, number(member(tolerance, "log_likelihood"))))
    differ("log-likelihood %.17g, expected %.17g", have, want);
  snprintf(path, sizeof path, "%s/%s_maps.fits", argv[1], argv[2]);
  if (!upstream) t.cube = read_map(path, &t.file);
  compare(&t, NULL, "raw", "raw", "RAW", t.values);
  compare(&t, NULL, "convolved", "smoothed", "SMOOTHED", t.values);
  compare(&t, NULL, "background", "background", "BACKGROUND", t.values);
  compare_components(&t);
  if (t.file) fits_close_file(t.file, &(int){ 0 });
  free(t.cube.value);
  free(text);
  return differences != 0;
}
