/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that the model writes: maps, mock images, masks. */
#ifndef SOCCA_IMAGE_PRODUCTS_H
#define SOCCA_IMAGE_PRODUCTS_H
#include "forward.h"
#include "input.h"

extern const char *const image_products[]; /* names, NULL-terminated */
socca_status image_write(socca_worker *, const image_input *, const struct forward *,
                         struct forward_ws *, const double *par, const socca_product *);
#endif
