/* SPDX-License-Identifier: BSD-3-Clause */
/* The serial pool: a plugin that belongs to the core. Batches are evaluated when they are waited for. */
#include "config.h"
#include "context.h"
#include <socca/socca.h>
#include <stdlib.h>
#include <string.h>

typedef struct serial_state {
  void *data;
  size_t bytes;
} serial_state;

typedef struct serial {
  socca_team *team;
  serial_state state[2]; /* the two newest versions */
  struct {
    socca_batch batch;
    socca_report report;
    size_t done;
  } slot[2];
} serial;

static socca_status serial_open(socca_team *team, const void *options, void **self)
{
  (void)options;
  serial *s = calloc(1, sizeof *s);
  if (!s) return socca_fail(team, SOCCA_E_NOMEM, "out of memory");
  s->team = team;
  *self = s;
  return SOCCA_OK;
}

static void serial_close(void *self)
{
  serial *s = self;
  for (int i = 0; i < 2; i++) free(s->state[i].data);
  free(s);
}

static void serial_info(const void *self, socca_pool_info *info)
{
  (void)self;
  *info = (socca_pool_info){ .workers = 1, .ranks = 1, .text = "serial" };
}

static socca_status serial_set_state(void *self, uint32_t version, const void *blob, size_t bytes)
{
  serial *s = self;
  void *copy = malloc(bytes + 1);
  if (!copy) return socca_fail(s->team, SOCCA_E_NOMEM, "out of memory");
  if (bytes) memcpy(copy, blob, bytes);
  serial_state *slot = &s->state[version % 2];
  free(slot->data);
  *slot = (serial_state){ copy, bytes };
  return SOCCA_OK;
}

static socca_status serial_submit(void *self, uint32_t slot, const socca_batch *batch)
{
  serial *s = self;
  s->slot[slot].batch = *batch;
  s->slot[slot].report = (socca_report){ .bad_index = UINT64_MAX };
  s->slot[slot].done = 0;
  return SOCCA_OK;
}

static socca_status serial_wait(void *self, uint32_t slot, socca_report *report)
{
  serial *s = self;
  const socca_batch *b = &s->slot[slot].batch;
  const serial_state *state = &s->state[b->state % 2];
  for (size_t *i = &s->slot[slot].done; *i < b->n; ++*i) {
    socca_task t = { .op = b->op, .index = b->first + *i };
    t.state = b->state ? state->data : NULL;
    t.state_bytes = b->state ? state->bytes : 0;
    t.in = (const char *)b->in + *i * b->in_bytes;
    t.out = (char *)b->out + *i * b->out_bytes;
    if (s->team->cx.h->stop(&s->team->cx)) return SOCCA_INTERRUPTED;
    socca_status st = s->team->cx.h->execute(s->team, &t);
    if (st == SOCCA_INTERRUPTED) return st;
    if (st) {
      *report = s->slot[slot].report;
      report->bad_index = t.index;
      memcpy(report->message, t.message, sizeof report->message);
      return st;
    }
    socca_report_add(&s->slot[slot].report, &t.cost);
  }
  *report = s->slot[slot].report;
  return SOCCA_OK;
}

static const socca_pool_vtbl serial_vtbl = {
  .open = serial_open,
  .close = serial_close,
  .info = serial_info,
  .set_state = serial_set_state,
  .submit = serial_submit,
  .wait = serial_wait,
};
/* No note and no exported symbol: libsocca is not a plugin file. */
static const socca_meta serial_meta = { .size = sizeof serial_meta,
                                        .abi_major = SOCCA_ABI_MAJOR,
                                        .abi_minor = SOCCA_ABI_MINOR,
                                        .kind = SOCCA_KIND_POOL,
                                        .module = "pool_serial",
                                        .name = "serial",
                                        .version = PACKAGE_VERSION,
                                        .license = "BSD-3-Clause",
                                        .summary = "evaluates in this process, a point at a time" };
const socca_plugin socca_pool_serial = { SOCCA_MAGIC, sizeof socca_pool_serial, &serial_meta,
                                         &serial_vtbl, sizeof serial_vtbl };
