/* SPDX-License-Identifier: BSD-3-Clause */
/* Arithmetic of the networks, compiled once per level. The work is one kind of product,
 * c[r][lane] = sum over i of a(i, r) b[i][lane] in ascending i without fused multiply-add: however a
 * level cuts it into tiles of registers, the sum of an element has the same order. */
#include "config.h"
#include "network_layout.h"
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if SOCCA_LEVEL_NUMBER >= 4
enum { VF = 16, TILE_ROWS = 10, TILE_VECTORS = 1 };
#elif SOCCA_LEVEL_NUMBER == 3
enum { VF = 8, TILE_ROWS = 5, TILE_VECTORS = 2 };
#else
enum { VF = 4, TILE_ROWS = 5, TILE_VECTORS = 2 };
#endif
enum { ROWS = NETWORK_ROWS, PANEL = NETWORK_PANEL, TILE_LANES = VF * TILE_VECTORS };
typedef float vfloat __attribute__((vector_size(VF * 4)));
typedef int32_t vint __attribute__((vector_size(VF * 4)));
typedef float vquad __attribute__((vector_size(16)));
typedef vfloat tile[TILE_ROWS][TILE_VECTORS];
#define INLINE static inline __attribute__((always_inline))

INLINE vfloat load(const float *p)
{
  vfloat x;
  memcpy(&x, p, sizeof x);
  return x;
}
INLINE void store(float *p, vfloat x)
{
  memcpy(p, &x, sizeof x);
}
INLINE vfloat root(vfloat x)
{
#if SOCCA_LEVEL_NUMBER >= 4
  return (vfloat)_mm512_sqrt_ps((__m512)x);
#elif SOCCA_LEVEL_NUMBER == 3
  return (vfloat)_mm256_sqrt_ps((__m256)x);
#elif defined(__x86_64__)
  return (vfloat)_mm_sqrt_ps((__m128)x);
#else
  for (int i = 0; i < VF; i++) x[i] = __builtin_sqrtf(x[i]);
  return x;
#endif
}
INLINE vfloat where_positive(vfloat gate, vfloat x) /* gate > 0 ? x : 0 */
{
  return (vfloat)((vint)x & (gate > 0.0f));
}

/* The factors of a sum: i runs over blocks of `inner` terms, the last block has `last` of them. */
typedef struct factors {
  size_t blocks, inner, last;
  const float *a, *b;
  size_t a_block, b_block; /* from block to block */
} factors;

/* Within a block a(i, r) = a[i * a_step + r * a_row], b[i] = b[i * PANEL]. The steps and `rows` are
 * constants of the callers. */
INLINE void product(const factors *f, size_t a_step, size_t a_row, int rows, tile sum)
{
#pragma GCC unroll 10
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] = (vfloat){ 0 };
  for (size_t block = 0; block < f->blocks; block++) {
    const float *a = f->a + block * f->a_block, *b = f->b + block * f->b_block;
    size_t n = block + 1 < f->blocks ? f->inner : f->last;
    for (size_t i = 0; i < n; i++, a += a_step, b += PANEL) {
      vfloat x[TILE_VECTORS];
#pragma GCC unroll 2
      for (int v = 0; v < TILE_VECTORS; v++) x[v] = load(b + v * VF);
#pragma GCC unroll 10
      for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] += a[(size_t)r * a_row] * x[v];
    }
  }
}

/* ---- one panel forward ---- */

INLINE void forward_tile(const float *w, size_t k, size_t rows, int tile_rows, const float *in,
                         bool relu, float *out)
{
  tile sum;
  factors f = { 1, k, k, w, in, 0, 0 };
  product(&f, rows, 1, tile_rows, sum);
#pragma GCC unroll 10
  for (int r = 0; r < tile_rows; r++)
#pragma GCC unroll 2
    for (int v = 0; v < TILE_VECTORS; v++)
      store(out + r * PANEL + v * VF, relu ? where_positive(sum[r][v], sum[r][v]) : sum[r][v]);
}
/* inputs [k][16] of a layer -> outputs [j][16]; a hidden layer's are followed by a row of ones */
static void forward_hidden(const network_layer *layer, const float *w, const float *in, float *out)
{
  w += layer->offset;
  for (size_t j = 0; j < layer->j; j += ROWS, w += layer->k * ROWS)
    for (size_t r = 0; r < ROWS; r += TILE_ROWS)
      for (size_t p = 0; p < PANEL; p += TILE_LANES)
        forward_tile(w + r, layer->k, ROWS, TILE_ROWS, in + p, true, out + (j + r) * PANEL + p);
  for (size_t p = 0; p < PANEL; p++) out[layer->j * PANEL + p] = 1.0f;
}
static void forward_output(const network_layer *layer, const float *w, const float *in, float *out)
{
  for (size_t p = 0; p < PANEL; p += TILE_LANES)
    forward_tile(w + layer->offset, layer->k, 1, 1, in + p, false, out + p);
}

