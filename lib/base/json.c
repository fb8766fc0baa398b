/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <base/json.h>
#include <math.h>
#include <stdio.h>

/* Length of the UTF-8 sequence at s, 0 if it is none (RFC 3629). */
static size_t utf8_length(const unsigned char *s)
{
  size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xC2 && s[0] < 0xE0 ? 2 : (s[0] & 0xF0) == 0xE0 ? 3 : 0;
  if (s[0] >= 0xF0 && s[0] <= 0xF4) n = 4;
  for (size_t i = 1; i < n; i++)
    if ((s[i] & 0xC0) != 0x80) return 0;
  if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F)) return 0;
  if ((s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F)) return 0;
  return n;
}

static void quote(socca_text *t, const char *s)
{
  socca_text_add(t, "\"", 1);
  while (*s) {
    unsigned char c = (unsigned char)*s;
    size_t n = utf8_length((const unsigned char *)s);
    if (c == '"' || c == '\\')
      socca_text_printf(t, "\\%c", c);
    else if (c == '\n')
      socca_text_puts(t, "\\n");
    else if (c < 0x20)
      socca_text_printf(t, "\\u%04x", c);
    else if (n)
      socca_text_add(t, s, n);
    else
      socca_text_puts(t, "\xEF\xBF\xBD");
    s += n ? n : 1;
  }
  socca_text_add(t, "\"", 1);
}

static void begin(socca_json *j, const char *key)
{
  if (j->comma) socca_text_add(&j->text, ",", 1);
  j->comma = 1;
  if (!key) return;
  quote(&j->text, key);
  socca_text_add(&j->text, ":", 1);
}

void socca_json_object(socca_json *j, const char *key)
{
  begin(j, key);
  socca_text_add(&j->text, "{", 1);
  j->comma = 0;
}

void socca_json_list(socca_json *j, const char *key)
{
  begin(j, key);
  socca_text_add(&j->text, "[", 1);
  j->comma = 0;
}

void socca_json_close(socca_json *j, char bracket)
{
  socca_text_add(&j->text, &bracket, 1);
  j->comma = 1;
}

void socca_json_string(socca_json *j, const char *key, const char *s)
{
  begin(j, key);
  if (s)
    quote(&j->text, s);
  else
    socca_text_puts(&j->text, "null");
}

void socca_json_number(socca_json *j, const char *key, double x)
{
  char buffer[32];
  begin(j, key);
  if (isfinite(x))
    socca_text_puts(&j->text, socca_format_double(x, buffer));
  else
    quote(&j->text, isnan(x) ? "nan" : x > 0 ? "inf" : "-inf");
}

void socca_json_integer(socca_json *j, const char *key, int64_t x)
{
  begin(j, key);
  socca_text_printf(&j->text, "%lld", (long long)x);
}

void socca_json_bool(socca_json *j, const char *key, int x)
{
  begin(j, key);
  socca_text_puts(&j->text, x ? "true" : "false");
}
