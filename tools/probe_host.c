/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "probe.h"
#include <maths/philox.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static probe_cx *of(const socca_cx *cx)
{
  return (probe_cx *)(uintptr_t)cx;
}

static void host_log(const socca_cx *cx, int level, const char *fmt, ...)
{
  (void)cx, (void)level, (void)fmt;
}

static socca_status keep(const socca_cx *cx, socca_status s, const char *fmt, va_list ap)
{
  probe_cx *p = of(cx);
  if (!p->text[0]) vsnprintf(p->text, sizeof p->text, fmt, ap);
  return s;
}

static socca_status host_fail(const socca_cx *cx, socca_status s, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  s = keep(cx, s, fmt, ap);
  va_end(ap);
  return s;
}

static void host_uniform(const socca_cx *cx, uint32_t stream, uint64_t index, size_t n, double *out)
{
  socca_philox_uniform(cx->seed, stream, index, n, out);
}

static void host_normal(const socca_cx *cx, uint32_t stream, uint64_t index, size_t n, double *out)
{
  socca_philox_normal(cx->seed, stream, index, n, out);
}

static void host_convert(const socca_cx *cx, uint32_t from, const double *x, uint32_t to, double *y,
                         double *dydx)
{
  for (uint32_t i = 0; i < cx->ndim; i++) {
    double u = x[i], slope = 1;
    if (from == SOCCA_UNBOUNDED) {
      u = 1 / (1 + exp(-x[i]));
      slope = u * (1 - u);
    }
    if (to == SOCCA_UNBOUNDED) {
      slope /= u * (1 - u);
      u = log(u / (1 - u));
    }
    y[i] = u;
    if (dydx) dydx[i] = slope;
  }
}

static int host_stop(const socca_cx *cx)
{
  (void)cx;
  return 0;
}

static const socca_free *host_free_parameter(const socca_cx *cx, uint32_t i)
{
  static const socca_free free_[PROBE_NDIM] = {
    { .name = "x0", .unit = "", .lower = 0, .upper = 1, .declared = 0 },
    { .name = "x1", .unit = "", .lower = 0, .upper = 1, .declared = 1 },
  };
  return i < cx->ndim && i < PROBE_NDIM ? &free_[i] : NULL;
}

double probe_loglike(const double *u)
{
  double sum = 0;
  for (int i = 0; i < PROBE_NDIM; i++) sum -= (u[i] - 0.5) * (u[i] - 0.5);
  return sum;
}

static socca_status host_density(socca_worker *w, uint32_t space, const double *x, double *logl,
                                 double *logp, double *grad)
{
  double u[PROBE_NDIM], dudx[PROBE_NDIM];
  host_convert(&w->cx, space, x, SOCCA_CUBE, u, dudx);
  *logl = probe_loglike(u);
  *logp = 0;
  for (int i = 0; i < PROBE_NDIM; i++) {
    *logp += log(dudx[i]);
    double jacobian = space == SOCCA_UNBOUNDED ? 1 - 2 * u[i] : 0;
    if (grad) grad[i] = -2 * (u[i] - 0.5) * dudx[i] + jacobian;
  }
  return SOCCA_OK;
}

static socca_status host_curvature(socca_worker *w, uint32_t space, const double *x, double *logl,
                                   double *logp, double *grad, double *fisher)
{
  for (int i = 0; i < PROBE_NDIM * PROBE_NDIM; i++) fisher[i] = i % (PROBE_NDIM + 1) ? 0 : 2;
  return host_density(w, space, x, logl, logp, grad);
}

socca_status probe_execute(socca_team *t, socca_task *task)
{
  probe_cx *p = of(&t->cx);
  double logl = 0, logp = 0;
  task->cost.calls++;
  if (task->op == SOCCA_OP_LOGLIKE || task->op == SOCCA_OP_DENSITY) {
    socca_status s =
        host_density(&p->as.worker, task->op == SOCCA_OP_LOGLIKE ? SOCCA_CUBE : SOCCA_PHYSICAL,
                     task->in, &logl, &logp, NULL);
    double *out = task->out;
    out[0] = logl;
    if (task->op == SOCCA_OP_DENSITY) out[1] = logp;
    return s;
  }
  uint32_t n = 0;
  while (p->ops && p->ops[n].name) n++;
  if (task->op - SOCCA_OP_FIRST >= n)
    return host_fail(&t->cx, SOCCA_E_BUG, "it asks for op %u, which it does not have", task->op);
  return p->ops[task->op - SOCCA_OP_FIRST].run(&p->as.worker, p->options, task->state,
                                               task->state_bytes, task->index, task->in, task->out);
}

static socca_status host_set_state(socca_run *r, const void *blob, size_t bytes, uint32_t *version)
{
  probe_cx *p = of(&r->cx);
  *version = ++p->version;
  p->state[*version % PROBE_STATES] = blob;
  p->state_bytes[*version % PROBE_STATES] = bytes;
  return SOCCA_OK;
}

static socca_status host_submit(socca_run *r, const socca_batch *b, uint32_t *ticket)
{
  probe_cx *p = of(&r->cx);
  if (b->state && (b->state > p->version || b->state + PROBE_STATES <= p->version))
    return host_fail(&r->cx, SOCCA_E_BUG, "a batch refers to state %u, which is not there",
                     b->state);
  for (size_t i = 0; i < b->n; i++) {
    socca_task t = { .op = b->op, .index = b->first + i };
    t.in = (const char *)b->in + i * b->in_bytes;
    t.out = (char *)b->out + i * b->out_bytes;
    if (b->state) {
      t.state = p->state[b->state % PROBE_STATES];
      t.state_bytes = p->state_bytes[b->state % PROBE_STATES];
    }
    socca_status s = probe_execute(&p->as.team, &t);
    if (s) return s;
  }
  *ticket = ++p->submitted;
  return SOCCA_OK;
}

