/* SPDX-License-Identifier: BSD-3-Clause */
/* Convolution of the sky with the PSF: linear, nothing outside the image. Columns are transformed two
 * by two as real and imaginary part, then rows of eight frequencies at once, forth and back with the
 * kernel in between. Point sources enter as what they are in Fourier space: a row times a column. */
#ifndef IMAGE_CONVOLVE_H
#define IMAGE_CONVOLVE_H
#include "data.h"
#include "psf.h"
#include "transform.h"

struct convolver {            /* read-only once made */
  size_t nx, ny;              /* image */
  size_t out;                 /* row length of maps */
  size_t mx, my;              /* transform */
  size_t blocks;              /* of eight frequencies along y: (my/2 + 1) / 8, rounded up */
  size_t before[2], after[2]; /* pixels around the image from which a point's wings reach into it */
  struct transform x, y;
  double *kernel; /* blocks x mx (in the transform's order) x (8 real, 8 imaginary parts) */
};

struct point { /* a source at a pixel position, of this flux */
  double x, y, flux;
};

struct convolution { /* one process's memory */
  const struct convolver *by;
  double *lanes;       /* one transform's elements */
  double *re, *im;     /* 8 blocks rows of `out`: columns' transforms, frequencies in order */
  double *across, *up; /* per point: mx complex numbers in the transform's order; 8 blocks real and
                          imaginary parts in order, times the flux */
  double *line;
  size_t room; /* points */
};

/* A PSF is needed. points: the model has point sources. */
socca_status convolver_make(struct convolver *, const struct image_data *, const struct psf *,
                            int points);
void convolver_clear(struct convolver *);
socca_status convolution_make(struct convolution *, const struct convolver *, size_t points);
void convolution_clear(struct convolution *);

/* sky (NULL: nothing but points) and out: ny rows of by->out; may be the same. */
void convolve(struct convolution *, uint32_t isa, const double *sky, const struct point *, size_t n,
              double *out);

/* A point of unit flux, seen through pixels of a grid of 2N - 1: n values from pixel `first` on;
 * room for n rounded up to 8 */
void point_line(uint32_t isa, double at, size_t size, long first, size_t n, double *out);
#endif
