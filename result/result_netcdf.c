/* SPDX-License-Identifier: BSD-3-Clause */
/* Results as NetCDF-4 files: a private module, so that only what reads or writes a result pays for netCDF. */
#include "config.h"
#include <netcdf.h>
#include <netcdf_mem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "result_private.h"

typedef struct file {
  const socca_netcdf_host *host;
  int root;
  size_t bytes; /* of a file being read: no content can be larger */
  char *why;
  size_t nwhy;
} file;

static socca_status fail(const file *f, const char *what, int code)
{
  snprintf(f->why, f->nwhy, "%s: %s", what, nc_strerror(code));
  return code == NC_ENOMEM ? SOCCA_E_NOMEM : SOCCA_E_IO;
}

static nc_type nc_type_of(uint32_t type)
{
  static const nc_type t[] = { [SOCCA_F64] = NC_DOUBLE,
                               [SOCCA_F32] = NC_FLOAT,
                               [SOCCA_I64] = NC_INT64,
                               [SOCCA_U64] = NC_UINT64,
                               [SOCCA_BYTES] = NC_CHAR };
  return t[type];
}

/* ---- writing ---- */

static int put_attribute(int group, int variable, const char *name, const socca_item *i)
{
  if (i->type == SOCCA_BYTES) return nc_put_att_text(group, variable, name, i->n, i->data);
  return nc_put_att(group, variable, name, nc_type_of(i->type), i->n, i->data);
}

static socca_status put_attributes(const file *f, int group, const socca_result *list)
{
  const socca_item *item;
  for (size_t i = 0; (item = f->host->at(list, i)); i++) {
    int e = put_attribute(group, NC_GLOBAL, item->name, item);
    if (e) return fail(f, item->name, e);
  }
  return SOCCA_OK;
}

static size_t count_texts(const socca_item *i)
{
  size_t n = 0;
  for (size_t k = 0; k < i->n; k++) n += !((const char *)i->data)[k];
  return n;
}

static int put_texts(int group, int variable, const socca_item *i)
{
  size_t n = count_texts(i), k = 0;
  const char **text = malloc((n + 1) * sizeof *text), *s = i->data;
  if (!text) return NC_ENOMEM;
  for (; k < n; s += strlen(s) + 1) text[k++] = s;
  int e = nc_put_var_string(group, variable, text);
  free(text);
  return e;
}

static const socca_item *find(const file *f, const socca_result *list, const char *name)
{
  const socca_item *i;
  for (size_t k = 0; (i = f->host->at(list, k)); k++)
    if (strcmp(i->name, name) == 0) return i;
  return NULL;
}

/* The dimension of that name, which the coordinate variable among the data defines when it is first met. */
static int dimension(const file *f, const socca_result *data, int group, const char *path,
                     const char *name, int *id)
{
  char full[3 * NC_MAX_NAME];
  if (!nc_inq_dimid(group, name, id)) return NC_NOERR;
  snprintf(full, sizeof full, "%.*s/%s", (int)strcspn(path, "/"), path, name);
  const socca_item *c = find(f, data, full);
  if (!c) return NC_EBADDIM;
  return nc_def_dim(group, name, c->type == SOCCA_BYTES ? count_texts(c) : c->n, id);
}

static int dimensions(const file *f, const socca_result *data, int group, const char *path, int *n,
                      int id[NC_MAX_VAR_DIMS])
{
  char key[3 * NC_MAX_NAME], name[NC_MAX_NAME + 1];
  snprintf(key, sizeof key, "%s:dims", path);
  const socca_item *dims = find(f, data, key);
  *n = 0;
  for (const char *s = dims ? dims->data : ""; *s;) {
    size_t length = strcspn(s, " ");
    if (length > NC_MAX_NAME || *n == 4) return NC_EBADDIM;
    memcpy(name, s, length);
    name[length] = '\0';
    int e = dimension(f, data, group, path, name, &id[(*n)++]);
    if (e) return e;
    s += length + (s[length] == ' ');
  }
  return NC_NOERR;
}

