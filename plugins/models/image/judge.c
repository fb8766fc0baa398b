/* SPDX-License-Identifier: BSD-3-Clause */
/* Can these data be meant? What is left of the pixels, whether any exposure reaches them, and whether their numbers can
 * be reckoned with. */
#include "config.h"
#include "input.h"
#include <math.h>

/* Squares of what lies between can be summed over any image. */
static const double least = 1e-140, most = 1e140;

static const image_cause *largest(const image_input *in)
{
  const image_cause *c = NULL;
  for (size_t i = 0; i < in->ncause; i++)
    if (!c || in->cause[i].excludes > c->excludes) c = &in->cause[i];
  return c;
}

static socca_status exclusion(socca_load *cx, const socca_node *node, const image_input *in)
{
  const image_data *d = &in->data;
  const image_cause *c = largest(in);
  if (!c || 10 * d->ngood >= d->n) return SOCCA_OK;
  const char *advice = c->advice ? c->advice : "check the data";
  if (d->ngood == 0)
    return image_error(cx, node, "all pixels are excluded, most of them (%zu) by '%s': %s",
                       c->excludes, c->name, advice);
  image_log(cx, node, SOCCA_LOG_WARN, "%zu of %zu pixels excluded, most of them (%zu) by '%s': %s",
            d->n - d->ngood, d->n, c->excludes, c->name, advice);
  return SOCCA_OK;
}

/* Exposure or response: what it makes of the pixels in use. */
static socca_status factor(socca_load *cx, const socca_node *node, const char *name,
                           const image_data *d, const double *map)
{
  size_t zero = 0, negative = 0, beyond = 0;
  for (size_t i = 0; map && i < d->n; i++) {
    if (!d->good[i]) continue;
    zero += map[i] == 0;
    negative += map[i] < 0;
    beyond += fabs(map[i]) > most || (map[i] != 0 && fabs(map[i]) < least);
  }
  if (!map) return SOCCA_OK;
  if (beyond)
    return image_error(cx, node,
                       "%zu pixel%s of the %s out of all bounds, %.0e to %.0e: is it the "
                       "right file, and undamaged?",
                       beyond, image_s(beyond), name, least, most);
  if (zero + negative == d->ngood)
    return image_error(
        cx, node,
        "the %s is nowhere above zero in the pixels that are fitted: no source could "
        "show; is it the right file?",
        name);
  if (negative)
    image_log(cx, node, SOCCA_LOG_WARN,
              "the %s is below zero in %zu of the %zu pixels that are fitted, where sources count "
              "as holes: mask them",
              name, negative, d->ngood);
  if (zero)
    image_log(cx, node, SOCCA_LOG_WARN,
              "the %s is zero or blank in %zu of the %zu pixels that are fitted, where no source "
              "can show: mask them unless that is meant",
              name, zero, d->ngood);
  return SOCCA_OK;
}

/* A single absurd pixel, often a marker of blanks, makes every likelihood infinite. */
static socca_status values(socca_load *cx, const image_input *in)
{
  const image_data *d = &in->data;
  size_t beyond = 0, first = 0;
  for (size_t i = 0; in->pixels && i < d->n; i++) {
    if (!d->good[i]) continue;
    double sigma = d->sigma ? d->sigma[i] : d->level > 0 ? d->level : 1;
    if (fabs(in->pixels[i]) <= most && fabs(in->pixels[i] / sigma) <= most) continue;
    if (!beyond++) first = i;
  }
  if (!beyond) return SOCCA_OK;
  return image_error(cx, in->at,
                     "%zu pixel%s out of all bounds, such as %.3g with noise %.3g at pixel (%zu, "
                     "%zu): if this marks blank ones, mask them or make them NaN",
                     beyond, image_s(beyond), in->pixels[first],
                     d->sigma ? d->sigma[first] : d->level, first % d->nx + in->x0 + 1,
                     first / d->nx + in->y0 + 1);
}

int image_usable_sigma(double sigma)
{
  return sigma > least && sigma < most;
}

socca_status image_judge(socca_load *cx, const socca_node *block, const image_input *in)
{
  const socca_host *h = cx->cx.h;
  const socca_node *mask = h->get(block, "mask");
  const struct {
    const char *name;
    const double *map;
  } maps[] = { { "exposure", in->data.exposure }, { "response", in->data.response } };
  socca_status s = exclusion(cx, mask ? mask : block, in);
  for (int k = 0; s == SOCCA_OK && k < 2; k++)
    s = factor(cx, h->get(block, maps[k].name), maps[k].name, &in->data, maps[k].map);
  return s != SOCCA_OK ? s : values(cx, in);
}
