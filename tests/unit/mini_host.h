/* SPDX-License-Identifier: BSD-3-Clause */
/* A host for one sampler and a C function, in one process: for tests and studies of samplers. It
 * evaluates when wait() is called, can interrupt at a given wait, and archives to memory. */
#ifndef MINI_HOST_H
#define MINI_HOST_H
#include <socca/plugin.h>

typedef double (*mini_loglike)(uint32_t d, const double *u, void *arg);

typedef struct mini_entry { /* of an archive or a result */
  char name[96];
  uint32_t type;
  size_t n, bytes;
  void *data;
  struct mini_entry *next;
} mini_entry;
typedef struct mini_list {
  mini_entry *first, *last;
  int loading, refused; /* something that was asked for is not in it */
} mini_list;

typedef struct mini_host {
  socca_run run; /* first: the sampler's context leads back here */
  socca_host table;
  mini_loglike f;
  void *arg;
  const double *period; /* of each parameter; NULL: none */
  const socca_sampler_vtbl *vtbl;
  void *options, *self;
  socca_free free_parameter;
  uint64_t calls, waits, batches;
  uint64_t interrupt_at;            /* this wait returns INTERRUPTED; 0: none */
  uint64_t events, interrupt_event; /* the same of states, submissions and waits, counted together */
  uint64_t polls, stop_at;          /* to that question of the sampler and all later ones: stop */
  uint64_t stretch, longest;        /* streams drawn from in a row without such a question */
  double likelihood_seconds;
  socca_batch pending[2];
  int n_pending;
  uint32_t ticket;
  const void *state;
  size_t state_bytes;
  char error[256];
  /* results */
  mini_list values;
  size_t n_draws;
  double *x, *l, *logw;
} mini_host;

/* Options: "key=value" strings, NULL at the end; unknown keys are an error. -1 on failure. */
int mini_open(mini_host *, const socca_plugin *, uint32_t d, uint64_t seed, mini_loglike, void *arg,
              const char *const *settings);
/* One unit; then until DONE, an interruption or an error. */
socca_status mini_step(mini_host *);
socca_status mini_run(mini_host *);
socca_status mini_save(mini_host *, mini_list *);
socca_status mini_load(mini_host *, mini_list *);
socca_status mini_result(mini_host *);
double mini_value(const mini_host *, const char *name); /* NaN: absent */
void mini_close(mini_host *);
void mini_list_free(mini_list *);
/* Name of the first entry in which they differ; NULL: they are equal. */
const char *mini_list_difference(const mini_list *, const mini_list *);
#endif
