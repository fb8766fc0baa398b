/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "mini_host.h"
#include <maths/philox.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static mini_host *host_of(const socca_cx *cx)
{
  return (mini_host *)(void *)(uintptr_t)cx;
}

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void quiet(const socca_cx *cx, int level, const char *format, ...)
{
  (void)cx;
  (void)level;
  (void)format;
}

static socca_status fail(const socca_cx *cx, socca_status code, const char *format, ...)
{
  va_list ap;
  va_start(ap, format);
  vsnprintf(host_of(cx)->error, sizeof host_of(cx)->error, format, ap);
  va_end(ap);
  return code;
}

static void uniform(const socca_cx *cx, uint32_t stream, uint64_t index, size_t n, double *out)
{
  mini_host *h = host_of(cx);
  if (++h->stretch > h->longest) h->longest = h->stretch;
  socca_philox_uniform(cx->seed, stream, index, n, out);
}

static void normal(const socca_cx *cx, uint32_t stream, uint64_t index, size_t n, double *out)
{
  socca_philox_normal(cx->seed, stream, index, n, out);
}

static void convert(const socca_cx *cx, uint32_t from, const double *x, uint32_t to, double *y,
                    double *dydx)
{
  (void)from;
  (void)to;
  for (uint32_t k = 0; k < cx->ndim; k++) {
    y[k] = x[k];
    if (dydx) dydx[k] = 1;
  }
}

static int stop(const socca_cx *cx)
{
  mini_host *h = host_of(cx);
  h->stretch = 0;
  h->polls++;
  return h->stop_at && h->polls >= h->stop_at;
}

static const socca_free *free_parameter(const socca_cx *cx, uint32_t i)
{
  mini_host *h = host_of(cx);
  if (i >= cx->ndim) return NULL;
  h->free_parameter =
      (socca_free){ .name = "x", .unit = "", .upper = 1, .period = h->period ? h->period[i] : 0 };
  return &h->free_parameter;
}

static socca_status density(socca_worker *w, uint32_t space, const double *x, double *logl,
                            double *logp, double *grad)
{
  (void)space;
  if (grad) return fail(&w->cx, SOCCA_E_BUG, "no gradients here");
  *logl = host_of(&w->cx)->f(w->cx.ndim, x, host_of(&w->cx)->arg);
  *logp = 0;
  return SOCCA_OK;
}

static socca_status set_state(socca_run *r, const void *blob, size_t bytes, uint32_t *version)
{
  mini_host *h = host_of(&r->cx);
  if (++h->events == h->interrupt_event) return SOCCA_INTERRUPTED;
  h->state = blob;
  h->state_bytes = bytes;
  *version = 1;
  return SOCCA_OK;
}

static socca_status submit(socca_run *r, const socca_batch *b, uint32_t *ticket)
{
  mini_host *h = host_of(&r->cx);
  if (h->n_pending == 2) return fail(&r->cx, SOCCA_E_BUG, "three batches out");
  if (++h->events == h->interrupt_event) return SOCCA_INTERRUPTED;
  h->pending[h->n_pending++] = *b;
  *ticket = h->ticket + (uint32_t)h->n_pending;
  memset(b->out, 0xff, b->n * b->out_bytes); /* nothing may be read yet */
  return SOCCA_OK;
}

static socca_status evaluate(mini_host *h, const socca_batch *b)
{
  socca_worker *w = (void *)h; /* a context's head is all that an op sees */
  double start = now();
  for (size_t i = 0; i < b->n; i++) {
    const char *in = (const char *)b->in + i * b->in_bytes;
    char *out = (char *)b->out + i * b->out_bytes;
    if (b->op == SOCCA_OP_LOGLIKE) {
      double l = h->f(h->run.cx.ndim, (const void *)in, h->arg);
      if (isnan(l)) l = -INFINITY;
      memcpy(out, &l, sizeof l);
      h->calls++;
      continue;
    }
    socca_status st = h->vtbl->ops[b->op - SOCCA_OP_FIRST].run(
        w, h->options, h->state, h->state_bytes, b->first + i, in, out);
    if (st) return st;
  }
  if (b->op == SOCCA_OP_LOGLIKE) h->likelihood_seconds += now() - start;
  return SOCCA_OK;
}

