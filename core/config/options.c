/* SPDX-License-Identifier: BSD-3-Clause */
/* Option tables of samplers and pools. */
#include "config.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <base/text.h>
#include <config/options.h>

enum { MAX_WORDS = 400 };

struct socca_options {
  socca_journal *journal;
  char *owner;
  const socca_option *table;
  size_t count;
  unsigned char *values;
  char **text; /* of TEXT options */
  unsigned char *set;
};

void socca_options_free(socca_options *o)
{
  if (!o) return;
  for (size_t i = 0; o->text && i < o->count; i++) free(o->text[i]);
  free(o->text);
  free(o->owner);
  free(o->values);
  free(o->set);
  free(o);
}

static void *slot(const socca_options *o, size_t i)
{
  return o->values + o->table[i].offset;
}

/* Is `word` among the words of `list`, separated by `separator`? */
static int among(const char *word, const char *list, char separator)
{
  size_t n = strlen(word);
  for (const char *s = list; s && n; s = strchr(s, separator), s = s ? s + 1 : NULL)
    if (strncmp(s, word, n) == 0 && (s[n] == '\0' || s[n] == separator)) return 1;
  return 0;
}

static size_t find(const socca_options *o, const char *key)
{
  size_t i = 0;
  while (i < o->count && strcmp(o->table[i].name, key) != 0 &&
         !among(key, o->table[i].aliases, ' '))
    i++;
  return i;
}

/* "[1,inf)", "(0,1]": does x lie in it? */
static int in_interval(const char *range, double x)
{
  double low = -INFINITY, high = INFINITY;
  const char *s = range + 1, *end = s + strcspn(s, ",");
  if (strncmp(s, "-inf", 4) != 0) socca_scan_double(s, &low);
  if (*end == ',') end++;
  if (strncmp(end, "inf", 3) != 0) socca_scan_double(end, &high);
  int open_high = strchr(range, ')') != NULL;
  return (*range == '[' ? x >= low : x > low) && (open_high ? x < high : x <= high);
}

static const char *const type_names[] = { "", "a whole number", "a number", "true or false", "" };

/* The value in `text` for row i into *integer, *real; NULL, or what it should be. */
static const char *parse(const socca_option *row, const char *text, int64_t *integer, double *real)
{
  const char *range = row->range, *expected = type_names[row->type];
  *integer = 0;
  *real = 0;
  switch (row->type) {
  case SOCCA_OPT_BOOL:
    *integer = strcmp(text, "true") == 0;
    return *integer || strcmp(text, "false") == 0 ? NULL : expected;
  case SOCCA_OPT_TEXT:
    return !range || among(text, range, '|') ? NULL : range;
  case SOCCA_OPT_INT:
    if (socca_parse_int64(text, integer) == 0)
      *real = (double)*integer;
    else if (socca_parse_double(text, real) == 0 && fabs(*real) < 9e15 && floor(*real) == *real)
      *integer = (int64_t)*real; /* 1e6 */
    else
      return expected;
    break;
  default:
    if (socca_parse_double(text, real) != 0 || isnan(*real)) return expected;
  }
  return !range || in_interval(range, *real) ? NULL : range;
}

static socca_status store(socca_options *o, size_t i, const char *text)
{
  const socca_option *row = &o->table[i];
  int64_t integer;
  double real;
  const char *expected = parse(row, text, &integer, &real);
  if (expected) return SOCCA_E_INPUT;
  if (row->type == SOCCA_OPT_TEXT) {
    char *copy = socca_strdup(text);
    if (!copy) return socca_no_memory(o->journal);
    free(o->text[i]);
    o->text[i] = copy;
    memcpy(slot(o, i), &copy, sizeof copy);
  } else if (row->type == SOCCA_OPT_REAL) {
    memcpy(slot(o, i), &real, sizeof real);
  } else {
    memcpy(slot(o, i), &integer, sizeof integer);
  }
  return SOCCA_OK;
}

