/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "points.h"
#include <base/text.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void points_free(points *p)
{
  free(p->x);
  *p = (points){ 0 };
}

/* NaN marks what has no value yet. */
static socca_status add_point(socca_journal *j, points *p)
{
  double *grown = socca_realloc(p->x, (p->n + 1) * p->ndim + 1, sizeof *grown);
  if (!grown) return socca_no_memory(j);
  p->x = grown;
  for (uint32_t i = 0; i < p->ndim; i++) p->x[p->n * p->ndim + i] = NAN;
  p->n++;
  return SOCCA_OK;
}

enum { FEW = 20 }; /* names that are shown all */
static socca_status unknown_name(socca_journal *j, const socca_parameters *par, const char *where,
                                 const char *name)
{
  uint32_t n = socca_parameters_count(par);
  const char **names = socca_calloc((size_t)n + 1, sizeof *names);
  socca_parameter_info info;
  for (uint32_t i = 0; names && i < n; i++) {
    socca_parameters_info(par, i, &info);
    names[i] = info.name;
  }
  const char *near = names ? socca_nearest(name, names, n) : NULL;
  socca_text hint = { 0 };
  if (near) socca_text_printf(&hint, "; did you mean '%s'?", near);
  for (uint32_t i = 0; names && !near && i < n && n <= FEW; i++)
    socca_text_printf(&hint, "%s%s", i ? ", " : "; there are ", names[i]);
  socca_status s = socca_error(j, SOCCA_E_INPUT, "%s: there is no parameter '%s'%s", where, name,
                               hint.s ? hint.s : "");
  socca_text_free(&hint);
  free(names);
  return s;
}

/* The parameter's index; only free ones can be given, and ties follow by themselves. */
enum { SKIP = -1, WRONG = -2 };
static int64_t find(socca_journal *j, const socca_problem *p, const char *where, const char *name)
{
  const socca_parameters *par = socca_problem_parameters(p);
  socca_parameter_info info;
  for (uint32_t i = 0; i < socca_parameters_count(par); i++) {
    socca_parameters_info(par, i, &info);
    if (strcmp(info.name, name) != 0) continue;
    if (info.state == SOCCA_FREE) return i;
    if (info.state == SOCCA_TIED) {
      socca_message(j, SOCCA_LOG_INFO, "%s: '%s' is tied (%s): its value follows from the others",
                    where, name, info.value);
      return SKIP;
    }
    socca_error(j, SOCCA_E_INPUT, "%s: '%s' is fixed to %s by the fit file", where, name,
                info.value);
    return WRONG;
  }
  unknown_name(j, par, where, name);
  return WRONG;
}

static socca_status read_value(socca_journal *j, const socca_problem *p, uint32_t i,
                               const char *where, const char *text, int cube, double *out)
{
  if (!cube) return socca_problem_value(p, i, where, text, out);
  if (!socca_parse_double(text, out) && *out >= 0 && *out <= 1) return SOCCA_OK;
  return socca_error(j, SOCCA_E_INPUT, "%s: '%s' is no number between 0 and 1", where, text);
}

/* Of a free parameter: what is illegal is refused, what only its prior excludes can be looked at. */
static socca_status check_value(socca_journal *j, const socca_parameter_info *i,
                                const socca_prior *prior, const char *where, double x)
{
  char value[32], low[32], high[32];
  if (isnan(x))
    return socca_error(j, SOCCA_E_INPUT, "%s: the free parameter '%s' has no value", where,
                       i->name);
  if (x < i->low || x > i->high)
    return socca_error(j, SOCCA_E_INPUT, "%s: %s = %s is outside its legal range, %s to %s", where,
                       i->name, socca_format_short(x, value), socca_format_short(i->low, low),
                       socca_format_short(i->high, high));
  if (x < prior->lower || x > prior->upper) /* said once for all rows of a table */
    socca_message(j, SOCCA_LOG_WARN, "%s is given outside its prior, %s: log prior -inf", i->name,
                  i->value);
  return SOCCA_OK;
}

