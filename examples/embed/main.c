/* SPDX-License-Identifier: BSD-3-Clause */
/* A fit from inside a program of one's own:
 *
 *   cc main.c -o embed $(pkg-config --cflags --libs socca)
 *   ./embed fit.yaml pool=mp:2 set=n_live=500
 *   mpiexec -n 4 ./embed fit.yaml
 *
 * Under MPI every rank comes out of socca_fitter_run() with the same status and the same result. */
#include <socca/fit.h>
#include <stdio.h>

/* Mean of column k, with the weights of the draws */
static double mean(const socca_fitter *f, size_t k)
{
  const double *x = socca_fitter_samples(f), *w = socca_fitter_weights(f);
  size_t n = socca_fitter_draws(f), d = socca_fitter_columns(f);
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += w[i] * x[i * d + k];
  return sum;
}

int main(int argc, char **argv)
{
  socca_fitter *f = NULL;
  if (argc < 2) {
    fprintf(stderr, "usage: %s FIT.yaml [SETTING=VALUE]...\n", argv[0]);
    return 2;
  }
  const char *const *settings = (const char *const *)(argv + 2);
  int32_t status = socca_fitter_open(argv[1], NULL, settings, (size_t)argc - 2, &f);
  if (!status) status = socca_fitter_run(f);
  if (!status) {
    socca_fitter_print(f); /* on rank 0 alone, as is everything that writes */
    printf("rank %u has %zu draws, log Z = %.17g, digest %s\n", socca_fitter_rank(f),
           socca_fitter_draws(f), socca_fitter_number(f, "logz"), socca_fitter_text(f, "digest"));
    for (size_t k = 0; !socca_fitter_rank(f) && k < socca_fitter_columns(f); k++)
      printf("mean of %s: %g %s\n", socca_fitter_name(f, k), mean(f, k), socca_fitter_unit(f, k));
  } else if (f && !socca_fitter_rank(f)) {
    fprintf(stderr, "%s\n", socca_fitter_error(f));
  }
  fflush(stdout); /* launchers forward what has been written */
  int code = socca_fitter_exit_status(f);
  socca_fitter_close(f);
  return code;
}
