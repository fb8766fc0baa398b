/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <base/file.h>
#include <base/version.h>
#include <plugin/dl.h>
#include <plugin/elfnote.h>
#include <plugin/record.h>
#include <plugin/trust.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct socca_registry {
  socca_records list;
  uint32_t launcher, loaded; /* MPI ABIs: the launcher's, that of the plugins loaded so far */
};

const char *socca_state_name(int state)
{
  static const char *const names[] = { "usable", "shadowed", "disabled", "broken" };
  return state >= SOCCA_USABLE && state <= SOCCA_BROKEN ? names[state] : "?";
}

const char *socca_kind_name(uint32_t kind)
{
  static const char *const names[] = { "?", "sampler", "pool", "model" };
  return kind <= SOCCA_KIND_MODEL ? names[kind] : "?";
}

const char *socca_mpi_abi_name(uint32_t mpi_abi)
{
  static const char *const names[] = { "no MPI", "MPICH", "Open MPI" };
  return mpi_abi < 3 ? names[mpi_abi] : "?";
}

socca_status socca_registry_open(socca_journal *j, const socca_registry_setup *setup,
                                 socca_registry **out)
{
  socca_registry *r = socca_calloc(1, sizeof *r);
  *out = r;
  if (!r) return socca_no_memory(j);
  r->list.journal = j;
  r->launcher = setup->mpi_abi;
  socca_status s = socca_scan(&r->list, setup);
  if (s) {
    socca_registry_close(r);
    *out = NULL;
    return s;
  }
  socca_place(&r->list, r->launcher);
  socca_place_warn(&r->list);
  for (size_t i = 0; i < r->list.n; i++) {
    const socca_entry *e = &r->list.at[i]->entry;
    if (e->state == SOCCA_BROKEN)
      socca_message(j, SOCCA_LOG_DEBUG, "%s: %s [%s]", e->path, e->reason, e->code);
  }
  return SOCCA_OK;
}

void socca_registry_close(socca_registry *r)
{
  if (r) socca_records_free(&r->list);
  free(r);
}

size_t socca_registry_count(const socca_registry *r)
{
  return r->list.n;
}

const socca_entry *socca_registry_entry(const socca_registry *r, size_t i)
{
  return i < r->list.n ? &r->list.at[i]->entry : NULL;
}

/* ---- finding ---- */

static int has_alias(const socca_entry *e, const char *name)
{
  size_t n = strlen(name);
  for (const char *a = e->meta.aliases; *a; a += strcspn(a, " "), a += strspn(a, " "))
    if (strcspn(a, " ") == n && !strncmp(a, name, n)) return 1;
  return 0;
}

/* How well a record answers to a name: the one that has it, one that would have it, by an alias. */
static int score(const socca_record *r, uint32_t kind, const char *name)
{
  if (r->entry.kind != kind || r->folder == FOLDER_GIVEN) return 0;
  if (!strcmp(r->entry.name, name)) return r->claims ? 4 : 3;
  if (r->claims && has_alias(&r->entry, name)) return r->entry.state == SOCCA_USABLE ? 2 : 1;
  return 0;
}

/* How a plugin was asked for. */
typedef struct request {
  const char *where,
      *from; /* place in a document, and the file that its paths are relative to; NULL: none */
  uint32_t kind;
  const char *name;
} request;

static socca_status SOCCA_PRINTF(3, 4)
    refuse(const socca_registry *r, const request *q, const char *fmt, ...)
{
  va_list ap;
  socca_text t = { 0 };
  va_start(ap, fmt);
  socca_text_vprintf(&t, fmt, ap);
  va_end(ap);
  socca_status s = socca_error(r->list.journal, SOCCA_E_PLUGIN, "%s%s%s", q->where ? q->where : "",
                               q->where ? ": " : "", t.s ? t.s : q->name);
  socca_text_free(&t);
  return s;
}

