/* SPDX-License-Identifier: BSD-3-Clause */
/* The smallest complete pool: batches wait until they are asked for, then run here, in order. */
#include "config.h"
#include <socca/socca.h>
#include <stdlib.h>
#include <string.h>

typedef struct state { /* what a sampler's operations need besides their record */
  size_t bytes;
  void *data;
} state;
typedef struct pool {
  socca_team *team;
  state kept[2]; /* the two newest versions */
  socca_batch batch[2];
} pool;

static socca_status open_pool(socca_team *team, const void *options, void **self)
{
  (void)options;
  pool *p = calloc(1, sizeof *p);
  if (!p) return socca_fail(team, SOCCA_E_NOMEM, "out of memory");
  p->team = team;
  *self = p;
  return SOCCA_OK;
}

static void close_pool(void *self)
{
  pool *p = self;
  free(p->kept[0].data);
  free(p->kept[1].data);
  free(p);
}

static void info(const void *self, socca_pool_info *out)
{
  (void)self;
  *out = (socca_pool_info){ .workers = 1, .ranks = 1, .text = "in this process" };
}

static socca_status set_state(void *self, uint32_t version, const void *blob, size_t bytes)
{
  pool *p = self;
  void *data = malloc(bytes + 1);
  if (!data) return socca_fail(p->team, SOCCA_E_NOMEM, "out of memory");
  if (bytes) memcpy(data, blob, bytes);
  free(p->kept[version % 2].data);
  p->kept[version % 2] = (state){ bytes, data };
  return SOCCA_OK;
}

static socca_status submit(void *self, uint32_t slot, const socca_batch *batch)
{
  pool *p = self;
  p->batch[slot] = *batch;
  return SOCCA_OK;
}

/* Records are pure functions of their input: after an interruption the batch simply starts over. */
static socca_status wait_for(void *self, uint32_t slot, socca_report *report)
{
  pool *p = self;
  const socca_host *h = p->team->cx.h;
  const socca_batch *b = &p->batch[slot];
  const state *kept = &p->kept[b->state % 2];
  *report = (socca_report){ .bad_index = UINT64_MAX };
  for (size_t i = 0; i < b->n; i++) {
    socca_task task = { .op = b->op,
                        .index = b->first + i,
                        .state = b->state ? kept->data : NULL,
                        .state_bytes = b->state ? kept->bytes : 0,
                        .in = (const char *)b->in + i * b->in_bytes,
                        .out = (char *)b->out + i * b->out_bytes };
    if (h->stop(&p->team->cx)) return SOCCA_INTERRUPTED;
    socca_status s = h->execute(p->team, &task);
    if (s < 0) {
      report->bad_index = task.index;
      memcpy(report->message, task.message, sizeof report->message);
    }
    if (s) return s;
    socca_report_add(report, &task.cost);
  }
  return SOCCA_OK;
}

static const socca_pool_vtbl vtbl = {
  .open = open_pool,
  .close = close_pool,
  .info = info,
  .set_state = set_state,
  .submit = submit,
  .wait = wait_for,
};
SOCCA_POOL(pool_template, &vtbl, .name = "template", .version = PACKAGE_VERSION,
           .license = "BSD-3-Clause", .summary = "evaluates in this process");
