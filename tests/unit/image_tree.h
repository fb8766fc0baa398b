/* SPDX-License-Identifier: BSD-3-Clause */
/* A loading host over the core's reader of fit files, without a model plugin: what the image block
 * says of a document. */
#ifndef TESTS_UNIT_IMAGE_TREE_H
#define TESTS_UNIT_IMAGE_TREE_H
#include <document/tree.h>
#include <document/units.h>
#include <config/value.h>
#include "image_host.h"

static socca_journal *journal;
static socca_units *units;
static socca_tree *tree;

static inline socca_status tree_number(socca_load *cx, const socca_node *node, const char *unit,
                                       double *out)
{
  const char *own = unit && *unit ? unit : NULL;
  (void)cx;
  return socca_node_number(journal, units, node, own, own ? SOCCA_LENGTH : SOCCA_PLAIN, out);
}
static inline socca_status tree_path(socca_load *cx, const socca_node *node, char *out, size_t n)
{
  (void)cx;
  return socca_node_path(journal, node, out, n);
}
static inline socca_status tree_fail_at(socca_load *cx, const socca_node *node, const char *fmt,
                                        ...)
{
  va_list ap;
  (void)cx;
  va_start(ap, fmt);
  socca_status s = socca_node_verror(journal, node, fmt, ap);
  va_end(ap);
  return s;
}
static inline socca_status tree_define_unit(socca_load *cx, const char *name, const char *base,
                                            double value)
{
  (void)cx;
  return socca_units_define(units, name, base, value);
}

static const socca_host tree_host = { .size = sizeof(socca_host),
                                      .get = socca_node_get,
                                      .item = socca_node_item,
                                      .text = socca_node_text,
                                      .number = tree_number,
                                      .path = tree_path,
                                      .fail_at = tree_fail_at,
                                      .log_at = test_log_at,
                                      .define_unit = tree_define_unit };

static inline void tree_close(void)
{
  socca_tree_free(tree);
  socca_units_free(units);
  socca_journal_free(journal);
  tree = NULL;
  units = NULL;
  journal = NULL;
}

/* Parses a document that stands in the folder of `name`. */
static inline socca_load tree_open(const char *name, const char *text)
{
  tree_close();
  journal = socca_journal_new("test", SOCCA_LOG_WARN);
  socca_journal_set_silent(journal, 1);
  units = socca_units_new();
  socca_tree_parse(journal, name, text, strlen(text), &tree);
  socca_load cx = test_load();
  cx.cx.h = &tree_host;
  return cx;
}
#endif
