/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <plugin/record.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
  const socca_record *x = *(socca_record *const *)a, *y = *(socca_record *const *)b;
  if (x->entry.kind != y->entry.kind) return x->entry.kind < y->entry.kind ? -1 : 1;
  int c = strcmp(x->entry.name, y->entry.name);
  if (c) return c;
  if (x->folder != y->folder) return x->folder < y->folder ? -1 : 1;
  return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

/* ---- SOCCA_DISABLE: KIND/NAME separated by commas, compared as whole names, stars allowed ---- */

/* The next token of a list, trimmed, into `out`; 0 at the end. Too long a token matches nothing. */
static int next_token(const char **list, char *out, size_t room)
{
  *list += strspn(*list, ", \t");
  size_t n = strcspn(*list, ",");
  if (!n) return 0;
  size_t used = n;
  while (used && strchr(" \t", (*list)[used - 1])) used--;
  snprintf(out, room, "%.*s", (int)used, *list);
  *list += n;
  return 1;
}

static int matches(const char *token, const socca_record *r)
{
  char name[64];
  snprintf(name, sizeof name, "%s/%s", socca_kind_name(r->entry.kind), r->entry.name);
  return r->folder != FOLDER_CORE && !fnmatch(token, name, FNM_PATHNAME | FNM_NOESCAPE);
}

static int is_disabled(const socca_record *r)
{
  const char *list = secure_getenv("SOCCA_DISABLE");
  char token[128];
  while (list && next_token(&list, token, sizeof token))
    if (matches(token, r)) return 1;
  return 0;
}

void socca_place_warn(const socca_records *l)
{
  const char *list = secure_getenv("SOCCA_DISABLE");
  char token[128];
  while (list && next_token(&list, token, sizeof token)) {
    size_t i = 0;
    while (i < l->n && !matches(token, l->at[i])) i++;
    if (i == l->n)
      socca_message(l->journal, SOCCA_LOG_WARN,
                    "SOCCA_DISABLE: '%s' matches no plugin (KIND/NAME with names as in --list)",
                    token);
  }
}

/* ---- one name: which of its files is meant ---- */

static int is_usable(const socca_record *r)
{
  return !r->fault.code && !r->place.code;
}

static int same_folder(const socca_record *a, const socca_record *b)
{
  return a != b && a->folder == b->folder && a->folder != FOLDER_GIVEN;
}

/* Two files of one name in one folder: allowed only for builds against different MPIs. */
static void find_duplicates(socca_record *const *r, size_t n)
{
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < n; k++)
      if (same_folder(r[i], r[k]) && r[i]->entry.meta.size && r[k]->entry.meta.size &&
          r[i]->entry.meta.mpi_abi == r[k]->entry.meta.mpi_abi && !r[i]->fault.code)
        socca_fault_set(&r[i]->place, "E_DUPLICATE", "%s has the same name: remove one of them",
                        r[k]->path);
}

static void find_foreign_mpi(socca_record *const *r, size_t n, uint32_t mpi_abi)
{
  for (size_t i = 0; mpi_abi && i < n; i++)
    if (is_usable(r[i]) && r[i]->entry.meta.mpi_abi && r[i]->entry.meta.mpi_abi != mpi_abi)
      socca_fault_set(&r[i]->place, "E_MPI_ABI", "built for %s, but started by %s's launcher",
                      socca_mpi_abi_name(r[i]->entry.meta.mpi_abi), socca_mpi_abi_name(mpi_abi));
}

static int is_foreign(const socca_record *r)
{
  return r->place.code && !strcmp(r->place.code, "E_MPI_ABI");
}

/* Does its folder hold another file of this name, one whose note can be read? */
static int better_neighbour(const socca_record *r, socca_record *const *of, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (same_folder(r, of[i]) && of[i]->entry.meta.size && !is_foreign(of[i])) return 1;
  return 0;
}

/* The first in the search order takes the name, even when it is broken: another one in its place would
 * be a surprise. */
static socca_record *first_claim(socca_record *const *r, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (r[i]->folder != FOLDER_GIVEN && !is_foreign(r[i]) &&
        (r[i]->entry.meta.size || !better_neighbour(r[i], r, n)))
      return r[i];
  return NULL;
}

static void set_state(socca_record *r, const socca_record *winner)
{
  int state = SOCCA_BROKEN, disabled = r->place.code && !strcmp(r->place.code, "E_DISABLED");
  const socca_fault *f = r->fault.code && !disabled ? &r->fault : &r->place;
  if (!f->code)
    state = SOCCA_USABLE;
  else if (disabled)
    state = SOCCA_DISABLED;
  else if (!strcmp(f->code, "E_SHADOWED"))
    state = SOCCA_SHADOWED;
  else if (is_foreign(r) && winner && is_usable(winner))
    state = SOCCA_SHADOWED;
  r->entry.path = r->path;
  r->entry.state = state;
  r->entry.code = f->code;
  r->entry.reason = f->reason;
}

static void place_name(socca_record *const *r, size_t n, uint32_t mpi_abi)
{
  int disabled = is_disabled(r[0]) || is_disabled(r[n - 1]); /* the core's own never is */
  for (size_t i = 0; i < n; i++) {
    r[i]->claims = 0;
    r[i]->place = (socca_fault){ NULL, "" };
  }
  find_duplicates(r, n);
  find_foreign_mpi(r, n, mpi_abi);
  socca_record *winner = first_claim(r, n);
  if (winner) winner->claims = 1;
  for (size_t i = 0; i < n; i++) {
    if (disabled && r[i]->folder != FOLDER_CORE) {
      socca_fault_set(&r[i]->place, "E_DISABLED", "disabled by SOCCA_DISABLE");
    } else if (r[i] != winner && winner && r[i]->folder != FOLDER_GIVEN && is_usable(r[i])) {
      socca_fault_set(&r[i]->place, "E_SHADOWED", "%s comes first", winner->path);
    }
  }
  for (size_t i = 0; i < n; i++) set_state(r[i], winner);
}

void socca_place(socca_records *l, uint32_t mpi_abi)
{
  if (l->n) qsort(l->at, l->n, sizeof *l->at, compare);
  for (size_t i = 0, n; i < l->n; i += n) {
    const socca_entry *e = &l->at[i]->entry;
    for (n = 1; i + n < l->n && l->at[i + n]->entry.kind == e->kind &&
                !strcmp(l->at[i + n]->entry.name, e->name);)
      n++;
    place_name(l->at + i, n, mpi_abi);
  }
}