static int put_variable(const file *f, const socca_result *data, int group, const socca_item *i,
                        int *variable)
{
  int n, id[NC_MAX_VAR_DIMS], e = dimensions(f, data, group, i->name, &n, id);
  const char *name = strchr(i->name, '/') + 1;
  nc_type type = i->type == SOCCA_BYTES ? NC_STRING : nc_type_of(i->type);
  if (!e) e = nc_def_var(group, name, type, n, id, variable);
  if (!e && n) e = nc_def_var_chunking(group, *variable, NC_CONTIGUOUS, NULL);
  if (!e && i->type == SOCCA_BYTES) return put_texts(group, *variable, i);
  return e ? e : nc_put_var(group, *variable, i->data);
}

static int group_of(const file *f, const char *path, int *group)
{
  char name[NC_MAX_NAME + 1];
  snprintf(name, sizeof name, "%.*s", (int)strcspn(path, "/"), path);
  if (!nc_inq_grp_ncid(f->root, name, group)) return NC_NOERR;
  return nc_def_grp(f->root, name, group);
}

/* An attribute follows its variable. */
static socca_status put_data(const file *f, const socca_result *data)
{
  const socca_item *item;
  int group = 0, variable = NC_GLOBAL;
  for (size_t i = 0; (item = f->host->at(data, i)); i++) {
    const char *colon = strchr(item->name, ':');
    int e = group_of(f, item->name, &group);
    if (!e && !colon)
      e = put_variable(f, data, group, item, &variable);
    else if (!e && strcmp(colon, ":dims") != 0)
      e = put_attribute(group, variable, colon + 1, item);
    if (e) return fail(f, item->name, e);
  }
  return SOCCA_OK;
}

static socca_status write_file(const socca_netcdf_host *host, const socca_outcome *o,
                               const char *path, char *why, size_t n)
{
  file f = { host, 0, 0, why, n };
  int run, e = nc_create(path, NC_NETCDF4 | NC_CLOBBER, &f.root);
  if (e) return fail(&f, "cannot create it", e);
  nc_set_fill(f.root, NC_NOFILL, NULL);
  socca_status s = put_attributes(&f, f.root, o->attributes);
  if (!s) s = put_data(&f, o->data);
  if (!s && (e = nc_def_grp(f.root, "run", &run))) s = fail(&f, "run", e);
  if (!s) s = put_attributes(&f, run, o->run);
  e = nc_close(f.root);
  return s || !e ? s : fail(&f, "cannot finish it", e);
}

/* ---- reading ---- */

/* The type of ours that holds it; 0: none. Integers of other sizes are read as 64-bit ones. */
static uint32_t type_of(nc_type type)
{
  switch (type) {
  case NC_DOUBLE:
    return SOCCA_F64;
  case NC_FLOAT:
    return SOCCA_F32;
  case NC_UINT64:
    return SOCCA_U64;
  case NC_CHAR:
  case NC_STRING:
    return SOCCA_BYTES;
  default:
    return type >= NC_BYTE && type <= NC_INT64 ? SOCCA_I64 : 0;
  }
}

/* Compression as deflate does it makes content at most 1032 times as large as the file. */
static void *room_for(const file *f, size_t n, size_t size, int packed)
{
  size_t limit = packed && f->bytes < SIZE_MAX / 1032 ? 1032 * f->bytes : f->bytes;
  return n <= limit / size ? calloc(n + 1, size) : NULL;
}

/* n texts of the library, one after the other; frees them there. */
static socca_status take_texts(const file *f, socca_result *list, const char *name, char **text,
                               size_t n, int only)
{
  size_t bytes = 0, at = 0;
  for (size_t i = 0; i < n; i++) bytes += (text[i] ? strlen(text[i]) : 0) + 1;
  char *all = calloc(bytes + 1, 1);
  for (size_t i = 0; all && i < n; i++) {
    size_t length = text[i] ? strlen(text[i]) : 0;
    if (length) memcpy(all + at, text[i], length);
    at += length + 1;
  }
  nc_free_string(n, text);
  socca_status s =
      all ? f->host->value(list, name, SOCCA_BYTES, bytes - (size_t)only, all) : SOCCA_E_NOMEM;
  free(all);
  return s;
}

