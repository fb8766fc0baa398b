/* SPDX-License-Identifier: BSD-3-Clause */
/* Training of the networks: epochs, learning rates, when to stop, what to prune */
#include "config.h"
#include "network_layout.h"
#include "vmath.h"

const network_schedule network_upstream = { 200, 10, 10000, 0, 0.01, 0, 0 };
const network_schedule network_fast = { 64, 0, 20, 1, 0.01, 1, 20 };
const network_schedule network_warm = { 64, 0, 15, 1, 0.005, 0, 15 };

enum { PANEL = NETWORK_PANEL, UNITS = 2 * NETWORK_WIDTH + 16 }; /* of a list, with its padding */

typedef struct training {
  network_layout layout;
  network_step step;
  float *x, *y, *target;           /* inputs [n][d] and targets; targets of a batch */
  uint32_t *order;                 /* this epoch's permutation */
  uint8_t *active[NETWORK_LAYERS]; /* units that were not 0 at some point of this epoch */
} training;

static void set_up(training *t, network_space *s, size_t batch, size_t n)
{
  const network_layout *layout = &t->layout;
  size_t points = (batch + PANEL - 1) / PANEL * PANEL;
  t->x = network_carve_floats(s, n * layout->inputs);
  t->y = network_carve_floats(s, n);
  t->order = network_carve(s, n * sizeof *t->order);
  t->target = network_carve_floats(s, points);
  t->step.layout = layout;
  t->step.target = t->target;
  t->step.gradient = network_carve_floats(s, layout->weights);
  t->step.inputs = network_carve(s, UNITS * sizeof *t->step.inputs);
  t->step.outputs = network_carve(s, UNITS * sizeof *t->step.outputs);
  for (size_t l = 0; l < layout->layers; l++) t->active[l] = network_carve(s, layout->layer[l].j);
  network_set_up_room(&t->step.room, s, layout, points, true);
}

size_t network_train_work(const network_shape *shape, const network_schedule *schedule, size_t n)
{
  training t;
  network_space s = { NULL, 64 };
  if (!network_lay_out(shape, shape->hidden, &t.layout)) return 0;
  set_up(&t, &s, schedule->batch < n ? schedule->batch : n, n);
  return s.used;
}

/* A fresh permutation (Fisher and Yates), a function of seed and epoch alone */
static void shuffle(uint32_t *order, size_t n, uint64_t seed, uint32_t epoch)
{
  uint64_t key = network_stream(seed, NETWORK_LAYERS + (uint64_t)epoch);
  for (size_t i = 0; i < n; i++) order[i] = (uint32_t)i;
  for (size_t i = n; i > 1; i--) {
    size_t other = (size_t)((network_random(key, i) >> 32) * i >> 32);
    uint32_t swap = order[i - 1];
    order[i - 1] = order[other];
    order[other] = swap;
  }
}

/* inputs and targets of the points order[0 ... n) in panels, padded by zeros */
static void gather(training *t, const uint32_t *order, size_t n)
{
  size_t d = t->layout.inputs, k1 = d + 1;
  t->step.points = n;
  for (size_t p = 0; p < (n + PANEL - 1) / PANEL * PANEL; p++) {
    float *to = t->step.room.value[0] + p / PANEL * k1 * PANEL + p % PANEL;
    const float *x = p < n ? t->x + order[p] * d : NULL;
    for (size_t k = 0; k < d; k++) to[k * PANEL] = x ? x[k] : 0.0f;
    to[d * PANEL] = 1.0f;
    t->target[p] = x ? t->y[order[p]] : 0.0f;
  }
}

/* Learning rate of the step with Adam's corrections for moments that started at zero */
static float corrected_rate(const network_optimiser *opt, const network_schedule *schedule,
                            double total)
{
  double rate = schedule->rate;
  if (schedule->cosine) {
    vdouble sine, cosine;
    v_sincos(v_set(0x1.921fb54442d18p1 * ((double)(opt->steps - 1) / total)), &sine, &cosine);
    rate *= 0.5 * (1 + cosine[0]);
  }
  return (float)(rate * v_sqrt(v_set(1 - opt->decay2))[0] / (1 - opt->decay1));
}

