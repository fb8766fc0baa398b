/* SPDX-License-Identifier: BSD-3-Clause */
/* nautilus over seeds on problems of known evidence:
 *   nautilus_study PROBLEM SEEDS [FIRST-SEED] [KEY=VALUE ...]
 * A line per run, then the mean of log Z less the truth, its scatter, the reported error, the ratio of
 * both, calls, effective samples and the sampler's own time per call. */
#include "config.h"
#include "mini_host.h"
#include "problems.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

extern const socca_plugin nautilus_LTX_socca_plugin;

enum { COLUMNS = 9 };
static const char *const names[COLUMNS] = { "dlogz",  "err",   "shells",  "calls", "neff",
                                            "bounds", "cpu s", "us/call", "err_v" };

static double cpu(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int one(const problem *p, uint64_t seed, const char *const *settings, double *row)
{
  mini_host h;
  double start = cpu();
  if (mini_open(&h, &nautilus_LTX_socca_plugin, p->d, seed, p->loglike, NULL, settings)) {
    fprintf(stderr, "bad option\n");
    return -1;
  }
  socca_status st = mini_run(&h);
  if (st == SOCCA_DONE) st = mini_result(&h);
  if (st) {
    fprintf(stderr, "status %d: %s\n", st, h.error);
    mini_close(&h);
    return -1;
  }
  double seconds = cpu() - start, calls = (double)h.calls;
  row[0] = mini_value(&h, "logz") - p->logz;
  row[1] = mini_value(&h, "logz_err");
  row[2] = mini_value(&h, "logz_shells") - p->logz;
  row[3] = calls;
  row[4] = mini_value(&h, "n_eff");
  row[5] = mini_value(&h, "n_bounds");
  row[6] = seconds;
  row[7] = (seconds - h.likelihood_seconds) / calls * 1e6;
  row[8] = mini_value(&h, "logz_err_volume");
  mini_close(&h);
  return 0;
}

int main(int argc, char **argv)
{
  const problem *p = argc > 2 ? problem_named(argv[1]) : NULL;
  uint64_t seeds = argc > 2 ? strtoull(argv[2], NULL, 10) : 0, first = 0;
  int at = 3;
  double sum[COLUMNS] = { 0 }, squares[COLUMNS] = { 0 }, chi2 = 0;
  if (!p || !seeds) {
    fprintf(stderr, "usage: nautilus_study PROBLEM SEEDS [FIRST] [KEY=VALUE ...]\nproblems:");
    for (p = problems; p->name; p++) fprintf(stderr, " %s", p->name);
    fprintf(stderr, "\n");
    return 2;
  }
  if (argc > 3 && !strchr(argv[3], '=')) first = strtoull(argv[at++], NULL, 10);
  printf("# %s\n# seed", p->name);
  for (int i = 0; i < COLUMNS; i++) printf(" %9s", names[i]);
  printf("\n");
  for (uint64_t seed = first; seed < first + seeds; seed++) {
    double row[COLUMNS];
    if (one(p, seed, (const char *const *)argv + at, row)) return 1;
    printf("%6lu", (unsigned long)seed);
    for (int i = 0; i < COLUMNS; i++) {
      printf(i < 3 || i == 8 ? " %9.5f" : " %9.1f", row[i]);
      sum[i] += row[i];
      squares[i] += row[i] * row[i];
    }
    printf("\n");
    fflush(stdout);
    chi2 += row[0] * row[0] / (row[1] * row[1]);
  }
  double n = (double)seeds, mean = sum[0] / n;
  double scatter = sqrt(fmax(0, squares[0] / n - mean * mean) * n / fmax(1, n - 1));
  double shells_mean = sum[2] / n;
  double shells_scatter =
      sqrt(fmax(0, squares[2] / n - shells_mean * shells_mean) * n / fmax(1, n - 1));
  printf("# %s mean dlogz %.5f +- %.5f (%.1f s.e.) scatter %.5f reported %.5f ratio %.2f chi2/n "
         "%.2f\n",
         p->name, mean, scatter / sqrt(n), mean / (scatter / sqrt(n)), scatter,
         sqrt(squares[1] / n), sqrt(squares[1] / n) / scatter, chi2 / n);
  printf("# %s shells: mean %.5f scatter %.5f; calls %.0f neff %.0f bounds %.1f cpu %.2f s, %.1f "
         "us/call\n",
         p->name, shells_mean, shells_scatter, sum[3] / n, sum[4] / n, sum[5] / n, sum[6] / n,
         sum[7] / n);
  return 0;
}
