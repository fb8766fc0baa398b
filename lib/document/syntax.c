/* SPDX-License-Identifier: BSD-3-Clause */
/* What libyaml finds wrong, in the words of somebody who writes a fit file. */
#include "config.h"
#include <string.h>
#include <document/node.h>

static const char tab[] = "a tab cannot be used here: indent with blanks";
static const char tags[] = "tags ('!...') are not supported: quote a text that begins with '!'";

/* The first row whose texts occur in libyaml's context and problem decides. `opening`: tell the place where
 * the construct began (1: instead of, 2: as well as the place of the problem). */
static const struct {
  const char *context, *problem;
  int opening;
  const char *text;
} rows[] = {
  { "", "violates indentation", 0, tab },
  { "", "mapping values are not allowed", 0,
    "unexpected ':': nested keys go on lines of their own, further indented; a text that holds ': "
    "' "
    "needs quotes" },
  { "block mapping", "expected key", 0,
    "expected a key: wrong indentation, or something left over after a value" },
  { "block collection", "expected '-'", 0, "expected '- ': wrong indentation of a list item" },
  { "simple key", "expected ':'", 1, "expected ':' after this key" },
  { "flow", "expected ',' or", 2,
    "expected ',' or the closing bracket; inside {} and [] a value with brackets needs quotes: "
    "{file: \"psf.fits[1]\"}" },
  { "", "expected node content", 0,
    "expected a value or a key here; a text that begins with such a sign needs quotes" },
  { "quoted scalar", "unexpected end of stream", 1, "this quote is never closed" },
  { "quoted scalar", "unexpected document indicator", 1, "this quote is never closed" },
  { "", "unknown escape", 0, "unknown escape: write a text with '\\' in single quotes" },
  { "tag", "", 0, tags },
  { "", "tag handle", 0, tags },
  { "scanning an anchor", "", 0, "'&' marks an anchor: quote a text that begins with it" },
  { "scanning an alias", "", 0, "'*' marks an alias: quote a text that begins with it" },
  { "", "block sequence entries are not allowed", 0,
    "'- ' is not allowed here: a list goes on lines of its own; a text that begins with '- ' needs "
    "quotes" },
};

static const char *at_index(const socca_tree *t, size_t index)
{
  const char *s = t->text, *end = t->text + t->length;
  for (; s < end; s++) {
    if (((unsigned char)*s & 0xC0U) == 0x80) continue;
    if (index-- == 0) break;
  }
  return s;
}

static socca_status bad_bytes(socca_journal *j, const socca_tree *t, const yaml_parser_t *y)
{
  size_t line = 1, column = 1, end = y->problem_offset < t->length ? y->problem_offset : t->length;
  for (size_t i = 0; i < end; i++) {
    if (t->text[i] == '\n') line++, column = 0;
    if (((unsigned char)t->text[i] & 0xC0U) != 0x80) column++;
  }
  return socca_error(j, SOCCA_E_INPUT, "%s:%zu:%zu: %s", t->name, line, column,
                     strstr(y->problem, "control") ? "control characters are not allowed"
                                                   : "this is not UTF-8 text");
}

socca_status socca_yaml_error(socca_journal *j, const socca_tree *t, const yaml_parser_t *y)
{
  if (y->error == YAML_MEMORY_ERROR) return socca_no_memory(j);
  if (y->error == YAML_READER_ERROR) return bad_bytes(j, t, y);
  const char *problem = y->problem ? y->problem : "", *context = y->context ? y->context : "";
  const yaml_mark_t *m = &y->problem_mark;
  if (strstr(problem, "cannot start any token")) {
    const char *c = at_index(t, m->index);
    if (*c == '\t')
      return socca_error(j, SOCCA_E_INPUT, "%s:%zu:%zu: %s", t->name, m->line + 1, m->column + 1,
                         tab);
    return socca_error(j, SOCCA_E_INPUT, "%s:%zu:%zu: a text that begins with '%c' needs quotes",
                       t->name, m->line + 1, m->column + 1, *c);
  }
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (!strstr(context, rows[i].context) || !strstr(problem, rows[i].problem)) continue;
    if (rows[i].opening == 2)
      return socca_error(j, SOCCA_E_INPUT, "%s:%zu:%zu: %s (opened at line %zu)", t->name,
                         m->line + 1, m->column + 1, rows[i].text, y->context_mark.line + 1);
    if (rows[i].opening == 1) m = &y->context_mark;
    return socca_error(j, SOCCA_E_INPUT, "%s:%zu:%zu: %s", t->name, m->line + 1, m->column + 1,
                       rows[i].text);
  }
  return socca_error(j, SOCCA_E_INPUT, "%s:%zu:%zu: not valid YAML: %s", t->name, m->line + 1,
                     m->column + 1, problem);
}
