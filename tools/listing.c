/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "listing.h"
#include <base/json.h>
#include <plugin/matrix.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing ---- */

static socca_status put(socca_text *t, FILE *out)
{
  int failed = t->failed;
  if (!failed && t->s) fputs(t->s, out);
  socca_text_free(t);
  return failed ? SOCCA_E_NOMEM : SOCCA_OK;
}

static socca_status put_json(socca_json *j, FILE *out)
{
  socca_text_puts(&j->text, "\n");
  return put(&j->text, out);
}

/* Rows of cells in columns as wide as their widest cell; the last one runs free. */
enum { COLUMNS = 8 };
typedef struct row {
  const char *cell[COLUMNS];
} row;

static void put_rows(socca_text *t, const row *r, size_t n, size_t columns)
{
  size_t width[COLUMNS] = { 0 };
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < columns; k++) {
      size_t w = strlen(r[i].cell[k]);
      if (w > width[k]) width[k] = w;
    }
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < columns; k++) {
      int last = k + 1 == columns || !*r[i].cell[k + 1];
      for (size_t m = k + 2; last && m < columns; m++) last = !*r[i].cell[m];
      size_t from = t->n;
      socca_text_printf(t, "%-*s", last ? 0 : (int)width[k], r[i].cell[k]);
      socca_text_clean(t, from);
      socca_text_puts(t, last ? "\n" : "  ");
      if (last) break;
    }
}

/* Words separated by blanks, as a list. */
static void json_words(socca_json *j, const char *key, const char *s)
{
  socca_text word = { 0 };
  socca_json_list(j, key);
  while (s && *(s += strspn(s, " "))) {
    size_t n = strcspn(s, " ");
    socca_text_clear(&word);
    socca_text_add(&word, s, n);
    if (word.s) socca_json_string(j, NULL, word.s);
    s += n;
  }
  socca_json_close(j, ']');
  socca_text_free(&word);
}

/* ---- --list ---- */

void listing_json_entry(socca_json *j, const socca_entry *e)
{
  char abi[24];
  snprintf(abi, sizeof abi, "%u.%u", e->meta.abi_major, e->meta.abi_minor);
  socca_text reason = { 0 };
  if (e->code) socca_text_printf(&reason, "%s [%s]", e->reason, e->code);
  socca_json_string(j, "kind", socca_kind_name(e->kind));
  socca_json_string(j, "name", e->name);
  json_words(j, "aliases", e->meta.aliases);
  socca_json_string(j, "version", e->meta.size ? e->meta.version : NULL);
  socca_json_string(j, "abi", e->meta.size ? abi : NULL);
  socca_json_string(j, "path", e->path);
  socca_json_string(j, "state", socca_state_name(e->state));
  socca_json_string(j, "reason", reason.s ? reason.s : "");
  socca_text_free(&reason);
}

static socca_status list_json(const socca_registry *reg, FILE *out)
{
  socca_json j = { .comma = 0 };
  const socca_entry *e;
  socca_json_object(&j, NULL);
  socca_json_list(&j, "plugins");
  for (size_t i = 0; (e = socca_registry_entry(reg, i)); i++) {
    socca_json_object(&j, NULL);
    listing_json_entry(&j, e);
    socca_json_close(&j, '}');
  }
  socca_json_close(&j, ']');
  socca_json_close(&j, '}');
  return put_json(&j, out);
}

socca_status listing_plugins(const socca_registry *reg, int json, FILE *out)
{
  if (json) return list_json(reg, out);
  size_t n = socca_registry_count(reg), reasons = 0;
  row *rows = socca_calloc(n + 1, sizeof *rows);
  char(*abi)[24] = socca_calloc(n + 1, sizeof *abi);
  socca_text t = { .failed = !rows || !abi };
  if (!t.failed) {
    rows[0] = (row){ { "KIND", "NAME", "VERSION", "ABI", "STATE", "FROM" } };
    for (size_t i = 0; i < n; i++) {
      const socca_entry *e = socca_registry_entry(reg, i);
      snprintf(abi[i], sizeof abi[i], "%u.%u", e->meta.abi_major, e->meta.abi_minor);
      rows[i + 1] = (row){ { socca_kind_name(e->kind), e->name,
                             e->meta.size && *e->meta.version ? e->meta.version : "-",
                             e->meta.size ? abi[i] : "-", socca_state_name(e->state), e->path } };
    }
    put_rows(&t, rows, n + 1, 6);
    for (size_t i = 0; i < n; i++) {
      const socca_entry *e = socca_registry_entry(reg, i);
      if (!e->code) continue;
      socca_text_puts(&t, reasons++ ? "" : "\n");
      size_t from = t.n;
      socca_text_printf(&t, "%s: %s: %s [%s]", e->path, socca_state_name(e->state), e->reason,
                        e->code);
      socca_text_clean(&t, from);
      socca_text_puts(&t, "\n");
    }
  }
  free(rows);
  free(abi);
  return put(&t, out);
}