static socca_status host_wait(socca_run *r, uint32_t ticket, socca_report *report)
{
  if (ticket == 0 || ticket > of(&r->cx)->submitted)
    return host_fail(&r->cx, SOCCA_E_BUG, "it waits for a batch that was never submitted");
  if (report) *report = (socca_report){ .bad_index = UINT64_MAX };
  return SOCCA_OK;
}

static int host_loading(const socca_archive *a)
{
  (void)a;
  return 0;
}

/* Reads every byte, so that tools which watch memory see what is archived. */
static socca_status host_io(socca_archive *a, const char *name, uint32_t type, size_t n, void *p)
{
  static const size_t size[] = { 0, 8, 4, 8, 8, 1 };
  (void)a;
  volatile unsigned char seen = 0;
  if (!name || type < SOCCA_F64 || type > SOCCA_BYTES || (n && !p)) return SOCCA_E_BUG;
  for (size_t i = 0; i < n * size[type]; i++) seen ^= ((const unsigned char *)p)[i];
  (void)seen;
  return SOCCA_OK;
}

static socca_status host_draws(socca_result *r, const socca_draws *d)
{
  (void)r;
  return d && (d->n == 0 || d->x) ? SOCCA_OK : SOCCA_E_BUG;
}

static socca_status host_value(socca_result *r, const char *name, uint32_t type, size_t n,
                               const void *p)
{
  (void)r;
  return host_io(NULL, name, type, n, (void *)(uintptr_t)p);
}

/* The document is empty: nothing is ever found in it. */
static const socca_node *host_get(const socca_node *map, const char *key)
{
  (void)map, (void)key;
  return NULL;
}
static const socca_node *host_item(const socca_node *map, size_t i, const char **key)
{
  (void)map, (void)i;
  if (key) *key = NULL;
  return NULL;
}
static const char *host_text(const socca_node *n)
{
  (void)n;
  return NULL;
}
static socca_status host_number(socca_load *l, const socca_node *n, const char *unit, double *out)
{
  (void)n, (void)unit, (void)out;
  return host_fail(&l->cx, SOCCA_E_INPUT, "a number is missing");
}
static socca_status host_path(socca_load *l, const socca_node *n, char *out, size_t room)
{
  (void)n, (void)out, (void)room;
  return host_fail(&l->cx, SOCCA_E_INPUT, "a path is missing");
}
static socca_status host_declare(socca_load *l, const socca_param *q, const socca_node *n,
                                 uint32_t *index)
{
  (void)n;
  if (!q->name || !q->unit)
    return host_fail(&l->cx, SOCCA_E_BUG, "it declares a parameter without name or unit");
  if (index) *index = of(&l->cx)->declared;
  of(&l->cx)->declared++;
  return SOCCA_OK;
}
static socca_status host_derive(socca_load *l, const socca_param *q, uint32_t *index)
{
  if (!q->name || !q->unit)
    return host_fail(&l->cx, SOCCA_E_BUG, "it derives a quantity without name or unit");
  if (index) *index = of(&l->cx)->derived;
  of(&l->cx)->derived++;
  return SOCCA_OK;
}
static socca_status host_fail_at(socca_load *l, const socca_node *n, const char *fmt, ...)
{
  va_list ap;
  (void)n;
  va_start(ap, fmt);
  socca_status s = keep(&l->cx, SOCCA_E_INPUT, fmt, ap);
  va_end(ap);
  return s;
}
static void host_log_at(socca_load *l, const socca_node *n, int level, const char *fmt, ...)
{
  (void)l, (void)n, (void)level, (void)fmt;
}
static socca_status host_define_unit(socca_load *l, const char *name, const char *base,
                                     double value)
{
  (void)l, (void)name, (void)base, (void)value;
  return SOCCA_OK;
}
static socca_status host_expression(socca_load *l, const socca_node *n, const char *const *names,
                                    size_t count, const socca_expression **out)
{
  (void)n, (void)names, (void)count;
  *out = NULL;
  return host_fail(&l->cx, SOCCA_E_INPUT, "an expression is missing");
}
static void host_evaluate(const socca_expression *e, size_t n, const double *const *columns,
                          const unsigned char *scalar, double *out)
{
  (void)e, (void)columns, (void)scalar;
  memset(out, 0, n * sizeof *out);
}

static int host_reads(const socca_cx *cx, const char *path)
{
  (void)cx, (void)path;
  return 0;
}

static const socca_host table = {
  .size = sizeof table,
  .abi_major = SOCCA_ABI_MAJOR,
  .abi_minor = SOCCA_ABI_MINOR,
  .log = host_log,
  .fail = host_fail,
  .uniform = host_uniform,
  .normal = host_normal,
  .convert = host_convert,
  .stop = host_stop,
  .free_parameter = host_free_parameter,
  .density = host_density,
  .curvature = host_curvature,
  .set_state = host_set_state,
  .submit = host_submit,
  .wait = host_wait,
  .loading = host_loading,
  .io = host_io,
  .draws = host_draws,
  .value = host_value,
  .get = host_get,
  .item = host_item,
  .text = host_text,
  .number = host_number,
  .path = host_path,
  .declare = host_declare,
  .derive = host_derive,
  .fail_at = host_fail_at,
  .log_at = host_log_at,
  .define_unit = host_define_unit,
  .expression = host_expression,
  .evaluate = host_evaluate,
  .execute = probe_execute,
  .reads = host_reads,
};

void probe_cx_init(probe_cx *p)
{
  memset(p, 0, sizeof *p);
  p->as.cx.h = &table;
  p->as.cx.ndim = p->as.cx.npar = PROBE_NDIM;
  p->as.cx.isa = 1;
}
