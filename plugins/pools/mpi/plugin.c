/* SPDX-License-Identifier: BSD-3-Clause */
/* pool_mpi.so (MPICH) and pool_mpi_openmpi.so (Open MPI), from one source. */
#define _GNU_SOURCE
#include "config.h"
#include "pool.h"
#include <socca/plugin.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const socca_option options[] = {
  { .name = "deadline",
    .type = SOCCA_OPT_REAL,
    .offset = offsetof(mpi_options, deadline),
    .fallback = "0",
    .range = "[0,inf)",
    .help = "seconds after which a silent rank ends the run; 0: never" },
  { .name = "root",
    .type = SOCCA_OPT_BOOL,
    .offset = offsetof(mpi_options, root),
    .fallback = "true",
    .help = "rank 0 evaluates too, while there are at most 16 ranks" },
  { .name = "memory",
    .type = SOCCA_OPT_INT,
    .offset = offsetof(mpi_options, memory),
    .fallback = "1024",
    .range = "[1,1024]",
    .help = "MB of the largest state sent to the ranks" },
  { .name = NULL }
};

/* exit() called by the model on one rank would leave the others waiting for ever. */
static void at_exit(int status, void *arg)
{
  (void)status;
  guard *g = arg;
  if (g->armed && g->pid == getpid()) MPI_Abort(MPI_COMM_WORLD, 70);
}

/* Ranks of this node against the CPUs allowed: more ranks than CPUs must not spin. */
static void settle_spinning(mpi_pool *p)
{
  MPI_Comm node;
  int here = 1;
  cpu_set_t set;
  if (MPI_Comm_split_type(p->comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node) == MPI_SUCCESS) {
    MPI_Comm_size(node, &here);
    MPI_Comm_free(&node);
  }
  int cpus = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
  int bound = cpus < here, total = 0; /* launchers may bind each rank to a CPU of its own */
  MPI_Allreduce(&cpus, &total, 1, MPI_INT, MPI_SUM, p->comm);
  p->wait.spin = cpus >= here || (bound && cpus == 1 && total >= p->ranks) ? 1e-3 : 50e-6;
  prctl(PR_SET_TIMERSLACK, 1000); /* or each nap gains 50 us */
}

/* Every rank must have the same problem, options and plugin builds. */
static socca_status same_everywhere(mpi_pool *p)
{
  unsigned long long mine = p->team->digest, *all = calloc((size_t)p->ranks, sizeof *all);
  socca_status st = SOCCA_OK;
  if (!all) return socca_fail(p->team, SOCCA_E_NOMEM, "out of memory");
  MPI_Allgather(&mine, 1, MPI_UNSIGNED_LONG_LONG, all, 1, MPI_UNSIGNED_LONG_LONG, p->comm);
  for (int r = 1; r < p->ranks && !st; r++)
    if (all[r] != all[0])
      st = socca_fail(
          p->team, SOCCA_E_INPUT,
          "rank %d does not have the same fit file, data, options, plugin builds or "
          "instruction-set level as rank 0 (set SOCCA_ISA for machines of several kinds)",
          r);
  free(all);
  /* all ranks see it and leave alike; without memory one alone does */
  p->finished = st != SOCCA_OK;
  return st;
}

/* A pool that was opened and never used may be closed, if all ranks do so. */
static int all_close(mpi_pool *p)
{
  MPI_Request all;
  int here = 0;
  if (p->used || MPI_Ibarrier(p->comm, &all) != MPI_SUCCESS) return 0;
  backoff_reset(&p->wait);
  while (!here && backoff_waited(&p->wait) < p->patience) {
    MPI_Test(&all, &here, MPI_STATUS_IGNORE);
    if (!here) backoff_pause(&p->wait);
  }
  return here;
}

static void pool_close(void *self)
{
  mpi_pool *p = self;
  if (p->guard) p->guard->armed = 0;
  if (p->comm != MPI_COMM_NULL) {
    /* without finish() the others wait in serve(), or hang: the job has to end */
    if (p->ranks > 1 && !p->finished && !all_close(p)) MPI_Abort(MPI_COMM_WORLD, 1);
    MPI_Comm_free(&p->comm);
  }
  if (p->initialised_here) MPI_Finalize();
  for (int r = 0; p->peers && r < p->ranks; r++)
    for (int k = 0; k < 2; k++) free(p->peers[r].chunk[k].data);
  for (int k = 0; k < 2; k++) free(p->state[k].data);
  free(p->peers);
  free(p->inbox.data);
  free(p);
}

static socca_status make_peers(mpi_pool *p)
{
  p->peers = calloc((size_t)p->ranks, sizeof *p->peers);
  p->guard = calloc(1, sizeof *p->guard);
  if (!p->peers || !p->guard) return socca_fail(p->team, SOCCA_E_NOMEM, "out of memory");
  for (int r = 0; r < p->ranks; r++)
    for (int k = 0; k < 2; k++)
      p->peers[r].state_request[k] = p->peers[r].chunk[k].request = MPI_REQUEST_NULL;
  p->guard->armed = 1;
  p->guard->pid = getpid();
  on_exit(at_exit, p->guard);
  return SOCCA_OK;
}

static socca_status pool_open(socca_team *team, const void *opt, void **self)
{
  mpi_pool *p = calloc(1, sizeof *p);
  int already = 0, over = 0, level;
  if (!p) return socca_fail(team, SOCCA_E_NOMEM, "out of memory");
  *self = p;
  p->team = team;
  p->options = *(const mpi_options *)opt;
  p->comm = MPI_COMM_NULL;
  p->inbox.request = MPI_REQUEST_NULL;
  p->patience = 10;
  MPI_Initialized(&already);
  MPI_Finalized(&over);
  if (over)
    return socca_fail(team, SOCCA_E_POOL,
                      "MPI has been finalised in this process, by an earlier run; a program that "
                      "makes several runs calls MPI_Init and MPI_Finalize itself");
  if (!already && MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS)
    return socca_fail(team, SOCCA_E_POOL, "MPI cannot be initialised");
  p->initialised_here = !already;
  MPI_Comm_dup(MPI_COMM_WORLD, &p->comm);
  MPI_Comm_set_errhandler(p->comm, MPI_ERRORS_RETURN);
  MPI_Comm_rank(p->comm, &p->rank);
  MPI_Comm_size(p->comm, &p->ranks);
  settle_spinning(p);
  socca_status st = same_everywhere(p);
  return st ? st : make_peers(p);
}

static void pool_info(const void *self, socca_pool_info *info)
{
  const mpi_pool *p = self;
  info->workers = (uint32_t)p->ranks;
  info->rank = (uint32_t)p->rank;
  info->ranks = (uint32_t)p->ranks;
  info->break_even = p->ranks > 1 ? 20e-6 : 0; /* doc/parallelization.md */
  snprintf(info->text, sizeof info->text, "%d MPI rank%s", p->ranks, p->ranks == 1 ? "" : "s");
}

static const socca_pool_vtbl vtbl = { .options = options,
                                      .option_size = sizeof(mpi_options),
                                      .open = pool_open,
                                      .close = pool_close,
                                      .info = pool_info,
                                      .set_state = root_set_state,
                                      .submit = root_submit,
                                      .wait = root_wait,
                                      .serve = rank_serve,
                                      .finish = root_finish };

SOCCA_POOL(pool_mpi, &vtbl, .name = "mpi", .version = PACKAGE_VERSION, .license = "BSD-3-Clause",
           .summary = "ranks of an MPI job", .provides = SOCCA_POOL_WORKERS | SOCCA_POOL_RANKS);
