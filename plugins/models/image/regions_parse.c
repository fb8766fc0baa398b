/* SPDX-License-Identifier: BSD-3-Clause */
/* DS9 region text to outlines. One statement per line or between semicolons; what follows '#' are
 * properties, of which only include=0 matters here. */
#include "config.h"
#include "read.h"
#include "regions.h"
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const double degree = 0.017453292519943295;

typedef struct argument {
  double value;
  char unit; /* 0, '"', '\'', 'd', 'r', 'p', 'i', 'n' (a count), ':' 'H' 'D' sexagesimal */
} argument;

typedef struct parser {
  region_list *out;
  char *why;
  int line, declared, excluding; /* declared: the file has named a frame */
  enum region_frame frame;
  enum image_frame sky;
  argument *arg;
  size_t n, room;
} parser;

static int bad(parser *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static int bad(parser *p, const char *fmt, ...)
{
  va_list ap;
  int n = snprintf(p->why, IMAGE_WHY, "line %d: ", p->line);
  va_start(ap, fmt);
  vsnprintf(p->why + n, IMAGE_WHY - (size_t)n, fmt, ap);
  va_end(ap);
  return -1;
}

/* ---- frames ---- */

static const struct {
  const char *name;
  enum region_frame frame;
  enum image_frame sky;
} frames[] = {
  { "image", REGION_IMAGE, IMAGE_OTHER },
  { "physical", REGION_PHYSICAL, IMAGE_OTHER },
  { "detector", REGION_DETECTOR, IMAGE_OTHER },
  { "amplifier", REGION_AMPLIFIER, IMAGE_OTHER },
  { "fk5", REGION_SKY, IMAGE_FK5 },
  { "j2000", REGION_SKY, IMAGE_FK5 },
  { "icrs", REGION_SKY, IMAGE_FK5 },
  { "fk4", REGION_SKY, IMAGE_FK4 },
  { "b1950", REGION_SKY, IMAGE_FK4 },
  { "galactic", REGION_SKY, IMAGE_GALACTIC },
  { "ecliptic", REGION_SKY, IMAGE_ECLIPTIC },
};

static int is_word(const char *s, size_t n, const char *word)
{
  return strlen(word) == n && strncasecmp(s, word, n) == 0;
}

static int take_frame(parser *p, const char *s, size_t n)
{
  for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++)
    if (is_word(s, n, frames[i].name)) {
      p->frame = frames[i].frame;
      p->sky = frames[i].sky;
      p->declared = 1;
      return 1;
    }
  return 0;
}

/* ---- arguments ---- */

static const char *blanks(const char *s, const char *end)
{
  while (s < end && isspace((unsigned char)*s)) s++;
  return s;
}

static int add_argument(parser *p, double value, char unit)
{
  if (p->n == p->room) {
    size_t room = 2 * p->room + 16;
    argument *a = realloc(p->arg, room * sizeof *a);
    if (!a) return bad(p, "not enough memory");
    p->arg = a;
    p->room = room;
  }
  p->arg[p->n++] = (argument){ value, unit };
  return 0;
}

/* One number with its unit, or n=COUNT. The text is NUL-terminated somewhere past `end`. */
static const char *take_argument(parser *p, const char *s, const char *end)
{
  double v = 0;
  char kind = 0;
  int count = s + 1 < end && (*s == 'n' || *s == 'N') && s[1] == '=';
  const char *q = count ? s + 2 : image_scan_sexagesimal(s, &v, &kind);
  if (!count && q != s && q <= end)
    kind = kind == ':' ? ':' : (char)toupper(kind);
  else {
    const char *from = count ? s + 2 : s;
    q = image_scan_real(from, &v);
    if (q == from || q > end)
      return bad(p, "'%.*s' is not a number", (int)(end - s < 24 ? end - s : 24), s), NULL;
    kind = count ? 'n' : 0;
    if (!count && q < end && *q && strchr("\"'drpi", *q)) kind = *q++;
  }
  if (q < end && *q != ',' && !isspace((unsigned char)*q))
    return bad(p, "'%.*s' is not a number", (int)(end - s < 24 ? end - s : 24), s), NULL;
  return add_argument(p, v, kind) != 0 ? NULL : q;
}

static int take_arguments(parser *p, const char *s, const char *end)
{
  p->n = 0;
  for (s = blanks(s, end); s < end; s = blanks(s, end)) {
    s = take_argument(p, s, end);
    if (!s) return -1;
    s = blanks(s, end);
    if (s < end && *s == ',') {
      s = blanks(s + 1, end);
      if (s == end) return bad(p, "a number is missing after the last comma");
    }
  }
  return 0;
}

