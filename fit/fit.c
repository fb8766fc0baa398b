/* SPDX-License-Identifier: BSD-3-Clause */
/* One fit: from a request to an open problem, through the session, to the outcome. */
#include "config.h"
#include "fit_private.h"
#include <base/hash.h>
#include <base/text.h>
#include <base/version.h>
#include <plugin/vtbl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const socca_plugin *const own_plugins[] = { &socca_pool_serial, NULL };

socca_status socca_fit_registry(socca_journal *j, const char *plugin_path, socca_registry **out)
{
  static const char *const threads[] = { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS",
                                         "MKL_NUM_THREADS", "BLIS_NUM_THREADS" };
  socca_launcher l;
  socca_launcher_probe(&l);
  /* numerical libraries read these when a plugin brings them in; their sums depend on the threads */
  for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) setenv(threads[i], "1", 1);
  const socca_registry_setup setup = { plugin_path, l.mpi_abi, own_plugins };
  return socca_registry_open(j, &setup, out);
}

static socca_status read_document(socca_fit *f)
{
  const socca_request *r = &f->request;
  if (r->text)
    return socca_tree_parse(f->journal, r->fit_file ? r->fit_file : "<text>", r->text,
                            strlen(r->text), &f->tree);
  return socca_tree_read(f->journal, r->fit_file, &f->tree);
}

static socca_status refuse_copies(const socca_fit *f)
{
  if (f->launcher.copies < 2) return SOCCA_OK;
  return socca_error(f->journal, SOCCA_E_REFUSED,
                     "srun started %d independent copies of this run, which would overwrite each "
                     "other; use srun --mpi=pmi2 or --mpi=pmix, or srun --ntasks=1",
                     f->launcher.copies);
}

/* Refusals and missing plugins end it at once; faults of the document are collected. */
static socca_status plan(socca_fit *f)
{
  socca_status s = refuse_copies(f);
  if (!s) s = read_document(f);
  if (!s) s = socca_fit_registry(f->journal, f->request.plugin_path, &f->registry);
  if (s) return s;
  s = socca_fit_plan_work(f);
  if (s && s != SOCCA_E_INPUT) return s;
  socca_status t = socca_problem_load(f->journal, f->registry, f->tree, f->seed, &f->problem);
  if (!s) s = t;
  t = socca_fit_name_files(f);
  return s ? s : t;
}

socca_status socca_fit_open(socca_journal *j, const socca_request *request, socca_fit **out)
{
  socca_fit *f = socca_calloc(1, sizeof *f);
  *out = NULL;
  if (!f) return socca_no_memory(j);
  f->journal = j;
  f->request = *request;
  socca_launcher_probe(&f->launcher);
  socca_status s = plan(f);
  if (!s) s = socca_fit_check_combination(f);
  if (!s && !f->request.dry_run && !socca_parameters_ndim(socca_problem_parameters(f->problem)))
    s = socca_error(j, SOCCA_E_INPUT,
                    "%s: no free parameter: give at least one a prior, such as uniform(0, 1)",
                    socca_tree_name(f->tree));
  if (!s) s = socca_fit_identify(f);
  if (!s) s = socca_fit_check_files(f);
  if (s) {
    socca_fit_close(f);
    return s;
  }
  *out = f;
  return SOCCA_OK;
}

/* Ranks compare this before anything else: it stands for problem, options and builds. */
static uint64_t digest(const socca_fit *f)
{
  char hex[33];
  uint64_t d[2] = { 0, 0 };
  const socca_cx cx = socca_problem_cx(f->problem);
  socca_hash *h = socca_hash_new();
  socca_items_digest(f->identity, hex);
  if (!h) return 0;
  socca_hash_text(h, hex);
  socca_hash_text(h, socca_version());
  socca_registry_hash_builds(f->registry, h);
  socca_hash_add(h, &f->sampler->meta, sizeof f->sampler->meta);
  socca_hash_add(h, &f->pool->meta, sizeof f->pool->meta);
  socca_hash_add(h, socca_problem_model_meta(f->problem), sizeof(socca_meta));
  socca_hash_add(h, &cx.isa, sizeof cx.isa);
  socca_hash_digest(h, d);
  socca_hash_free(h);
  return d[0];
}

