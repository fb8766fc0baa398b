/* SPDX-License-Identifier: BSD-3-Clause */
/* A model bound to its parameters: loading, identity, and what the model tells besides the likelihood. */
#include "config.h"
#include "problem_private.h"
#include <base/isa.h>
#include <base/text.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void socca_problem_free(socca_problem *p)
{
  if (!p) return;
  socca_problem_drop_workspace(p);
  if (p->self && p->model->destroy) p->model->destroy(p->self);
  for (size_t i = 0; i < p->nderived; i++) {
    free(p->derived[i]);
    free(p->derived_units[i]);
  }
  free(p->derived);
  free(p->derived_units);
  for (size_t i = 0; i < p->nexpressions; i++) socca_expression_free(p->expressions[i]);
  free(p->expressions);
  free(p->theta);
  socca_parameters_free(p->parameters);
  socca_units_free(p->units);
  free(p);
}

static socca_status find_model(socca_problem *p, socca_registry *registry, const socca_node *root)
{
  const socca_node *node = socca_node_get(root, "model");
  const char *name = node ? socca_node_text(node) : "image";
  const void *vtbl = NULL;
  if (!name)
    return socca_node_error(p->journal, node,
                            "'model' is the name of a model plugin: model: image");
  const socca_entry *e = socca_registry_find_at(
      registry, node ? socca_node_where(node) : NULL,
      node ? socca_tree_name(socca_node_tree(node)) : NULL, SOCCA_KIND_MODEL, name);
  if (!e) return socca_journal_status(p->journal);
  socca_status s = socca_registry_load(registry, e, &vtbl);
  if (s) return s;
  p->model = vtbl;
  p->meta = e->meta;
  memcpy(p->name, e->meta.name, sizeof p->name);
  p->name[sizeof p->name - 1] = '\0';
  return SOCCA_OK;
}

static socca_status read_document(socca_problem *p, const socca_node *root, uint64_t seed,
                                  uint32_t isa)
{
  socca_context c = { .problem = p, .journal = p->journal };
  size_t errors = socca_journal_errors(p->journal);
  c.as.cx = (socca_cx){ .h = &socca_host_table, .seed = seed, .isa = isa };
  socca_status s = p->model->load(&c.as.load, root, &p->self);
  if (s < 0 && socca_journal_errors(p->journal) == errors)
    return socca_error(p->journal, s, "model '%s' could not be loaded (status %d)", p->name,
                       (int)s);
  p->worker = c;
  return s ? s : socca_journal_errors(p->journal) > errors ? SOCCA_E_INPUT : SOCCA_OK;
}

/* `parameters:`, ties, and keys that nobody reads. */
static socca_status bind(socca_problem *p, const socca_tree *tree, const socca_node *root)
{
  const socca_node *sampler = socca_node_get(root, "sampler");
  const socca_node *auxiliary = socca_node_get(root, "parameters");
  socca_status s = SOCCA_OK, t;
  if (auxiliary) s = socca_parameters_auxiliary(p->parameters, auxiliary);
  if ((t = socca_parameters_finish(p->parameters, socca_node_get(sampler, "periodic"))) && !s)
    s = t;
  if (sampler) socca_node_mark_read(sampler); /* the sampler's options: checked with its table */
  socca_node_get(root, "pool");
  const socca_node *output = socca_node_get(root, "output");
  const char *text = socca_node_text(output);
  if (output && !socca_node_is_map(output) &&
      !(text && !*text)) { /* all of it may be commented out */
    t = socca_node_error(p->journal, output, "'output' is a map: output: {results: fit.nc}");
    if (!s) s = t;
  }
  socca_node_get(output, "results");
  socca_node_get(output, "checkpoint");
  if ((t = socca_tree_unread(p->journal, tree)) && !s) s = t;
  return s;
}

static socca_status make_room(socca_problem *p)
{
  p->ndim = socca_parameters_ndim(p->parameters);
  p->npar = socca_parameters_npar(p->parameters);
  p->count = socca_parameters_count(p->parameters);
  p->worker.as.cx.ndim = p->ndim;
  p->worker.as.cx.npar = p->npar;
  size_t d = p->ndim, n = p->npar, all = p->count;
  double *m = socca_calloc(2 * d + n + 2 * all + 1, sizeof *m);
  if (!m) return socca_no_memory(p->journal);
  p->theta = m;
  p->jacobian = m + d;
  p->gradient = m + 2 * d;
  p->all = p->gradient + n;
  p->work = p->all + all;
  p->lacks = p->model->lacks ? p->model->lacks(p->self) : 0;
  return SOCCA_OK;
}

