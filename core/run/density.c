/* SPDX-License-Identifier: BSD-3-Clause */
/* Likelihood, density and gradients of a point, and the records that pools execute. */
#include "config.h"
#include "problem_private.h"
#include <base/text.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void socca_problem_drop_workspace(socca_problem *p)
{
  if (p->has_ws && p->model->drop) p->model->drop(p->ws);
  p->has_ws = 0;
  p->ws = NULL;
}

socca_status socca_problem_workspace(socca_problem *p)
{
  if (p->has_ws || !p->model->workspace) return SOCCA_OK;
  socca_status s = p->model->workspace(&p->worker.as.worker, p->self, &p->ws);
  p->has_ws = s == SOCCA_OK;
  return s;
}

/* "a.x = 1, a.y = 2" of the free parameters at `theta`, as much as fits */
static void name_point(const socca_problem *p, const char *what, char *out, size_t n)
{
  char number[32];
  size_t used = (size_t)snprintf(out, n, "%s", what);
  for (uint32_t i = 0; i < p->ndim && used < n; i++) {
    const char *name = socca_parameters_free_at(p->parameters, i)->name;
    used += (size_t)snprintf(out + used, n - used, "%s%s = %s", i ? ", " : "", name,
                             socca_format_short(p->theta[i], number));
  }
  if (used >= n) memcpy(out + n - 4, "...", 4);
}

/* Rule for values that are no log-likelihoods: NaN counts as -inf, +inf is an error. */
static socca_status judge(socca_problem *p, double *logl)
{
  socca_task *t = p->worker.task;
  char text[sizeof t->message];
  if (*logl < INFINITY) return SOCCA_OK;
  if (*logl == INFINITY) {
    name_point(p, "the log-likelihood is +inf at ", text, sizeof text);
    return socca_fail(&p->worker.as.worker, SOCCA_E_NUMERIC, "%s", text);
  }
  *logl = -INFINITY;
  name_point(p, "the log-likelihood is NaN at ", text, sizeof text);
  if (!t) {
    socca_message(p->journal, SOCCA_LOG_WARN, "%s; counted as zero likelihood", text);
  } else if (!t->cost.nonfinite++) {
    memcpy(t->cost.message, text, sizeof text);
    memcpy(t->message, text, sizeof text); /* for pools that carry one text home */
    t->cost.bad_index = t->index;
  }
  return SOCCA_OK;
}

static socca_status evaluate(socca_problem *p, const double *all, double *logl, double *grad,
                             double *fisher)
{
  socca_worker *w = &p->worker.as.worker;
  const socca_model_vtbl *m = p->model;
  socca_status s = socca_problem_workspace(p);
  if (s) return s;
  if ((fisher && !m->curvature) || (grad && !fisher && !m->gradient))
    return socca_fail(w, SOCCA_E_REFUSED, "model '%s' has no %s", p->name,
                      fisher ? "Fisher matrix" : "gradients");
  if (fisher)
    s = m->curvature(w, p->self, p->ws, all, logl, grad, fisher);
  else if (grad)
    s = m->gradient(w, p->self, p->ws, all, logl, grad);
  else
    s = m->loglike(w, p->self, p->ws, all, logl);
  return s ? s : judge(p, logl);
}

socca_status socca_problem_loglike(socca_problem *p, const double *all, double *logl)
{
  for (uint32_t i = 0; i < p->count; i++) {
    socca_parameter_info info;
    socca_parameters_info(p->parameters, i, &info);
    if (info.state == SOCCA_FREE) p->theta[info.free] = all[i]; /* names the point in messages */
  }
  return evaluate(p, all, logl, NULL, NULL);
}

/* J' F J of the chain rule, with J the derivatives of declared by free parameters. */
static void pull_matrix(const socca_problem *p, const double *f, double *half, double *out)
{
  size_t n = p->npar, d = p->ndim;
  double *column = half + n * d, *row = column + n;
  for (size_t i = 0; i < n; i++)
    socca_parameters_pull(p->parameters, p->all, f + i * n, p->work, half + i * d);
  for (size_t k = 0; k < d; k++) {
    for (size_t i = 0; i < n; i++) column[i] = half[i * d + k];
    socca_parameters_pull(p->parameters, p->all, column, p->work, row);
    for (size_t i = 0; i < d; i++) out[i * d + k] = row[i] * p->jacobian[i] * p->jacobian[k];
  }
}