/* ---- what the arguments mean ---- */

/* Frame that a coordinate is written in: its notation may overrule the frame in force. */
static void frame_of(const parser *p, const argument *a, enum region_frame *frame,
                     enum image_frame *sky)
{
  *frame = p->frame;
  *sky = p->sky;
  if (a->unit == 'p')
    *frame = REGION_PHYSICAL;
  else if (a->unit == 'i')
    *frame = REGION_IMAGE;
  else if (a->unit && p->frame != REGION_SKY) {
    *frame = REGION_SKY;
    *sky = IMAGE_FK5;
  }
}

static double coordinate(const argument *a, int lon, enum image_frame sky)
{
  switch (a->unit) {
  case '"':
    return a->value / 3600;
  case '\'':
    return a->value / 60;
  case 'r':
    return a->value / degree;
  case 'H':
    return 15 * a->value;
  case ':':
    return lon && (sky == IMAGE_FK5 || sky == IMAGE_FK4) ? 15 * a->value : a->value;
  default:
    return a->value;
  }
}

static int take_point(parser *p, const argument *a, region *r, double out[2])
{
  enum region_frame f[2];
  enum image_frame sky[2];
  for (int k = 0; k < 2; k++) frame_of(p, a + k, &f[k], &sky[k]);
  if (f[0] != f[1]) return bad(p, "its two coordinates are in different frames");
  r->frame = f[0];
  r->sky = sky[0];
  for (int k = 0; k < 2; k++) out[k] = coordinate(a + k, k == 0, r->sky);
  if (f[0] == REGION_SKY && fabs(out[1]) > 90)
    return bad(p, "a latitude lies between -90 and 90 deg");
  return 0;
}

static int take_length(parser *p, const argument *a, double factor, region_length *out)
{
  double v = a->value * factor;
  if (!(v >= 0) || a->unit == 'n') return bad(p, "a size is not negative");
  switch (a->unit) {
  case '"':
    *out = (region_length){ v / 3600, 'd' };
    break;
  case '\'':
    *out = (region_length){ v / 60, 'd' };
    break;
  case 'r':
    *out = (region_length){ v / degree, 'd' };
    break;
  case 'p':
  case 'i':
  case 0:
    *out = (region_length){ v, a->unit };
    break;
  default:
    *out = (region_length){ v, 'd' };
  }
  return 0;
}

static double angle_of(const argument *a)
{
  return a->unit == 'r' ? a->value / degree : a->value;
}

static int outlines(parser *p, region *r, const argument *inner, const argument *outer, int pair,
                    double factor)
{
  for (int k = 0; k < 2; k++) {
    if (take_length(p, outer + (pair ? k : 0), factor, &r->outer[k]) != 0 ||
        (inner && take_length(p, inner + (pair ? k : 0), factor, &r->inner[k]) != 0))
      return -1;
  }
  r->hollow = inner != NULL;
  return 0;
}

static void sector(region *r, const argument *a)
{
  r->from = angle_of(a);
  r->to = angle_of(a + 1);
  while (r->to <= r->from && r->from - r->to < 1e6) r->to += 360;
  r->sector = r->to - r->from < 360;
}

/* ---- shapes; each gets the arguments after the centre ---- */

static int circle(parser *p, region *r, const argument *a, size_t n)
{
  if (n != 1) return bad(p, "circle is written circle(x, y, radius)");
  return outlines(p, r, NULL, a, 0, 1);
}

static int annulus(parser *p, region *r, const argument *a, size_t n)
{
  size_t lo = 0, hi = 0;
  if (n > 0 && a[n - 1].unit == 'n') n--;
  if (n < 2) return bad(p, "annulus is written annulus(x, y, inner, outer, ...)");
  for (size_t i = 1; i < n; i++) {
    lo = a[i].value < a[lo].value ? i : lo;
    hi = a[i].value > a[hi].value ? i : hi;
  }
  return outlines(p, r, a + lo, a + hi, 0, 1);
}

