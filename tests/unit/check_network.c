/* SPDX-License-Identifier: BSD-3-Clause */
/* Networks: gradients, learning, and the same bits on all levels, at all places, in one call or many */
#include "config.h"
#include "run_suite.h"
#include <base/isa.h>
#include <maths/philox.h>
#include <math.h>
#include <numeric/network_layout.h>
#include <stdlib.h>
#include <string.h>

enum { D = 3, N = 700 };
static const int levels[] = { 1, 3, 4 };
static const network_shape small = { D, { 23, 12, 7 }, 0 };
static double inputs[N * D], targets[N];

static int machine(void)
{
  uint32_t level;
  unsetenv("SOCCA_ISA");
  ck_assert_int_eq(socca_isa_level(NULL, &level), SOCCA_OK);
  return (int)level;
}
static void *allocate(size_t n)
{
  void *p = malloc(n);
  ck_assert_ptr_nonnull(p);
  memset(p, 0xa5, n);
  return p;
}
static void points(uint64_t seed, size_t n, double *x)
{
  socca_philox_uniform(seed, 1, 0, n * D, x);
  for (size_t i = 0; i < n * D; i++) x[i] = 2 * x[i] - 1;
}
static double bump(const double *x)
{
  return exp(-(x[0] * x[0] + 2 * x[1] * x[1] + x[0] * x[2]));
}
static void set_up(void)
{
  points(7, N, inputs);
  for (size_t i = 0; i < N; i++) targets[i] = bump(inputs + i * D);
}

typedef struct trained {
  network_shape shape;
  network_schedule schedule;
  void *net, *optimiser, *work, *predict_work;
} trained;

static trained begin(const network_shape *shape, const network_schedule *schedule, size_t n)
{
  trained t = { *shape,
                *schedule,
                allocate(network_bytes(shape)),
                allocate(network_optimiser_bytes(shape)),
                allocate(network_train_work(shape, schedule, n)),
                allocate(network_predict_work(shape)) };
  network_init(t.net, t.optimiser, shape, 3, n, inputs);
  return t;
}
static network_status train(const trained *t, int level, uint32_t epochs)
{
  return network_train((uint32_t)level, t->net, t->optimiser, &t->schedule, N, inputs, targets,
                       epochs, t->work);
}
static void predict(const trained *t, int level, size_t n, const double *x, double *out)
{
  network_predict((uint32_t)level, t->net, 0, 1, n, x, out, t->predict_work);
}
static void end(trained *t)
{
  free(t->net);
  free(t->optimiser);
  free(t->work);
  free(t->predict_work);
}
static bool same(const trained *a, const trained *b)
{
  return memcmp(a->net, b->net, network_bytes(&a->shape)) == 0 &&
         memcmp(a->optimiser, b->optimiser, network_optimiser_bytes(&a->shape)) == 0;
}

/* ---- gradient ---- */

/* half mean square error in double, straight from the definition */
static double plain_loss(const network_layout *layout, const double *w, size_t n,
                         const float *value, const float *target)
{
  double loss = 0;
  for (size_t i = 0; i < n; i++) {
    double in[NETWORK_WIDTH + 1], out[NETWORK_WIDTH + 1];
    const float *v = value + i / NETWORK_PANEL * layout->layer[0].k * NETWORK_PANEL;
    for (size_t k = 0; k < layout->layer[0].k; k++)
      in[k] = (double)v[k * NETWORK_PANEL + i % NETWORK_PANEL];
    for (size_t l = 0; l < layout->layers; l++) {
      const network_layer *layer = &layout->layer[l];
      for (size_t j = 0; j < layer->j; j++) {
        out[j] = 0;
        for (size_t k = 0; k < layer->k; k++) out[j] += w[network_weight(layer, j, k)] * in[k];
        if (layer->rows > 1 && out[j] < 0) out[j] = 0;
      }
      memcpy(in, out, layer->j * sizeof *in);
      in[layer->j] = 1;
    }
    loss += 0.5 * (out[0] - (double)target[i]) * (out[0] - (double)target[i]);
  }
  return loss / (double)n;
}

