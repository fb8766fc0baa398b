/* SPDX-License-Identifier: BSD-3-Clause */
/* Training loop and prediction of the networks; the arithmetic is network_kernel.c. */
#include "config.h"
#include "network_layout.h"
#include "vmath.h"

const network_schedule network_upstream = { 200, 10, 10000, 0, 1e-2 };
const network_schedule network_fast = { 200, 10, 30, 1, 1e-2 };
const network_schedule network_warm = { 200, 10, 15, 1, 5e-3 };

enum { PANEL = NETWORK_PANEL, BLOCK = 16 * NETWORK_PANEL }; /* points predicted at a time */

/* Parts of a caller's workspace, aligned to 64 bytes. With base NULL only counts. */
typedef struct space {
  char *base;
  size_t used;
} space;

static void *carve(space *s, size_t bytes)
{
  void *p = s->base ? s->base + s->used : NULL;
  s->used += (bytes + 63) / 64 * 64;
  return p;
}
static space open_space(void *work)
{
  return (space){ (char *)work + (64 - (uintptr_t)work % 64) % 64, 0 };
}
static float *carve_floats(space *s, size_t n)
{
  return carve(s, n * sizeof(float));
}

/* (x - mean) * scale of n points, to[i * point + k * input] */
static void standardise(const network_parts *net, size_t d, size_t n, const double *x, float *to,
                        size_t point, size_t input)
{
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < d; k++)
      to[i * point + k * input] = (float)((x[i * d + k] - net->mean[k]) * net->scale[k]);
}

/* ---- training ---- */

typedef struct training {
  network_layout layout;
  network_step step;
  float *x, *y, *target; /* inputs [n][d] and targets; targets of a batch */
  uint32_t *order;       /* this epoch's permutation */
} training;

static void set_up_room(network_room *room, space *s, const network_layout *layout, size_t points,
                        bool backward)
{
  for (size_t l = 0; l < layout->layers; l++) {
    const network_layer *layer = &layout->layer[l];
    room->value[l] = carve_floats(s, points * layer->k);
    room->delta[l] = backward ? carve_floats(s, points * layer->j) : NULL;
    room->terms[l] = carve(s, layer->k * sizeof *room->terms[l]);
    room->active[l] = carve(s, layer->j);
    room->count[l] = layer->k;
  }
  for (size_t k = 0; k < layout->layer[0].k && s->base; k++)
    room->terms[0][k] =
        (network_term){ (uint32_t)(k * PANEL), (uint32_t)(k * layout->layer[0].rows), 0 };
}
static void set_up(training *t, space *s, size_t batch, size_t n)
{
  const network_layout *layout = &t->layout;
  size_t points = (batch + PANEL - 1) / PANEL * PANEL;
  t->x = carve_floats(s, n * layout->inputs);
  t->y = carve_floats(s, n);
  t->order = carve(s, n * sizeof *t->order);
  t->target = carve_floats(s, points);
  t->step.layout = layout;
  t->step.target = t->target;
  t->step.gradient = carve_floats(s, layout->weights);
  t->step.inputs = carve(s, (NETWORK_WIDTH + 1) * sizeof *t->step.inputs);
  t->step.outputs = carve(s, NETWORK_WIDTH * sizeof *t->step.outputs);
  set_up_room(&t->step.room, s, layout, points, true);
}

