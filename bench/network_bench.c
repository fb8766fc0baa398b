/* SPDX-License-Identifier: BSD-3-Clause */
/* Training and prediction of an ensemble of four networks, at each level of this machine */
#include "config.h"
#include "bench.h"
#include <base/isa.h>
#include <maths/philox.h>
#include <numeric/network.h>
#include <stdio.h>

enum { NETS = 4, N = 2600, MAX_D = 10, TRAININGS = 3 };
static double x[N * MAX_D], y[N], out[N];
typedef struct job {
  uint32_t level;
  network_shape shape;
  const network_schedule *schedule;
  size_t bytes;
  char *nets;
  void *optimiser, *work;
  uint32_t epochs;
} job;

static void train(void *arg)
{
  job *j = arg;
  j->epochs = 0;
  for (uint64_t i = 0; i < NETS; i++) {
    char *net = j->nets + i * j->bytes;
    network_init(net, j->optimiser, &j->shape, i, N, x);
    network_train(j->level, net, j->optimiser, j->schedule, N, x, y, 10000, j->work);
    j->epochs += network_epochs(j->optimiser);
  }
}
static void predict(void *arg)
{
  job *j = arg;
  network_predict(j->level, j->nets, j->bytes, NETS, N, x, out, j->work);
}

static void bench(uint32_t level, uint32_t d, const char *name, const network_schedule *schedule,
                  uint32_t squares)
{
  job j = { level, { d, { 100, 50, 20 }, squares }, schedule, 0, NULL, NULL, NULL, 0 };
  size_t work = network_train_work(&j.shape, schedule, N), other = network_predict_work(&j.shape);
  j.bytes = network_bytes(&j.shape);
  j.nets = malloc(NETS * j.bytes);
  j.optimiser = malloc(network_optimiser_bytes(&j.shape));
  j.work = malloc(work > other ? work : other);
  if (j.nets && j.optimiser && j.work) {
    double training = bench_median(train, &j, TRAININGS);
    double prediction = bench_median(predict, &j, BENCH_RUNS);
    printf("d %2u  v%u  %-9s  %5.1f epochs  training %7.1f ms  prediction %.3f us per point\n", d,
           level, name, (double)j.epochs / NETS, training * 1e3, prediction / N * 1e6);
  }
  free(j.nets);
  free(j.optimiser);
  free(j.work);
}
int main(void)
{
  static const uint32_t levels[] = { 1, 3, 4 };
  uint32_t machine;
  if (socca_isa_level(NULL, &machine) != SOCCA_OK) return EXIT_FAILURE;
  for (uint32_t d = 3; d <= MAX_D; d += 7) {
    socca_philox_uniform(1, 1, d, N * d, x);
    for (size_t i = 0; i < N; i++) {
      double r = 0;
      for (uint32_t k = 0; k < d; k++) r += (2 * x[i * d + k] - 1) * (2 * x[i * d + k] - 1);
      y[i] = 1 / (1 + r);
    }
    for (size_t l = 0; l < 3 && levels[l] <= machine; l++) {
      bench(levels[l], d, "upstream", &network_upstream, 0);
      bench(levels[l], d, "fast", &network_fast, 1);
    }
  }
  return EXIT_SUCCESS;
}