/* A faulty table of a third party must not make us write outside its struct. */
static socca_status default_row(socca_options *o, size_t i, size_t size, uint32_t workers)
{
  const socca_option *row = &o->table[i];
  int64_t n = workers;
  if (row->type < SOCCA_OPT_INT || row->type > SOCCA_OPT_TEXT || row->offset % 8 != 0 || size < 8 ||
      row->offset > size - 8)
    return socca_error(o->journal, SOCCA_E_PLUGIN, "%s: bad type or offset of option '%s'",
                       o->owner, row->name);
  if ((row->flags & SOCCA_OPT_WORKERS) && row->type == SOCCA_OPT_INT) {
    memcpy(slot(o, i), &n, sizeof n);
    return SOCCA_OK;
  }
  socca_status s = row->fallback ? store(o, i, row->fallback) : SOCCA_OK;
  if (s != SOCCA_E_INPUT) return s;
  return socca_error(o->journal, SOCCA_E_PLUGIN, "%s: bad default '%s' of option '%s'", o->owner,
                     row->fallback, row->name);
}

socca_options *socca_options_new(socca_journal *j, const char *owner, const socca_option *table,
                                 size_t size, uint32_t workers)
{
  socca_options *o = socca_calloc(1, sizeof *o);
  if (!o) return NULL;
  o->journal = j;
  o->table = table;
  while (table && table[o->count].name) o->count++;
  o->owner = socca_strdup(owner);
  o->values = socca_calloc(1, size);
  o->text = socca_calloc(o->count, sizeof *o->text);
  o->set = socca_calloc(o->count, 1);
  socca_status s = o->owner && o->values && o->text && o->set ? SOCCA_OK : SOCCA_E_NOMEM;
  if (s != SOCCA_OK) socca_error(j, s, "out of memory");
  for (size_t i = 0; s == SOCCA_OK && i < o->count; i++) s = default_row(o, i, size, workers);
  if (s == SOCCA_OK) return o;
  socca_options_free(o);
  return NULL;
}

/* Names and aliases, then `except`: candidates for what was meant. */
static const char *nearest(const socca_options *o, const char *key, const char *const *except,
                           char *room, size_t size)
{
  const char *words[MAX_WORDS];
  size_t n = 0, used = 0;
  for (size_t i = 0; i < o->count && n < MAX_WORDS; i++) {
    words[n++] = o->table[i].name;
    for (const char *s = o->table[i].aliases; s && *s && n < MAX_WORDS;) {
      size_t length = strcspn(s, " ");
      if (length > 0 && used + length + 1 < size) {
        memcpy(room + used, s, length);
        room[used + length] = '\0';
        words[n++] = room + used;
        used += length + 1;
      }
      s += length + strspn(s + length, " ");
    }
  }
  for (; except && *except && n < MAX_WORDS; except++) words[n++] = *except;
  return socca_nearest(key, words, n);
}

static socca_status unknown(socca_options *o, const char *where, const char *key,
                            const char *const *except)
{
  char room[4000];
  const char *near = nearest(o, key, except, room, sizeof room);
  if (near)
    return socca_error(o->journal, SOCCA_E_INPUT,
                       "%s: unknown option '%.60s' of %s; did you mean '%s'?", where, key, o->owner,
                       near);
  return socca_error(o->journal, SOCCA_E_INPUT, "%s: %s has no option '%.60s'%s", where, o->owner,
                     key, o->count ? "; socca-run --options lists all" : ", nor any other");
}

socca_status socca_options_set(socca_options *o, const char *where, const char *key,
                               const char *value)
{
  size_t i = find(o, key);
  int64_t integer;
  double real;
  if (i == o->count) return unknown(o, where, key, NULL);
  const char *expected = parse(&o->table[i], value, &integer, &real);
  if (expected)
    return socca_error(o->journal, SOCCA_E_INPUT, "%s: %s of %s must be %s%s, not '%.60s'", where,
                       key, o->owner, strchr("([", *expected) ? "in " : "", expected, value);
  o->set[i] = 1;
  return store(o, i, value);
}

/* Entry k of the map. */
static socca_status from_entry(socca_options *o, const socca_node *map, size_t k,
                               const char *const *except, unsigned char *given)
{
  const char *key;
  const socca_node *n = socca_node_item(map, k, &key);
  for (const char *const *e = except; e && *e; e++)
    if (strcmp(*e, key) == 0) return SOCCA_OK;
  socca_node_get(map, key);
  const char *text = socca_node_text(n);
  size_t i = find(o, key);
  if (i == o->count) return unknown(o, socca_node_key_where(map, k), key, except);
  if (given[i]++)
    return socca_node_error(o->journal, n, "%s is given twice, the second time as '%s'",
                            o->table[i].name, key);
  if (!text || !*text) return socca_node_error(o->journal, n, "%s needs a single value", key);
  if (socca_node_is_broken(n)) return SOCCA_E_INPUT;
  return socca_options_set(o, socca_node_where(n), key, text);
}

