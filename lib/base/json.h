/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes one JSON value into a text: commas, quoting, %.17g numbers, non-finite numbers as strings. */
#ifndef SOCCA_BASE_JSON_H
#define SOCCA_BASE_JSON_H
#include <base/text.h>

typedef struct socca_json {
  socca_text text;
  int comma;
} socca_json; /* zero-initialise */
/* `key` is NULL inside lists and for the outermost value. */
void socca_json_object(socca_json *, const char *key);
void socca_json_list(socca_json *, const char *key);
void socca_json_close(socca_json *, char bracket); /* '}' or ']' */
void socca_json_string(socca_json *, const char *key,
                       const char *s); /* NULL: null; bad UTF-8 is replaced */
void socca_json_number(socca_json *, const char *key, double x);
void socca_json_integer(socca_json *, const char *key, int64_t x);
void socca_json_bool(socca_json *, const char *key, int x);
#endif
