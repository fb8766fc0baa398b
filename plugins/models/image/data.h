/* SPDX-License-Identifier: BSD-3-Clause */
/* What the `image:` block gives: pixels, noise, mask, world coordinates, kernel. The data side fills it
 * while the model is loaded; afterwards it is read-only, and the forward model owns nothing of it. */
#ifndef SOCCA_IMAGE_DATA_H
#define SOCCA_IMAGE_DATA_H
#include <socca/host.h>

/* `compat:` switches, each a deviation of the original that is reproduced */
enum {
  IMAGE_B02 = 1,  /* subgrid offsets as a displacement of CRVAL, in degrees of coordinate */
  IMAGE_B03 = 2,  /* reference pixel moved to 1 + N/2 (done by the data side) */
  IMAGE_B04 = 4,  /* a Point's pixel from CRPIX, CRVAL, CDELT alone: crpix, crval, cdelt below */
  IMAGE_B09 = 8,  /* response of a Point at the mirrored column */
  IMAGE_B10 = 16, /* odd widths: kernel's inverse transform one column short (zero-phase only) */
  IMAGE_B11 = 32, /* all kernels zero-phase on the unpadded grid: `center: auto` means that */
  IMAGE_B17 = 64, /* half plane of Fourier noise counted once */
  IMAGE_SERSIC_TABLE = 128,
  IMAGE_ALL_COMPAT = 255
};

enum image_center { IMAGE_AUTO, IMAGE_NONE, IMAGE_CENTROID, IMAGE_PEAK, IMAGE_ZERO_PHASE };

typedef struct image_kernel { /* as in the file: neither normalised, shifted nor cropped */
  size_t nx, ny;
  double *value; /* ny x nx; NULL: no PSF. All finite, sum not zero if `normalize` */
  int normalize;
  enum image_center center;
  const socca_node *node; /* where to report at (load time only) */
} image_kernel;

typedef struct image_wcs image_wcs; /* celestial, or pixels only */

typedef struct image_data {
  size_t nx, ny, n;    /* after cut-out; n = nx * ny; index = row * nx + column */
  double *data;        /* n, 0 where excluded; NULL: a grid without data (mocks, maps) */
  unsigned char *good; /* n: 1 used in the likelihood */
  size_t ngood;
  double *sigma; /* n (1 where excluded: never 0); NULL: `level` everywhere */
  double level;  /* the uniform noise level; 0: unknown (no mock, no likelihood) */

  image_wcs *wcs;
  int pixels_only; /* no celestial WCS: lon, lat are FITS pixel coordinates, cos(lat) = 1, no wrap at
                      360; East is towards -x, so that angles run counter-clockwise from +y */
  double scale;    /* deg (pixels only: 1): square root of the pixel's area, the unit `pix` */
  int parity;      /* sign of the linear matrix's determinant: -1 as seen on the sky, +1 mirrored */
  double crpix[2], crval[2]; /* FITS reference pixel (first = 1) and its coordinates, after cut-out,
                                and after re-referencing if IMAGE_B03 */
  double cdelt[2]; /* signed CDELT, or -/+ column norms of CD: for IMAGE_B02, B04, B09 only */
  double low[2], high[2]; /* lon, lat: a box around all pixels; low == high: not known */
  double origin[2]; /* lon, lat of the field's centre, of FITS pixel 1 + N/2: Background's zero */

  image_kernel psf;
  double *exposure, *response; /* n, NaN read as 0; NULL: none */
  int subgrid;                 /* N x N points per pixel; 0: accurate integration */
  uint32_t compat;             /* IMAGE_B02 | ... */
} image_data;

/* Positions in pixels count from 0 at the first pixel's centre, lon and lat are degrees, lon in no
 * particular turn: differences reduce by image_wrap(). Not thread-safe on one handle (WCSLIB keeps
 * state): each workspace takes its own copy. */
image_wcs *image_wcs_copy(const image_wcs *); /* NULL: no memory */
void image_wcs_free(image_wcs *);
/* 0, or the number of positions without coordinates (NaN there) */
size_t image_world(image_wcs *, size_t n, const double *x, const double *y, double *lon,
                   double *lat);
size_t image_pixel(image_wcs *, size_t n, const double *lon, const double *lat, double *x,
                   double *y);
/* d(East, North) / d(x, y) in deg per pixel at a pixel position: {dE/dx, dE/dy, dN/dx, dN/dy}. Pixels
 * only: {-1, 0, 0, 1}. 0 on success. */
int image_jacobian(image_wcs *, double x, double y, double j[4]);
/* A copy whose reference value is displaced (IMAGE_B02) */
image_wcs *image_wcs_displaced(const image_wcs *, double dlon, double dlat);

static inline double image_wrap(double d) /* difference of longitudes, in [-180, 180] */
{
  return d - 360.0 * __builtin_rint(d / 360.0);
}
#endif