void SOCCA_LEVEL(network_forward)(const network_layout *layout, const float *weights, size_t panels,
                                  const float *inputs, float *work, double *sum)
{
  size_t last = layout->layers - 1, half = layout->widest * PANEL;
  for (size_t panel = 0; panel < panels; panel++) {
    const float *in = inputs + panel * layout->layer[0].k * PANEL;
    float *out = work, output[PANEL];
    for (size_t l = 0; l < last; l++) {
      forward_hidden(&layout->layer[l], weights, in, out);
      in = out;
      out = out == work ? work + half : work;
    }
    forward_output(&layout->layer[last], weights, in, output);
    for (size_t p = 0; p < PANEL; p++) sum[panel * PANEL + p] += (double)output[p];
  }
}

/* ---- one step of training ---- */

/* value[k][16] of one panel -> turned[k / 16][point][k % 16]; `points` is the distance of tiles */
static void turn(const float *value, size_t k, float *turned, size_t tile_floats)
{
  for (size_t first = 0; first < k; first += PANEL, turned += tile_floats)
    for (size_t i = 0; i < PANEL; i += 4)
      for (size_t p = 0; p < PANEL; p += 4) {
        vquad q[4] = { { 0 }, { 0 }, { 0 }, { 0 } };
        for (size_t r = 0; r < 4 && first + i + r < k; r++)
          memcpy(&q[r], value + (first + i + r) * PANEL + p, sizeof q[r]);
        vquad a = __builtin_shufflevector(q[0], q[1], 0, 4, 1, 5);
        vquad b = __builtin_shufflevector(q[2], q[3], 0, 4, 1, 5);
        vquad c = __builtin_shufflevector(q[0], q[1], 2, 6, 3, 7);
        vquad d = __builtin_shufflevector(q[2], q[3], 2, 6, 3, 7);
        vquad t[4] = { __builtin_shufflevector(a, b, 0, 1, 4, 5),
                       __builtin_shufflevector(a, b, 2, 3, 6, 7),
                       __builtin_shufflevector(c, d, 0, 1, 4, 5),
                       __builtin_shufflevector(c, d, 2, 3, 6, 7) };
        for (size_t r = 0; r < 4; r++) memcpy(turned + (p + r) * PANEL + i, &t[r], sizeof t[r]);
      }
}

/* delta of a layer's inputs: W^T delta where the input is positive */
INLINE void backward_tile(const network_layer *layer, const float *w, size_t rows,
                          const float *delta, const float *value, float *out)
{
  tile sum;
  factors f = { layer->j / rows, rows, rows, w, delta, layer->k * rows, rows * PANEL };
  product(&f, 1, rows, TILE_ROWS, sum);
#pragma GCC unroll 10
  for (int r = 0; r < TILE_ROWS; r++)
#pragma GCC unroll 2
    for (int v = 0; v < TILE_VECTORS; v++)
      store(out + r * PANEL + v * VF, where_positive(load(value + r * PANEL + v * VF), sum[r][v]));
}
static void backward(const network_layer *layer, const float *w, const float *delta,
                     const float *value, float *out)
{
  w += layer->offset;
  for (size_t k = 0; k + 1 < layer->k; k += TILE_ROWS)
    for (size_t p = 0; p < PANEL; p += TILE_LANES) {
      size_t at = k * PANEL + p;
      if (layer->rows == 1)
        backward_tile(layer, w + k, 1, delta + p, value + at, out + at);
      else
        backward_tile(layer, w + k * ROWS, ROWS, delta + p, value + at, out + at);
    }
}

