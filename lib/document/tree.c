/* SPDX-License-Identifier: BSD-3-Clause */
/* Builds the tree from libyaml's events. What libyaml accepts and socca does not (tags, merge keys, duplicate
 * keys, open parentheses) is recorded and reading goes on, so that all errors come in one go. */
#include "config.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <base/file.h>
#include <base/text.h>
#include <document/node.h>

/* Far beyond any fit file; they keep hostile ones (nested aliases among them) cheap. */
enum {
  MAX_BYTES = 1 << 20,
  MAX_DEPTH = 40,
  MAX_ENTRIES = 5000,
  MAX_SIZE = 100000,
  MAX_KEY = 200,
  MAX_JOINED = 4000,
  MAX_ANCHORS = 1000
};

typedef struct anchor {
  const char *name;
  socca_node *node;
  int open; /* its node is being read */
} anchor;

typedef struct reader {
  socca_journal *journal;
  socca_tree *tree;
  yaml_parser_t yaml;
  yaml_event_t event; /* the next one */
  int have, fatal;
  socca_status status;
  anchor *anchors;
  size_t nanchors, room;
  size_t index; /* cursor in the text: the byte where character `index` begins */
  const char *byte;
} reader;

struct socca_block {
  struct socca_block *next;
  max_align_t data[];
};

void *socca_tree_alloc(socca_tree *t, size_t n)
{
  struct socca_block *b = socca_calloc(1, sizeof *b + n);
  if (!b) return NULL;
  b->next = t->blocks;
  t->blocks = b;
  return b->data;
}

char *socca_tree_copy(socca_tree *t, const char *s, size_t n)
{
  char *copy = socca_tree_alloc(t, n + 1);
  if (copy) memcpy(copy, s, n);
  return copy;
}

void *socca_tree_grow(socca_tree *t, void *old, size_t used, size_t *room, size_t size)
{
  if (used < *room) return old;
  void *p = socca_tree_alloc(t, (2 * used + 4) * size);
  if (!p) return NULL;
  if (used) memcpy(p, old, used * size);
  *room = 2 * used + 4;
  return p;
}

static void stop(reader *r, socca_status s)
{
  r->fatal = 1;
  if (r->status == SOCCA_OK) r->status = s;
}

static void *no_memory(reader *r)
{
  stop(r, socca_no_memory(r->journal));
  return NULL;
}

SOCCA_PRINTF(3, 4) static void wrong(reader *r, yaml_mark_t m, const char *fmt, ...)
{
  socca_text where = { 0 };
  va_list ap;
  socca_text_printf(&where, "%s:%zu:%zu", r->tree->name, m.line + 1, m.column + 1);
  va_start(ap, fmt);
  socca_status s = socca_verror_at(r->journal, where.s, fmt, ap);
  va_end(ap);
  if (r->status == SOCCA_OK) r->status = s;
  socca_text_free(&where);
}

/* The next event, NULL after a fatal error. It stays the next one until taken. */
static const yaml_event_t *peek(reader *r)
{
  if (r->fatal) return NULL;
  if (r->have) return &r->event;
  if (!yaml_parser_parse(&r->yaml, &r->event)) {
    stop(r, socca_yaml_error(r->journal, r->tree, &r->yaml));
    return NULL;
  }
  r->have = 1;
  return &r->event;
}

static void take(reader *r)
{
  if (r->have) yaml_event_delete(&r->event);
  r->have = 0;
}

/* libyaml counts characters; positions only move on, so that a cursor is enough. */
static const char *byte_at(reader *r, size_t index)
{
  const char *end = r->tree->text + r->tree->length;
  if (index < r->index) r->index = 0, r->byte = r->tree->text;
  while (r->index < index && r->byte < end) {
    do r->byte++;
    while (r->byte < end && ((unsigned char)*r->byte & 0xC0U) == 0x80);
    r->index++;
  }
  return r->byte;
}

static const char *place(reader *r, yaml_mark_t m, const char *after)
{
  socca_text t = { 0 };
  socca_text_printf(&t, "%s:%zu:%zu%s", r->tree->name, m.line + 1, m.column + 1, after);
  char *s = t.failed ? NULL : socca_tree_copy(r->tree, t.s, t.n);
  socca_text_free(&t);
  return s ? s : no_memory(r);
}

static socca_node *new_node(reader *r, int kind, yaml_mark_t m)
{
  socca_node *n = socca_tree_alloc(r->tree, sizeof *n);
  if (!n) return no_memory(r);
  n->tree = r->tree;
  n->kind = kind;
  n->size = 1;
  n->text = "";
  n->where = n->inside = place(r, m, "");
  return r->fatal ? NULL : n;
}

