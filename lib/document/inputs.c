/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that a document makes the fit read. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <base/file.h>
#include <document/node.h>

typedef struct socca_input {
  struct socca_input *next;
  const char *path, *why;
} socca_input;

/* Without the HDU of a FITS file's name, "sky.fits[1]", unless a file bears all of it */
static const char *plain(socca_tree *t, const char *path)
{
  struct stat st;
  const char *bracket = strchr(socca_path_base(path), '[');
  size_t n = !bracket || !stat(path, &st) ? strlen(path) : (size_t)(bracket - path);
  return socca_tree_copy(t, path, n);
}

int socca_tree_add_input(socca_tree *t, const char *path, const char *why)
{
  socca_input *i = socca_tree_alloc(t, sizeof *i);
  const char *name = plain(t, path), *text = socca_tree_copy(t, why, strlen(why));
  if (!i || !name || !text) return -1;
  *i = (socca_input){ t->inputs, name, text };
  t->inputs = i;
  return 0;
}

socca_status socca_node_input(socca_journal *j, const socca_node *n, char *out, size_t size)
{
  char why[512];
  socca_status s = socca_node_path(j, n, out, size);
  if (s) return s;
  snprintf(why, sizeof why, "the fit reads it (%s)", n->where);
  return socca_tree_add_input(n->tree, out, why) ? socca_no_memory(j) : SOCCA_OK;
}

static int is_file(const char *path, const struct stat *st)
{
  struct stat other;
  return !stat(path, &other) && other.st_dev == st->st_dev && other.st_ino == st->st_ino;
}

const char *socca_tree_input(const socca_tree *t, const char *path)
{
  struct stat st;
  if (stat(path, &st)) return NULL;
  if (is_file(t->name, &st)) return "it is the fit file";
  for (const socca_input *i = t->inputs; i; i = i->next)
    if (is_file(i->path, &st)) return i->why;
  return NULL;
}