/* A point is whole, and can be evaluated. */
static socca_status check_point(socca_journal *j, const socca_problem *p, const char *where,
                                int cube, const double *x)
{
  const socca_parameters *par = socca_problem_parameters(p);
  static const socca_prior unit = { .lower = 0, .upper = 1 };
  socca_status s = SOCCA_OK, t;
  for (uint32_t i = 0; i < socca_parameters_count(par); i++) {
    socca_parameter_info info;
    socca_parameters_info(par, i, &info);
    if (info.state != SOCCA_FREE) continue;
    if (cube) info.low = -INFINITY, info.high = INFINITY;
    t = check_value(j, &info, cube ? &unit : socca_parameters_prior(par, info.free), where,
                    x[info.free]);
    if (!s) s = t;
  }
  return s;
}

static socca_status twice(socca_journal *j, const char *where, const char *name)
{
  return socca_error(j, SOCCA_E_INPUT, "%s: '%s' is given twice", where, name);
}

static socca_status set_at(socca_journal *j, const socca_problem *p, const char *text, int cube,
                           double *x)
{
  const char *equals = strchr(text, '=');
  socca_parameter_info info;
  socca_text where = { 0 };
  if (!equals || equals == text)
    return socca_error(j, SOCCA_E_INPUT, "--at %.80s: values are given as NAME=VALUE", text);
  char *name = socca_strdup(text);
  if (!name) return socca_no_memory(j);
  name[equals - text] = '\0';
  socca_text_printf(&where, "--at %.80s%s", text, strlen(text) > 80 ? "..." : "");
  const char *place = where.s ? where.s : "--at";
  socca_status s = SOCCA_OK;
  int64_t i = find(j, p, place, name);
  if (i == WRONG) s = SOCCA_E_INPUT;
  if (i >= 0) {
    socca_parameters_info(socca_problem_parameters(p), (uint32_t)i, &info);
    s = isnan(x[info.free]) ? read_value(j, p, (uint32_t)i, place, equals + 1, cube, &x[info.free])
                            : twice(j, place, info.name);
  }
  socca_text_free(&where);
  free(name);
  return s;
}

socca_status points_at(socca_journal *j, const socca_problem *p, const char *const *at, size_t n,
                       int cube, points *out)
{
  *out = (points){ .ndim = socca_parameters_ndim(socca_problem_parameters(p)) };
  socca_status s = add_point(j, out), t;
  for (size_t i = 0; out->n && i < n; i++)
    if ((t = set_at(j, p, at[i], cube, out->x)) && !s) s = t;
  return s ? s : check_point(j, p, "--at", cube, out->x);
}

/* ---- tables ---- */

typedef struct table {
  socca_journal *journal;
  const socca_problem *problem;
  int cube;
  points *out;
  size_t ncol;
  int64_t *column; /* free parameter of each column; SKIP: ignored */
} table;

static char *next_word(char **s)
{
  static const char blanks[] = " \t\r\n,";
  char *word = *s + strspn(*s, blanks);
  if (!*word || *word == '#') return NULL;
  *s = word + strcspn(word, blanks);
  if (**s) *(*s)++ = '\0';
  return word;
}

static socca_status add_column(table *t, int64_t column)
{
  int64_t *grown = socca_realloc(t->column, t->ncol + 1, sizeof *grown);
  if (!grown) return socca_no_memory(t->journal);
  t->column = grown;
  t->column[t->ncol++] = column;
  return SOCCA_OK;
}

static socca_status read_header(table *t, const char *where, char *line)
{
  socca_status s = SOCCA_OK;
  socca_parameter_info info;
  for (char *word; (word = next_word(&line));) {
    int64_t i = find(t->journal, t->problem, where, word);
    if (i == WRONG) s = SOCCA_E_INPUT;
    if (i >= 0) {
      socca_parameters_info(socca_problem_parameters(t->problem), (uint32_t)i, &info);
      i = info.free;
      for (size_t k = 0; k < t->ncol; k++)
        if (t->column[k] == i) s = twice(t->journal, where, info.name);
    }
    if (add_column(t, i)) return SOCCA_E_NOMEM;
  }
  return s;
}

