/* SPDX-License-Identifier: BSD-3-Clause */
/* Looking at the tree, and finding what nobody looked at. */
#include "config.h"
#include <string.h>
#include <base/file.h>
#include <base/text.h>
#include <document/node.h>

const socca_node *socca_tree_root(const socca_tree *t)
{
  return t->root;
}

const char *socca_tree_text(const socca_tree *t)
{
  return t->text;
}

const char *socca_tree_name(const socca_tree *t)
{
  return t->name;
}

const socca_node *socca_tree_missed(const socca_tree *t, const char **key)
{
  *key = t->missed_key;
  return t->missed;
}

/* The notes of what was looked for belong to the tree, not to what its readers see: nodes are const to them. */
static socca_node *notes(const socca_node *n)
{
  return (socca_node *)(uintptr_t)n;
}

static const char *note(socca_node *n, const char *key)
{
  for (size_t i = 0; i < n->nnoted; i++)
    if (strcmp(n->noted[i], key) == 0) return n->noted[i];
  const char **p = socca_tree_grow(n->tree, n->noted, n->nnoted, &n->noted_room, sizeof *n->noted);
  const char *copy = socca_tree_copy(n->tree, key, strlen(key));
  if (!p || !copy) return NULL;
  n->noted = p;
  return n->noted[n->nnoted++] = copy;
}

const socca_node *socca_node_get(const socca_node *map, const char *key)
{
  if (!map || map->kind != SOCCA_NODE_MAP) return NULL;
  const char *noted = note(notes(map), key);
  for (size_t i = 0; i < map->n; i++)
    if (strcmp(map->entry[i].key, key) == 0) return map->entry[i].value;
  map->tree->missed = map;
  map->tree->missed_key = noted;
  return NULL;
}

const socca_node *socca_node_item(const socca_node *n, size_t i, const char **key)
{
  if (key) *key = NULL;
  if (!n || i >= n->n) return NULL;
  if (key) *key = n->entry[i].key;
  return n->entry[i].value;
}

const char *socca_node_key_where(const socca_node *map, size_t i)
{
  return map->entry[i].where;
}

const char *socca_node_text(const socca_node *n)
{
  return n && n->kind == SOCCA_NODE_TEXT ? n->text : NULL;
}

int socca_node_is_map(const socca_node *n)
{
  return n && n->kind == SOCCA_NODE_MAP;
}

int socca_node_is_list(const socca_node *n)
{
  return n && n->kind == SOCCA_NODE_LIST;
}

const char *socca_node_where(const socca_node *n)
{
  return n->where;
}

const char *socca_node_inside(const socca_node *n)
{
  return n->inside;
}

socca_tree *socca_node_tree(const socca_node *n)
{
  return n->tree;
}

int socca_node_is_broken(const socca_node *n)
{
  return n->broken;
}

void socca_node_set_failed(const socca_node *n)
{
  notes(n)->failed = 1;
}

socca_status socca_node_verror(socca_journal *j, const socca_node *n, const char *fmt, va_list ap)
{
  if (n && n->broken) return SOCCA_E_INPUT;
  if (n) socca_node_set_failed(n);
  return socca_verror_at(j, n ? n->where : NULL, fmt, ap);
}

socca_status socca_node_error(socca_journal *j, const socca_node *n, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  socca_status s = socca_node_verror(j, n, fmt, ap);
  va_end(ap);
  return s;
}

socca_status socca_node_bool(socca_journal *j, const socca_node *n, int *out)
{
  const char *s = socca_node_text(n);
  int yes = s && strcmp(s, "true") == 0;
  if (!yes && !(s && strcmp(s, "false") == 0))
    return socca_node_error(j, n, "expected true or false, not '%.40s'", s ? s : "a map or list");
  *out = yes;
  return SOCCA_OK;
}

socca_status socca_node_path(socca_journal *j, const socca_node *n, char *out, size_t size)
{
  const char *s = socca_node_text(n);
  if (!s || !*s) return socca_node_error(j, n, "expected the name of a file");
  if (n->broken) return SOCCA_E_INPUT;
  if (socca_path_resolve(n->tree->name, s, out, size) == SOCCA_OK) return SOCCA_OK;
  return socca_node_error(j, n, "this file name is too long");
}

void socca_node_mark_read(const socca_node *n)
{
  if (!n || n->known) return;
  notes(n)->known = 1;
  for (size_t i = 0; i < n->n; i++) socca_node_mark_read(n->entry[i].value);
}

/* Where an error stopped the reading of a map, the keys left are unknown only if they look like known ones. */
static int has_failed(const socca_node *map)
{
  int failed = map->failed;
  for (size_t i = 0; i < map->n; i++) failed |= map->entry[i].value->failed;
  return failed;
}

int socca_tree_has_failed(const socca_tree *t, const char *name, size_t n)
{
  for (size_t i = 0; i < t->root->n; i++) {
    const socca_node *block = t->root->entry[i].value;
    for (size_t k = 0; block->kind == SOCCA_NODE_MAP && k < block->n; k++) {
      const socca_pair *e = &block->entry[k];
      if (strlen(e->key) == n && memcmp(e->key, name, n) == 0 && has_failed(e->value)) return 1;
    }
  }
  return 0;
}

static void unread_key(socca_journal *j, const socca_node *map, const socca_pair *e,
                       const char *near)
{
  socca_text t = { 0 };
  if (near)
    socca_text_printf(&t, "; did you mean '%s'?", near);
  else if (has_failed(map))
    return;
  for (size_t i = 0; !near && i < map->nnoted && map->nnoted <= 16; i++)
    socca_text_printf(&t, "%s%s", i ? ", " : "; keys here: ", map->noted[i]);
  socca_error(j, SOCCA_E_INPUT, "%s: unknown key '%.60s'%s", e->where, e->key, t.s ? t.s : "");
  socca_text_free(&t);
}

static int looked_for(const socca_node *map, const char *key)
{
  for (size_t i = 0; i < map->nnoted; i++)
    if (strcmp(map->noted[i], key) == 0) return 1;
  return 0;
}

int socca_node_misspelt(socca_journal *j, const socca_node *map, const char *key, int early)
{
  for (size_t i = 0; i < map->n; i++) {
    const socca_pair *e = &map->entry[i];
    if (e->told || looked_for(map, e->key)) continue;
    if (early ? !socca_nearest(e->key, &key, 1) : !socca_resembles(e->key, key)) continue;
    unread_key(j, map, e, key);
    notes(map)->entry[i].told = 1;
    return 1;
  }
  return 0;
}

/* Twenty messages are enough, and the rest would cost time. */
static void unread(socca_journal *j, const socca_node *n, int stopped)
{
  if (n->known || socca_journal_errors(j) >= 20) return;
  /* an error kept the readers from ever coming here */
  if (stopped && n->kind == SOCCA_NODE_MAP && !n->nnoted) return;
  notes(n)->known = 1;
  for (size_t i = 0; i < n->n; i++) {
    if (n->kind == SOCCA_NODE_LIST || looked_for(n, n->entry[i].key))
      unread(j, n->entry[i].value, stopped);
    else if (!n->entry[i].told) /* its value may be known, by an alias of another key */
      unread_key(j, n, &n->entry[i], socca_nearest(n->entry[i].key, n->noted, n->nnoted));
  }
}

socca_status socca_tree_unread(socca_journal *j, const socca_tree *t)
{
  size_t before = socca_journal_errors(j);
  unread(j, t->root, before > 0);
  return socca_journal_errors(j) > before ? SOCCA_E_INPUT : SOCCA_OK;
}
