/* SPDX-License-Identifier: BSD-3-Clause */
/* Pool and sampler of a fit: command line before environment before fit file before defaults. */
#include "config.h"
#include "fit_private.h"
#include <base/text.h>
#include <plugin/matrix.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

typedef struct choice { /* a setting, and where it was made */
  const char *text, *where,
      *from;  /* from: file that a path is relative to; NULL: the current folder */
  int forced; /* on the command line or in the environment */
} choice;

static socca_status choose_pool(socca_fit *f, choice *c)
{
  const socca_node *node = socca_node_get(socca_tree_root(f->tree), "pool");
  const char *from_environment = getenv("SOCCA_POOL");
  const char *where = f->request.ncores[0] ? "--ncores" : "--pool";
  *c = (choice){ .text = f->request.pool,
                 .where = where + (*f->request.dashes ? 0 : 2),
                 .forced = f->request.pool != NULL };
  if (!c->text && from_environment && *from_environment)
    *c = (choice){ .text = from_environment, .where = "SOCCA_POOL", .forced = 1 };
  if (!c->text && node) {
    *c = (choice){ .text = socca_node_text(node),
                   .where = socca_node_where(node),
                   .from = socca_tree_name(f->tree) };
    if (!c->text) return socca_node_error(f->journal, node, "'pool' is a text such as mp:4 or mpi");
  }
  return SOCCA_OK;
}

/* The launcher has the last word: its ranks must not become copies of one run. */
static socca_status heed_launcher(socca_fit *f, choice *c, const char **rest)
{
  const socca_launcher *l = &f->launcher;
  char ranks[32];
  socca_launcher_ranks(l, ranks, sizeof ranks);
  if (l->ranks == 1 || !strcmp(f->pool_name, "mpi")) return SOCCA_OK;
  if (c->forced)
    return socca_error(f->journal, SOCCA_E_REFUSED,
                       "%s %s cannot be used here: %s started %s, which work together through "
                       "the pool 'mpi' alone; leave it out, or start one process without %s",
                       c->where, f->request.ncores[0] ? c->text + strlen("mp:") : c->text, l->name,
                       ranks, l->name);
  if (c->text)
    socca_message(f->journal, SOCCA_LOG_INFO, "%s: pool '%s' gives way to 'mpi': %s started %s",
                  c->where, c->text, l->name, ranks);
  strcpy(f->pool_name, "mpi");
  c->text = *rest = NULL;
  return SOCCA_OK;
}

/* Is there any that is not meant for another MPI than the launcher's? */
static int present(const socca_registry *r, uint32_t kind, const char *name)
{
  const socca_entry *e;
  for (size_t i = 0; (e = socca_registry_entry(r, i)); i++)
    if (e->kind == kind && !strcmp(e->name, name) && !(e->code && !strcmp(e->code, "E_MPI_ABI")))
      return 1;
  return 0;
}

static socca_status no_mpi(const socca_fit *f)
{
  static const char *const package[] = {
    "socca-plugin-pool-mpi-mpich or socca-plugin-pool-mpi-openmpi, whichever fits your MPI",
    "socca-plugin-pool-mpi-mpich", "socca-plugin-pool-mpi-openmpi"
  };
  uint32_t abi = f->launcher.mpi_abi < 3 ? f->launcher.mpi_abi : 0;
  char ranks[32];
  socca_launcher_ranks(&f->launcher, ranks, sizeof ranks);
  if (f->launcher.ranks != 1)
    return socca_error(f->journal, SOCCA_E_PLUGIN,
                       "%s started %s, but the pool 'mpi' is not installed; install %s",
                       f->launcher.name, ranks, package[abi]);
  return socca_error(f->journal, SOCCA_E_PLUGIN, "the pool 'mpi' is not installed; install %s",
                     package[abi]);
}

static uint32_t allowed_cpus(void)
{
  cpu_set_t set;
  int n = sched_getaffinity(0, sizeof set, &set) ? 0 : CPU_COUNT(&set);
  return n > 0 ? (uint32_t)n : 1;
}

