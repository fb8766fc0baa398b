/* SPDX-License-Identifier: BSD-3-Clause */
/* FITS images through CFITSIO: any numeric type, scaled, blank pixels as NaN, compressed or not. */
#ifndef SOCCA_IMAGE_FITS_H
#define SOCCA_IMAGE_FITS_H
#include <stddef.h>

typedef struct image_fits {
  size_t nx, ny;
  long planes, plane; /* of a cube */
  double *value;      /* ny x nx */
  int axis[2];        /* FITS axes that x and y are, from 1 */
  int naxis;          /* axes in the file */
  int hdu, bitpix;    /* hdu counts from 0 */
  int nimages;        /* HDUs that hold an image of two axes or more */
  int chosen;         /* by the user, with [n] or [NAME] */
  char name[96];      /* "m13.fits[1]", for messages */
  char *header;       /* cards of 80 characters, NUL-terminated */
  int ncards;
} image_fits;

enum { IMAGE_WHY = 512 };

/* `path`: a file's name, with [n], [EXTNAME] or [EXTNAME,version] unless a file of exactly that name
 * exists; otherwise the first HDU with an image of two axes is taken. plane: -1 the first. 0, or -1
 * with the reason in why[]. */
int image_fits_read(const char *path, long plane, image_fits *out, char why[IMAGE_WHY]);
void image_fits_free(image_fits *);
/* A file that begins as FITS does, also when compressed; -1 if it cannot be read as a regular file,
 * with the reason. */
int image_fits_is(const char *path, char why[IMAGE_WHY]);

/* Value of a keyword in a header: 1 if there and of that kind. */
int image_card_real(const char *header, const char *key, double *out);
int image_card_text(const char *header, const char *key, char *out, size_t n);

/* A primary image of doubles with the given cards (80 characters each) in its header, written beside
 * `path` and renamed. */
int image_fits_write(const char *path, size_t nx, size_t ny, const double *value, const char *cards,
                     char why[IMAGE_WHY]);
#endif