/* x, y, pairs of sizes, n=..., angle: several pairs are an annulus */
static int pairs(parser *p, region *r, const argument *a, size_t n, const char *name, double factor)
{
  size_t lo = 0, hi = 0;
  int counted = n > 1 && a[n - 2].unit == 'n';
  if (n > 0 && a[n - 1].unit == 'n')
    n--;
  else if (counted || n % 2) {
    r->angle = angle_of(a + n - 1);
    n -= counted ? 2 : 1;
  }
  if (n < 2 || n % 2)
    return bad(p, "%s is written %s(x, y, %s, angle)", name, name,
               factor < 1 ? "width, height" : "semi-axis, semi-axis");
  for (size_t i = 2; i < n; i += 2) {
    lo = a[i].value < a[lo].value ? i : lo;
    hi = a[i].value > a[hi].value ? i : hi;
  }
  return outlines(p, r, n > 2 ? a + lo : NULL, a + hi, 1, factor);
}

static int ellipse(parser *p, region *r, const argument *a, size_t n)
{
  return pairs(p, r, a, n, "ellipse", 1);
}

static int box(parser *p, region *r, const argument *a, size_t n)
{
  r->outline = REGION_BOX;
  return pairs(p, r, a, n, "box", 0.5);
}

static int pie(parser *p, region *r, const argument *a, size_t n)
{
  if (n != 4) return bad(p, "pie is written pie(x, y, inner, outer, angle, angle)");
  sector(r, a + 2);
  return outlines(p, r, a, a + 1, 0, 1);
}

static int panda(parser *p, region *r, const argument *a, size_t n)
{
  if (n != 6) return bad(p, "panda is written panda(x, y, angle, angle, n, inner, outer, n)");
  sector(r, a);
  return outlines(p, r, a + 3, a + 4, 0, 1);
}

static int epanda(parser *p, region *r, const argument *a, size_t n)
{
  int half = r->outline == REGION_BOX;
  if (n != 8 && n != 9)
    return bad(p,
               "%cpanda is written %cpanda(x, y, angle, angle, n, inner sizes, outer sizes, n, "
               "angle)",
               half ? 'b' : 'e', half ? 'b' : 'e');
  sector(r, a);
  r->angle = n == 9 ? angle_of(a + 8) : 0;
  return outlines(p, r, a + 3, a + 5, 1, half ? 0.5 : 1);
}

static int bpanda(parser *p, region *r, const argument *a, size_t n)
{
  r->outline = REGION_BOX;
  return epanda(p, r, a, n);
}

static int polygon(parser *p, region *r)
{
  size_t n = p->n / 2;
  r->outline = REGION_POLYGON;
  if (p->n % 2 || n < 3) return bad(p, "polygon is written polygon(x1, y1, x2, y2, x3, y3, ...)");
  r->vertex = calloc(n, sizeof *r->vertex);
  if (!r->vertex) return bad(p, "not enough memory");
  r->nvertex = n;
  for (size_t i = 0; i < n; i++) {
    enum region_frame first = r->frame;
    enum image_frame sky = r->sky;
    if (take_point(p, p->arg + 2 * i, r, r->vertex[i]) != 0) return -1;
    if (i > 0 && (r->frame != first || r->sky != sky))
      return bad(p, "its vertices are in different frames");
  }
  return 0;
}

static const struct {
  const char *name;
  int (*take)(parser *, region *, const argument *, size_t);
} shapes[] = { { "circle", circle }, { "annulus", annulus }, { "ellipse", ellipse },
               { "box", box },       { "rotbox", box },      { "pie", pie },
               { "panda", panda },   { "epanda", epanda },   { "bpanda", bpanda } };
static const char *const bare[] = { "point",   "line",       "vector",  "text",  "ruler",
                                    "compass", "projection", "segment", "cross", "x" };

static int is_bare(const char *s, size_t n)
{
  for (size_t i = 0; i < sizeof bare / sizeof bare[0]; i++)
    if (is_word(s, n, bare[i])) return 1;
  return 0;
}

static int fill(parser *p, region *r, const char *word, size_t n)
{
  if (is_word(word, n, "polygon")) return polygon(p, r);
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
    if (is_word(word, n, shapes[i].name)) {
      if (p->n < 2) return bad(p, "%s lacks its position", shapes[i].name);
      if (take_point(p, p->arg, r, r->center) != 0) return -1;
      return shapes[i].take(p, r, p->arg + 2, p->n - 2);
    }
  return bad(p, "'%.*s' is neither a shape nor a frame that is known here", (int)(n < 32 ? n : 32),
             word);
}