START_TEST(test_gradient)
{
  enum { POINTS = 39, PADDED = 48 }; /* the last panel is not full */
  trained t = begin(&small, &network_upstream, N);
  network_layout layout;
  ck_assert(network_lay_out(&small, small.hidden, &layout));
  network_parts parts = network_parts_of(&layout, t.net);
  float target[PADDED] = { 0 };
  network_unit units[2][4 * NETWORK_WIDTH];
  network_space space = network_open(t.work);
  network_step s = { .layout = &layout, .weights = parts.weights, .points = POINTS };
  s.target = target;
  s.inputs = units[0];
  s.outputs = units[1];
  s.gradient = network_carve_floats(&space, layout.weights);
  s.moment1 = network_carve_floats(&space, layout.weights);
  s.moment2 = network_carve_floats(&space, layout.weights);
  memset(s.moment1, 0, layout.weights * sizeof(float));
  memset(s.moment2, 0, layout.weights * sizeof(float));
  network_set_up_room(&s.room, &space, &layout, PADDED, true);
  for (size_t i = 0; i < PADDED; i++) {
    float *v = s.room.value[0] + i / NETWORK_PANEL * (D + 1) * NETWORK_PANEL + i % NETWORK_PANEL;
    for (size_t k = 0; k < D; k++) v[k * NETWORK_PANEL] = (float)inputs[i * D + k];
    v[D * NETWORK_PANEL] = 1;
    target[i] = (float)targets[i];
  }
  double *w = allocate(layout.weights * sizeof *w), largest = 0;
  for (size_t i = 0; i < layout.weights; i++) w[i] = (double)parts.weights[i];
  for (size_t level = 0; level < 3 && levels[level] <= machine(); level++) {
    double loss = SOCCA_DISPATCH(levels[level], network_step)(&s) / POINTS;
    ck_assert_double_eq_tol(loss, plain_loss(&layout, w, POINTS, s.room.value[0], target), 1e-6);
    for (size_t i = 0; i < layout.weights; i++) {
      const double h = 1e-6;
      double keep = w[i], side[2];
      if (parts.weights[i] == 0.0f) continue; /* padding */
      for (int k = 0; k < 2; k++) {
        w[i] = keep + (k ? h : -h);
        side[k] = plain_loss(&layout, w, POINTS, s.room.value[0], target);
      }
      w[i] = keep;
      double slope = (side[1] - side[0]) / (2 * h);
      if (fabs(slope) > largest) largest = fabs(slope);
      ck_assert_msg(fabs(slope - (double)s.gradient[i]) < 2e-6,
                    "level %d, weight %zu: %.9f, not %.9f", levels[level], i, (double)s.gradient[i],
                    slope);
    }
  }
  ck_assert_double_gt(largest, 0.05); /* far above the tolerance */
  free(w);
  end(&t);
}
END_TEST

/* Adam against its published formulas, on the gradient that the step leaves */
START_TEST(test_first_step)
{
  network_schedule schedule = network_upstream;
  schedule.batch = N;
  trained a = begin(&small, &schedule, N), b = begin(&small, &schedule, N);
  network_layout layout;
  ck_assert(network_lay_out(&small, small.hidden, &layout));
  train(&a, 1, 1);
  const float *w = network_parts_of(&layout, a.net).weights;
  const float *w0 = network_parts_of(&layout, b.net).weights;
  const float *m = (const float *)((network_optimiser *)a.optimiser + 1), *v = m + layout.weights;
  double step = 0.01 * sqrt(1 - 0.999) / (1 - 0.9);
  size_t moved = 0;
  for (size_t i = 0; i < layout.weights; i++) {
    double g = (double)m[i] / 0.1;
    ck_assert_double_eq_tol((double)v[i], 0.001 * g * g, 1e-6 * (double)v[i] + 1e-20);
    double change = -step * (double)m[i] / (sqrt((double)v[i]) + 1e-8);
    ck_assert_double_eq_tol((double)(w[i] - w0[i]), change, 1e-6);
    moved += w[i] != w0[i];
  }
  ck_assert_uint_gt(moved, layout.weights / 3);
  end(&a);
  end(&b);
}
END_TEST

