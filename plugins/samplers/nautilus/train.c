/* SPDX-License-Identifier: BSD-3-Clause */
/* The op that trains one network for a while, in whatever process. */
#include "config.h"
#include "neural.h"
#include <stdlib.h>
#include <string.h>

enum { POINTS = 200000 }; /* points trained on per record: well below a second */
enum { COLD_EPOCHS = 20, COLD_STEPS = 400, SPLIT_STEPS = 1500, WARM_EPOCHS = 6, WARM_STEPS = 150 };

typedef struct head {
  uint64_t d, schedule, n_sets, pad_;
} head; /* then n_sets x { n, offset in doubles }, then the doubles: y and score of each set */

static size_t net_bytes(uint32_t d)
{
  network_shape shape = neural_shape(d);
  return network_bytes(&shape);
}

size_t job_bytes(uint32_t d)
{
  network_shape shape = neural_shape(d);
  return sizeof(job) + network_bytes(&shape) + network_optimiser_bytes(&shape);
}

socca_status neural_pack(uint32_t d, uint64_t schedule, size_t n_sets, const training_set *t,
                         void **blob, size_t *bytes)
{
  size_t doubles = 0;
  for (size_t j = 0; j < n_sets; j++) doubles += t[j].n * (d + 1);
  *bytes = sizeof(head) + n_sets * 2 * sizeof(uint64_t) + doubles * sizeof(double);
  char *p = *blob = calloc(*bytes, 1);
  if (!p) return SOCCA_E_NOMEM;
  head h = { d, schedule, n_sets, 0 };
  memcpy(p, &h, sizeof h);
  uint64_t *table = (void *)(p + sizeof h);
  double *data = (void *)(table + 2 * n_sets);
  for (size_t j = 0, at = 0; j < n_sets; j++) {
    table[2 * j] = t[j].n;
    table[2 * j + 1] = at;
    memcpy(data + at, t[j].y, t[j].n * d * sizeof *data);
    memcpy(data + at + t[j].n * d, t[j].score, t[j].n * sizeof *data);
    at += t[j].n * (d + 1);
  }
  return SOCCA_OK;
}

/* Short schedules with a cosine rate, from measurements over seeds: a number of epochs, and never less
 * than a number of steps, or few points leave a network half trained. Regions that have just come
 * apart are worth more than the first bound, whose region the next one forgets. */
static network_schedule schedule_of(const head *h, const job *j, size_t n)
{
  network_schedule s = j->warm ? network_warm : network_fast;
  size_t batches = (n + s.batch - 1) / s.batch, least = h->n_sets > 1 ? SPLIT_STEPS : COLD_STEPS;
  size_t epochs = j->warm ? WARM_EPOCHS : COLD_EPOCHS;
  if (j->warm) least = WARM_STEPS;
  if (epochs * batches < least) epochs = (least + batches - 1) / batches;
  s.epochs = s.prune = (uint32_t)epochs;
  if (h->schedule == SCHEDULE_UPSTREAM) s = network_upstream;
  for (uint64_t i = 0; i < j->retries; i++) s.rate *= 0.3; /* after an overflow */
  return s;
}

static socca_status train(uint32_t isa, const head *h, size_t n, const double *y, const job *in,
                          job *out)
{
  uint32_t d = (uint32_t)h->d, epochs = (uint32_t)(POINTS / n + 1);
  network_schedule schedule = schedule_of(h, in, n);
  network_shape shape = neural_shape(d);
  char *net = (char *)(out + 1), *optimiser = net + net_bytes(d);
  void *work = malloc(network_train_work(&shape, &schedule, n));
  if (!work) return SOCCA_E_NOMEM;
  if (in->started)
    memcpy(out + 1, in + 1, job_bytes(d) - sizeof *in);
  else if (in->warm)
    network_init_from(net, optimiser, in + 1, in->seed, n, y);
  else
    network_init(net, optimiser, &shape, in->seed, n, y);
  out->started = 1;
  out->status =
      (uint64_t)network_train(isa, net, optimiser, &schedule, n, y, y + n * d, epochs, work);
  free(work);
  return SOCCA_OK;
}

socca_status neural_train(socca_worker *w, const void *options, const void *state, size_t bytes,
                          uint64_t index, const void *in, void *out)
{
  head h;
  const job *j = in;
  (void)options;
  (void)index;
  if (bytes < sizeof h) return socca_fail(w, SOCCA_E_BUG, "no training set");
  memcpy(&h, state, sizeof h);
  memset(out, 0, job_bytes((uint32_t)h.d));
  memcpy(out, in, sizeof *j);
  if (j->status != NETWORK_RUNNING) { /* nothing left to do */
    memcpy(out, in, job_bytes((uint32_t)h.d));
    return SOCCA_OK;
  }
  const uint64_t *table = (const void *)((const char *)state + sizeof h);
  const double *data = (const void *)(table + 2 * h.n_sets);
  if (j->region >= h.n_sets) return socca_fail(w, SOCCA_E_BUG, "no such training set");
  return train(w->cx.isa, &h, (size_t)table[2 * j->region], data + table[2 * j->region + 1], j,
               out);
}