static socca_status wait_for(socca_run *r, uint32_t ticket, socca_report *report)
{
  mini_host *h = host_of(&r->cx);
  if (!h->n_pending || ticket != h->ticket + 1)
    return fail(&r->cx, SOCCA_E_BUG, "waiting out of order");
  if (++h->waits == h->interrupt_at || ++h->events == h->interrupt_event) return SOCCA_INTERRUPTED;
  socca_batch b = h->pending[0];
  h->pending[0] = h->pending[1];
  h->n_pending--;
  h->ticket++;
  h->batches++;
  if (report) *report = (socca_report){ .bad_index = UINT64_MAX };
  return evaluate(h, &b);
}

/* ---- archives and results ---- */

static size_t element(uint32_t type)
{
  return type == SOCCA_BYTES ? 1 : type == SOCCA_F32 ? 4 : 8;
}

static int loading(const socca_archive *a)
{
  return ((const mini_list *)(const void *)a)->loading;
}

static socca_status list_add(mini_list *l, const char *name, uint32_t type, size_t n, const void *p)
{
  mini_entry *e = calloc(1, sizeof *e);
  if (!e || !(e->data = malloc(n * element(type) + 1))) {
    free(e);
    return SOCCA_E_NOMEM;
  }
  snprintf(e->name, sizeof e->name, "%s", name);
  e->type = type;
  e->n = n;
  e->bytes = n * element(type);
  if (n) memcpy(e->data, p, e->bytes);
  if (l->last)
    l->last->next = e;
  else
    l->first = e;
  l->last = e;
  return SOCCA_OK;
}

static const mini_entry *list_find(const mini_list *l, const char *name)
{
  const mini_entry *e = l->first;
  while (e && strcmp(e->name, name)) e = e->next;
  return e;
}

static socca_status archive_io(socca_archive *a, const char *name, uint32_t type, size_t n, void *p)
{
  mini_list *l = (void *)a;
  if (!l->loading) return list_find(l, name) ? SOCCA_E_BUG : list_add(l, name, type, n, p);
  const mini_entry *e = list_find(l, name);
  l->refused = !e || e->type != type || e->n != n;
  if (l->refused) return SOCCA_E_RESUME;
  if (n) memcpy(p, e->data, e->bytes);
  return SOCCA_OK;
}

static socca_status value(socca_result *out, const char *name, uint32_t type, size_t n,
                          const void *p)
{
  return list_add(&((mini_host *)(void *)out)->values, name, type, n, p);
}

static socca_status draws(socca_result *out, const socca_draws *b)
{
  mini_host *h = (void *)out;
  size_t d = h->run.cx.ndim, n = h->n_draws + b->n;
  h->x = realloc(h->x, n * d * sizeof *h->x);
  h->l = realloc(h->l, n * sizeof *h->l);
  h->logw = realloc(h->logw, n * sizeof *h->logw);
  if (!h->x || !h->l || !h->logw) return SOCCA_E_NOMEM;
  memcpy(h->x + h->n_draws * d, b->x, b->n * d * sizeof *h->x);
  memcpy(h->l + h->n_draws, b->loglike, b->n * sizeof *h->l);
  for (size_t i = 0; i < b->n; i++) h->logw[h->n_draws + i] = b->logw ? b->logw[i] : 0;
  h->n_draws = n;
  return SOCCA_OK;
}

void mini_list_free(mini_list *l)
{
  for (mini_entry *e = l->first, *next; e; e = next) {
    next = e->next;
    free(e->data);
    free(e);
  }
  *l = (mini_list){ 0 };
}

const char *mini_list_difference(const mini_list *a, const mini_list *b)
{
  const mini_entry *x = a->first, *y = b->first;
  for (; x && y; x = x->next, y = y->next)
    if (strcmp(x->name, y->name) || x->type != y->type || x->n != y->n ||
        memcmp(x->data, y->data, x->bytes))
      return x->name;
  return x ? x->name : y ? y->name : NULL;
}

/* ---- options ---- */

static const socca_option *find_option(const socca_option *o, const char *key, size_t n)
{
  for (; o->name; o++) {
    if (strlen(o->name) == n && !strncmp(o->name, key, n)) return o;
    if (o->aliases && strlen(o->aliases) == n && !strncmp(o->aliases, key, n)) return o;
  }
  return NULL;
}