/* ---- learning ---- */

static double error_on_fresh_points(const trained *t, double (*f)(const double *))
{
  static double x[2000 * D], out[2000];
  double sum = 0;
  points(8, 2000, x);
  predict(t, 1, 2000, x, out);
  for (size_t i = 0; i < 2000; i++) sum += pow(out[i] - f(x + i * D), 2);
  return sqrt(sum / 2000);
}
static double line(const double *x)
{
  return 0.3 + x[0] - 0.5 * x[2];
}
static double edge(const double *x)
{
  return x[0] + x[1] > 0 ? 1 : 0;
}
START_TEST(test_learns)
{
  const network_shape shape = { D, { 100, 50, 20 }, _i != 0 };
  static const struct {
    double (*f)(const double *);
    double rms; /* of the function, to be left */
  } cases[] = { { bump, 0.02 }, { line, 0.02 }, { edge, 0.15 } };
  const network_schedule *schedules[] = { &network_upstream, &network_fast };
  for (size_t c = 0; c < 3; c++)
    for (size_t s = 0; s < 2; s++) {
      for (size_t i = 0; i < N; i++) targets[i] = cases[c].f(inputs + i * D);
      trained t = begin(&shape, schedules[s], N);
      train(&t, machine(), 1);
      double first = network_loss(t.optimiser);
      network_status status = train(&t, machine(), 80);
      ck_assert(status == NETWORK_DONE || network_epochs(t.optimiser) == 81);
      ck_assert_double_lt(network_loss(t.optimiser), 0.2 * first);
      double rms = error_on_fresh_points(&t, cases[c].f);
      ck_assert_msg(rms < cases[c].rms, "case %zu, schedule %zu: rms %.4f", c, s, rms);
      end(&t);
    }
}
END_TEST

/* more than `patience` epochs in a row above the best */
START_TEST(test_stops)
{
  network_schedule schedule = network_upstream;
  schedule.patience = 3;
  schedule.epochs = 400;
  trained t = begin(&small, &schedule, N);
  double best = INFINITY;
  uint32_t worse = 0, epochs = 0;
  network_status status = NETWORK_RUNNING;
  while (worse <= 3 && epochs < 400) {
    ck_assert_int_eq(status, NETWORK_RUNNING);
    status = train(&t, 1, 1);
    double loss = network_loss(t.optimiser);
    ck_assert_uint_eq(network_epochs(t.optimiser), ++epochs);
    worse = loss > best ? worse + 1 : 0;
    if (loss < best) best = loss;
  }
  ck_assert_uint_lt(epochs, 400);
  ck_assert_int_eq(status, NETWORK_DONE);
  ck_assert_int_eq(train(&t, 1, 5), NETWORK_DONE); /* stays so */
  ck_assert_uint_eq(network_epochs(t.optimiser), epochs);
  end(&t);
  schedule = network_fast;
  schedule.epochs = 4;
  t = begin(&small, &schedule, N);
  ck_assert_int_eq(train(&t, 1, 3), NETWORK_RUNNING);
  ck_assert_int_eq(train(&t, 1, 3), NETWORK_DONE);
  ck_assert_uint_eq(network_epochs(t.optimiser), 4);
  end(&t);
}
END_TEST

START_TEST(test_nonfinite)
{
  static const double bad[] = { 1e300, -1e300, NAN, INFINITY };
  targets[5] = bad[_i];
  trained t = begin(&small, &network_upstream, N);
  ck_assert_int_eq(train(&t, machine(), 5), NETWORK_NONFINITE);
  ck_assert_uint_eq(network_epochs(t.optimiser), 1);
  end(&t);
}
END_TEST