static bool finite_weights(const float *w, size_t n)
{
  uint32_t bad = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, w + i, sizeof bits);
    bad |= (bits & 0x7f800000u) == 0x7f800000u;
  }
  return !bad;
}

static double run_epoch(uint32_t isa, training *t, network_optimiser *opt,
                        const network_schedule *schedule, uint64_t seed, size_t n)
{
  size_t batch = schedule->batch < n ? schedule->batch : n;
  double total = (double)((n + batch - 1) / batch) * schedule->epochs, loss = 0;
  size_t hidden = t->layout.layers - 1;
  (void)isa;
  for (size_t l = 0; l < hidden; l++) memset(t->active[l], 0, t->layout.layer[l].j);
  shuffle(t->order, n, seed, opt->epochs);
  for (size_t first = 0; first < n; first += batch) {
    gather(t, t->order + first, n - first < batch ? n - first : batch);
    opt->steps++;
    opt->decay1 *= 0.9;
    opt->decay2 *= 0.999;
    t->step.rate = corrected_rate(opt, schedule, total);
    loss += SOCCA_DISPATCH(isa, network_step)(&t->step);
    for (size_t l = 0; l < hidden; l++)
      for (size_t j = 0; j < t->layout.layer[l].j; j++)
        t->active[l][j] |= t->step.room.active[l][j];
  }
  return loss / (double)n;
}
static network_status judge(const training *t, network_optimiser *opt,
                            const network_schedule *schedule, double loss)
{
  opt->epochs++;
  opt->loss = loss;
  opt->worse = loss > opt->best ? opt->worse + 1 : 0;
  if (loss < opt->best) opt->best = loss;
  if (!(loss < __builtin_inf()) || !finite_weights(t->step.weights, t->layout.weights))
    return NETWORK_NONFINITE;
  bool stop = schedule->patience && opt->worse > schedule->patience;
  return stop || opt->epochs >= schedule->epochs ? NETWORK_DONE : NETWORK_RUNNING;
}

static void centre_output(training *t, size_t n)
{
  const network_layer *layer = &t->layout.layer[t->layout.layers - 1];
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += (double)t->y[i];
  t->step.weights[layer->offset + layer->k - 1] = (float)(sum / (double)n);
}

network_status network_train(uint32_t isa, void *net, void *optimiser,
                             const network_schedule *schedule, size_t n, const double *x,
                             const double *y, uint32_t epochs, void *work)
{
  network_optimiser *opt = optimiser;
  network_head *head = net;
  training t;
  if (n < 1 || schedule->batch < 1 || !network_lay_out(&head->shape, head->shape.hidden, &t.layout))
    return NETWORK_NONFINITE;
  network_parts p = network_parts_of(&t.layout, net);
  float *moment1 = (float *)(opt + 1), *moment2 = moment1 + t.layout.weights;
  network_lay_out(&head->shape, head->width, &t.layout);
  size_t batch = schedule->batch < n ? schedule->batch : n;
  network_space s = network_open(work);
  set_up(&t, &s, batch, n);
  t.step.weights = p.weights;
  t.step.moment1 = moment1;
  t.step.moment2 = moment2;
  network_features(&p, head->shape.inputs, t.layout.inputs, n, x, t.x, t.layout.inputs, 1);
  for (size_t i = 0; i < n; i++) t.y[i] = (float)y[i];
  if (schedule->centre && opt->steps == 0) centre_output(&t, n);
  for (uint32_t i = 0; i < epochs && opt->status == NETWORK_RUNNING; i++) {
    double loss = run_epoch(isa, &t, opt, schedule, head->seed, n);
    opt->status = judge(&t, opt, schedule, loss);
    if (!schedule->prune || opt->epochs < schedule->prune) continue;
    float *const arrays[] = { p.weights, moment1, moment2 };
    if (!network_prune(head, &t.layout, t.active, arrays, t.step.gradient)) continue;
    s.used = 0; /* the inputs and targets keep their places in front of what depends on widths */
    set_up(&t, &s, batch, n);
  }
  return (network_status)opt->status;
}
