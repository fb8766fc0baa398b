/* SPDX-License-Identifier: BSD-3-Clause */
/* Noise levels: standard deviation, variance or weight, as a number, a map, or estimated. */
#include "config.h"
#include "input.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum meaning { SIGMA, VARIANCE, WEIGHT };

static const struct {
  const char *key;
  enum meaning meaning;
} spelling[] = { { "sigma", SIGMA },       { "sig", SIGMA },      { "std", SIGMA },
                 { "rms", SIGMA },         { "stddev", SIGMA },   { "var", VARIANCE },
                 { "variance", VARIANCE }, { "wht", WEIGHT },     { "wgt", WEIGHT },
                 { "weight", WEIGHT },     { "weights", WEIGHT }, { "invvar", WEIGHT } };
enum { SPELLINGS = sizeof spelling / sizeof spelling[0] };

/* Types of this interface that are still to come, and all keys of theirs. */
static const char *const later[] = { "correlated", "fourier", "ri", "poisson", "student-t" };
static const char *const later_keys[] = { "cov",  "icov",  "cube", "smooth",     "kernel",
                                          "apod", "ftype", "dof",  "normalize",  "center",
                                          "gain", "dark",  "rank", "background", "read" };

static double to_sigma(enum meaning m, double v)
{
  return m == SIGMA ? v : m == VARIANCE ? sqrt(v) : 1 / sqrt(v);
}

static socca_status read_type(socca_load *cx, const socca_node *node)
{
  const socca_host *h = cx->cx.h;
  const socca_node *type = h->get(node, "type");
  const char *s = type ? h->text(type) : "normal";
  if (s && strcmp(s, "normal") == 0) return SOCCA_OK;
  for (size_t i = 0; s && i < sizeof later / sizeof later[0]; i++)
    if (strcmp(s, later[i]) == 0) {
      for (size_t k = 0; k < sizeof later_keys / sizeof later_keys[0]; k++)
        h->get(node, later_keys[k]);
      return image_error(cx, type, "noise type '%s' is not supported yet", s);
    }
  return image_error(cx, type, "unknown noise type%s%s%s; known: normal", s ? " '" : "", s ? s : "",
                     s ? "'" : "");
}

/* Is this scalar the name of a file rather than a number? */
static int names_file(socca_load *cx, const socca_node *node)
{
  const char *s = cx->cx.h->text(node);
  char path[IMAGE_PATH];
  size_t n = strlen(s);
  if (strspn(s, "0123456789.+-*/^() eE") == n) return 0;
  if (strchr(s, '/') || strstr(s, ".fit") || strstr(s, ".FIT") || s[n - 1] == ']') return 1;
  return image_read_path(cx, node, path) == SOCCA_OK && access(path, F_OK) == 0;
}

static socca_status uniform_level(socca_load *cx, const socca_node *node, enum meaning m,
                                  image_input *in)
{
  double v = 0;
  socca_status s = cx->cx.h->number(cx, node, "", &v);
  if (s != SOCCA_OK) return s;
  if (!(v > 0) || !image_usable_sigma(to_sigma(m, v)))
    return image_error(cx, node, "a %s is above zero, and its sigma within 1e-140 to 1e140",
                       m == SIGMA      ? "noise level"
                       : m == VARIANCE ? "variance"
                                       : "weight");
  in->data.level = to_sigma(m, v);
  return SOCCA_OK;
}

static socca_status level_map(socca_load *cx, const socca_node *node, enum meaning m,
                              image_input *in)
{
  double *map = image_read_map(cx, node, in);
  if (!map) return in->data.n ? SOCCA_E_INPUT : SOCCA_OK;
  unsigned char *bad = malloc(in->data.n);
  size_t negative = 0, beyond = 0;
  if (!bad) {
    free(map);
    return image_error(cx, node, "not enough memory");
  }
  for (size_t i = 0; i < in->data.n; i++) {
    double s = to_sigma(m, map[i]);
    negative += map[i] < 0;
    bad[i] = !image_usable_sigma(s);
    beyond += s > 0 && isfinite(s) && bad[i];
    map[i] = bad[i] ? 1 : s; /* never zero: nobody divides by it unaware */
  }
  if (negative)
    image_log(cx, node, SOCCA_LOG_WARN, "%zu pixel%s excluded where the noise map is negative",
              negative, image_s(negative));
  if (beyond)
    image_log(cx, node, SOCCA_LOG_WARN,
              "%zu pixel%s excluded where the noise is outside 1e-140 to 1e140", beyond,
              image_s(beyond));
  image_exclude(in, "noise", bad, m == WEIGHT ? "is this a map of sigma, not of weights?" : NULL);
  free(bad);
  in->data.sigma = map;
  return SOCCA_OK;
}

static int ascending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double image_median(double *v, size_t n)
{
  qsort(v, n, sizeof *v, ascending);
  return n % 2 ? v[n / 2] : 0.5 * (v[n / 2 - 1] + v[n / 2]);
}

/* Median absolute deviation of the good pixels, as sigma of a normal distribution. */
static socca_status estimate(socca_load *cx, const socca_node *node, image_input *in)
{
  size_t n = 0;
  snprintf(in->noise, sizeof in->noise, "estimated (MAD)");
  if (!in->data.ngood || !in->pixels) return SOCCA_OK; /* reported elsewhere; a grid has none */
  double *v = malloc(in->data.ngood * sizeof *v);
  if (!v) return image_error(cx, node, "not enough memory");
  for (size_t i = 0; i < in->data.n; i++)
    if (in->data.good[i]) v[n++] = in->pixels[i];
  double m = image_median(v, n);
  for (size_t i = 0; i < n; i++) v[i] = fabs(v[i] - m);
  in->data.level = image_median(v, n) / 0.67448975019608171;
  free(v);
  if (!(in->data.level > 0))
    return image_error(
        cx, node,
        "the noise level estimated from the data (MAD) is zero: more than half of the "
        "pixels have the same value. Give one, as noise: {type: normal, sigma: 0.1}; "
        "counts of photons want Poisson noise");
  image_log(cx, node, SOCCA_LOG_INFO, "noise level estimated from the data (MAD): %.4g",
            in->data.level);
  return SOCCA_OK;
}

socca_status image_read_noise(socca_load *cx, const socca_node *node, image_input *in)
{
  const socca_host *h = cx->cx.h;
  const socca_node *value = NULL, *second = NULL;
  size_t found = 0;
  if (node && !image_is_map(h, node))
    return image_error(cx, node, "noise is written {type: normal, sigma: 0.1}");
  for (size_t i = 0; node && i < SPELLINGS; i++) {
    const socca_node *v = h->get(node, spelling[i].key);
    if (v && value)
      second = v;
    else if (v) {
      value = v;
      found = i;
    }
  }
  socca_status s = node ? read_type(cx, node) : SOCCA_OK;
  if (s != SOCCA_OK) return s;
  if (second)
    return image_error(cx, second, "the noise level is given twice: '%s' and another",
                       spelling[found].key);
  if (!value) return estimate(cx, node ? node : in->at, in);
  enum meaning m = spelling[found].meaning;
  const socca_node *file = h->text(value) ? value : h->get(value, "file");
  if (!file || !h->text(file))
    return image_error(cx, value, "'%s' wants a number or a file name", spelling[found].key);
  int map = file != value || names_file(cx, file);
  snprintf(in->noise, sizeof in->noise, "%s%s", spelling[found].key, map ? " map" : "");
  return map ? level_map(cx, file, m, in) : uniform_level(cx, file, m, in);
}