START_TEST(test_constant_input)
{
  for (size_t i = 0; i < N; i++) inputs[i * D + 1] = 0.1;
  network_shape shape = small;
  shape.squares = 1;
  trained t = begin(&shape, &network_fast, N);
  network_layout layout;
  ck_assert(network_lay_out(&shape, shape.hidden, &layout));
  network_parts parts = network_parts_of(&layout, t.net);
  ck_assert_double_eq(parts.mean[1], 0.1);
  ck_assert_double_eq(parts.scale[1], 1);
  ck_assert_double_eq(parts.scale[4], 1);
  ck_assert_int_eq(train(&t, 1, 2), NETWORK_RUNNING);
  end(&t);
}
END_TEST

/* ---- the same bits ---- */

static uint64_t fnv(const void *data, size_t n)
{
  uint64_t h = 14695981039346656037u;
  for (size_t i = 0; i < n; i++) h = (h ^ ((const unsigned char *)data)[i]) * 1099511628211u;
  return h;
}
START_TEST(test_levels)
{
  const uint64_t everywhere = 0xc3d9c763bc432c5d; /* of the predictions, from any compiler */
  for (size_t i = 0; i < N; i++) {                /* without a mathematical library */
    const double *x = inputs + i * D;
    targets[i] = 1 / (1 + x[0] * x[0] + 2 * x[1] * x[1] + x[0] * x[2]);
  }
  network_shape shape = small;
  shape.squares = 1;
  trained first = begin(&shape, &network_fast, N);
  double out[2][N];
  train(&first, 1, 20);
  predict(&first, 1, N, inputs, out[0]);
  ck_assert_uint_eq(fnv(out[0], sizeof out[0]), everywhere);
  for (size_t l = 1; l < 3 && levels[l] <= machine(); l++) {
    trained t = begin(&shape, &network_fast, N);
    train(&t, levels[l], 20);
    ck_assert_msg(same(&t, &first), "level %d", levels[l]);
    predict(&t, levels[l], N, inputs, out[1]);
    ck_assert_msg(memcmp(out[0], out[1], sizeof out[0]) == 0, "level %d", levels[l]);
    end(&t);
  }
  end(&first);
}
END_TEST

START_TEST(test_places)
{
  trained t = begin(&small, &network_upstream, N);
  double all[N], out[N];
  int level = machine();
  train(&t, level, 3);
  predict(&t, level, N, inputs, all);
  for (size_t n = 1; n < N; n = n * 2 + 1)
    for (size_t first = 0; first + n <= N; first += 97) {
      predict(&t, level, n, inputs + first * D, out);
      ck_assert(memcmp(out, all + first, n * sizeof *out) == 0);
    }
  end(&t);
}
END_TEST

/* epochs one at a time, with everything moved to other memory in between */
START_TEST(test_resumed)
{
  const network_schedule *schedules[] = { &network_upstream, &network_fast };
  for (size_t c = 0; c < 2; c++) {
    trained once = begin(&small, schedules[c], N), often = begin(&small, schedules[c], N);
    network_status status = train(&once, machine(), 20);
    for (int i = 0; i < 20; i++) {
      size_t bytes[] = { network_bytes(&small), network_optimiser_bytes(&small) };
      char *moved = allocate(bytes[0] + bytes[1] + 8);
      memcpy(moved + 8, often.net, bytes[0]);
      memcpy(moved + 8 + bytes[0], often.optimiser, bytes[1]);
      memset(often.work, i, network_train_work(&small, schedules[c], N));
      network_status s = network_train((uint32_t)machine(), moved + 8, moved + 8 + bytes[0],
                                       schedules[c], N, inputs, targets, 1, often.work);
      ck_assert(i < 19 || s == status);
      memcpy(often.net, moved + 8, bytes[0]);
      memcpy(often.optimiser, moved + 8 + bytes[0], bytes[1]);
      free(moved);
    }
    ck_assert(same(&once, &often));
    end(&once);
    end(&often);
  }
}
END_TEST