/* Open parentheses after s, `depth` of them before s + from; the place of the outermost one in *first. */
static int parentheses(const char *s, size_t from, int depth, size_t *first)
{
  for (size_t i = from; s[i]; i++) {
    if (s[i] == '(' && depth++ == 0) *first = i;
    if (s[i] == ')' && depth > 0) depth--;
  }
  return depth;
}

/* Takes the next event if it continues a text: plain, and nothing but that between two commas. */
static int take_piece(reader *r, socca_text *text, yaml_mark_t *end, int in_map)
{
  const yaml_event_t *e = peek(r);
  if (!e || e->type != YAML_SCALAR_EVENT || e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE ||
      e->data.scalar.anchor || e->data.scalar.tag)
    return 0;
  yaml_mark_t mark = e->end_mark;
  const char *after = byte_at(r, mark.index);
  while (*after == ' ') after++;
  if (*after == ':') return 0;
  *end = mark;
  socca_text_puts(text, ", ");
  socca_text_add(text, (const char *)e->data.scalar.value, e->data.scalar.length);
  take(r);
  if (!in_map) return 1;
  e = peek(r); /* what looked like a key without a value has an empty one */
  if (!e || e->type != YAML_SCALAR_EVENT || e->data.scalar.length > 0) return 0;
  take(r);
  return 1;
}

/* YAML ends a plain text inside {} and [] at each comma. While a parenthesis is open, take what follows. */
static int rejoin(reader *r, socca_text *text, yaml_mark_t start, yaml_mark_t end, int in_map,
                  int verbatim)
{
  size_t first = 0, joined = 0, seen = 0;
  for (int depth = 0; (depth = parentheses(text->s, seen, depth, &first)) > 0; joined++) {
    seen = text->n;
    if (seen < MAX_JOINED && take_piece(r, text, &end, in_map) && !text->failed) continue;
    start.column += first;
    if (!r->fatal)
      wrong(r, start,
            "this parenthesis is not closed before the next key or the end of the "
            "brackets; a text with a lone '(' needs quotes");
    return 0;
  }
  if (joined && verbatim && start.line == end.line) { /* as written, so that columns are right */
    const char *s = byte_at(r, start.index);
    size_t n = (size_t)(byte_at(r, end.index) - s);
    socca_text_clear(text);
    socca_text_add(text, s, n);
  }
  return 1;
}

/* Do the bytes at s begin with the text? */
static int stands_at(const reader *r, const char *s, const socca_text *text)
{
  size_t left = (size_t)(r->tree->text + r->tree->length - s);
  return left >= text->n && memcmp(s, text->s, text->n) == 0;
}

static socca_node *read_text(reader *r, const yaml_event_t *e, int in_flow, int in_map)
{
  yaml_mark_t start = e->start_mark, end = e->end_mark;
  int quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
  socca_node *node = new_node(r, SOCCA_NODE_TEXT, start);
  socca_text text = { 0 };
  socca_text_add(&text, (const char *)e->data.scalar.value, e->data.scalar.length);
  take(r);
  if (!node || text.failed || text.n == 0) goto out;
  const char *s = byte_at(r, start.index) + quoted;
  int verbatim = stands_at(r, s, &text), good = 1;
  if (strlen(text.s) != text.n) {
    wrong(r, start, "a text cannot hold the character NUL");
    good = 0;
  } else if (in_flow && !quoted) {
    good = rejoin(r, &text, start, end, in_map, verbatim);
    verbatim = verbatim && stands_at(r, s, &text);
  }
  node->broken = node->failed = !good;
  start.column += quoted && verbatim;
  node->inside = place(r, start, verbatim ? "" : ": in this text");
  node->text = text.failed ? NULL : socca_tree_copy(r->tree, text.s, text.n);
out:
  if (node && (!node->text || text.failed)) no_memory(r);
  socca_text_free(&text);
  return r->fatal ? NULL : node;
}

static socca_node *read_node(reader *, int depth, int in_flow, int in_map);

static void add_entry(reader *r, socca_node *n, const char *key, const char *where, socca_node *v)
{
  socca_pair *p = socca_tree_grow(r->tree, n->entry, n->n, &n->room, sizeof *p);
  if (!p) return (void)no_memory(r);
  n->entry = p;
  n->entry[n->n++] = (socca_pair){ .key = key, .where = where, .value = v };
  n->size += v->size;
}

