/* SPDX-License-Identifier: BSD-3-Clause */
/* Microseconds per likelihood of the image model, and what its parts take (medians). */
#include "config.h"
#include <time.h>
#include "image_fake.h"
#include "models/image/parts.h"

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static int ascending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

enum { REPEATS = 201 };
static double median(double *t)
{
  qsort(t, REPEATS, sizeof *t, ascending);
  return t[REPEATS / 2];
}

static double gaussian(double x, double y) /* 5 x 4 pixels wide, at 45 degrees */
{
  double u = (x + y) * M_SQRT1_2, v = (x - y) * M_SQRT1_2;
  return exp(-0.5 * (u * u / (2.12 * 2.12) + v * v / (1.7 * 1.7)));
}
static double moffat(double x, double y)
{
  return pow(1.0 + (x * x + y * y) / 9.0, -3.5);
}

static double *kernel(size_t n, double (*f)(double, double))
{
  double *k = malloc(n * n * sizeof *k), middle = 0.5 * ((double)n - 1.0);
  for (size_t i = 0; i < n * n; i++) k[i] = f((double)(i % n) - middle, (double)(i / n) - middle);
  return k;
}

#define NODE(k, v)                                                                                 \
  {                                                                                                \
    k, v, NULL                                                                                     \
  }
static const socca_node point[] = {
  NODE("type", "Point"), NODE("xc", "20.00001"), NODE("yc", "-10.00001"), NODE("Ic", "9.7"), { 0 }
};
static const socca_node host[] = {
  NODE("type", "Sersic"), NODE("xc", "20.00001"), NODE("yc", "-10.00001"),
  NODE("theta", "0.874"), NODE("e", "0.603"),     NODE("re", "4.1755e-4"),
  NODE("Ie", "0.30145"),  NODE("ns", "1"),        { 0 }
};
static const socca_node galaxy[] = {
  NODE("type", "Sersic"), NODE("xc", "10.0003"), NODE("yc", "0.0002"),
  NODE("theta", "0.5"),   NODE("e", "0.4"),      NODE("re", "0.014"),
  NODE("Ie", "20"),       NODE("ns", "1.7"),     { 0 }
};
static const socca_node compact[] = {
  NODE("type", "Sersic"), NODE("xc", "20.00001"), NODE("yc", "-10.00001"),
  NODE("theta", "0.5"),   NODE("e", "0.4"),       NODE("re", "3e-5"),
  NODE("Ie", "20"),       NODE("ns", "4"),        { 0 }
};
static const socca_node tutorial[] = { { "agn", NULL, point }, { "host", NULL, host }, { 0 } };
static const socca_node ic3478[] = { { "galaxy", NULL, galaxy }, { 0 } };
static const socca_node faint[] = { { "source", NULL, compact }, { 0 } };

static void run(const char *title, size_t n, double scale, double lon, double lat, double *psf,
                size_t npsf, int subgrid, const socca_node *components, uint32_t isa)
{
  image_data d;
  image_wcs w;
  fake_image(&d, &w, n, n, scale, lon, lat);
  d.subgrid = subgrid;
  d.psf.value = psf;
  d.psf.nx = d.psf.ny = npsf;
  d.psf.normalize = 1;
  d.level = 0.05;
  d.data = calloc(d.n, sizeof(double));
  d.good = malloc(d.n);
  memset(d.good, 1, d.n);
  d.ngood = d.n;
  struct fake_load load = { .load.cx.h = &fake_host };
  socca_node root = { "components", NULL, components };
  struct forward *fw;
  struct forward_ws *ws;
  socca_worker worker = { .cx = { .h = &fake_host, .isa = isa } };
  if (forward_load(&load.load, &root, &d, &fw) != SOCCA_OK ||
      forward_workspace(&worker, fw, &ws) != SOCCA_OK) {
    fprintf(stderr, "%s\n", load.message);
    exit(1);
  }
  double t[4][REPEATS], logl = 0.0;
  for (int r = 0; r < REPEATS; r++) {
    load.par[load.npar - 3] *= 1.0 + 1e-9; /* never the same parameters twice */
    struct request q = { SIZE_MAX, 1, 0 };
    struct rendered out;
    double a = now();
    render(&worker, ws, load.par, &q, &out);
    double b = now();
    if (fw->psf.value) convolve(&ws->convolution, isa, ws->sky, ws->point, ws->npoint, ws->map);
    double c = now();
    forward_loglike(&worker, fw, ws, load.par, &logl);
    double e = now();
    t[0][r] = b - a;
    t[1][r] = c - b;
    t[2][r] = e - c;
  }
  double sky = median(t[0]), blur = median(t[1]), all = median(t[2]);
  printf("%-34s isa %u: %6.1f us  (components %.1f, convolution %.1f at %zu x %zu, rest %.1f)\n",
         title, isa, all, sky, blur, fw->convolver.mx, fw->convolver.my, all - sky - blur);
  forward_drop(ws);
  forward_free(fw);
  free(d.data);
  free(d.good);
}

int main(void)
{
  double *beam = kernel(34, gaussian), *wide = kernel(51, moffat);
  for (uint32_t isa = 1; isa <= 4; isa += isa == 1 ? 2 : 1) {
    if (isa == 3 && !__builtin_cpu_supports("avx2")) break;
    if (isa == 4 && !__builtin_cpu_supports("avx512f")) break;
    run("tutorial, sampled", 128, 2.7777777777778e-5, 20.0, -10.0, beam, 34, 1, tutorial, isa);
    run("tutorial, integrated", 128, 2.7777777777778e-5, 20.0, -10.0, beam, 34, 0, tutorial, isa);
    run("tutorial, integrated, no PSF", 128, 2.7777777777778e-5, 20.0, -10.0, NULL, 0, 0, tutorial,
        isa);
    run("ic3478, sampled", 256, 2.7777777777e-4, 10.0, 0.0, wide, 51, 1, ic3478, isa);
    run("ic3478, integrated", 256, 2.7777777777e-4, 10.0, 0.0, wide, 51, 0, ic3478, isa);
    run("64 x 64, compact n = 4, no PSF", 64, 2.7777777777778e-5, 20.0, -10.0, NULL, 0, 0, faint,
        isa);
  }
  free(beam);
  free(wide);
  return 0;
}