START_TEST(test_ensemble)
{
  size_t bytes = network_bytes(&small), stride = bytes + 64;
  char *nets = allocate(3 * stride);
  trained t = begin(&small, &network_fast, N);
  double each[3][N], mean[N];
  for (size_t i = 0; i < 3; i++) {
    network_init(t.net, t.optimiser, &small, i, N, inputs);
    train(&t, 1, i == 2 ? 20 : 2); /* the last is pruned */
    predict(&t, 1, N, inputs, each[i]);
    memcpy(nets + i * stride, t.net, bytes);
  }
  ck_assert(memcmp(each[0], each[1], sizeof each[0]) != 0); /* other seed, other network */
  network_predict(1, nets, stride, 3, N, inputs, mean, t.predict_work);
  for (size_t i = 0; i < N; i++)
    ck_assert_double_eq(mean[i], (each[0][i] + each[1][i] + each[2][i]) / 3);
  free(nets);
  end(&t);
}
END_TEST

/* ---- pruning and warm starts ---- */

START_TEST(test_prune)
{
  network_schedule schedule = network_upstream;
  trained t = begin(&small, &schedule, N), warm = begin(&small, &schedule, N);
  double before[N], after[N];
  train(&t, machine(), 30);
  predict(&t, machine(), N, inputs, before);
  /* which units are ever positive, from the definition */
  network_layout layout;
  network_head *head = t.net;
  ck_assert(network_lay_out(&small, small.hidden, &layout));
  network_parts parts = network_parts_of(&layout, t.net);
  uint8_t flags[NETWORK_LAYERS][64] = { { 0 } };
  for (size_t i = 0; i < N; i++) {
    float in[64], out[64];
    network_features(&parts, D, D, 1, inputs + i * D, in, 1, 1);
    for (size_t l = 0; l + 1 < layout.layers; l++) {
      const network_layer *layer = &layout.layer[l];
      in[layer->k - 1] = 1;
      for (size_t j = 0; j < layer->j; j++) {
        out[j] = 0;
        for (size_t k = 0; k < layer->k; k++)
          out[j] += parts.weights[network_weight(layer, j, k)] * in[k];
        if (out[j] > -1e-5f) flags[l][j] |= j < small.hidden[l];
        if (!(out[j] > 0)) out[j] = 0;
      }
      memcpy(in, out, layer->j * sizeof *in);
    }
  }
  float *moments = (float *)((network_optimiser *)t.optimiser + 1);
  float *const arrays[] = { parts.weights, moments, moments + layout.weights };
  float *scratch = allocate(layout.weights * sizeof *scratch);
  uint8_t *const active[] = { flags[0], flags[1], flags[2] };
  ck_assert(network_prune(head, &layout, active, arrays, scratch));
  ck_assert_uint_lt(head->width[0] + head->width[1] + head->width[2], 23 + 12 + 7);
  predict(&t, machine(), N, inputs, after);
  ck_assert(memcmp(before, after, sizeof before) == 0);
  /* grown again for a warm start: the same function at first */
  network_init_from(warm.net, warm.optimiser, t.net, 9, N, inputs);
  ck_assert_uint_eq(((network_head *)warm.net)->width[1], small.hidden[1]);
  predict(&warm, machine(), N, inputs, after);
  ck_assert(memcmp(before, after, sizeof before) == 0);
  ck_assert_int_eq(train(&warm, machine(), 1), NETWORK_RUNNING);
  trained cold = begin(&small, &schedule, N);
  train(&cold, machine(), 1);
  ck_assert_double_lt(network_loss(warm.optimiser), 0.5 * network_loss(cold.optimiser));
  end(&cold);
  free(scratch);
  end(&t);
  end(&warm);
}
END_TEST

/* what would lose every unit keeps one */
START_TEST(test_prune_all)
{
  network_schedule schedule = network_fast;
  schedule.prune = 1;
  trained t = begin(&small, &schedule, N);
  network_layout layout;
  ck_assert(network_lay_out(&small, small.hidden, &layout));
  float *w = network_parts_of(&layout, t.net).weights;
  for (size_t j = 0; j < 23; j++) w[network_weight(&layout.layer[0], j, D)] = -100;
  ck_assert_int_eq(train(&t, 1, 2), NETWORK_RUNNING);
  ck_assert_uint_eq(((network_head *)t.net)->width[0], 1);
  ck_assert_double_eq_tol(network_loss(t.optimiser), 0.5 * 0.08, 0.04); /* the mean is left */
  end(&t);
}
END_TEST