/* The key in the next event, NULL where there is none that can be used. */
static const char *read_key(reader *r, int depth)
{
  const yaml_event_t *e = peek(r);
  yaml_mark_t m = e->start_mark;
  if (e->type != YAML_SCALAR_EVENT) {
    wrong(r, m, "a key must be a plain word");
    read_node(r, depth + 1, 1, 0);
    return NULL;
  }
  const char *s = (const char *)e->data.scalar.value;
  size_t n = e->data.scalar.length;
  char *key = NULL;
  if (e->data.scalar.tag) wrong(r, m, "tags ('%.60s') are not supported", e->data.scalar.tag);
  if (e->data.scalar.plain_implicit && strcmp(s, "<<") == 0)
    wrong(r, m, "merge keys ('<<') are not supported: write the keys out");
  else if (n == 0 || n > MAX_KEY || strlen(s) != n)
    wrong(r, m, n == 0 ? "a key is missing before ':'" : "a key of this kind is not supported");
  else if (!(key = socca_tree_copy(r->tree, s, n)))
    no_memory(r);
  take(r);
  return key;
}

static void read_entries(reader *r, socca_node *n, int end, int depth, int in_flow)
{
  const yaml_event_t *e;
  while ((e = peek(r)) && (int)e->type != end) {
    yaml_mark_t m = e->start_mark;
    const char *key = NULL, *where = NULL;
    if (n->n >= MAX_ENTRIES) {
      wrong(r, m, "more than %d entries", (int)MAX_ENTRIES);
      return stop(r, SOCCA_E_INPUT);
    }
    if (n->kind == SOCCA_NODE_MAP) {
      key = read_key(r, depth);
      if (!(where = place(r, m, "")) || !peek(r)) return;
    }
    socca_node *v = read_node(r, depth + 1, in_flow, n->kind == SOCCA_NODE_MAP);
    if (!v) return;
    for (size_t i = 0; key && i < n->n; i++)
      if (strcmp(n->entry[i].key, key) == 0) {
        wrong(r, m, "duplicate key '%s'; first at %s", key, n->entry[i].where);
        key = NULL;
      }
    if (key || n->kind == SOCCA_NODE_LIST) add_entry(r, n, key, where, v);
    if (n->size <= MAX_SIZE) continue;
    wrong(r, m, "more than %d values, aliases written out", (int)MAX_SIZE);
    return stop(r, SOCCA_E_INPUT);
  }
  if (e) take(r);
}

static socca_node *read_alias(reader *r, const yaml_event_t *e)
{
  const char *name = (const char *)e->data.alias.anchor;
  socca_node *node = NULL;
  size_t i = r->nanchors;
  while (i > 0 && strcmp(r->anchors[i - 1].name, name) != 0) i--;
  if (i == 0)
    wrong(r, e->start_mark, "no anchor '&%.40s' stands before this alias", name);
  else if (r->anchors[i - 1].open)
    wrong(r, e->start_mark, "the alias '*%.40s' stands inside its own anchor", name);
  else
    node = r->anchors[i - 1].node;
  if (!node && (node = new_node(r, SOCCA_NODE_TEXT, e->start_mark)))
    node->broken = node->failed = 1;
  take(r);
  return node;
}

/* Index + 1 of a new anchor, 0: none. */
static size_t add_anchor(reader *r, const yaml_char_t *name)
{
  if (!name || r->fatal) return 0;
  if (r->nanchors == MAX_ANCHORS) {
    wrong(r, r->event.start_mark, "more than %d anchors", (int)MAX_ANCHORS);
    return stop(r, SOCCA_E_INPUT), (size_t)0;
  }
  anchor *p = socca_tree_grow(r->tree, r->anchors, r->nanchors, &r->room, sizeof *p);
  const char *s = socca_tree_copy(r->tree, (const char *)name, strlen((const char *)name));
  if (!p || !s) return no_memory(r), (size_t)0;
  r->anchors = p;
  r->anchors[r->nanchors] = (anchor){ s, NULL, 1 };
  return ++r->nanchors;
}

static void refuse_tag(reader *r, const yaml_event_t *e, const yaml_char_t *tag)
{
  if (tag) wrong(r, e->start_mark, "tags ('%.60s') are not supported", (const char *)tag);
}