/* ---- --matrix ---- */

typedef struct axis {
  const socca_entry **at;
  size_t n;
} axis;

/* Pools from the simplest to the farthest-reaching: serial, workers, ranks. */
static uint32_t reach(const socca_entry *e)
{
  return e->meta.provides & (SOCCA_POOL_WORKERS | SOCCA_POOL_RANKS);
}

static int collect(const socca_registry *reg, uint32_t kind, axis *a)
{
  const socca_entry *e;
  a->n = 0;
  a->at = socca_calloc(socca_registry_count(reg), sizeof *a->at);
  for (size_t i = 0; a->at && (e = socca_registry_entry(reg, i)); i++) {
    if (e->kind != kind || e->state != SOCCA_USABLE) continue;
    size_t k = a->n++;
    for (; kind == SOCCA_KIND_POOL && k > 0 && reach(a->at[k - 1]) > reach(e); k--)
      a->at[k] = a->at[k - 1];
    a->at[k] = e;
  }
  return a->at ? 0 : -1;
}

/* An advice that no mask refers to is a general one. */
static const char *general_advice(const socca_entry *sampler)
{
  const socca_meta *m = &sampler->meta;
  return m->pool_denies || m->pool_shuns || m->model_denies ? "" : m->advice;
}

static void matrix_json(socca_json *j, const axis *samplers, const axis *pools)
{
  const struct {
    const char *key;
    const axis *a;
  } lists[] = { { "samplers", samplers }, { "pools", pools } };
  socca_json_object(j, NULL);
  for (size_t l = 0; l < 2; l++) {
    socca_json_list(j, lists[l].key);
    for (size_t i = 0; i < lists[l].a->n; i++) socca_json_string(j, NULL, lists[l].a->at[i]->name);
    socca_json_close(j, ']');
  }
  socca_json_object(j, "cells");
  for (size_t i = 0; i < samplers->n; i++) {
    socca_json_object(j, samplers->at[i]->name);
    for (size_t k = 0; k < pools->n; k++) {
      socca_verdict v;
      socca_compatible(&samplers->at[i]->meta, &pools->at[k]->meta, NULL, 0, &v);
      socca_json_object(j, pools->at[k]->name);
      socca_json_string(j, "use", socca_use_name(v.use));
      socca_json_string(j, "why", v.why[0] ? v.why : general_advice(samplers->at[i]));
      socca_json_close(j, '}');
    }
    socca_json_close(j, '}');
  }
  socca_json_close(j, '}');
  socca_json_close(j, '}');
}

static void matrix_text(socca_text *t, const axis *samplers, const axis *pools)
{
  int width = 8, column = 8;
  for (size_t i = 0; i < samplers->n; i++)
    if ((int)strlen(samplers->at[i]->name) > width) width = (int)strlen(samplers->at[i]->name);
  for (size_t k = 0; k < pools->n; k++)
    if ((int)strlen(pools->at[k]->name) > column) column = (int)strlen(pools->at[k]->name);
  socca_text_printf(t, "%-*s", width, "");
  for (size_t k = 0; k < pools->n; k++)
    socca_text_printf(t, "  %-*s", k + 1 < pools->n ? column : 0, pools->at[k]->name);
  socca_text why = { 0 };
  for (size_t i = 0; i < samplers->n; i++) {
    const socca_entry *s = samplers->at[i];
    socca_text_printf(t, "\n%-*s", width, s->name);
    for (size_t k = 0; k < pools->n; k++) {
      socca_verdict v;
      socca_compatible(&s->meta, &pools->at[k]->meta, NULL, 0, &v);
      socca_text_printf(t, "  %-*s", k + 1 < pools->n ? column : 0, socca_use_name(v.use));
      if (v.why[0])
        socca_text_printf(&why, "%s with %s: %s: %s\n", s->name, pools->at[k]->name,
                          socca_use_name(v.use), v.why);
    }
    if (*general_advice(s)) socca_text_printf(&why, "%s: %s\n", s->name, s->meta.advice);
  }
  socca_text_puts(t, "\n");
  if (why.n) socca_text_printf(t, "\n%s", why.s);
  t->failed |= why.failed;
  socca_text_free(&why);
}