static void set_option(void *options, const socca_option *o, const char *text)
{
  char *at = (char *)options + o->offset;
  int64_t i = text && (!strcmp(text, "true") || strtod(text, NULL) != 0)
                  ? (strcmp(text, "true") ? (int64_t)strtod(text, NULL) : 1)
                  : 0;
  double r = text ? strtod(text, NULL) : 0;
  if (o->type == SOCCA_OPT_REAL)
    memcpy(at, &r, sizeof r);
  else if (o->type == SOCCA_OPT_TEXT)
    memcpy(at, &text, sizeof text);
  else
    memcpy(at, &i, sizeof i);
}

static int set_options(mini_host *h, const char *const *settings)
{
  if (!(h->options = calloc(1, h->vtbl->option_size))) return -1;
  for (const socca_option *o = h->vtbl->options; o->name; o++)
    set_option(h->options, o, o->fallback);
  for (; settings && *settings; settings++) {
    const char *eq = strchr(*settings, '=');
    const socca_option *o =
        eq ? find_option(h->vtbl->options, *settings, (size_t)(eq - *settings)) : NULL;
    if (!o) return -1;
    set_option(h->options, o, eq + 1);
  }
  return 0;
}

/* ---- life ---- */

static uint32_t isa_level(void)
{
  const char *wish = getenv("SOCCA_ISA");
  uint32_t level = 1;
#if SOCCA_X86_LEVELS
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) level = 3;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    level = 4;
#endif
  if (wish && wish[0] == 'v') {
    uint32_t most = (uint32_t)strtoul(wish + 1, NULL, 10);
    level = most < level ? most : level;
  }
  return level;
}

int mini_open(mini_host *h, const socca_plugin *plugin, uint32_t d, uint64_t seed, mini_loglike f,
              void *arg, const char *const *settings)
{
  *h = (mini_host){ .f = f, .arg = arg, .vtbl = plugin->vtbl };
  h->table = (socca_host){ .size = sizeof h->table,
                           .log = quiet,
                           .fail = fail,
                           .uniform = uniform,
                           .normal = normal,
                           .convert = convert,
                           .stop = stop,
                           .free_parameter = free_parameter,
                           .density = density,
                           .set_state = set_state,
                           .submit = submit,
                           .wait = wait_for,
                           .loading = loading,
                           .io = archive_io,
                           .draws = draws,
                           .value = value };
  h->run.cx = (socca_cx){ .h = &h->table, .seed = seed, .ndim = d, .npar = d, .isa = isa_level() };
  if (set_options(h, settings)) {
    free(h->options);
    return -1;
  }
  return 0;
}

static socca_status create(mini_host *h)
{
  return h->self ? SOCCA_OK : h->vtbl->create(&h->run, h->options, &h->self);
}

socca_status mini_step(mini_host *h)
{
  socca_status st = create(h);
  if (!st) st = h->vtbl->advance(h->self, &h->run);
  return !st && stop(&h->run.cx) ? SOCCA_INTERRUPTED : st;
}

socca_status mini_run(mini_host *h)
{
  socca_status st = SOCCA_OK;
  while (!st) st = mini_step(h);
  return st;
}

socca_status mini_save(mini_host *h, mini_list *l)
{
  l->loading = 0;
  return h->vtbl->archive(h->self, &h->run, (void *)l);
}

socca_status mini_load(mini_host *h, mini_list *l)
{
  socca_status st = create(h);
  l->loading = 1;
  return st ? st : h->vtbl->archive(h->self, &h->run, (void *)l);
}

socca_status mini_result(mini_host *h)
{
  mini_list_free(&h->values);
  h->n_draws = 0;
  return h->vtbl->result(h->self, &h->run, (void *)h);
}

double mini_value(const mini_host *h, const char *name)
{
  const mini_entry *e = list_find(&h->values, name);
  double v = NAN;
  int64_t i;
  if (e && e->type == SOCCA_F64) memcpy(&v, e->data, sizeof v);
  if (e && e->type == SOCCA_I64) {
    memcpy(&i, e->data, sizeof i);
    v = (double)i;
  }
  return v;
}

void mini_close(mini_host *h)
{
  h->vtbl->destroy(h->self);
  mini_list_free(&h->values);
  free(h->options);
  free(h->x);
  free(h->l);
  free(h->logw);
}