static socca_status all_columns(table *t)
{
  socca_status s = SOCCA_OK;
  for (uint32_t i = 0; !s && i < t->out->ndim; i++) s = add_column(t, i);
  return s;
}

static socca_status read_row(table *t, const char *where, char *line)
{
  size_t k = 0;
  socca_status s = add_point(t->journal, t->out);
  if (s) return s;
  double *x = t->out->x + (t->out->n - 1) * t->out->ndim, ignored;
  for (char *word; (word = next_word(&line)); k++) {
    if (k == t->ncol)
      return socca_error(t->journal, SOCCA_E_INPUT, "%s: more values than the %zu name%s", where,
                         t->ncol, socca_s(t->ncol));
    double *to = t->column[k] >= 0 ? &x[t->column[k]] : &ignored;
    if (socca_parse_double(word, to) || !isfinite(*to))
      return socca_error(t->journal, SOCCA_E_INPUT, "%s: '%s' is not a number", where, word);
    if (t->cube && !(*to >= 0 && *to <= 1))
      return socca_error(t->journal, SOCCA_E_INPUT, "%s: %s lies outside the unit cube", where,
                         word);
  }
  if (k < t->ncol)
    return socca_error(t->journal, SOCCA_E_INPUT, "%s: %zu value%s for %zu name%s", where, k,
                       socca_s(k), t->ncol, socca_s(t->ncol));
  return check_point(t->journal, t->problem, where, t->cube, x);
}

static int is_blank(const char *line)
{
  line += strspn(line, " \t\r\n,");
  return !*line || *line == '#';
}

static socca_status read_table(table *t, FILE *in, const char *name)
{
  char *line = NULL;
  size_t room = 0, number = 0;
  socca_status s = SOCCA_OK;
  while (!s && getline(&line, &room, in) > 0) {
    socca_text where = { 0 };
    double x;
    number++;
    if (is_blank(line)) continue;
    socca_text_printf(&where, "%s:%zu", name, number);
    const char *place = where.s ? where.s : name;
    int numeric = socca_scan_double(line + strspn(line, " \t"), &x) != line + strspn(line, " \t");
    if (!t->ncol && !(t->cube && numeric)) {
      s = read_header(t, place, line);
    } else {
      if (!t->ncol) s = all_columns(t);
      if (!s) s = read_row(t, place, line);
    }
    socca_text_free(&where);
  }
  if (!s && ferror(in))
    s = socca_error(t->journal, SOCCA_E_IO, "%s: cannot be read: %s", name, strerror(errno));
  if (!s && !t->ncol && !t->cube)
    s = socca_error(t->journal, SOCCA_E_INPUT,
                    "%s: it is empty: a line of names and a point per line are wanted", name);
  free(line);
  return s;
}

socca_status points_read(socca_journal *j, const socca_problem *p, const char *path, int cube,
                         points *out)
{
  table t = { .journal = j, .problem = p, .cube = cube, .out = out };
  int standard = !strcmp(path, "-");
  *out = (points){ .ndim = socca_parameters_ndim(socca_problem_parameters(p)) };
  struct stat st;
  if (!standard && !stat(path, &st) && S_ISDIR(st.st_mode))
    return socca_error(j, SOCCA_E_INPUT, "%s: is a directory, a table is needed", path);
  FILE *in = standard ? stdin : fopen(path, "re");
  if (!in) return socca_error(j, SOCCA_E_INPUT, "%s: %s", path, strerror(errno));
  socca_status s = read_table(&t, in, standard ? "<stdin>" : path);
  if (!standard) fclose(in);
  free(t.column);
  return s;
}