socca_status socca_options_from_node(socca_options *o, const socca_node *map,
                                     const char *const *except)
{
  socca_status first = SOCCA_OK;
  if (!socca_node_is_map(map)) return SOCCA_OK;
  unsigned char *given = socca_calloc(o->count, 1);
  if (!given) return socca_no_memory(o->journal);
  for (size_t k = 0; socca_node_item(map, k, NULL); k++) {
    socca_status s = from_entry(o, map, k, except, given);
    if (first == SOCCA_OK) first = s;
  }
  free(given);
  return first;
}

const void *socca_options_struct(const socca_options *o)
{
  return o->values;
}

size_t socca_options_count(const socca_options *o)
{
  return o->count;
}

const socca_option *socca_options_row(const socca_options *o, size_t i)
{
  return i < o->count ? &o->table[i] : NULL;
}

int socca_options_is_set(const socca_options *o, size_t i)
{
  return o->set[i];
}

void socca_options_value(const socca_options *o, size_t i, char *out, size_t n)
{
  char number[32];
  const char *text = number;
  int64_t integer = 0;
  double real = 0;
  if (o->table[i].type == SOCCA_OPT_TEXT) {
    text = o->text[i] ? o->text[i] : "";
  } else if (o->table[i].type == SOCCA_OPT_REAL) {
    memcpy(&real, slot(o, i), sizeof real);
    socca_format_double(real, number);
  } else {
    memcpy(&integer, slot(o, i), sizeof integer);
    if (o->table[i].type == SOCCA_OPT_BOOL)
      text = integer ? "true" : "false";
    else
      snprintf(number, sizeof number, "%lld", (long long)integer);
  }
  snprintf(out, n, "%s", text);
}

socca_status socca_pool_spec_split(socca_journal *j, const char *where, const char *spec,
                                   char *name, size_t n, const char **rest)
{
  size_t length = strcspn(spec, strchr(spec, '/') ? ":" : ":,");
  int number = strchr("0123456789+-", *spec) != NULL && *spec;
  const char *full = number ? "mp" : spec;
  if (number) length = 2;
  *rest = number ? spec : spec[length] ? spec + length + 1 : NULL;
  if (length == 0 || length >= n)
    return socca_error(j, SOCCA_E_INPUT, "%s: no pool is called '%.60s'", where, spec);
  if (*rest && !**rest)
    return socca_error(j, SOCCA_E_INPUT,
                       "%s: something is missing after '%.60s': write %.*s:4 or %.*s", where, spec,
                       (int)length, spec, (int)length, spec);
  memcpy(name, full, length);
  name[length] = '\0';
  return SOCCA_OK;
}

/* One of the comma-separated items; the first may be a bare number of workers. */
static socca_status from_spec_item(socca_options *o, const char *where, char *item, int first)
{
  char *equals = strchr(item, '=');
  if (equals) {
    *equals = '\0';
    return socca_options_set(o, where, item, equals + 1);
  }
  if (!first)
    return socca_error(o->journal, SOCCA_E_INPUT, "%s: expected OPTION=VALUE, not '%.60s'", where,
                       item);
  if (find(o, "workers") == o->count)
    return socca_error(o->journal, SOCCA_E_INPUT,
                       "%s: the pool %s has no workers to count: '%.60s'", where, o->owner, item);
  return socca_options_set(o, where, "workers", item);
}

socca_status socca_options_from_spec(socca_options *o, const char *where, const char *rest)
{
  if (!rest) return SOCCA_OK;
  char *copy = socca_strdup(rest), *item = copy;
  if (!copy) return socca_no_memory(o->journal);
  socca_status first = SOCCA_OK;
  while (item) {
    char *comma = strchr(item, ',');
    if (comma) *comma = '\0';
    socca_status s = from_spec_item(o, where, item, item == copy);
    if (first == SOCCA_OK) first = s;
    item = comma ? comma + 1 : NULL;
  }
  free(copy);
  return first;
}
