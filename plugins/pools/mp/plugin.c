/* SPDX-License-Identifier: BSD-3-Clause */
/* pool_mp.so: worker processes on this machine, sharing memory with the master. */
#include "config.h"
#include "cpus.h"
#include "pool.h"
#include "zygote.h"
#include <socca/plugin.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const socca_option options[] = {
  { .name = "workers",
    .aliases = "n",
    .type = SOCCA_OPT_INT,
    .offset = offsetof(mp_options, workers),
    .range = "[1,1024]",
    .help = "evaluating processes (default: all CPUs allowed to this one)" },
  { .name = "mode",
    .type = SOCCA_OPT_TEXT,
    .offset = offsetof(mp_options, mode),
    .fallback = "isolate",
    .range = "isolate|help",
    .help = "isolate: the master never runs the model; help: it is one of the workers (faster for "
            "very cheap models, but not protected from their crashes)" },
  { .name = "timeout",
    .type = SOCCA_OPT_REAL,
    .offset = offsetof(mp_options, timeout),
    .fallback = "0",
    .range = "[0,inf)",
    .help = "seconds after which a worker that does not move is killed; 0: never" },
  { .name = "restarts",
    .type = SOCCA_OPT_INT,
    .offset = offsetof(mp_options, restarts),
    .fallback = "8",
    .range = "[0,1000000]",
    .help = "deaths of workers before giving up" },
  { .name = "on_crash",
    .type = SOCCA_OPT_TEXT,
    .offset = offsetof(mp_options, on_crash),
    .fallback = "fail",
    .range = "fail|minus_inf",
    .help = "a point that killed two workers: ends the run, or counts as log L = -inf" },
  { .name = "memory",
    .type = SOCCA_OPT_INT,
    .offset = offsetof(mp_options, memory),
    .fallback = "1024",
    .range = "[1,65536]",
    .help = "MB of address space per shared area (only what is used takes memory)" },
  { .name = "spin",
    .type = SOCCA_OPT_INT,
    .offset = offsetof(mp_options, spin),
    .fallback = "100",
    .range = "[0,10000]",
    .help = "microseconds that an idle worker looks for work before it sleeps" },
  { .name = "pin",
    .type = SOCCA_OPT_BOOL,
    .offset = offsetof(mp_options, pin),
    .fallback = "true",
    .help = "pin each worker to a CPU, where the pool uses all that this process may use" },
  { .name = NULL }
};

/* Never more spinning processes than CPUs: they would keep those that work from running. */
static void settle_spinning(mp_pool *p)
{
  uint32_t cpus = p->cpus.usable;
  p->spin = p->evaluators <= cpus ? 1e-6 * (double)p->options.spin : 0;
  p->spin_master = p->spin > 0 && (p->help || p->evaluators < cpus);
}

/* Workers are pinned where the pool has all CPUs to itself. On a part of them, or under a quota, every pool would choose
 * the same ones, and the kernel knows better which are free. */
static void settle_pinning(mp_pool *p)
{
  const uint32_t n = p->cpus.n, spinning = p->evaluators + !p->help;
  p->pin = p->options.pin && p->cpus.usable == n && p->evaluators <= n && spinning >= n;
}

/* Workers pinned, the master would stay for long on the CPU of one of them, both spinning. */
static void keep_apart(mp_pool *p)
{
  p->bound = p->pin && p->spin_master && p->workers < p->cpus.n;
  if (p->bound) mp_cpus_bind(&p->cpus, p->workers, p->cpus.n);
}

static void mp_close(void *self)
{
  mp_pool *p = self;
  if (p->bound) mp_cpus_bind(&p->cpus, 0, p->cpus.n);
  if (p->seg) p->seg->quit = 1;
  mp_zygote_stop(p);
  for (int k = 0; k < 2; k++) free(p->batch[k].crashes);
  free(p->watch);
  mp_segment_free(p->seg);
  free(p);
}

static socca_status mp_open(socca_team *team, const void *opt, void **self)
{
  mp_pool *p = aligned_alloc(64, (sizeof *p + 63) / 64 * 64);
  if (!p) return socca_fail(team, SOCCA_E_NOMEM, "out of memory");
  memset(p, 0, sizeof *p);
  *self = p;
  p->team = team;
  p->options = *(const mp_options *)opt;
  mp_cpus_read(&p->cpus);
  uint32_t cpus = p->cpus.usable, n = p->options.workers ? (uint32_t)p->options.workers : cpus;
  p->help = strcmp(p->options.mode, "help") == 0;
  p->minus_inf = strcmp(p->options.on_crash, "minus_inf") == 0;
  p->evaluators = n;
  p->workers = p->help ? n - 1 : n;
  p->master.cur = MP_CLOSED;
  p->last_pace = 1;
  if (n > cpus)
    socca_log(team, SOCCA_LOG_WARN, "%u worker processes on %u CPU%s", n, cpus,
              cpus > 1 ? "s" : "");
  settle_spinning(p);
  settle_pinning(p);
  p->seg = mp_segment_new(p->workers ? p->workers : 1, (size_t)p->options.memory << 20);
  p->watch = calloc(p->workers + 1u, sizeof *p->watch);
  if (!p->seg || !p->watch)
    return socca_fail(team, SOCCA_E_POOL, "cannot reserve shared memory: %s", strerror(errno));
  socca_status st = p->workers ? mp_zygote_start(p) : SOCCA_OK;
  if (!st) keep_apart(p);
  return st;
}

static void mp_info(const void *self, socca_pool_info *info)
{
  const mp_pool *p = self;
  info->workers = p->evaluators;
  info->rank = 0;
  info->ranks = 1;
  info->break_even = strcmp(p->options.mode, "help") ? 2e-6 : 0.2e-6; /* doc/parallelization.md */
  snprintf(info->text, sizeof info->text, "%u %s (mode %s)", p->evaluators,
           p->evaluators == 1 ? "worker process" : "worker processes", p->options.mode);
}

static const socca_pool_vtbl vtbl = { .options = options,
                                      .option_size = sizeof(mp_options),
                                      .open = mp_open,
                                      .close = mp_close,
                                      .info = mp_info,
                                      .set_state = mp_set_state,
                                      .submit = mp_submit,
                                      .wait = mp_wait };

SOCCA_POOL(pool_mp, &vtbl, .name = "mp", .version = PACKAGE_VERSION, .license = "BSD-3-Clause",
           .summary = "worker processes on this machine",
           .provides = SOCCA_POOL_WORKERS | SOCCA_POOL_ISOLATES);
