/* SPDX-License-Identifier: BSD-3-Clause */
/* Small readers of the fit file that the parts of the `image:` block share. */
#ifndef SOCCA_IMAGE_READ_H
#define SOCCA_IMAGE_READ_H
#include <socca/host.h>

enum { IMAGE_PATH = 4096 };

#define image_error(load, node, ...) ((load)->cx.h->fail_at((load), (node), __VA_ARGS__))
#define image_log(load, node, level, ...)                                                          \
  ((load)->cx.h->log_at((load), (node), (level), __VA_ARGS__))

#define image_s(n) ((n) == 1 ? "" : "s") /* one pixel, two pixels */

/* An empty one is both a map and a list. */
int image_is_map(const socca_host *, const socca_node *);
int image_is_list(const socca_host *, const socca_node *);
/* All return SOCCA_E_INPUT after recording an error at the node. */
socca_status image_read_bool(socca_load *, const socca_node *, int *out);
socca_status image_read_integer(socca_load *, const socca_node *, double low, double high,
                                long *out);
socca_status image_read_path(socca_load *, const socca_node *, char out[IMAGE_PATH]);
/* Longitude and latitude of a two-element list; sexagesimal allowed. */
socca_status image_read_position(socca_load *, const socca_node *, const char *unit, double out[2]);
/* `key: FILE` or `key: {file: FILE, ...}`: the node of the file's name, NULL after an error. */
const socca_node *image_file_node(socca_load *, const socca_node *, const char *key);

/* The number at the start of s, C locale, 'd' exponents too: its end, or s if there is none. */
const char *image_scan_real(const char *s, double *out);
/* "12:34:56.7", "12h34m56.7s", "-12d34m56.7s": returns the end, or s. *kind: ':' 'h' or 'd'. The
 * value is in the notation's first unit. */
const char *image_scan_sexagesimal(const char *s, double *out, char *kind);
#endif