size_t network_train_work(const network_shape *shape, const network_schedule *schedule, size_t n)
{
  training t;
  space s = { NULL, 64 };
  if (!network_lay_out(shape->inputs, shape->hidden, &t.layout)) return 0;
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

static network_status epoch(uint32_t isa, training *t, network_optimiser *opt,
                            const network_schedule *schedule, uint64_t seed, size_t n)
{
  size_t batch = schedule->batch < n ? schedule->batch : n;
  double total = (double)((n + batch - 1) / batch) * schedule->epochs, loss = 0;
  (void)isa;
  shuffle(t->order, n, seed, opt->epochs);
  for (size_t first = 0; first < n; first += batch) {
    gather(t, t->order + first, n - first < batch ? n - first : batch);
    opt->steps++;
    opt->decay1 *= 0.9;
    opt->decay2 *= 0.999;
    t->step.rate = corrected_rate(opt, schedule, total);
    loss += SOCCA_DISPATCH(isa, network_step)(&t->step);
  }
  opt->epochs++;
  opt->loss = loss / (double)n;
  opt->worse = opt->loss > opt->best ? opt->worse + 1 : 0;
  if (opt->loss < opt->best) opt->best = opt->loss;
  if (!(opt->loss < __builtin_inf()) || !finite_weights(t->step.weights, t->layout.weights))
    return NETWORK_NONFINITE;
  bool stop = schedule->patience && opt->worse > schedule->patience;
  return stop || opt->epochs >= schedule->epochs ? NETWORK_DONE : NETWORK_RUNNING;
}

network_status network_train(uint32_t isa, void *net, void *optimiser,
                             const network_schedule *schedule, size_t n, const double *x,
                             const double *y, uint32_t epochs, void *work)
{
  network_optimiser *opt = optimiser;
  const network_head *head = net;
  training t;
  if (!network_lay_out(head->shape.inputs, head->width, &t.layout) || n < 1 || schedule->batch < 1)
    return NETWORK_NONFINITE;
  space s = open_space(work);
  set_up(&t, &s, schedule->batch < n ? schedule->batch : n, n);
  network_parts p = network_parts_of(&t.layout, net);
  t.step.weights = p.weights;
  t.step.moment1 = (float *)(opt + 1);
  t.step.moment2 = t.step.moment1 + t.layout.weights;
  standardise(&p, t.layout.inputs, n, x, t.x, t.layout.inputs, 1);
  for (size_t i = 0; i < n; i++) t.y[i] = (float)y[i];
  for (uint32_t i = 0; i < epochs && opt->status == NETWORK_RUNNING; i++)
    opt->status = epoch(isa, &t, opt, schedule, head->seed, n);
  return (network_status)opt->status;
}

/* ---- prediction ---- */

typedef struct prediction {
  network_layout layout;
  network_room room;
  float *inputs; /* BLOCK points in panels */
  double *sum;
} prediction;

static void set_up_prediction(prediction *p, space *s)
{
  p->inputs = carve_floats(s, BLOCK * p->layout.layer[0].k);
  p->sum = carve(s, BLOCK * sizeof *p->sum);
  set_up_room(&p->room, s, &p->layout, PANEL, false);
}
size_t network_predict_work(const network_shape *shape)
{
  prediction p;
  space s = { NULL, 64 };
  if (!network_lay_out(shape->inputs, shape->hidden, &p.layout)) return 0;
  set_up_prediction(&p, &s);
  return s.used;
}

/* One network, at most BLOCK points; the places after the last one are padded by zeros. */
static void add_outputs(uint32_t isa, const void *net, size_t n, const double *x, double *out,
                        prediction *p, void *work)
{
  const network_head *head = net;
  if (!network_lay_out(head->shape.inputs, head->width, &p->layout)) return;
  network_parts parts = network_parts_of(&p->layout, (void *)(uintptr_t)net);
  size_t panels = (n + PANEL - 1) / PANEL, d = p->layout.inputs;
  space s = open_space(work);
  set_up_prediction(p, &s);
  memset(p->sum, 0, panels * PANEL * sizeof *p->sum);
  (void)isa;
  for (size_t i = 0; i < panels; i++) {
    size_t left = n - i * PANEL;
    float *to = p->inputs + i * (d + 1) * PANEL;
    if (left < PANEL) memset(to, 0, d * PANEL * sizeof *to);
    standardise(&parts, d, left < PANEL ? left : PANEL, x + i * PANEL * d, to, 1, PANEL);
    for (size_t k = 0; k < PANEL; k++) to[d * PANEL + k] = 1.0f;
  }
  SOCCA_DISPATCH(isa, network_forward)
  (&p->layout, parts.weights, panels, p->inputs, &p->room, p->sum);
  for (size_t i = 0; i < n; i++) out[i] += p->sum[i];
}
void network_predict(uint32_t isa, const void *nets, size_t stride, uint32_t count, size_t n,
                     const double *x, double *out, void *work)
{
  size_t d = ((const network_head *)nets)->shape.inputs;
  prediction p;
  for (size_t first = 0; first < n; first += BLOCK) {
    size_t block = n - first < BLOCK ? n - first : BLOCK;
    double *to = out + first;
    for (size_t i = 0; i < block; i++) to[i] = 0;
    for (uint32_t i = 0; i < count; i++)
      add_outputs(isa, (const char *)nets + i * stride, block, x + first * d, to, &p, work);
    for (size_t i = 0; i < block; i++) to[i] /= (double)count;
  }
}
