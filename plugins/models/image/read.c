/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "read.h"
#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int image_is_map(const socca_host *h, const socca_node *node)
{
  const char *key = NULL;
  return node && !h->text(node) && (!h->item(node, 0, &key) || key);
}

int image_is_list(const socca_host *h, const socca_node *node)
{
  const char *key = NULL;
  return node && !h->text(node) && (!h->item(node, 0, &key) || !key);
}

socca_status image_read_bool(socca_load *cx, const socca_node *node, int *out)
{
  const char *s = cx->cx.h->text(node);
  if (s && strcmp(s, "true") == 0)
    *out = 1;
  else if (s && strcmp(s, "false") == 0)
    *out = 0;
  else
    return image_error(cx, node, "true or false is wanted here");
  return SOCCA_OK;
}

socca_status image_read_integer(socca_load *cx, const socca_node *node, double low, double high,
                                long *out)
{
  double x = 0;
  if (!cx->cx.h->text(node)) return image_error(cx, node, "an integer is wanted here");
  socca_status s = cx->cx.h->number(cx, node, "", &x);
  if (s != SOCCA_OK) return s;
  if (!(x >= low && x <= high) || x != floor(x)) {
    if (high < 1e9)
      return image_error(cx, node, "an integer from %.0f to %.0f is wanted here", low, high);
    return image_error(cx, node, "an integer of at least %.0f is wanted here", low);
  }
  *out = (long)x;
  return SOCCA_OK;
}

socca_status image_read_path(socca_load *cx, const socca_node *node, char out[IMAGE_PATH])
{
  const char *s = cx->cx.h->text(node);
  if (!s || !*s) return image_error(cx, node, "a file name is wanted here");
  return cx->cx.h->path(cx, node, out, IMAGE_PATH);
}

static socca_status coordinate(socca_load *cx, const socca_node *node, const char *unit, int lon,
                               double *out)
{
  const char *s = cx->cx.h->text(node);
  double x = 0;
  char kind = 0;
  if (!s) return image_error(cx, node, "a coordinate is wanted here");
  const char *end = image_scan_sexagesimal(s, &x, &kind);
  if (end != s && !*end && strcmp(unit, "deg") == 0) {
    if (kind == 'h' && !lon)
      return image_error(cx, node, "hours belong to the right ascension, not to the declination");
    *out = (kind == 'h' || (kind == ':' && lon)) ? 15.0 * x : x;
    return SOCCA_OK;
  }
  return cx->cx.h->number(cx, node, unit, out);
}

socca_status image_read_position(socca_load *cx, const socca_node *node, const char *unit,
                                 double out[2])
{
  const socca_host *h = cx->cx.h;
  const char *key = NULL;
  const socca_node *a = node ? h->item(node, 0, &key) : NULL;
  const socca_node *b = a && !key ? h->item(node, 1, &key) : NULL;
  if (!b || key || h->item(node, 2, &key))
    return image_error(cx, node, "a position is a list of two: [%s]",
                       strcmp(unit, "deg") == 0 ? "RA, Dec" : "x, y");
  socca_status s = coordinate(cx, a, unit, 1, &out[0]);
  socca_status t = coordinate(cx, b, unit, 0, &out[1]);
  if (s == SOCCA_OK && t == SOCCA_OK && strcmp(unit, "deg") == 0 && fabs(out[1]) > 90)
    return image_error(cx, b, "a declination lies between -90 and 90 deg");
  return s != SOCCA_OK ? s : t;
}

const socca_node *image_file_node(socca_load *cx, const socca_node *node, const char *key)
{
  const socca_host *h = cx->cx.h;
  const socca_node *file = h->text(node) ? node : h->get(node, "file");
  if (!file || !h->text(file) || !*h->text(file)) {
    image_error(cx, node, "'%s' wants a file name, or {file: NAME}", key);
    return NULL;
  }
  return file;
}

static int convert(const char *token, double *out)
{
  locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* a constant of glibc: no cost */
  if (!c) return -1;
  *out = strtod_l(token, NULL, c);
  freelocale(c);
  return isfinite(*out) ? 0 : -1;
}

const char *image_scan_real(const char *s, double *out)
{
  char token[64];
  const char *p = s;
  size_t n = 0, digits = 0;
  if (*p == '+' || *p == '-') token[n++] = *p++;
  for (int dots = 0; (isdigit((unsigned char)*p) || (*p == '.' && !dots)) && n < 48; p++) {
    dots += *p == '.';
    digits += *p != '.';
    token[n++] = *p;
  }
  if (digits == 0 || n >= 48) return s;
  if (*p == 'e' || *p == 'E' || *p == 'd' || *p == 'D') { /* 'd' may be a unit: needs digits */
    const char *q = p + 1;
    size_t m = n;
    token[m++] = 'e';
    if (*q == '+' || *q == '-') token[m++] = *q++;
    size_t first = m;
    while (isdigit((unsigned char)*q) && m < 56) token[m++] = *q++;
    int sign = p[1] == '+' || p[1] == '-';
    if (m > first && m - first <= 4 && (*p == 'e' || *p == 'E' || sign)) {
      n = m;
      p = q;
    }
  }
  token[n] = 0;
  return convert(token, out) ? s : p;
}

/* A field of at most two digits and a fraction: "07", "59.9" */
static const char *field(const char *s, double *out)
{
  if (!isdigit((unsigned char)*s)) return s;
  const char *end = image_scan_real(s, out);
  return end == s || *out >= 60 ? s : end;
}

const char *image_scan_sexagesimal(const char *s, double *out, char *kind)
{
  double first = 0, minutes = 0, seconds = 0;
  const char *p = s + (*s == '+' || *s == '-'), *end = p;
  while (isdigit((unsigned char)*end)) /* digits alone, so that "1d30" is no exponent */
    end++;
  if (end == p || end - p > 6) return s;
  for (const char *q = p; q < end; q++) first = 10 * first + (*q - '0');
  *kind = *end;
  if (*kind != ':' && *kind != 'h' && *kind != 'd') return s;
  p = end + 1;
  end = field(p, &minutes);
  char mark = *kind == ':' ? ':' : 'm';
  if (end == p || (*kind != ':' && *end != 'm')) return s;
  if (*end == mark) {
    p = end + 1;
    end = field(p, &seconds);
    if (end == p && *kind == ':') return s;
    if (end != p && *kind != ':') {
      if (*end != 's') return s;
      end++;
    }
  }
  *out = first + minutes / 60 + seconds / 3600;
  if (*s == '-') *out = -*out;
  return end;
}