/* As asked for: ranks, or the pool's option `workers`, where 0 means all CPUs. */
static void count_workers(socca_fit *f)
{
  char value[32];
  f->workers = 1;
  if (f->pool->meta.provides & SOCCA_POOL_RANKS && f->launcher.ranks)
    f->workers = f->launcher.ranks;
  for (size_t i = 0; i < socca_options_count(f->pool_options); i++) {
    int64_t n;
    if (strcmp(socca_options_row(f->pool_options, i)->name, "workers") != 0) continue;
    socca_options_value(f->pool_options, i, value, sizeof value);
    if (socca_parse_int64(value, &n) || n < 0 || n > UINT32_MAX) return;
    f->workers = n ? (uint32_t)n : allowed_cpus();
  }
}

/* Which pool: nothing of it is loaded yet. */
static socca_status find_pool(socca_fit *f, choice *c, const char **rest)
{
  socca_status s = choose_pool(f, c);
  *rest = NULL;
  strcpy(f->pool_name, "serial");
  if (!s && c->text)
    s = socca_pool_spec_split(f->journal, c->where, c->text, f->pool_name, sizeof f->pool_name,
                              rest);
  if (!s) s = heed_launcher(f, c, rest);
  if (s) return s;
  if (!strcmp(f->pool_name, "mpi") && !present(f->registry, SOCCA_KIND_POOL, "mpi"))
    return no_mpi(f);
  f->pool = socca_registry_find_at(f->registry, c->text ? c->where : NULL, c->from, SOCCA_KIND_POOL,
                                   f->pool_name);
  return f->pool ? SOCCA_OK : socca_journal_status(f->journal);
}

static socca_status load_pool(socca_fit *f, const choice *c, const char *rest)
{
  const void *vtbl = NULL;
  socca_status s = socca_registry_load(f->registry, f->pool, &vtbl);
  if (s) return s;
  f->pool_vtbl = vtbl;
  f->pool_options = socca_options_new(f->journal, f->pool->meta.name, f->pool_vtbl->options,
                                      f->pool_vtbl->option_size, 1);
  if (!f->pool_options) return socca_no_memory(f->journal);
  s = socca_options_from_spec(f->pool_options, c->where, rest);
  count_workers(f);
  return s;
}

static socca_status choose_seed(socca_fit *f, const socca_node *node)
{
  f->seed = f->request.seed;
  if (f->request.has_seed || !node) return SOCCA_OK;
  const char *text = socca_node_text(node);
  if (text && !socca_parse_uint64(text, &f->seed)) return SOCCA_OK;
  return socca_node_error(f->journal, node, "a seed is a whole number from 0 on");
}

/* KEY=VALUE of the command line, or of a setting */
static socca_status set_option(socca_fit *f, const char *text)
{
  const char *equals = strchr(text, '='), *dashes = f->request.dashes;
  const char *how = *dashes ? "-o " : "set=";
  size_t n = strlen(text);
  if (!equals && n > 3 && !strcmp(text + n - 3, ".nc"))
    return socca_error(f->journal, SOCCA_E_INPUT,
                       "%s%s: a sampler option KEY=VALUE is wanted; the result's file is named by "
                       "%soutput=%s",
                       how, text, dashes, text);
  if (!equals || equals == text)
    return socca_error(f->journal, SOCCA_E_INPUT, "%s%s: sampler options are given as KEY=VALUE",
                       how, text);
  char *key = socca_strdup(text);
  if (!key) return socca_no_memory(f->journal);
  key[equals - text] = '\0';
  socca_text where = { 0 };
  socca_text_printf(&where, "%s%s", how, text);
  socca_status s = socca_options_set(f->sampler_options, where.s ? where.s : how, key, equals + 1);
  socca_text_free(&where);
  free(key);
  return s;
}