socca_status listing_matrix(const socca_registry *reg, int json, FILE *out)
{
  axis samplers = { NULL, 0 }, pools = { NULL, 0 };
  socca_json j = { .comma = 0 };
  j.text.failed =
      collect(reg, SOCCA_KIND_SAMPLER, &samplers) || collect(reg, SOCCA_KIND_POOL, &pools);
  if (!j.text.failed && json) matrix_json(&j, &samplers, &pools);
  if (!j.text.failed && !json) matrix_text(&j.text, &samplers, &pools);
  free(samplers.at);
  free(pools.at);
  return json ? put_json(&j, out) : put(&j.text, out);
}

socca_status listing_why(socca_registry *reg, const char *sampler, const char *pool, int json,
                         FILE *out)
{
  const socca_entry *s = socca_registry_find(reg, SOCCA_KIND_SAMPLER, sampler);
  const socca_entry *p = socca_registry_find(reg, SOCCA_KIND_POOL, pool);
  socca_verdict v;
  socca_json j = { .comma = 0 };
  if (!s || !p) return SOCCA_E_PLUGIN;
  socca_compatible(&s->meta, &p->meta, NULL, 0, &v);
  const char *why = v.why[0] ? v.why : general_advice(s);
  if (json) {
    socca_json_object(&j, NULL);
    socca_json_string(&j, "sampler", s->name);
    socca_json_string(&j, "pool", p->name);
    socca_json_string(&j, "use", socca_use_name(v.use));
    socca_json_string(&j, "why", why);
    socca_json_close(&j, '}');
    if (put_json(&j, out)) return SOCCA_E_NOMEM;
  } else {
    fprintf(out, "%s with %s: %s%s%s\n", s->name, p->name, socca_use_name(v.use), *why ? ": " : "",
            why);
  }
  return v.use == SOCCA_USE_NO ? SOCCA_E_REFUSED : SOCCA_OK;
}

/* ---- --options ---- */

static const char *type_name(uint32_t type)
{
  static const char *const names[] = { "?", "integer", "real", "boolean", "text" };
  return names[type <= SOCCA_OPT_TEXT ? type : 0];
}

static const char *or_empty(const char *s)
{
  return s ? s : "";
}

static void options_json(socca_json *j, uint32_t kind, const char *name, const socca_option *o)
{
  socca_json_object(j, NULL);
  socca_json_string(j, "kind", socca_kind_name(kind));
  socca_json_string(j, "name", name);
  socca_json_list(j, "options");
  for (; o && o->name; o++) {
    socca_json_object(j, NULL);
    socca_json_string(j, "name", o->name);
    json_words(j, "aliases", o->aliases);
    socca_json_string(j, "type", type_name(o->type));
    socca_json_string(j, "default", o->fallback);
    socca_json_string(j, "range", o->range);
    socca_json_string(j, "help", or_empty(o->help));
    socca_json_close(j, '}');
  }
  socca_json_close(j, ']');
  socca_json_close(j, '}');
}

socca_status listing_options(uint32_t kind, const char *name, const socca_option *table, int json,
                             FILE *out)
{
  socca_json j = { .comma = 0 };
  if (json) {
    options_json(&j, kind, name, table);
    return put_json(&j, out);
  }
  size_t n = 0;
  while (table && table[n].name) n++;
  row *rows = socca_calloc(n + 1, sizeof *rows);
  socca_text t = { .failed = !rows };
  if (rows && n == 0)
    socca_text_printf(&t, "%s '%s' has no options\n", socca_kind_name(kind), name);
  if (rows && n) {
    socca_text_printf(&t, "options of %s '%s'\n", socca_kind_name(kind), name);
    rows[0] = (row){ { "NAME", "ALIASES", "TYPE", "DEFAULT", "RANGE", "MEANING" } };
    for (size_t i = 0; i < n; i++) {
      const socca_option *o = &table[i];
      const char *workers = o->flags & SOCCA_OPT_WORKERS ? "workers" : "";
      rows[i + 1] =
          (row){ { o->name, or_empty(o->aliases), type_name(o->type),
                   o->fallback ? o->fallback : workers, or_empty(o->range), or_empty(o->help) } };
    }
    put_rows(&t, rows, n + 1, 6);
  }
  free(rows);
  return put(&t, out);
}
