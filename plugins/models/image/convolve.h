/* SPDX-License-Identifier: BSD-3-Clause */
/* Convolution of the sky with the PSF: linear, nothing outside the image, by real transforms of rows
 * that hold something and complex ones of all columns. Point sources enter as what they are in
 * Fourier space: products of a row and a column. */
#ifndef IMAGE_CONVOLVE_H
#define IMAGE_CONVOLVE_H
#include "data.h"
#include "psf.h"
#include <fftw3.h>

struct convolver { /* read-only once made */
  size_t nx, ny;   /* image */
  size_t mx, my;   /* transform */
  size_t half;     /* mx / 2 + 1 */
  size_t before[2], after[2]; /* pixels around the image that a point's wings reach into it from */
  fftw_complex *kernel;       /* my x half, over mx * my */
  fftw_plan rows, columns, columns_back, rows_back, point_x, point_y;
};

struct point { /* a source at a pixel position, of this flux */
  double x, y, flux;
};

struct convolution { /* one process's memory */
  const struct convolver *by;
  fftw_complex *plane;        /* my rows of half: sky in, model out, as rows of reals */
  fftw_complex *across, *up;  /* transforms of the points' rows and columns */
  double *line;
  size_t room;                /* points */
};

/* The kernel's plans; a PSF is needed. points: the model has point sources. */
socca_status convolver_make(struct convolver *, const struct image_data *, const struct psf *,
                            int points);
void convolver_clear(struct convolver *);
socca_status convolution_make(struct convolution *, const struct convolver *, size_t points);
void convolution_clear(struct convolution *);

/* Row length, in doubles, of the plane read as reals */
static inline size_t convolution_stride(const struct convolution *c)
{
  return 2 * c->by->half;
}
/* In: ny rows of nx values at the beginning of the plane (extended == 0: nothing but points).
 * Out: the same place. */
void convolve(struct convolution *, uint32_t isa, int extended, const struct point *, size_t n);

/* A point of unit flux, seen through pixels of a grid of 2N - 1: n values from pixel `first` on */
void point_line(uint32_t isa, double at, size_t size, long first, size_t n, double *out);

/* Least transform length >= n that is quick */
size_t transform_size(size_t n);
#endif
