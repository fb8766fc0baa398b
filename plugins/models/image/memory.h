/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IMAGE_MEMORY_H
#define IMAGE_MEMORY_H
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* n zeroed numbers, aligned to whole vectors of any level (8 more, so that the last vector of an
 * unaligned row may be read); free(). NULL: no memory. */
static inline double *image_doubles(size_t n)
{
  if (n > SIZE_MAX / sizeof(double) - 16) return NULL;
  size_t bytes = ((n + 15) / 8) * 64;
  double *p = aligned_alloc(64, bytes);
  if (p) memset(p, 0, bytes);
  return p;
}
#endif
