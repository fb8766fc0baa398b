/* SPDX-License-Identifier: BSD-3-Clause */
/* Celestial frames of region files and images: positions from one to the other. */
#ifndef SOCCA_IMAGE_FRAMES_H
#define SOCCA_IMAGE_FRAMES_H
#include "sky.h"

/* Degrees in, degrees out. -1: no way between them (a frame that is not known). */
int image_frame_convert(enum image_frame from, double from_equinox, enum image_frame to,
                        double to_equinox, double *lon, double *lat);
#endif
