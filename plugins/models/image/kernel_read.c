/* SPDX-License-Identifier: BSD-3-Clause */
/* The PSF's file and what is to be done with it; doing it is the forward model's part. */
#include "config.h"
#include "input.h"
#include <math.h>
#include <string.h>

static socca_status read_center(socca_load *cx, const socca_node *node, image_kernel *k)
{
  static const char *const names[] = { "auto", "none", "centroid", "peak", "zero-phase" };
  const char *s = cx->cx.h->text(node);
  for (int i = 0; s && i < 5; i++)
    if (strcmp(s, names[i]) == 0) {
      k->center = (enum image_center)i;
      return SOCCA_OK;
    }
  return image_error(cx, node, "'center' is auto, none, centroid, peak or zero-phase");
}

static socca_status check(socca_load *cx, const socca_node *node, const char *name, image_kernel *k)
{
  size_t bad = 0, n = k->nx * k->ny;
  double sum = 0, size = 0;
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(k->value[i])) {
      k->value[i] = 0;
      bad++;
    }
    sum += k->value[i];
    size += fabs(k->value[i]);
  }
  if (bad)
    image_log(cx, node, SOCCA_LOG_WARN, "%zu pixel%s of the PSF taken as zero: not finite", bad,
              image_s(bad));
  if (!(size > 0)) return image_error(cx, node, "the PSF '%s' is zero everywhere", name);
  if (!(size > 1e-140 && size < 1e140))
    return image_error(cx, node, "the PSF '%s' is out of all bounds: the sum of its pixels is %.3g",
                       name, size);
  if (k->normalize && !(sum > 1e-12 * size))
    return image_error(cx, node,
                       "the PSF '%s' cannot be normalised: its sum is %.3g. Write {file: ..., "
                       "normalize: false} if that is meant",
                       name, sum);
  return SOCCA_OK;
}

socca_status image_read_psf(socca_load *cx, const socca_node *node, image_input *in)
{
  const socca_host *h = cx->cx.h;
  image_kernel *k = &in->data.psf;
  char path[IMAGE_PATH], why[IMAGE_WHY];
  image_fits f;
  socca_status s = SOCCA_OK, t;
  const socca_node *file = image_file_node(cx, node, "psf");
  *k = (image_kernel){ .normalize = 1, .center = IMAGE_AUTO, .node = node };
  if (!h->text(node)) {
    const socca_node *normalize = h->get(node, "normalize"), *center = h->get(node, "center");
    if (normalize) s = image_read_bool(cx, normalize, &k->normalize);
    if (center && (t = read_center(cx, center, k)) != SOCCA_OK) s = t;
  }
  if (!file || image_read_path(cx, file, path) != SOCCA_OK) return SOCCA_E_INPUT;
  if (image_fits_read(path, -1, &f, why) != 0) return image_error(cx, file, "%s", why);
  k->nx = f.nx;
  k->ny = f.ny;
  k->value = f.value;
  f.value = NULL;
  if (f.planes > 1)
    image_log(cx, file, SOCCA_LOG_WARN, "the PSF %s is a cube: its first plane is taken", f.name);
  else if (!f.chosen && f.nimages > 1)
    image_log(cx, file, SOCCA_LOG_INFO, "the PSF %s is taken; the file holds %d images", f.name,
              f.nimages);
  t = check(cx, file, f.name, k);
  image_fits_free(&f);
  return s != SOCCA_OK ? s : t;
}
