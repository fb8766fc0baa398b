/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside of the tree, shared by its reader (tree.c, syntax.c) and its accessors (node.c). */
#ifndef SOCCA_DOCUMENT_NODE_H
#define SOCCA_DOCUMENT_NODE_H
#include <yaml.h>
#include <document/tree.h>

enum { SOCCA_NODE_TEXT, SOCCA_NODE_LIST, SOCCA_NODE_MAP };

typedef struct socca_pair { /* of a map; of a list: key == NULL */
  const char *key, *where;  /* where the key stands */
  struct socca_node *value;
  int told; /* that nobody knows the key */
} socca_pair;

struct socca_node {
  socca_tree *tree;
  int kind;
  int broken;         /* its text is known to be wrong, and that was said */
  int failed;         /* an error was recorded for it */
  int known;          /* mark_read, or already looked at by the search for unread keys */
  uint32_t size;      /* values below it and itself, aliases expanded */
  const char *text;   /* SOCCA_NODE_TEXT */
  const char *where;  /* "fit.yaml:12:8" */
  const char *inside; /* the same for the first character of the text */
  socca_pair *entry;
  size_t n, room;
  const char **noted; /* keys that were looked for */
  size_t nnoted, noted_room;
};

struct socca_tree {
  char *name, *text;
  size_t length;
  struct socca_block *blocks; /* all memory of the nodes */
  struct socca_node *root;
  struct socca_input *inputs;      /* files that it names */
  const struct socca_node *missed; /* map in which a key was last looked for in vain */
  const char *missed_key;
};

/* Zeroed memory that lives as long as the tree; NULL: none left. */
void *socca_tree_alloc(socca_tree *, size_t n);
char *socca_tree_copy(socca_tree *, const char *s, size_t n);
/* `old` (used items of `size` bytes each) with room for one more; *room is kept up to date. */
void *socca_tree_grow(socca_tree *, void *old, size_t used, size_t *room, size_t size);

/* Says what is wrong with the document in the user's words, from what libyaml found. */
socca_status socca_yaml_error(socca_journal *, const socca_tree *, const yaml_parser_t *);
#endif
