/* SPDX-License-Identifier: BSD-3-Clause */
/* Growing text, locale-independent numbers, and nearest words. */
#ifndef SOCCA_BASE_TEXT_H
#define SOCCA_BASE_TEXT_H
#include <stdarg.h>
#include <socca/status.h>

typedef struct
    socca_text { /* zero-initialise; `s` is NUL-terminated or NULL; free with socca_text_free */
  char *s;
  size_t n, room;
  int failed; /* out of memory at some point: the content is incomplete */
} socca_text;

void socca_text_add(socca_text *, const char *s, size_t n);
void socca_text_puts(socca_text *, const char *s);
void socca_text_printf(socca_text *, const char *fmt, ...) SOCCA_PRINTF(2, 3);
void socca_text_vprintf(socca_text *, const char *fmt, va_list);
/* From offset `from` on one line, and nothing that a terminal obeys ('?' instead): names come from files. */
void socca_text_clean(socca_text *, size_t from);
void socca_text_clear(socca_text *);
void socca_text_free(socca_text *);

/* The longest number at the start of s, in the C locale ("1e-3", "inf" and "nan" not accepted).
 * Returns the end, or s itself if there is none. */
const char *socca_scan_double(const char *s, double *out);
/* Whole-string conversions: 0 on success. Surrounding blanks are not accepted. */
int socca_parse_double(const char *s, double *out); /* "inf", "-inf", "nan" accepted */
int socca_parse_int64(const char *s, int64_t *out);
int socca_parse_uint64(const char *s, uint64_t *out);
/* "90", "90s", "15m", "2h30m", "1d": seconds. */
int socca_parse_duration(const char *s, double *seconds);
/* %.17g in the C locale, into a buffer of at least 32 bytes; returns it. */
char *socca_format_double(double x, char *buffer);
/* The shortest text that reads back as x, into a buffer of at least 32 bytes; returns it. */
char *socca_format_short(double x, char *buffer);

/* One point, two points */
#define socca_s(n) ((n) == 1 ? "" : "s")

/* The candidate nearest to `word` by edit distance, if close enough to suggest (a third of the longer one); else
 * NULL. */
const char *socca_nearest(const char *word, const char *const *candidates, size_t n);
/* Can it be a misspelt `wanted`, where that is known to be missing? A letter of two may differ. */
int socca_resembles(const char *word, const char *wanted);

/* Memory of n x size bytes, zeroed; NULL on overflow as on exhaustion. */
void *socca_calloc(size_t n, size_t size);
void *socca_realloc(void *, size_t n, size_t size);
/* `list` of *room items, `used` of them in use, with room for one more; NULL: no memory, the list stays. */
void *socca_grow(void *list, size_t used, size_t *room, size_t size);
char *socca_strdup(const char *);
#endif