/* theta, Jacobian and the log prior in `space`; slopes of the latter into grad. */
static double place(socca_problem *p, uint32_t space, const double *x, double *grad)
{
  double sum = 0;
  for (uint32_t i = 0; i < p->ndim; i++) {
    socca_coordinate c;
    socca_coordinate_at(p, i, space, x[i], &c);
    p->theta[i] = c.theta;
    p->jacobian[i] = c.jacobian;
    sum += c.logp;
    if (grad) grad[i] = c.slope;
  }
  return sum;
}

static socca_status nowhere(const socca_problem *p, double *logl, double *grad, double *fisher)
{
  size_t d = p->ndim;
  *logl = -INFINITY;
  for (size_t i = 0; grad && i < d; i++) grad[i] = 0;
  for (size_t i = 0; fisher && i < d * d; i++) fisher[i] = 0;
  return SOCCA_OK;
}

socca_status socca_problem_curvature(socca_problem *p, uint32_t space, const double *x,
                                     double *logl, double *logp, double *grad, double *fisher)
{
  socca_task *t = p->worker.task;
  double *scratch = NULL, *slopes = NULL;
  size_t n = p->npar, d = p->ndim;
  *logp = place(p, space, x, grad);
  if (!(*logp > -INFINITY)) { /* outside the prior: nothing to evaluate */
    *logp = -INFINITY;
    return nowhere(p, logl, grad, fisher);
  }
  if (t) t->cost.calls++;
  if (t && grad) t->cost.gradients++;
  if (socca_parameters_fill(p->parameters, p->theta, p->all)) {
    if (t) t->cost.outside++;
    return nowhere(p, logl, grad, fisher);
  }
  if (fisher) {
    scratch = socca_calloc(n * n + n * d + n + d, sizeof *scratch);
    if (!scratch) return socca_fail(&p->worker.as.worker, SOCCA_E_NOMEM, "out of memory");
  }
  socca_status s = evaluate(p, p->all, logl, grad || fisher ? p->gradient : NULL, scratch);
  if (!s && !(*logl > -INFINITY)) {
    nowhere(p, logl, grad, fisher);
  } else if (!s) {
    if (fisher) pull_matrix(p, scratch, scratch + n * n, fisher);
    if (grad) {
      slopes = p->theta; /* done with */
      socca_parameters_pull(p->parameters, p->all, p->gradient, p->work, slopes);
      for (size_t i = 0; i < d; i++) grad[i] += slopes[i] * p->jacobian[i];
    }
  }
  free(scratch);
  return s;
}

socca_status socca_problem_density(socca_problem *p, uint32_t space, const double *x, double *logl,
                                   double *logp, double *grad)
{
  return socca_problem_curvature(p, space, x, logl, logp, grad, NULL);
}

void socca_problem_set_ops(socca_problem *p, const socca_op_entry *ops, const void *options)
{
  p->ops = ops;
  p->options = options;
  p->nops = 0;
  while (ops && ops[p->nops].name) p->nops++;
}

static socca_status run_op(socca_problem *p, socca_task *t)
{
  socca_worker *w = &p->worker.as.worker;
  double logl, logp;
  if (t->op == SOCCA_OP_LOGLIKE || t->op == SOCCA_OP_DENSITY) {
    uint32_t space = t->op == SOCCA_OP_LOGLIKE ? SOCCA_CUBE : SOCCA_PHYSICAL;
    socca_status s = socca_problem_density(p, space, t->in, &logl, &logp, NULL);
    if (s) return s;
    memcpy(t->out, &logl, sizeof logl);
    if (t->op == SOCCA_OP_DENSITY) memcpy((char *)t->out + sizeof logl, &logp, sizeof logp);
    return SOCCA_OK;
  }
  if (t->op - SOCCA_OP_FIRST >= p->nops)
    return socca_fail(w, SOCCA_E_BUG, "operation %u was never registered", t->op);
  return p->ops[t->op - SOCCA_OP_FIRST].run(w, p->options, t->state, t->state_bytes, t->index,
                                            t->in, t->out);
}

socca_status socca_problem_execute(socca_problem *p, socca_task *t)
{
  double start = socca_seconds();
  t->cost = (socca_report){ .bad_index = UINT64_MAX };
  t->message[0] = '\0';
  p->worker.task = t;
  socca_status s = run_op(p, t);
  p->worker.task = NULL;
  t->cost.busy = socca_seconds() - start;
  if (s < 0) {
    t->cost.bad_index = t->index;
    if (!t->message[0])
      snprintf(t->message, sizeof t->message, "evaluation failed without a message (status %d)",
               (int)s);
  }
  return s;
}
