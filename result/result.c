/* SPDX-License-Identifier: BSD-3-Clause */
/* Results to and from disk. */
#include "config.h"
#include <base/file.h>
#include <base/hash.h>
#include <base/text.h>
#include <errno.h>
#include <fcntl.h>
#include <plugin/registry.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
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

socca_status socca_outcome_writer(socca_journal *j)
{
  return socca_module_find(j, SOCCA_NETCDF_FILE, SOCCA_NETCDF_SYMBOL);
}

/* An upper bound of the file's size */
static size_t size_bound(const socca_outcome *o)
{
  enum { PER_ITEM = 2048, FIXED = 1 << 18 };
  const socca_result *const list[] = { o->data, o->attributes, o->run };
  const socca_item *i;
  size_t bytes = FIXED;
  for (size_t l = 0; l < 3; l++)
    for (size_t k = 0; (i = socca_items_at(list[l], k)); k++)
      bytes += i->n * socca_type_size(i->type) * (i->type == SOCCA_BYTES ? 2 : 1) + PER_ITEM;
  return bytes;
}

/* libhdf5 crashes when a write fails: find out before whether there is room. */
static socca_status try_room(const socca_outcome *o, FILE *f, char *why, size_t n)
{
  int e = posix_fallocate(fileno(f), 0, (off_t)size_bound(o));
  if (e == EOPNOTSUPP || e == EINVAL) e = 0; /* not on this file system */
  if (!e && ftruncate(fileno(f), 0)) e = errno;
  if (e) snprintf(why, n, "%s", strerror(e));
  return e ? SOCCA_E_IO : SOCCA_OK;
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
  s = try_room(o, socca_output_stream(f), why, sizeof why);
  if (!s) s = m->write(&host, o, socca_output_name(f), why, sizeof why);
  if (!s) return socca_output_commit(f, keep_previous);
  socca_output_discard(f);
  return socca_error(j, s, "cannot write %s: %s", path, why);
}

/* libhdf5 reads beyond its buffers on some damaged files, and never ends on others: a child process reads first.
 * What else is wrong with the file the parent will find as well. */
static socca_status probe(socca_journal *j, const socca_netcdf *m, const char *path,
                          const char *bytes, size_t n)
{
  enum { SECONDS = 2, BYTES_PER_SECOND = 10000000 };
  const rlim_t seconds = SECONDS + n / BYTES_PER_SECOND;
  const struct rlimit no_core = { 0, 0 }, cpu = { seconds, seconds };
  int status = 0;
  char why[400];
  pid_t child = fork();
  if (child < 0) return socca_error(j, SOCCA_E_IO, "%s: cannot fork: %s", path, strerror(errno));
  if (child == 0) {
    dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
    setrlimit(RLIMIT_CORE, &no_core);
    setrlimit(RLIMIT_CPU, &cpu);
    socca_outcome *o = socca_outcome_new(j);
    if (o) m->read(&host, bytes, n, o, why, sizeof why);
    socca_outcome_free(o);
    _exit(0);
  }
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return SOCCA_OK;
  return socca_error(j, SOCCA_E_INPUT, "%s: damaged: libhdf5 crashed or hung on it", path);
}

/* *o is made, and filled as far as the file can be read; *told: the journal has the error already. */
static socca_status read_image(socca_journal *j, const char *path, socca_outcome **o, char *why,
                               size_t n, int *told)
{
  const socca_netcdf *m;
  char *bytes = NULL;
  size_t nbytes = 0;
  *told = 1;
  socca_status s = socca_file_read(j, path, SIZE_MAX / 4, &bytes, &nbytes);
  if (!s) s = open_module(j, &m);
  if (!s) s = probe(j, m, path, bytes, nbytes);
  if (!s) {
    *told = 0;
    *o = socca_outcome_new(j);
    s = *o ? m->read(&host, bytes, nbytes, *o, why, n) : SOCCA_E_NOMEM;
  }
  free(bytes);
  return s;
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
  char text[400] = "out of memory";
  const char *why = text;
  int told;
  socca_outcome *o = NULL;
  socca_status s = read_image(j, path, &o, text, sizeof text, &told);
  if (!s && (s = check(j, o, path))) told = 1;
  if (!s) s = socca_outcome_make_rows(o, &why);
  if (s && !told) socca_error(j, s, "%s: %s", path, why);
  if (s) {
    socca_outcome_free(o);
    return s;
  }
  check_digest(j, o, path);
  *out = o;
  return SOCCA_OK;
}

/* A file that is no result of ours has no fingerprint, whatever it is. */
socca_status socca_result_fingerprint(socca_journal *j, const char *path, char *out, size_t n)
{
  char why[400];
  int told;
  socca_outcome *o = NULL;
  socca_status s = read_image(j, path, &o, why, sizeof why, &told);
  const char *found = s ? NULL : socca_items_get_text(o->attributes, "fingerprint");
  snprintf(out, n, "%s", found && strlen(found) < n ? found : "");
  socca_outcome_free(o);
  if (s == SOCCA_E_NOMEM && !told) return socca_error(j, s, "%s: out of memory", path);
  return told ? s : SOCCA_OK;
}
