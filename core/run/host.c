/* SPDX-License-Identifier: BSD-3-Clause */
/* The host's table: what plugins can call. Everything here is reached from any thread or process. */
#include "config.h"
#include "problem_private.h"
#include "session.h"
#include <maths/philox.h>
#include <base/text.h>
#include <store/archive.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- any context ---- */

static void host_log(const socca_cx *cx, int level, const char *fmt, ...)
{
  va_list args;
  va_start(args, fmt);
  socca_vmessage(socca_context_of(cx)->journal, level, fmt, args);
  va_end(args);
}

static socca_status host_fail(const socca_cx *cx, socca_status code, const char *fmt, ...)
{
  const socca_context *c = socca_context_of(cx);
  va_list args;
  va_start(args, fmt);
  if (c->task)
    vsnprintf(c->task->message, sizeof c->task->message, fmt, args);
  else
    socca_verror(c->journal, code, fmt, args);
  va_end(args);
  return code;
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
  socca_problem_convert(socca_context_of(cx)->problem, from, x, to, y, dydx);
}

static int host_stop(const socca_cx *cx)
{
  return socca_session_stop(socca_context_of(cx)->session);
}

static const socca_free *host_free_parameter(const socca_cx *cx, uint32_t i)
{
  const socca_problem *p = socca_context_of(cx)->problem;
  return i < p->ndim ? socca_parameters_free_at(p->parameters, i) : NULL;
}

/* ---- worker ---- */

static socca_status host_density(socca_worker *w, uint32_t space, const double *x, double *logl,
                                 double *logp, double *grad)
{
  return socca_problem_density(socca_context_of(&w->cx)->problem, space, x, logl, logp, grad);
}

static socca_status host_curvature(socca_worker *w, uint32_t space, const double *x, double *logl,
                                   double *logp, double *grad, double *fisher)
{
  return socca_problem_curvature(socca_context_of(&w->cx)->problem, space, x, logl, logp, grad,
                                 fisher);
}

/* ---- run ---- */

static socca_status host_set_state(socca_run *r, const void *blob, size_t bytes, uint32_t *version)
{
  return socca_session_set_state(socca_context_of(&r->cx)->session, blob, bytes, version);
}

static socca_status host_submit(socca_run *r, const socca_batch *b, uint32_t *ticket)
{
  return socca_session_submit(socca_context_of(&r->cx)->session, b, ticket);
}

static socca_status host_wait(socca_run *r, uint32_t ticket, socca_report *report)
{
  return socca_session_wait(socca_context_of(&r->cx)->session, ticket, report);
}

/* ---- loading ---- */

static socca_status host_number(socca_load *l, const socca_node *node, const char *unit,
                                double *out)
{
  const socca_context *c = socca_context_of(&l->cx);
  const char *own = unit && *unit ? unit : NULL;
  return socca_node_number(c->journal, c->problem->units, node, own,
                           own ? SOCCA_LENGTH : SOCCA_PLAIN, out);
}

static socca_status host_path(socca_load *l, const socca_node *node, char *out, size_t n)
{
  return socca_node_input(socca_context_of(&l->cx)->journal, node, out, n);
}

static socca_status host_declare(socca_load *l, const socca_param *param, const socca_node *value,
                                 uint32_t *index)
{
  return socca_parameters_declare(socca_context_of(&l->cx)->problem->parameters, param, value,
                                  index);
}

static socca_status host_derive(socca_load *l, const socca_param *param, uint32_t *index)
{
  socca_problem *p = socca_context_of(&l->cx)->problem;
  char **grown = socca_realloc(p->derived, p->nderived + 2, sizeof *grown);
  if (grown) p->derived = grown;
  char **units = socca_realloc(p->derived_units, p->nderived + 1, sizeof *units);
  if (units) p->derived_units = units;
  char *name = grown && units ? socca_strdup(param->name) : NULL;
  char *unit = name ? socca_strdup(param->unit ? param->unit : "") : NULL;
  if (!unit) {
    free(name);
    return socca_fail(l, SOCCA_E_NOMEM, "out of memory");
  }
  if (index) *index = (uint32_t)p->nderived;
  p->derived_units[p->nderived] = unit;
  p->derived[p->nderived++] = name;
  p->derived[p->nderived] = NULL;
  return SOCCA_OK;
}

static socca_status host_fail_at(socca_load *l, const socca_node *node, const char *fmt, ...)
{
  const socca_context *c = socca_context_of(&l->cx);
  const char *key = NULL;
  va_list args;
  /* said of the map where a key was just missed: a misspelt one is the cause */
  if (node && node == socca_tree_missed(c->problem->tree, &key) &&
      socca_node_misspelt(c->journal, node, key, 1))
    return SOCCA_E_INPUT;
  va_start(args, fmt);
  socca_status s = socca_node_verror(c->journal, node, fmt, args);
  va_end(args);
  return s;
}

static void host_log_at(socca_load *l, const socca_node *node, int level, const char *fmt, ...)
{
  const char *where = socca_node_where(node);
  socca_text text = { 0 };
  va_list args;
  va_start(args, fmt);
  socca_text_vprintf(&text, fmt, args);
  va_end(args);
  socca_message(socca_context_of(&l->cx)->journal, level, "%s%s%s", where ? where : "",
                where ? ": " : "", text.s ? text.s : fmt);
  socca_text_free(&text);
}

static socca_status host_define_unit(socca_load *l, const char *name, const char *base,
                                     double value)
{
  return socca_units_define(socca_context_of(&l->cx)->problem->units, name, base, value);
}

static socca_status host_expression(socca_load *l, const socca_node *node, const char *const *names,
                                    size_t n, const socca_expression **out)
{
  socca_problem *p = socca_context_of(&l->cx)->problem;
  const char *text = socca_node_text(node);
  socca_expression *e = NULL,
                   **grown = socca_realloc(p->expressions, p->nexpressions + 1, sizeof *grown);
  if (!grown) return socca_fail(l, SOCCA_E_NOMEM, "out of memory");
  p->expressions = grown;
  if (!text) return socca_node_error(p->journal, node, "an expression is wanted here");
  socca_status s = socca_expression_compile(p->journal, socca_node_where(node), text, p->units,
                                            NULL, SOCCA_PLAIN, names, n, &e);
  if (s) return s;
  *out = p->expressions[p->nexpressions++] = e;
  return SOCCA_OK;
}

static socca_status host_execute(socca_team *t, socca_task *task)
{
  return socca_problem_execute(socca_context_of(&t->cx)->problem, task);
}

static int host_reads(const socca_cx *cx, const char *path)
{
  return socca_tree_input(socca_context_of(cx)->problem->tree, path) != NULL;
}

const socca_host socca_host_table = {
  .size = sizeof(socca_host),
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
  .loading = socca_archive_loading,
  .io = socca_archive_io,
  .draws = socca_items_draws,
  .value = socca_items_value,
  .get = socca_node_get,
  .item = socca_node_item,
  .text = socca_node_text,
  .number = host_number,
  .path = host_path,
  .declare = host_declare,
  .derive = host_derive,
  .fail_at = host_fail_at,
  .log_at = host_log_at,
  .define_unit = host_define_unit,
  .expression = host_expression,
  .evaluate = socca_expression_evaluate,
  .execute = host_execute,
  .reads = host_reads,
};