static socca_node *read_node(reader *r, int depth, int in_flow, int in_map)
{
  const yaml_event_t *e = peek(r);
  socca_node *n = NULL;
  size_t a = 0;
  if (!e) return NULL;
  if (depth > MAX_DEPTH) {
    wrong(r, e->start_mark, "nested more than %d deep", (int)MAX_DEPTH);
    stop(r, SOCCA_E_INPUT);
    return NULL;
  }
  if (e->type == YAML_ALIAS_EVENT) return read_alias(r, e);
  if (e->type == YAML_SCALAR_EVENT) {
    refuse_tag(r, e, e->data.scalar.tag);
    a = add_anchor(r, e->data.scalar.anchor);
    n = read_text(r, e, in_flow, in_map);
  } else if (e->type == YAML_SEQUENCE_START_EVENT) {
    refuse_tag(r, e, e->data.sequence_start.tag);
    a = add_anchor(r, e->data.sequence_start.anchor);
    in_flow = e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    n = new_node(r, SOCCA_NODE_LIST, e->start_mark);
    take(r);
    if (n) read_entries(r, n, YAML_SEQUENCE_END_EVENT, depth, in_flow);
  } else if (e->type == YAML_MAPPING_START_EVENT) {
    refuse_tag(r, e, e->data.mapping_start.tag);
    a = add_anchor(r, e->data.mapping_start.anchor);
    in_flow = e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
    n = new_node(r, SOCCA_NODE_MAP, e->start_mark);
    take(r);
    if (n) read_entries(r, n, YAML_MAPPING_END_EVENT, depth, in_flow);
  }
  if (a && !r->fatal) r->anchors[a - 1].node = n, r->anchors[a - 1].open = 0;
  return r->fatal ? NULL : n;
}

static void read_document(reader *r)
{
  const yaml_event_t *e;
  socca_node *root = NULL;
  while ((e = peek(r)) && e->type != YAML_STREAM_END_EVENT) {
    if (e->type == YAML_DOCUMENT_START_EVENT && root) {
      wrong(r, e->start_mark, "a second document begins here: a fit file is one document");
      break;
    }
    if (e->type == YAML_STREAM_START_EVENT || e->type == YAML_DOCUMENT_START_EVENT ||
        e->type == YAML_DOCUMENT_END_EVENT)
      take(r);
    else if (!(root = read_node(r, 0, 0, 0)))
      return stop(r, SOCCA_E_INPUT);
  }
  if (r->fatal) return;
  if (root && (root->kind == SOCCA_NODE_LIST || *root->text)) {
    wrong(r, (yaml_mark_t){ 0 },
          "a fit file holds keys such as 'components:' at its outermost level");
    return;
  }
  if (!root || root->kind != SOCCA_NODE_MAP) root = new_node(r, SOCCA_NODE_MAP, (yaml_mark_t){ 0 });
  r->tree->root = root;
}

socca_status socca_tree_parse(socca_journal *j, const char *name, const char *text, size_t n,
                              socca_tree **out)
{
  reader r = { .journal = j };
  *out = NULL;
  socca_tree *t = r.tree = socca_calloc(1, sizeof *t);
  if (!t || !(t->name = socca_strdup(name)) || !(t->text = socca_calloc(n + 1, 1)) ||
      !yaml_parser_initialize(&r.yaml)) {
    socca_tree_free(t);
    return socca_no_memory(j);
  }
  if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) text += 3, n -= 3; /* byte order mark */
  if (n) memcpy(t->text, text, n);
  t->length = n;
  r.byte = t->text;
  yaml_parser_set_encoding(&r.yaml, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&r.yaml, (const unsigned char *)t->text, n);
  if (n > MAX_BYTES)
    stop(&r, socca_error(j, SOCCA_E_INPUT, "%s: more than 1 MB: not a fit file", name));
  else
    read_document(&r);
  take(&r);
  yaml_parser_delete(&r.yaml);
  if (t->root && !r.fatal)
    *out = t;
  else
    socca_tree_free(t);
  return r.status;
}

static socca_status read_input(socca_journal *j, char **data, size_t *n)
{
  socca_text t = { 0 };
  char buffer[4096];
  ssize_t got;
  while ((got = read(STDIN_FILENO, buffer, sizeof buffer)) > 0 && t.n <= MAX_BYTES)
    socca_text_add(&t, buffer, (size_t)got);
  if (got >= 0 && !t.failed) {
    *data = t.s;
    *n = t.n;
    return SOCCA_OK;
  }
  socca_text_free(&t);
  return got < 0 ? socca_error(j, SOCCA_E_INPUT, "<stdin>: cannot be read: %s", strerror(errno))
                 : socca_no_memory(j);
}

socca_status socca_tree_read(socca_journal *j, const char *name, socca_tree **out)
{
  char *data = NULL;
  size_t n = 0;
  int input = strcmp(name, "-") == 0;
  *out = NULL;
  socca_status s =
      input ? read_input(j, &data, &n) : socca_file_read(j, name, MAX_BYTES, &data, &n);
  if (s != SOCCA_OK) return s;
  s = socca_tree_parse(j, input ? "<stdin>" : name, data ? data : "", n, out);
  free(data);
  return s;
}

void socca_tree_free(socca_tree *t)
{
  if (!t) return;
  for (struct socca_block *b = t->blocks, *next; b; b = next) {
    next = b->next;
    free(b);
  }
  free(t->name);
  free(t->text);
  free(t);
}