static socca_status unusable(const socca_registry *r, const request *q, const socca_entry *e)
{
  const char *later = NULL;
  for (size_t i = 0; i < r->list.n && !later; i++) {
    const socca_entry *o = &r->list.at[i]->entry;
    if (o->kind == e->kind && !strcmp(o->name, e->name) && o->state == SOCCA_SHADOWED && o != e)
      later = o->path;
  }
  return refuse(r, q, "%s '%s' cannot be used: %s [%s] (%s)%s%s%s", socca_kind_name(e->kind),
                e->name, e->reason, e->code, e->path, later ? "; without that file, " : "",
                later ? later : "", later ? " would be taken" : "");
}

/* What a package of this plugin is called by the rule of doc/packaging.md; "": this is no plugin's name. */
static void package_of(uint32_t kind, const char *name, char *out, size_t room)
{
  out[0] = '\0';
  if (!socca_is_plugin_name(name)) return;
  snprintf(out, room, "socca-plugin-%s%s", kind == SOCCA_KIND_POOL ? "pool-" : "", name);
  for (char *c = out; *c; c++)
    if (*c == '_') *c = '-';
}

static void not_found(const socca_registry *r, const request *q)
{
  char package[64];
  package_of(q->kind, q->name, package, sizeof package);
  socca_text usable = { 0 };
  const char **names = socca_calloc(r->list.n, sizeof *names);
  size_t n = 0;
  for (size_t i = 0; names && i < r->list.n; i++) {
    const socca_entry *e = &r->list.at[i]->entry;
    if (e->kind != q->kind || e->state != SOCCA_USABLE) continue;
    names[n++] = e->name;
    socca_text_printf(&usable, "%s%s", usable.n ? ", " : "", e->name);
  }
  const char *near = names ? socca_nearest(q->name, names, n) : NULL,
             *label = socca_kind_name(q->kind);
  const char *hint = package[0] ? "; it may be in a package " : "";
  if (near)
    refuse(r, q, "unknown %s '%s'; did you mean '%s'?%s%s", label, q->name, near, hint, package);
  else
    refuse(r, q, "unknown %s '%s'; there are: %s (searched: %s)%s%s", label, q->name,
           usable.s ? usable.s : "none", r->list.searched.s ? r->list.searched.s : "", hint,
           package);
  free(names);
  socca_text_free(&usable);
}

static int is_path(const char *name)
{
  size_t n = strlen(name);
  return strchr(name, '/') || (n > 3 && !strcmp(name + n - 3, ".so"));
}

/* The one plugin of this kind in a file that the user named. */
static const socca_entry *find_in_file(socca_registry *r, const request *q)
{
  char path[4096];
  const socca_entry *found = NULL, *any = NULL;
  size_t n = 0;
  enum { DOT = 2 }; /* dlopen would search for a bare name */
  if (socca_path_resolve(q->from, q->name, path + DOT, sizeof path - DOT)) {
    refuse(r, q, "%s: the path is too long", q->name);
    return NULL;
  }
  if (strchr(path + DOT, '/'))
    memmove(path, path + DOT, strlen(path + DOT) + 1);
  else
    memcpy(path, "./", DOT);
  for (int pass = 0; pass < 2 && !any; pass++) {
    if (pass) {
      socca_status st = socca_scan_file(&r->list, path, FOLDER_GIVEN, 0);
      socca_place(&r->list, r->launcher); /* also what was added before memory ran out */
      if (st) return NULL;
    }
    for (size_t i = 0; i < r->list.n; i++) {
      const socca_record *o = r->list.at[i];
      if (o->folder != FOLDER_GIVEN || strcmp(o->path, path) != 0) continue;
      if (!any || o->entry.kind == q->kind) any = &o->entry;
      if (o->entry.kind == q->kind) {
        found = &o->entry;
        n++;
      }
    }
  }
  if (any && !any->meta.size) {
    refuse(r, q, "%s: %s [%s]", path, any->reason, any->code);
    return NULL;
  }
  if (n == 1) return found;
  if (n)
    refuse(r, q,
           "%s: holds several plugins of kind %s: give its folder to --plugin-path and use a name",
           path, socca_kind_name(q->kind));
  else
    refuse(r, q, "%s: holds no %s", path, socca_kind_name(q->kind));
  return NULL;
}