/* gradient[j][k] = sum over the points of delta[j] value[k] */
INLINE void gradient_tile(const network_step *s, size_t l, size_t j, size_t k, int rows)
{
  const network_layer *layer = &s->layout->layer[l];
  size_t panels = (s->points + PANEL - 1) / PANEL, stride = layer->tiles * PANEL;
  size_t tile_floats = panels * PANEL * PANEL;
  tile sum;
  factors f = { panels,
                PANEL,
                s->points - (panels - 1) * PANEL,
                s->delta[l] + j * PANEL,
                s->turned[l] + k / PANEL * tile_floats + k % PANEL,
                layer->j * PANEL,
                PANEL * PANEL };
  product(&f, 1, PANEL, rows, sum);
#pragma GCC unroll 10
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int v = 0; v < TILE_VECTORS; v++)
      store(s->scratch + (j + (size_t)r) * stride + k + v * VF, sum[r][v]);
}
static void gradient(const network_step *s, size_t l)
{
  const network_layer *layer = &s->layout->layer[l];
  size_t stride = layer->tiles * PANEL;
  for (size_t k = 0; k < layer->k; k += TILE_LANES)
    if (layer->rows == 1)
      gradient_tile(s, l, 0, k, 1);
    else
      for (size_t j = 0; j < layer->j; j += TILE_ROWS) gradient_tile(s, l, j, k, TILE_ROWS);
  float *g = s->gradient + layer->offset;
  if (layer->rows == 1)
    memcpy(g, s->scratch, layer->k * sizeof *g);
  else
    for (size_t j = 0; j < layer->j; j += ROWS)
      for (size_t k = 0; k < layer->k; k++)
        for (size_t r = 0; r < ROWS; r++) *g++ = s->scratch[(j + r) * stride + k];
}

/* Adam (Kingma & Ba 2015). Moments of dead units would decay into denormal numbers, which are slow:
 * they are cut off first. */
static void adam(const network_step *s)
{
  const float beta1 = 0.9f, beta2 = 0.999f, least = 0x1p-100f;
  for (size_t i = 0; i < s->layout->weights; i += VF) {
    vfloat g = load(s->gradient + i), m = load(s->moment1 + i), v = load(s->moment2 + i);
    m = beta1 * m + (1.0f - beta1) * g;
    v = beta2 * v + (1.0f - beta2) * (g * g);
    vint keep = (m > least) | (m < -least);
    m = (vfloat)((vint)m & keep);
    v = where_positive(v - least, v);
    store(s->moment1 + i, m);
    store(s->moment2 + i, v);
    store(s->weights + i, load(s->weights + i) - s->rate * (m / (root(v) + 1e-8f)));
  }
}

/* Forward and backward for one panel; returns its loss. Points past the end get no gradient. */
static double panel_step(const network_step *s, size_t panel)
{
  const network_layout *layout = s->layout;
  size_t last = layout->layers - 1, from = panel * PANEL;
  size_t n = s->points - from < PANEL ? s->points - from : PANEL;
  size_t tile_floats = (s->points + PANEL - 1) / PANEL * PANEL * PANEL;
  float *value[NETWORK_LAYERS], *delta[NETWORK_LAYERS], output[PANEL];
  for (size_t l = 0; l <= last; l++) {
    value[l] = s->value[l] + from * layout->layer[l].k;
    delta[l] = s->delta[l] + from * layout->layer[l].j;
  }
  for (size_t l = 0; l < last; l++)
    forward_hidden(&layout->layer[l], s->weights, value[l], value[l + 1]);
  forward_output(&layout->layer[last], s->weights, value[last], output);
  double loss = 0;
  memset(delta[last], 0, PANEL * sizeof(float));
  for (size_t p = 0; p < n; p++) {
    float error = output[p] - s->target[from + p];
    loss += 0.5 * (double)error * (double)error;
    delta[last][p] = error / (float)s->points;
  }
  for (size_t l = last; l > 0; l--)
    backward(&layout->layer[l], s->weights, delta[l], value[l], delta[l - 1]);
  for (size_t l = 0; l <= last; l++)
    turn(value[l], layout->layer[l].k, s->turned[l] + from * PANEL, tile_floats);
  return loss;
}

double SOCCA_LEVEL(network_step)(const network_step *s)
{
  double loss = 0;
  for (size_t panel = 0; panel * PANEL < s->points; panel++) loss += panel_step(s, panel);
  for (size_t l = 0; l < s->layout->layers; l++) gradient(s, l);
  adam(s);
  return loss;
}