static socca_status unknown_type(const file *f, const char *name)
{
  snprintf(f->why, f->nwhy, "%s: not of a type that socca writes", name);
  return SOCCA_E_INPUT;
}

static socca_status too_large(const file *f, const char *name)
{
  snprintf(f->why, f->nwhy, "%s: larger than the file, or than the memory", name);
  return SOCCA_E_INPUT;
}

static socca_status get_attribute(const file *f, int group, int variable, const char *name,
                                  socca_result *list, const char *full)
{
  nc_type type;
  size_t n;
  int e = nc_inq_att(group, variable, name, &type, &n);
  if (e) return fail(f, full, e);
  uint32_t t = type_of(type);
  size_t size = type == NC_STRING ? sizeof(char *) : f->host->size(t);
  if (!t || (type == NC_STRING && n != 1)) return unknown_type(f, full);
  void *p = room_for(f, n, size, 0);
  if (!p) return too_large(f, full);
  e = t == SOCCA_I64 ? nc_get_att_longlong(group, variable, name, p)
                     : nc_get_att(group, variable, name, p);
  socca_status s = e ? fail(f, full, e) : SOCCA_OK;
  if (!s && type == NC_STRING)
    s = take_texts(f, list, full, p, n, 1);
  else if (!s)
    s = f->host->value(list, full, t, n, p);
  free(p);
  return s;
}

/* Names get `prefix` before them. */
static socca_status get_attributes(const file *f, int group, int variable, const char *prefix,
                                   socca_result *list)
{
  int n = 0;
  int e = nc_inq_varnatts(group, variable, &n);
  if (e) return fail(f, "attributes", e);
  for (int i = 0; i < n; i++) {
    char name[NC_MAX_NAME + 1], full[3 * NC_MAX_NAME + 3];
    e = nc_inq_attname(group, variable, i, name);
    if (e) return fail(f, "attributes", e);
    snprintf(full, sizeof full, "%s%s", prefix, name);
    socca_status s = get_attribute(f, group, variable, name, list, full);
    if (s) return s;
  }
  return SOCCA_OK;
}

typedef struct shape {
  nc_type type;
  int packed;
  size_t n;
  char dims[4 * (NC_MAX_NAME + 1)];
} shape;

static int get_shape(int group, int variable, shape *h)
{
  int ndim, id[NC_MAX_VAR_DIMS], shuffle, level;
  int e = nc_inq_varndims(group, variable, &ndim);
  if (!e && ndim > 4) return NC_EMAXDIMS;
  if (!e) e = nc_inq_var(group, variable, NULL, &h->type, NULL, id, NULL);
  if (!e) e = nc_inq_var_deflate(group, variable, &shuffle, &h->packed, &level);
  h->n = 1;
  h->dims[0] = '\0';
  for (int i = 0; !e && i < ndim; i++) {
    char name[NC_MAX_NAME + 1];
    size_t length, at = strlen(h->dims);
    e = nc_inq_dim(group, id[i], name, &length);
    if (e) break;
    if (length && h->n > SIZE_MAX / length) return NC_EDIMSIZE;
    h->n *= length;
    snprintf(h->dims + at, sizeof h->dims - at, "%s%s", i ? " " : "", name);
  }
  return e;
}