START_TEST(test_shapes)
{
  static const network_shape impossible[] = { { 0, { 10 }, 0 },
                                              { NETWORK_WIDTH + 1, { 10 }, 0 },
                                              { 2, { 10, NETWORK_WIDTH + 1 }, 0 } };
  static const network_shape possible[] = {
    { 1, { 1 }, 0 }, { 1, { 0 }, 1 }, { 3, { 10, 10, 10 }, 1 }, { 40, { 64, 32 }, 0 }
  };
  for (size_t i = 0; i < 3; i++) {
    ck_assert_uint_eq(network_bytes(&impossible[i]), 0);
    ck_assert_uint_eq(network_optimiser_bytes(&impossible[i]), 0);
    ck_assert_uint_eq(network_train_work(&impossible[i], &network_fast, 10), 0);
    ck_assert_uint_eq(network_predict_work(&impossible[i]), 0);
  }
  for (size_t i = 0; i < 4; i++)
    for (size_t n = 1; n < 40; n += 6) {
      const network_shape *shape = &possible[i];
      ck_assert_uint_eq(network_bytes(shape) % 64, 0);
      trained t = begin(shape, &network_fast, n);
      double *out = allocate(n * sizeof *out);
      network_train((uint32_t)machine(), t.net, t.optimiser, &t.schedule, n, inputs, targets, 3,
                    t.work);
      predict(&t, machine(), n, inputs, out);
      for (size_t k = 0; k < n; k++) ck_assert(isfinite(out[k]));
      free(out);
      end(&t);
    }
}
END_TEST

START_TEST(test_valid)
{
  network_schedule schedule = network_fast;
  schedule.prune = 1;
  trained t = begin(&small, &schedule, N);
  network_shape other = small;
  network_head *head = t.net;
  ck_assert(network_valid(t.net, &small));
  train(&t, 1, 3);
  ck_assert(network_valid(t.net, &small));
  other.inputs++;
  ck_assert(!network_valid(t.net, &other));
  other = small;
  other.squares = 1;
  ck_assert(!network_valid(t.net, &other));
  uint32_t *fields[] = { &head->magic, &head->width[0], &head->width[2], &head->shape.hidden[1] };
  for (size_t i = 0; i < 4; i++) {
    uint32_t keep = *fields[i];
    *fields[i] = 1000000;
    ck_assert(!network_valid(t.net, &small));
    *fields[i] = 0;
    ck_assert(!network_valid(t.net, &small));
    *fields[i] = keep;
    ck_assert(network_valid(t.net, &small));
  }
  network_layout layout;
  ck_assert(network_lay_out(&small, head->width, &layout));
  float *weight = network_parts_of(&layout, t.net).weights + layout.weights - 1;
  *weight = NAN;
  ck_assert(!network_valid(t.net, &small));
  end(&t);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("network");
  TCase *c = tcase_create("network");
  tcase_set_timeout(c, 120);
  tcase_add_checked_fixture(c, set_up, NULL);
  tcase_add_test(c, test_gradient);
  tcase_add_test(c, test_first_step);
  tcase_add_loop_test(c, test_learns, 0, 2);
  tcase_add_test(c, test_stops);
  tcase_add_loop_test(c, test_nonfinite, 0, 4);
  tcase_add_test(c, test_constant_input);
  tcase_add_test(c, test_levels);
  tcase_add_test(c, test_places);
  tcase_add_test(c, test_resumed);
  tcase_add_test(c, test_ensemble);
  tcase_add_test(c, test_prune);
  tcase_add_test(c, test_prune_all);
  tcase_add_test(c, test_shapes);
  tcase_add_test(c, test_valid);
  suite_add_tcase(suite, c);
  return run_suite(suite);
}
