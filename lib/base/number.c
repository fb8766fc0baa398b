/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers as text, in the C locale whatever the process's locale is. */
#include "config.h"
#include <base/text.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The length of a decimal number at the start of s; 0 if there is none. */
static size_t span_number(const char *s)
{
  size_t i = 0, digits = 0;
  if (s[i] == '+' || s[i] == '-') i++;
  for (; s[i] >= '0' && s[i] <= '9'; i++) digits++;
  if (s[i] == '.')
    for (i++; s[i] >= '0' && s[i] <= '9'; i++) digits++;
  if (!digits) return 0;
  if (s[i] == 'e' || s[i] == 'E') {
    size_t k = i + 1;
    if (s[k] == '+' || s[k] == '-') k++;
    if (s[k] >= '0' && s[k] <= '9') {
      while (s[k] >= '0' && s[k] <= '9') k++;
      i = k;
    }
  }
  return i;
}

/* strtod knows only the process's locale; where its decimal point is not '.', the text is rewritten. */
static double convert(const char *s, size_t n)
{
  char small[64], *buffer = n < sizeof small ? small : malloc(n + 1);
  if (!buffer) return NAN;
  memcpy(buffer, s, n);
  buffer[n] = '\0';
  char point = *localeconv()->decimal_point;
  char *dot = memchr(buffer, '.', n);
  if (dot) *dot = point;
  double x = strtod(buffer, NULL);
  if (buffer != small) free(buffer);
  return x;
}

const char *socca_scan_double(const char *s, double *out)
{
  size_t n = span_number(s);
  if (n) *out = convert(s, n);
  return s + n;
}

int socca_parse_double(const char *s, double *out)
{
  const char *body = s + (*s == '-' || *s == '+');
  if (strcmp(body, "inf") == 0) {
    *out = *s == '-' ? -INFINITY : INFINITY;
    return 0;
  }
  if (strcmp(s, "nan") == 0) {
    *out = NAN;
    return 0;
  }
  const char *end = socca_scan_double(s, out);
  return end == s || *end;
}

int socca_parse_int64(const char *s, int64_t *out)
{
  const char *digits = s + (*s == '-' || *s == '+');
  if (*digits < '0' || *digits > '9') return 1;
  char *end;
  errno = 0;
  long long x = strtoll(s, &end, 10);
  if (errno || *end) return 1;
  *out = x;
  return 0;
}

int socca_parse_uint64(const char *s, uint64_t *out)
{
  if (*s < '0' || *s > '9') return 1;
  char *end;
  errno = 0;
  unsigned long long x = strtoull(s, &end, 10);
  if (errno || *end) return 1;
  *out = x;
  return 0;
}

int socca_parse_duration(const char *s, double *seconds)
{
  static const struct {
    char letter;
    double value;
  } unit[] = { { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };
  double total = 0, last = INFINITY;
  if (!*s) return 1;
  while (*s) {
    double x, value = 1;
    if (*s == '-' || *s == '+') return 1;
    const char *end = socca_scan_double(s, &x);
    if (end == s) return 1;
    if (*end) {
      size_t k = 0;
      while (k < 4 && unit[k].letter != *end) k++;
      if (k == 4) return 1;
      value = unit[k].value;
      end++;
    }
    if (value >= last) return 1;
    last = value;
    total += x * value;
    s = end;
  }
  *seconds = total;
  return 0;
}

static char *with_point(char *s)
{
  char *c = strchr(s, *localeconv()->decimal_point);
  if (c) *c = '.';
  return s;
}

char *socca_format_double(double x, char *buffer)
{
  snprintf(buffer, 32, "%.17g", x);
  return with_point(buffer);
}

char *socca_format_short(double x, char *buffer)
{
  if (fabs(x) >= 1 && fabs(x) < 1e6 && x == trunc(x)) { /* 100, not 1e+02 */
    snprintf(buffer, 32, "%.0f", x);
    return buffer;
  }
  for (int digits = 1; digits <= 17; digits++) {
    snprintf(buffer, 32, "%.*g", digits, x);
    if (!isfinite(x) || strtod(buffer, NULL) == x) break;
  }
  return with_point(buffer);
}