static socca_status get_variable(const file *f, int group, int variable, const char *path,
                                 socca_result *data)
{
  shape h;
  char full[2 * NC_MAX_NAME + 16];
  int e = get_shape(group, variable, &h);
  if (e) return fail(f, path, e);
  uint32_t t = type_of(h.type);
  if (!t || h.type == NC_CHAR) return unknown_type(f, path);
  void *p = room_for(f, h.n, h.type == NC_STRING ? sizeof(char *) : f->host->size(t), h.packed);
  if (!p) return too_large(f, path);
  e = t == SOCCA_I64 ? nc_get_var_longlong(group, variable, p) : nc_get_var(group, variable, p);
  socca_status s = e ? fail(f, path, e) : SOCCA_OK;
  if (!s && h.type == NC_STRING)
    s = take_texts(f, data, path, p, h.n, 0);
  else if (!s)
    s = f->host->value(data, path, t, h.n, p);
  free(p);
  snprintf(full, sizeof full, "%s:dims", path);
  if (!s && h.dims[0]) s = f->host->value(data, full, SOCCA_BYTES, strlen(h.dims), h.dims);
  snprintf(full, sizeof full, "%s:", path);
  return s ? s : get_attributes(f, group, variable, full, data);
}

static socca_status get_group(const file *f, int group, const char *name, socca_outcome *o)
{
  int n = 0;
  if (strcmp(name, "run") == 0) return get_attributes(f, group, NC_GLOBAL, "", o->run);
  int e = nc_inq_nvars(group, &n);
  if (e) return fail(f, name, e);
  for (int i = 0; i < n; i++) {
    char variable[NC_MAX_NAME + 1], path[2 * NC_MAX_NAME + 2];
    e = nc_inq_varname(group, i, variable);
    if (e) return fail(f, name, e);
    snprintf(path, sizeof path, "%s/%s", name, variable);
    socca_status s = get_variable(f, group, i, path, o->data);
    if (s) return s;
  }
  return SOCCA_OK;
}

static socca_status get_groups(const file *f, socca_outcome *o)
{
  enum { MOST_GROUPS = 1000 };
  int n = 0, id[MOST_GROUPS], e = nc_inq_grps(f->root, &n, NULL);
  if (!e && n > MOST_GROUPS) e = NC_EBADGRPID;
  if (!e) e = nc_inq_grps(f->root, NULL, id);
  if (e) return fail(f, "groups", e);
  for (int i = 0; i < n; i++) {
    char name[NC_MAX_NAME + 1];
    e = nc_inq_grpname(id[i], name);
    if (e) return fail(f, "groups", e);
    socca_status s = get_group(f, id[i], name, o);
    if (s) return s;
  }
  return SOCCA_OK;
}

static socca_status open_image(file *f, const void *bytes, size_t n)
{
  static const char signature[8] = "\x89HDF\r\n\x1a\n";
  NC_memio image = { n, (void *)(uintptr_t)bytes, NC_MEMIO_LOCKED };
  f->bytes = n;
  if (n < sizeof signature || memcmp(bytes, signature, sizeof signature) != 0) {
    snprintf(f->why, f->nwhy, "not a NetCDF-4 file");
    return SOCCA_E_INPUT;
  }
  int e = nc_open_memio("result", NC_NOWRITE, &image, &f->root);
  if (!e) return SOCCA_OK;
  fail(f, "damaged, or not a NetCDF-4 file", e);
  return SOCCA_E_INPUT;
}

/* Whatever the library finds wrong with the content of a file is the file's fault. */
static socca_status read_file(const socca_netcdf_host *host, const void *bytes, size_t nbytes,
                              socca_outcome *o, char *why, size_t n)
{
  file f = { host, 0, 0, why, n };
  socca_status s = open_image(&f, bytes, nbytes);
  if (s) return s;
  s = get_attributes(&f, f.root, NC_GLOBAL, "", o->attributes);
  if (!s) s = get_groups(&f, o);
  nc_close(f.root);
  return s == SOCCA_E_IO ? SOCCA_E_INPUT : s;
}

SOCCA_EXPORT extern const socca_netcdf socca_netcdf_LTX_table;
const socca_netcdf socca_netcdf_LTX_table = { sizeof(socca_netcdf), write_file, read_file };
