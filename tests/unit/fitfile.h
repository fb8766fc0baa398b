/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads a fit file as a run does, with a model of one profile and a sampler of three options: enough to try
 * all that the core does with a file. */
#ifndef TESTS_FITFILE_H
#define TESTS_FITFILE_H
#include <config/options.h>
#include <config/parameters.h>
#include <math.h>
#include <string.h>

typedef struct fitfile {
  socca_tree *tree;
  socca_units *units;
  socca_parameters *parameters;
  socca_options *options;
} fitfile;

static const socca_param fitfile_params[] = {
  { .name = "xc", .unit = "deg", .quantity = SOCCA_LONGITUDE },
  { .name = "yc", .unit = "deg", .quantity = SOCCA_LATITUDE },
  { .name = "re", .unit = "deg", .high = INFINITY, .quantity = SOCCA_LENGTH },
  { .name = "Ie", .unit = "image" },
  { .name = "ns", .unit = "", .low = 0.25, .high = 10 },
  { .name = "theta", .unit = "rad", .fallback = "0", .period = M_PI },
  { .name = "e", .unit = "", .fallback = "0", .high = 1 },
};

typedef struct fitfile_options {
  int64_t n_live;
  double n_eff;
  int64_t discard;
} fitfile_options;

static const socca_option fitfile_table[] = {
  { .name = "n_live",
    .aliases = "nlive live_points",
    .type = SOCCA_OPT_INT,
    .offset = offsetof(fitfile_options, n_live),
    .fallback = "1000",
    .range = "[1,inf)" },
  { .name = "n_eff",
    .type = SOCCA_OPT_REAL,
    .offset = offsetof(fitfile_options, n_eff),
    .fallback = "10000",
    .range = "(0,inf)" },
  { .name = "discard",
    .type = SOCCA_OPT_BOOL,
    .offset = offsetof(fitfile_options, discard),
    .fallback = "true" },
  { .name = NULL },
};

static void fitfile_component(socca_journal *j, fitfile *f, const char *name, const socca_node *c)
{
  const char *type = socca_node_text(socca_node_get(c, "type"));
  const socca_node *positive = socca_node_get(c, "positive");
  int yes;
  if (!socca_node_is_map(c) || !type) {
    socca_node_error(j, c, "%s has no type", name);
    return;
  }
  if (strcmp(type, "Sersic") != 0) {
    socca_node_error(j, socca_node_get(c, "type"), "unknown type '%s'", type);
    return;
  }
  if (positive) socca_node_bool(j, positive, &yes);
  for (size_t i = 0; i < sizeof fitfile_params / sizeof *fitfile_params; i++) {
    char full[300];
    socca_param p = fitfile_params[i];
    snprintf(full, sizeof full, "%.200s.%s", name, p.name);
    const socca_node *value = socca_node_get(c, p.name);
    p.name = full;
    socca_parameters_declare(f->parameters, &p, value, NULL);
  }
}

static void fitfile_read(socca_journal *j, const char *name, const char *text, size_t n, fitfile *f)
{
  static const char *const top[] = { "model",   "image", "components", "parameters",
                                     "sampler", "pool",  "output" };
  static const char *const except[] = { "method", "seed", "periodic", NULL };
  const socca_node *c;
  const char *key;
  *f = (fitfile){ 0 };
  socca_tree_parse(j, name, text, n, &f->tree);
  if (!f->tree) return;
  f->units = socca_units_new();
  socca_units_define(f->units, "pix", "deg", 2.5e-4);
  f->parameters = socca_parameters_new(j, f->units);
  socca_parameters_set_tree(f->parameters, f->tree);
  f->options = socca_options_new(j, "nautilus", fitfile_table, sizeof(fitfile_options), 1);
  const socca_node *root = socca_tree_root(f->tree);
  for (size_t i = 0; i < sizeof top / sizeof *top; i++) socca_node_get(root, top[i]);
  socca_node_mark_read(socca_node_get(root, "image"));
  const socca_node *components = socca_node_get(root, "components");
  for (size_t i = 0; (c = socca_node_item(components, i, &key)); i++)
    if (key) fitfile_component(j, f, key, socca_node_get(components, key));
  socca_parameters_auxiliary(f->parameters, socca_node_get(root, "parameters"));
  const socca_node *sampler = socca_node_get(root, "sampler");
  for (size_t i = 0; except[i]; i++) socca_node_get(sampler, except[i]);
  socca_options_from_node(f->options, sampler, except);
  socca_parameters_finish(f->parameters, socca_node_get(sampler, "periodic"));
  socca_tree_unread(j, f->tree);
}

static void fitfile_close(fitfile *f)
{
  socca_options_free(f->options);
  socca_parameters_free(f->parameters);
  socca_units_free(f->units);
  socca_tree_free(f->tree);
}
#endif