static void start_session(socca_fit *f)
{
  socca_session *s = &f->session;
  const socca_request *r = &f->request;
  if (f->started++) return;
  *s = (socca_session){ .journal = f->journal,
                        .problem = f->problem,
                        .sampler = f->sampler_vtbl,
                        .identity = f->identity,
                        .limits = f->limits,
                        .every = isnan(r->checkpoint_every) ? 30 : r->checkpoint_every,
                        .max_time = r->max_time > 0 ? r->max_time : NAN,
                        .max_calls = r->max_calls };
  if (f->archive) s->checkpoint = f->checkpoint;
  s->archive = f->archive;
  s->run = (socca_context){ .problem = f->problem, .journal = f->journal, .session = s };
  s->run.as.cx = socca_problem_cx(f->problem);
  s->team = s->run;
  s->team.as.team.digest = digest(f);
  socca_problem_set_ops(f->problem, f->sampler_vtbl->ops, socca_options_struct(f->sampler_options));
  socca_problem_drop_workspace(f->problem);
}

static socca_status resume(socca_fit *f)
{
  if (!f->archive || !socca_archive_loading(f->archive)) return SOCCA_OK;
  socca_status s = socca_session_restore(&f->session);
  if (!s)
    socca_message(f->journal, SOCCA_LOG_INFO, "resuming from '%s': %llu call%s made, %s",
                  f->checkpoint, (unsigned long long)f->session.count.calls,
                  socca_s(f->session.count.calls), f->session.finished ? "finished" : "going on");
  return s;
}

/* The rank that samples. */
static socca_status lead(socca_fit *f)
{
  socca_session *s = &f->session;
  /* launchers merge lines of ranks, and some pretend to be a terminal */
  int mode = f->launcher.name && !f->request.progress ? 2 : f->request.progress;
  s->view = socca_progress_open(f->journal, mode);
  s->progress = socca_progress_show;
  socca_status st =
      f->sampler_vtbl->create(&s->run.as.run, socca_options_struct(f->sampler_options), &s->state);
  if (!st) st = resume(f);
  if (!st) st = socca_session_loop(s);
  if (st == SOCCA_DONE) st = socca_fit_conclude(f);
  if (st < 0 && !socca_journal_errors(f->journal))
    socca_error(f->journal, st, "%s failed without a message (status %d)", f->sampler->meta.name,
                (int)st);
  socca_progress_close(s->view);
  if (s->state) f->sampler_vtbl->destroy(s->state);
  s->view = NULL;
  s->state = NULL;
  return st;
}

/* Another MPI than the launcher's makes each rank believe to be alone, and lead. */
static socca_status compare_ranks(const socca_fit *f, const socca_pool_info *info)
{
  const socca_launcher *l = &f->launcher;
  char ranks[32];
  socca_launcher_ranks(l, ranks, sizeof ranks);
  if (l->ranks == 1 || info->ranks == l->ranks || (!l->ranks && info->ranks > 1)) return SOCCA_OK;
  return socca_error(f->journal, SOCCA_E_PLUGIN,
                     "%s started %s, but the pool '%s' knows of %u: its MPI does not work with "
                     "this launcher; use the mpiexec of that MPI (one process needs no launcher)",
                     l->name, ranks, f->pool->meta.name, info->ranks);
}

/* A pool lent to the fit has its own workers already. */
static socca_status open_pool(socca_fit *f, socca_pool_info *info)
{
  socca_session *s = &f->session;
  socca_status st = SOCCA_OK;
  s->pool = f->pool_vtbl;
  if (!f->lent.meta.size)
    st = f->pool_vtbl->open(&s->team.as.team, socca_options_struct(f->pool_options), &s->workers);
  if (!st && f->pool_vtbl->info) f->pool_vtbl->info(s->workers, info);
  if (!st) st = compare_ranks(f, info);
  f->opened = st == SOCCA_OK;
  f->rank = info->rank;
  s->break_even = info->break_even;
  return st;
}

/* Leads, and tells the other ranks how it went. */
static socca_status lead_and_tell(socca_fit *f, int *signal)
{
  socca_text blob = { 0 };
  socca_status st = lead(f);
  *signal = st == SOCCA_INTERRUPTED ? socca_signal_seen() : 0;
  if (!f->pool_vtbl->finish) return st;
  socca_status packed = socca_fit_pack(f, *signal, &blob);
  if (packed) socca_text_clear(&blob);
  if (packed && st >= 0) st = packed;
  socca_status sent = f->pool_vtbl->finish(f->session.workers, st, blob.s, blob.n);
  socca_text_free(&blob);
  return st >= 0 && sent < 0 ? sent : st;
}

socca_status socca_fit_run(socca_fit *f, int *signal)
{
  socca_session *s = &f->session;
  socca_pool_info info = { .ranks = 1 };
  const void *blob = NULL;
  size_t bytes = 0;
  *signal = 0;
  if (f->has_run++) return socca_error(f->journal, SOCCA_E_BUG, "a fit can be run only once");
  start_session(f);
  s->started = s->saved = socca_seconds();
  socca_signals_watch();
  socca_status st = open_pool(f, &info);
  s->serves = info.rank > 0;
  if (!st && s->serves) {
    st = f->pool_vtbl->serve(s->workers, &blob, &bytes);
    if (blob) st = socca_fit_unpack(f, st, blob, bytes, signal);
  } else if (!st) {
    st = lead_and_tell(f, signal);
  }
  if (s->workers && !f->lent.meta.size) f->pool_vtbl->close(s->workers);
  s->workers = NULL;
  socca_signals_release();
  return st;
}

