/* SPDX-License-Identifier: BSD-3-Clause */
/* Results to and from disk. */
#include "config.h"
#include <base/file.h>
#include <base/hash.h>
#include <base/text.h>
#include <plugin/registry.h>
#include <stdlib.h>
#include <string.h>
#include "result_private.h"

static const socca_netcdf_host host = { socca_type_size, socca_items_at, socca_items_value };

socca_outcome *socca_outcome_new(socca_journal *j)
{
  socca_outcome *o = socca_calloc(1, sizeof *o);
  if (!o) return NULL;
  o->attributes = socca_items_new(j);
  o->run = socca_items_new(j);
  o->data = socca_items_new(j);
  if (o->attributes && o->run && o->data) return o;
  socca_outcome_free(o);
  return NULL;
}

void socca_outcome_free(socca_outcome *o)
{
  if (!o) return;
  socca_items_free(o->attributes);
  socca_items_free(o->run);
  socca_items_free(o->data);
  free(o->row);
  free(o);
}

size_t socca_outcome_rows(const socca_outcome *o)
{
  return o->nrow;
}

const socca_summary_row *socca_outcome_row(const socca_outcome *o, size_t i)
{
  return i < o->nrow ? &o->row[i] : NULL;
}

const socca_result *socca_outcome_attributes(const socca_outcome *o)
{
  return o->attributes;
}

const socca_result *socca_outcome_run(const socca_outcome *o)
{
  return o->run;
}

void socca_outcome_digest(const socca_outcome *o, char hex[33])
{
  char part[2][33];
  uint64_t d[2];
  socca_items_digest(o->attributes, part[0]);
  socca_items_digest(o->data, part[1]);
  socca_hash_once(part, sizeof part, d);
  snprintf(hex, 33, "%016llx%016llx", (unsigned long long)d[0], (unsigned long long)d[1]);
}

static socca_status open_module(socca_journal *j, const socca_netcdf **m)
{
  const void *address = NULL;
  socca_status s = socca_module_open(j, SOCCA_NETCDF_FILE, SOCCA_NETCDF_SYMBOL, &address);
  if (s) return s;
  *m = address;
  if (*m && (*m)->size == sizeof **m) return SOCCA_OK;
  return socca_error(j, SOCCA_E_PLUGIN, "%s belongs to another version of socca; reinstall it",
                     SOCCA_NETCDF_FILE);
}

socca_status socca_outcome_write(socca_journal *j, const socca_outcome *o, const char *path,
                                 int keep_previous)
{
  const socca_netcdf *m;
  socca_output *f;
  char why[400];
  socca_status s = open_module(j, &m);
  if (!s) s = socca_output_open(j, path, &f);
  if (s) return s;
  s = m->write(&host, socca_output_name(f), o, why, sizeof why);
  if (!s) return socca_output_commit(f, keep_previous);
  socca_output_discard(f);
  return socca_error(j, s, "cannot write %s: %s", path, why);
}

static socca_status no_result(socca_journal *j, const char *path)
{
  return socca_error(j, SOCCA_E_INPUT, "%s: not a result of socca-run", path);
}

static socca_status check(socca_journal *j, const socca_outcome *o, const char *path)
{
  int64_t version = socca_items_get_integer(o->attributes, "socca_result", 0);
  if (version < 1) return no_result(j, path);
  if (version > 1)
    return socca_error(j, SOCCA_E_INPUT, "%s: written by a newer version of socca", path);
  return SOCCA_OK;
}

/* What was written by us and not touched since has the digest that was noted. */
static void check_digest(socca_journal *j, const socca_outcome *o, const char *path)
{
  char hex[33];
  const char *noted = socca_items_get_text(o->run, "digest");
  socca_outcome_digest(o, hex);
  if (!noted || strcmp(noted, hex) != 0)
    socca_message(j, SOCCA_LOG_WARN,
                  "%s: changed or damaged since socca-run wrote it (digest %s, then %s)", path, hex,
                  noted ? noted : "none");
}

socca_status socca_outcome_read(socca_journal *j, const char *path, socca_outcome **out)
{
  const socca_netcdf *m;
  char text[400] = "out of memory";
  const char *why = text;
  socca_status s = socca_file_check(j, NULL, path);
  if (!s) s = open_module(j, &m);
  if (s) return s;
  socca_outcome *o = socca_outcome_new(j);
  s = o ? m->read(&host, path, o, text, sizeof text) : SOCCA_E_NOMEM;
  if (!s && (s = check(j, o, path))) goto failed;
  if (!s) s = socca_outcome_make_rows(o, &why);
  if (s) {
    socca_error(j, s, "%s: %s", path, why);
    goto failed;
  }
  check_digest(j, o, path);
  *out = o;
  return SOCCA_OK;
failed:
  socca_outcome_free(o);
  return s;
}

socca_status socca_result_fingerprint(socca_journal *j, const char *path, char *out, size_t n)
{
  const socca_netcdf *m;
  char why[400];
  out[0] = '\0';
  socca_status s = open_module(j, &m);
  if (s) return s;
  s = m->text(path, "fingerprint", out, n, why, sizeof why);
  if (s == SOCCA_E_NOMEM) return socca_error(j, s, "%s: %s", path, why);
  return SOCCA_OK; /* whatever else it is, it is not a result of ours */
}