const socca_entry *socca_registry_find_at(socca_registry *r, const char *where, const char *from,
                                          uint32_t kind, const char *name)
{
  const request q = { where, from, kind, name };
  const socca_entry *e = NULL;
  if (is_path(name)) {
    e = find_in_file(r, &q);
    if (!e) return NULL;
  } else {
    for (size_t i = 0, best = 0; i < r->list.n; i++) {
      size_t s = (size_t)score(r->list.at[i], kind, name);
      if (s > best) {
        best = s;
        e = &r->list.at[i]->entry;
      }
    }
    if (!e) {
      not_found(r, &q);
      return NULL;
    }
  }
  if (e->state == SOCCA_USABLE) return e;
  unusable(r, &q, e);
  return NULL;
}

const socca_entry *socca_registry_find(socca_registry *r, uint32_t kind, const char *name)
{
  return socca_registry_find_at(r, NULL, NULL, kind, name);
}

/* ---- loading ---- */

static int load_file(socca_record *r, socca_fault *f)
{
  char symbol[sizeof r->entry.meta.module + 20];
  void *handle;
  if (socca_trust_again(r->path, r->any_owner, r->dev, r->ino, f)) return -1;
  snprintf(symbol, sizeof symbol, "%s_LTX_socca_plugin", r->entry.meta.module);
  /* Open MPI before 3.0 finds its own components only if its symbols are global. */
  if (socca_dl_open(r->path, r->entry.meta.mpi_abi == 2, &handle, f)) return -1;
  r->plugin = socca_dl_symbol(handle, symbol);
  if (!r->plugin) return socca_fault_set(f, "E_NO_DESCRIPTOR", "it has no symbol %s", symbol);
  return 0;
}

static int load(socca_registry *reg, socca_record *r, socca_fault *f)
{
  uint32_t mpi = r->entry.meta.mpi_abi;
  if (mpi && reg->loaded && mpi != reg->loaded)
    return socca_fault_set(f, "E_MPI_ABI",
                           "built for %s, but another plugin in use is built for %s",
                           socca_mpi_abi_name(mpi), socca_mpi_abi_name(reg->loaded));
  if (!r->plugin && load_file(r, f)) return -1;
  if (socca_descriptor_check(r->plugin, &r->entry.meta, r->bytes, f)) return -1;
  socca_vtbl *v = socca_calloc(1, sizeof *v);
  if (!v) return socca_fault_set(f, "E_DLOPEN", "out of memory");
  if (socca_vtbl_fill(r->plugin, &r->entry.meta, v, f)) {
    free(v);
    return -1;
  }
  r->vtbl = v;
  if (mpi) reg->loaded = mpi;
  return 0;
}

static socca_record *record_of(const socca_registry *reg, const socca_entry *e)
{
  for (size_t i = 0; i < reg->list.n; i++)
    if (&reg->list.at[i]->entry == e) return reg->list.at[i];
  return NULL;
}

socca_status socca_registry_load(socca_registry *reg, const socca_entry *e, const void **vtbl)
{
  socca_record *r = record_of(reg, e);
  *vtbl = NULL;
  if (!r) return socca_error(reg->list.journal, SOCCA_E_BUG, "an entry of another registry");
  if (r->entry.state == SOCCA_USABLE && !r->vtbl && load(reg, r, &r->fault)) {
    r->entry.state = SOCCA_BROKEN;
    r->entry.code = r->fault.code;
    r->entry.reason = r->fault.reason;
  }
  const request q = { .kind = e->kind, .name = e->name };
  if (r->entry.state != SOCCA_USABLE) return unusable(reg, &q, &r->entry);
  *vtbl = r->vtbl;
  return SOCCA_OK;
}

void socca_registry_hash_builds(const socca_registry *reg, socca_hash *h)
{
  socca_dl_hash_build(socca_version(), h);
  for (size_t i = 0; i < reg->list.n; i++)
    if (reg->list.at[i]->vtbl) socca_dl_hash_build(reg->list.at[i]->plugin, h);
}