static int is_called(const socca_meta *m, const char *name)
{
  size_t n = strlen(name);
  if (!strcmp(m->name, name)) return 1;
  for (const char *s = m->aliases; (s = strstr(s, name)); s += n)
    if ((s == m->aliases || s[-1] == ' ') && (!s[n] || s[n] == ' ')) return 1;
  return 0;
}

/* A block that names its method is for that one alone: with another on the command line it is left aside. */
static socca_status read_options(socca_fit *f, const socca_node *block)
{
  static const char *const ours[] = { "method", "seed", "periodic", NULL };
  const socca_request *r = &f->request;
  const socca_node *named = socca_node_get(block, "method");
  const char *method = named ? socca_node_text(named) : NULL;
  socca_status s = SOCCA_OK, t;
  if (block && (!method || !r->method || is_called(&f->sampler->meta, method)))
    s = socca_options_from_node(f->sampler_options, block, ours);
  else if (block)
    socca_message(f->journal, SOCCA_LOG_INFO, "%s: options of '%s' are not used with --method=%s",
                  socca_node_where(named), method, r->method);
  for (size_t i = 0; i < r->nsets; i++)
    if ((t = set_option(f, r->sets[i])) && !s) s = t;
  return s;
}

static socca_status find_sampler(socca_fit *f, const socca_node *block)
{
  const socca_node *named = socca_node_get(block, "method");
  const char *method = f->request.method;
  if (block && !socca_node_is_map(block))
    return socca_node_error(f->journal, block, "'sampler' is a map: sampler: {method: nautilus}");
  if (!method && named) method = socca_node_text(named);
  if (!method && named)
    return socca_node_error(f->journal, named, "'method' is the name of a sampler");
  const int in_file = method && !f->request.method;
  f->sampler = socca_registry_find_at(f->registry, in_file ? socca_node_where(named) : NULL,
                                      in_file ? socca_tree_name(f->tree) : NULL, SOCCA_KIND_SAMPLER,
                                      method ? method : "nautilus");
  return f->sampler ? SOCCA_OK : socca_journal_status(f->journal);
}

static socca_status load_sampler(socca_fit *f, const socca_node *block)
{
  const void *vtbl = NULL;
  socca_status s = socca_registry_load(f->registry, f->sampler, &vtbl);
  if (s) return s;
  f->sampler_vtbl = vtbl;
  f->sampler_options =
      socca_options_new(f->journal, f->sampler->meta.name, f->sampler_vtbl->options,
                        f->sampler_vtbl->option_size, f->workers);
  if (!f->sampler_options) return socca_no_memory(f->journal);
  s = choose_seed(f, socca_node_get(block, "seed"));
  socca_status t = read_options(f, block);
  return s ? s : t;
}

/* What does not go together is refused from the plugins' notes, before any of their code is loaded. */
socca_status socca_fit_plan_work(socca_fit *f)
{
  choice c;
  const char *rest;
  const socca_node *block = socca_node_get(socca_tree_root(f->tree), "sampler");
  socca_status s = find_pool(f, &c, &rest), t;
  t = find_sampler(f, block);
  if (!s) s = t;
  if (!s) s = socca_fit_check_combination(f);
  if (s) return s;
  s = load_pool(f, &c, rest);
  t = load_sampler(f, block);
  return s ? s : t;
}

socca_status socca_fit_check_combination(socca_fit *f)
{
  socca_verdict v;
  const socca_meta *model = f->problem ? socca_problem_model_meta(f->problem) : NULL;
  uint32_t lacks = f->problem ? socca_problem_lacks(f->problem) : 0;
  socca_compatible(&f->sampler->meta, &f->pool->meta, model, lacks, &v);
  if (v.use == SOCCA_USE_NO) return socca_error(f->journal, SOCCA_E_REFUSED, "%s", v.why);
  if (v.use == SOCCA_USE_ADVICE) socca_message(f->journal, SOCCA_LOG_WARN, "%s", v.why);
  return SOCCA_OK;
}