socca_status socca_problem_load(socca_journal *j, socca_registry *registry, socca_tree *tree,
                                uint64_t seed, socca_problem **out)
{
  const socca_node *root = socca_tree_root(tree);
  socca_problem *p = socca_calloc(1, sizeof *p);
  *out = NULL;
  if (!p) return socca_no_memory(j);
  p->journal = j;
  p->tree = tree;
  p->units = socca_units_new();
  p->parameters = p->units ? socca_parameters_new(j, p->units) : NULL;
  uint32_t isa = 0;
  socca_status s = p->parameters ? find_model(p, registry, root) : socca_no_memory(j);
  if (!s) s = socca_isa_level(j, &isa);
  if (!s) {
    socca_parameters_set_tree(p->parameters, tree);
    s = read_document(p, root, seed, isa);
    if (!s || s == SOCCA_E_INPUT) { /* all errors in one go */
      socca_status t = bind(p, tree, root);
      if (!s) s = t;
    }
  }
  if (!s) s = make_room(p);
  if (s) {
    socca_problem_free(p);
    return s;
  }
  *out = p;
  return SOCCA_OK;
}

const socca_parameters *socca_problem_parameters(const socca_problem *p)
{
  return p->parameters;
}
const socca_meta *socca_problem_model_meta(const socca_problem *p)
{
  return &p->meta;
}
uint32_t socca_problem_lacks(const socca_problem *p)
{
  return p->lacks;
}
uint32_t socca_problem_nderived(const socca_problem *p)
{
  return (uint32_t)p->nderived;
}
const char *const *socca_problem_derived_units(const socca_problem *p)
{
  return (const char *const *)p->derived_units;
}
const char *const *socca_problem_derived_names(const socca_problem *p)
{
  return (const char *const *)p->derived;
}
socca_status socca_problem_value(const socca_problem *p, uint32_t i, const char *where,
                                 const char *text, double *out)
{
  socca_parameter_info info;
  socca_parameters_info(p->parameters, i, &info);
  return socca_value_number(p->journal, p->units, where, text, info.unit, info.quantity, out);
}
socca_cx socca_problem_cx(const socca_problem *p)
{
  return p->worker.as.cx;
}

socca_status socca_problem_null(socca_problem *p, double *logl)
{
  *logl = NAN;
  socca_status s = socca_problem_workspace(p);
  if (s || !p->model->null_loglike) return s;
  return p->model->null_loglike(&p->worker.as.worker, p->self, p->ws, logl);
}

socca_status socca_problem_facts(socca_problem *p, const double *all, socca_result *out)
{
  socca_status s = socca_problem_workspace(p);
  if (s || !p->model->facts) return s;
  return p->model->facts(&p->worker.as.worker, p->self, p->ws, all, out);
}

socca_status socca_problem_write(socca_problem *p, const double *all, const socca_product *product)
{
  const char *input = socca_tree_input(p->tree, product->path);
  if (input)
    return socca_error(p->journal, SOCCA_E_INPUT, "cannot write '%s': %s", product->path, input);
  socca_status s = socca_problem_workspace(p);
  if (s) return s;
  for (const char *const *k = p->model->products; p->model->write && k && *k; k++)
    if (!strcmp(*k, product->name))
      return p->model->write(&p->worker.as.worker, p->self, p->ws, all, product);
  return socca_error(p->journal, SOCCA_E_INPUT, "model '%s' cannot write '%s'", p->name,
                     product->name);
}

socca_status socca_problem_observed(socca_problem *p, socca_result *out)
{
  if (!p->model->observed) return SOCCA_OK;
  return p->model->observed(&p->worker.as.worker, p->self, out);
}

socca_status socca_problem_derived(socca_problem *p, const double *all, double *out)
{
  socca_status s = socca_problem_workspace(p);
  if (s || !p->model->derived || !p->nderived) return s;
  return p->model->derived(&p->worker.as.worker, p->self, p->ws, all, out);
}

typedef struct listing {
  socca_result *items;
  socca_status status;
} listing;

static void add_item(void *arg, const char *name, const char *value)
{
  listing *l = arg;
  if (!l->status) l->status = socca_items_text(l->items, name, value);
}

socca_status socca_problem_identity(socca_problem *p, socca_result *out)
{
  listing l = { out, socca_items_text(out, "model", p->name) };
  if (!l.status) l.status = p->model->identity(p->self, out, &socca_host_table);
  if (!l.status) socca_parameters_identity(p->parameters, add_item, &l);
  return l.status;
}