static int add_shape(parser *p, const char *word, size_t n, int exclude)
{
  region_list *l = p->out;
  if (l->n == l->room) {
    size_t room = 2 * l->room + 16;
    region *s = realloc(l->shape, room * sizeof *s);
    if (!s) return bad(p, "not enough memory");
    l->shape = s;
    l->room = room;
  }
  region *r = &l->shape[l->n++];
  *r = (region){ .line = p->line, .exclude = exclude };
  return fill(p, r, word, n);
}

/* ---- statements ---- */

/* What may stand after a closing parenthesis: nothing, or "||" of composite regions. */
static int after(parser *p, const char *s, const char *end)
{
  s = blanks(s, end);
  if (end - s >= 2 && s[0] == '|' && s[1] == '|') s = blanks(s + 2, end);
  if (s == end) return 0;
  return bad(p, "'%.*s' after a shape is not understood", (int)(end - s < 24 ? end - s : 24), s);
}

static int statement(parser *p, const char *s, const char *end, int exclude)
{
  s = blanks(s, end);
  if (s < end && (*s == '-' || *s == '!' || *s == '+')) {
    exclude = *s != '+';
    s = blanks(s + 1, end);
  }
  const char *word = s;
  while (s < end && (isalnum((unsigned char)*s) || *s == '_')) s++;
  size_t n = (size_t)(s - word);
  s = blanks(s, end);
  if (n == 0)
    return word == end
               ? 0
               : bad(p, "'%.*s' is not understood", (int)(end - word < 24 ? end - word : 24), word);
  if (is_word(word, n, "global")) {
    p->excluding = memmem(s, (size_t)(end - s), "include=0", 9) != NULL;
    return 0;
  }
  if (take_frame(p, word, n)) return statement(p, s, end, exclude);
  if (is_bare(word, n) || (end - s > 5 && strncasecmp(s, "point", 5) == 0)) {
    p->out->bare++;
    return 0;
  }
  const char *close = end;
  if (s < end && *s == '(') {
    s++;
    close = memchr(s, ')', (size_t)(end - s));
    if (!close) return bad(p, "a closing parenthesis is missing");
    if (after(p, close + 1, end) != 0) return -1;
  }
  if (take_arguments(p, s, close) != 0) return -1;
  return add_shape(p, word, n, exclude);
}

/* DS9 writes what its readers may ignore as comments: "# text(...)". */
static void remark(parser *p, const char *s, const char *end)
{
  s = blanks(s, end);
  const char *word = s;
  while (s < end && isalpha((unsigned char)*s)) s++;
  if (s < end && *s == '(' && is_bare(word, (size_t)(s - word))) p->out->bare++;
}

static int line(parser *p, const char *s, const char *end)
{
  const char *hash = memchr(s, '#', (size_t)(end - s)), *stop = hash ? hash : end;
  int exclude = p->excluding;
  if (hash) {
    size_t n = (size_t)(end - hash);
    if (blanks(s, stop) == stop) remark(p, hash + 1, end);
    if (memmem(hash, n, "include=0", 9)) exclude = 1;
  }
  const char *s0 = blanks(s, stop); /* properties of a global line may hold anything */
  if (stop - s0 >= 6 && strncasecmp(s0, "global", 6) == 0) return statement(p, s0, end, 0);
  while (s < stop) {
    const char *semicolon = memchr(s, ';', (size_t)(stop - s));
    const char *to = semicolon ? semicolon : stop;
    if (statement(p, s, to, exclude) != 0) return -1;
    s = to + (semicolon != NULL);
  }
  return 0;
}

int region_parse(const char *text, size_t n, region_list *out, char why[IMAGE_WHY])
{
  memset(out, 0, sizeof *out);
  parser p = { .out = out, .why = why, .frame = REGION_PHYSICAL, .sky = IMAGE_OTHER };
  char *copy = malloc(n + 1); /* ends in NUL, so that numbers cannot run past it */
  int r = copy ? 0 : bad(&p, "not enough memory");
  if (copy) {
    memcpy(copy, text, n);
    copy[n] = 0;
  }
  for (const char *s = copy, *end = copy + n; r == 0 && s < end;) {
    const char *stop = s;
    while (stop < end && *stop != '\n' && *stop != '\r') stop++;
    p.line += stop == end || *stop == '\n' || stop + 1 == end || stop[1] != '\n';
    r = line(&p, s, stop);
    s = stop + 1;
  }
  free(copy);
  free(p.arg);
  if (r != 0) region_free(out);
  return r;
}

void region_free(region_list *l)
{
  for (size_t i = 0; i < l->n; i++) free(l->shape[i].vertex);
  free(l->shape);
  memset(l, 0, sizeof *l);
}