socca_team *socca_fit_team(socca_fit *f)
{
  if (f->has_run) return NULL;
  start_session(f);
  return &f->session.team.as.team;
}

/* What SOCCA_POOL() makes with the headers of this version, and no function missing. */
static int is_pool(const socca_plugin *p)
{
  socca_vtbl filled;
  socca_fault fault = { NULL, "" };
  return p && p->magic == SOCCA_MAGIC && p->size >= sizeof *p && p->meta && p->vtbl &&
         p->meta->size == sizeof *p->meta && p->meta->kind == SOCCA_KIND_POOL &&
         p->meta->abi_major == SOCCA_ABI_MAJOR && p->vtbl_size == sizeof(socca_pool_vtbl) &&
         !socca_vtbl_fill(p, p->meta, &filled, &fault);
}

static socca_status refuse_pool(const socca_fit *f, const socca_plugin *p, const void *self)
{
  if (f->request.pool)
    return socca_error(f->journal, SOCCA_E_INPUT,
                       "cannot specify both a pool that is open already and %s%s",
                       f->request.dashes, f->request.ncores[0] ? "ncores" : "pool");
  if (f->has_run || f->lent.meta.size)
    return socca_error(f->journal, SOCCA_E_INPUT, "a pool is lent once, before the run");
  if (!is_pool(p) || !self)
    return socca_error(f->journal, SOCCA_E_PLUGIN, "this is no open pool of this version of socca");
  if (f->launcher.ranks != 1 && !(p->meta->provides & SOCCA_POOL_RANKS)) {
    char ranks[32];
    socca_launcher_ranks(&f->launcher, ranks, sizeof ranks);
    return socca_error(f->journal, SOCCA_E_REFUSED,
                       "the pool '%s' cannot be used here: %s started %s", p->meta->name,
                       f->launcher.name, ranks);
  }
  return SOCCA_OK;
}

/* A pool that is refused leaves no trace: its owner may close it, and the run uses the one planned. */
socca_status socca_fit_use_pool(socca_fit *f, const socca_plugin *p, void *self)
{
  const socca_entry *planned = f->pool;
  socca_pool_info info = { .workers = 1, .ranks = 1 };
  socca_status s = refuse_pool(f, p, self);
  if (s) return s;
  const socca_pool_vtbl *vtbl = p->vtbl;
  if (vtbl->info) vtbl->info(self, &info);
  f->lent = (socca_entry){ .meta = *p->meta, .kind = SOCCA_KIND_POOL, .state = SOCCA_USABLE };
  f->pool = &f->lent;
  s = socca_fit_check_combination(f);
  if (!s) s = compare_ranks(f, &info);
  if (s) {
    f->pool = planned;
    f->lent = (socca_entry){ .state = 0 };
    return s;
  }
  start_session(f);
  f->pool_vtbl = vtbl;
  f->session.workers = self;
  f->workers = info.workers;
  return SOCCA_OK;
}

void socca_fit_close(socca_fit *f)
{
  if (!f) return;
  socca_outcome_free(f->outcome);
  socca_archive_free(f->archive);
  socca_items_free(f->identity);
  socca_items_free(f->limits);
  socca_options_free(f->sampler_options);
  socca_options_free(f->pool_options);
  socca_problem_free(f->problem);
  if (f->registry) socca_registry_close(f->registry);
  socca_tree_free(f->tree);
  free(f);
}

const socca_outcome *socca_fit_outcome(const socca_fit *f)
{
  return f->outcome;
}
socca_problem *socca_fit_problem(socca_fit *f)
{
  return f->problem;
}
const char *socca_fit_input(const socca_fit *f, const char *path)
{
  return socca_tree_input(f->tree, path);
}
int socca_fit_is_root(const socca_fit *f)
{
  return f->opened ? f->rank == 0 : f->launcher.rank == 0;
}
void socca_fit_plan(const socca_fit *f, socca_plan *p)
{
  *p = (socca_plan){ .method = f->sampler->meta.name,
                     .pool = f->pool->meta.name,
                     .output = f->output,
                     .checkpoint = f->checkpoint,
                     .workers = f->workers,
                     .rank = f->opened ? f->rank : f->launcher.rank,
                     .saves = f->archive != NULL,
                     .opened = f->opened };
}
