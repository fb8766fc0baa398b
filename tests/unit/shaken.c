/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "shaken.h"
#include <stdio.h>

enum { MOST_LIVES = 100000 };

typedef struct life {
  const socca_plugin *plugin;
  uint32_t d;
  uint64_t seed;
  mini_loglike f;
  void *arg;
  const char *const *settings;
} life;

/* Runs from an archive until an event's interruption, or the end; the state then stands in *after. */
static socca_status live(const life *l, mini_list *before, uint64_t event, mini_list *after)
{
  mini_host h;
  if (mini_open(&h, l->plugin, l->d, l->seed, l->f, l->arg, l->settings)) return SOCCA_E_INPUT;
  h.interrupt_event = event;
  socca_status st = before->first ? mini_load(&h, before) : SOCCA_OK, saved = SOCCA_OK;
  if (!st) st = mini_run(&h);
  if (st >= 0) saved = mini_save(&h, after);
  mini_close(&h);
  return saved ? saved : st;
}

/* The event that ended the life before passes in the next, which ends at the one after. What is not
 * archived is made again: the more events a life needs to change anything, the more it is given. */
static socca_status live_on(const life *l, mini_list *end, uint64_t *lives)
{
  mini_list now = { 0 };
  socca_status st = SOCCA_INTERRUPTED;
  for (uint64_t event = 1; st == SOCCA_INTERRUPTED && *lives < MOST_LIVES; ++*lives) {
    mini_list next = { 0 };
    st = live(l, &now, event, &next);
    event = now.first && !mini_list_difference(&now, &next) ? event + 1 : 2;
    mini_list_free(&now);
    now = next;
  }
  *end = now;
  return st;
}

shaken shake(const socca_plugin *plugin, uint32_t d, uint64_t seed, mini_loglike f, void *arg,
             const char *const *settings)
{
  life l = { plugin, d, seed, f, arg, settings };
  mini_list none = { 0 }, end = { 0 }, other = { 0 };
  shaken out = { .status = live(&l, &none, 0, &end) };
  const char *failure = out.status == SOCCA_DONE ? NULL : "the run in peace failed";
  if (!failure) {
    out.status = live_on(&l, &other, &out.lives);
    failure = out.status == SOCCA_DONE ? mini_list_difference(&end, &other)
                                       : "the interrupted run failed";
  }
  snprintf(out.failure, sizeof out.failure, "%s", failure ? failure : "");
  mini_list_free(&end);
  mini_list_free(&other);
  return out;
}
