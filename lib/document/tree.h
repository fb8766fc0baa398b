/* SPDX-License-Identifier: BSD-3-Clause */
/* The fit file as a tree of values with positions. Read by libyaml, with socca's rules on top: flow scalars
 * split inside parentheses are re-joined, duplicate and merge keys, tabs and anchors' misuse are errors.
 * The tree notes which keys were looked for, so that unknown ones can be reported with the nearest. */
#ifndef SOCCA_DOCUMENT_TREE_H
#define SOCCA_DOCUMENT_TREE_H
#include <base/journal.h>
#include <socca/host.h>

typedef struct socca_tree socca_tree;

/* `name` stands in messages and resolves relative paths ("-": standard input, shown as "<stdin>").
 * Errors are recorded in the journal, as many as can be found. After an error the tree holds what could be
 * read, so that the caller may go on to find more errors (and must free it), or is NULL. */
socca_status socca_tree_read(socca_journal *, const char *name, socca_tree **);
socca_status socca_tree_parse(socca_journal *, const char *name, const char *text, size_t n,
                              socca_tree **);
void socca_tree_free(socca_tree *);
const socca_node *socca_tree_root(const socca_tree *); /* a map, possibly empty */
const char *socca_tree_text(const socca_tree *);       /* the document as read */
const char *socca_tree_name(const socca_tree *);

const socca_node *socca_node_get(const socca_node *map,
                                 const char *key); /* NULL-safe; notes the key */
const socca_node *socca_node_item(const socca_node *, size_t i, const char **key);
const char *socca_node_key_where(const socca_node *map, size_t i); /* of the i-th item's key */
const char *socca_node_text(const socca_node *);
int socca_node_is_map(const socca_node *);
int socca_node_is_list(const socca_node *);
const char *socca_node_where(const socca_node *); /* "fit.yaml:12:8", valid as long as the tree */
/* The same for the first character of its text (after a quote): what to give to those who parse the text. */
const char *socca_node_inside(const socca_node *);
/* Its text is known to be wrong and that was said: say no more. socca_node_error keeps quiet about such a node. */
int socca_node_is_broken(const socca_node *);
void socca_node_set_failed(const socca_node *); /* an error in it was recorded by other means */
/* The map in which a key was last looked for in vain, and that key; NULL: none yet. */
const socca_node *socca_tree_missed(const socca_tree *, const char **key);
socca_tree *socca_node_tree(const socca_node *);
socca_status socca_node_error(socca_journal *, const socca_node *, const char *fmt, ...)
    SOCCA_PRINTF(3, 4);
socca_status socca_node_verror(socca_journal *, const socca_node *, const char *fmt, va_list);
/* true/false only */
socca_status socca_node_bool(socca_journal *, const socca_node *, int *out);
socca_status socca_node_path(socca_journal *, const socca_node *, char *out, size_t n);
/* inputs.c: the same for a file that will be read: it is noted, so that nothing is written over it. */
socca_status socca_node_input(socca_journal *, const socca_node *, char *out, size_t n);
/* A file beside those that the document names. -1: no memory. */
int socca_tree_add_input(socca_tree *, const char *path, const char *why);
/* NULL, or why nothing may be written to `path`: "it is the fit file", "the fit reads it (fit.yaml:4:9)". Files are
 * told by what they are, not by their names. Valid until the next call or the tree's end. */
const char *socca_tree_input(const socca_tree *, const char *path);
/* Everything below `node` was meant to be read: records an error for each key that nobody looked for. */
socca_status socca_tree_unread(socca_journal *, const socca_tree *);
/* A key of the map that nobody looked for and that looks like `key`, which is missing: records that as
 * socca_tree_unread does. `early`: other keys may still be looked for, so be strict. */
int socca_node_misspelt(socca_journal *, const socca_node *map, const char *key, int early);
/* Was an error recorded about an entry of that name (n characters) in one of the document's blocks? */
int socca_tree_has_failed(const socca_tree *, const char *name, size_t n);
void socca_node_mark_read(const socca_node *); /* with everything below it */
#endif
