/* SPDX-License-Identifier: BSD-3-Clause */
/* The steps of a convolution, compiled once per instruction-set level. */
#include "config.h"
#include "kernels.h"
#include "transform_lanes.h"

/* n lines of t->n numbers, complex if im is given; out: each line's transform as pairs, in the
 * transform's order. x: room for one transform. */
void SOCCA_LEVEL(image_lines)(const struct transform *t, size_t n, const double *re,
                              const double *im, double *x, double *out)
{
  for (size_t first = 0; first < n; first += VD) {
    size_t lanes = n - first < VD ? n - first : VD;
    memset(x, 0, 2 * VD * t->n * sizeof *x);
    for (size_t p = 0; p < lanes; p++)
      for (size_t i = 0; i < t->n; i++) {
        x[2 * VD * i + p] = re[(first + p) * t->n + i];
        if (im) x[2 * VD * i + VD + p] = im[(first + p) * t->n + i];
      }
    transform_forward(t, x);
    for (size_t p = 0; p < lanes; p++)
      for (size_t i = 0; i < t->n; i++) {
        out[2 * ((first + p) * t->n + i)] = x[2 * VD * i + p];
        out[2 * ((first + p) * t->n + i) + 1] = x[2 * VD * i + VD + p];
      }
  }
}

#if VD == 8
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#elif VD == 4
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#else
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 2)
#define HIGH(a, b) __builtin_shufflevector(a, b, 1, 3)
#endif

/* VD x VD numbers, rows and columns exchanged: log2 VD perfect shuffles */
INLINE void transpose(const double *from, size_t from_stride, double *to, size_t to_stride)
{
  vdouble a[VD], b[VD];
  UNROLL for (size_t k = 0; k < VD; k++) a[k] = v_load(from + k * from_stride);
  UNROLL for (size_t stage = 1; stage < VD; stage *= 2)
  {
    UNROLL for (size_t k = 0; k < VD / 2; k++)
    {
      b[2 * k] = LOW(a[k], a[k + VD / 2]);
      b[2 * k + 1] = HIGH(a[k], a[k + VD / 2]);
    }
    UNROLL for (size_t k = 0; k < VD; k++) a[k] = b[k];
  }
  UNROLL for (size_t k = 0; k < VD; k++) v_store(to + k * to_stride, a[k]);
}

/* Columns i and i + 8 of each 16 as one complex column, whose transform is taken apart: twice theirs */
void SOCCA_LEVEL(image_columns)(const struct convolver *c, const double *sky, double *x, double *re,
                                double *im)
{
  const uint32_t *at = c->y.at;
  size_t my = c->my;
  for (size_t i = 0; i < c->out; i += i % 8 + VD == 8 ? VD + 8 : VD) {
    int both = i / 16 * 16 + 8 < c->out;
    for (size_t j = 0; j < c->ny; j++) {
      v_store(x + 2 * VD * j, v_load(sky + j * c->out + i));
      v_store(x + 2 * VD * j + VD, both ? v_load(sky + j * c->out + i + 8) : v_set(0.0));
    }
    memset(x + 2 * VD * c->ny, 0, 2 * VD * (my - c->ny) * sizeof *x);
    transform_forward(&c->y, x);
    for (size_t k = 0; k <= my / 2; k++) {
      struct pair p = pair_load(x + 2 * VD * at[k]), q = pair_load(x + 2 * VD * at[k ? my - k : 0]);
      v_store(re + k * c->out + i, p.re + q.re);
      v_store(im + k * c->out + i, p.im - q.im);
      if (!both) continue;
      v_store(re + k * c->out + i + 8, p.im + q.im);
      v_store(im + k * c->out + i + 8, q.re - p.re);
    }
  }
}

void SOCCA_LEVEL(image_columns_back)(const struct convolver *c, const double *re, const double *im,
                                     double *x, double *sky)
{
  const uint32_t *at = c->y.at;
  size_t my = c->my;
  for (size_t i = 0; i < c->out; i += i % 8 + VD == 8 ? VD + 8 : VD) {
    int both = i / 16 * 16 + 8 < c->out;
    for (size_t k = 0; k <= my / 2; k++) {
      vdouble ar = v_load(re + k * c->out + i), ai = v_load(im + k * c->out + i);
      vdouble br = both ? v_load(re + k * c->out + i + 8) : v_set(0.0);
      vdouble bi = both ? v_load(im + k * c->out + i + 8) : v_set(0.0);
      /* the two real frequencies come twice: the second time with what belongs to them */
      if (k > 0) pair_store(x + 2 * VD * at[my - k], (struct pair){ ar + bi, br - ai });
      if (k == 0 || 2 * k == my) ai = bi = v_set(0.0);
      pair_store(x + 2 * VD * at[k], (struct pair){ ar - bi, ai + br });
    }
    transform_back(&c->y, x);
    for (size_t j = 0; j < c->ny; j++) {
      v_store(sky + j * c->out + i, v_load(x + 2 * VD * j));
      if (both) v_store(sky + j * c->out + i + 8, v_load(x + 2 * VD * j + VD));
    }
  }
}

/* Rows of VD frequencies along y: transformed, points added, times the kernel, and back. */
void SOCCA_LEVEL(image_rows)(const struct convolver *c, int extended, size_t n,
                             const double *across, const double *up, double *x, double *re,
                             double *im)
{
  size_t mx = c->mx, length = 8 * c->blocks;
  for (size_t k = 0; k < length; k += VD) {
    double *rows_re = re + k * c->out, *rows_im = im + k * c->out;
    const double *kernel = c->kernel + k / 8 * mx * 16 + k % 8;
    if (extended) {
      for (size_t i = 0; i < c->out; i += VD) {
        transpose(rows_re + i, c->out, x + 2 * VD * i, 2 * VD);
        transpose(rows_im + i, c->out, x + 2 * VD * i + VD, 2 * VD);
      }
      memset(x + 2 * VD * c->nx, 0, 2 * VD * (mx - c->nx) * sizeof *x);
      transform_forward(&c->x, x);
    } else {
      memset(x, 0, 2 * VD * mx * sizeof *x);
    }
    for (size_t i = 0; i < mx; i++) {
      struct pair a = pair_load(x + 2 * VD * i), f;
      for (size_t p = 0; p < n; p++) {
        const double *u = up + 2 * length * p + k, *s = across + 2 * (mx * p + i);
        f.re = v_load(u);
        f.im = v_load(u + length);
        a = plus(a, turned(f, s[0], s[1], 0));
      }
      vdouble kr = v_load(kernel + 16 * i), ki = v_load(kernel + 16 * i + 8);
      pair_store(x + 2 * VD * i, (struct pair){ a.re * kr - a.im * ki, a.re * ki + a.im * kr });
    }
    transform_back(&c->x, x);
    memset(x + 2 * VD * c->nx, 0, 2 * VD * (c->out - c->nx) * sizeof *x); /* the rows' padding */
    for (size_t i = 0; i < c->out; i += VD) {
      transpose(x + 2 * VD * i, 2 * VD, rows_re + i, c->out);
      transpose(x + 2 * VD * i + VD, 2 * VD, rows_im + i, c->out);
    }
  }
}
