/* SPDX-License-Identifier: BSD-3-Clause */
/* One named item per input and setting, by content: two problems are the same if all agree. */
#include "config.h"
#include "input.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

socca_status image_say_text(socca_result *r, const socca_host *h, const char *name, const char *fmt,
                            ...)
{
  char text[512];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  return h->value(r, name, SOCCA_BYTES, strlen(text), text);
}

typedef struct sink {
  socca_result *result;
  const socca_host *h;
  socca_status status;
} sink;

static void digest(sink *s, const char *name, XXH128_hash_t v)
{
  if (s->status == SOCCA_OK)
    s->status = image_say_text(s->result, s->h, name, "%016llx%016llx",
                               (unsigned long long)v.high64, (unsigned long long)v.low64);
}

static void array(sink *s, const char *name, const void *p, size_t bytes, size_t nx, size_t ny)
{
  XXH3_state_t state;
  uint64_t shape[2] = { nx, ny };
  XXH3_INITSTATE(&state);
  XXH3_128bits_reset(&state);
  XXH3_128bits_update(&state, shape, sizeof shape);
  if (p) XXH3_128bits_update(&state, p, bytes);
  digest(s, name, XXH3_128bits_digest(&state));
}

static void number(sink *s, const char *name, uint32_t type, const void *v)
{
  if (s->status == SOCCA_OK) s->status = s->h->value(s->result, name, type, 1, v);
}

static void add(void *state, const void *p, size_t n)
{
  XXH3_128bits_update(state, p, n);
}

static void psf(sink *s, const image_kernel *k)
{
  static const char *const centers[] = { "auto", "none", "centroid", "peak", "zero-phase" };
  if (!k->value || s->status != SOCCA_OK) return;
  array(s, "psf", k->value, k->nx * k->ny * sizeof *k->value, k->nx, k->ny);
  if (s->status == SOCCA_OK)
    s->status = image_say_text(s->result, s->h, "psf settings", "normalize: %s, center: %s",
                               k->normalize ? "true" : "false", centers[k->center]);
}

socca_status image_identity(const image_input *in, socca_result *r, const socca_host *h)
{
  const image_data *d = &in->data;
  size_t bytes = d->n * sizeof(double);
  int64_t subgrid = d->subgrid, compat = d->compat;
  sink s = { r, h, SOCCA_OK };
  XXH3_state_t state;
  array(&s, "image data", d->data, bytes, d->nx, d->ny);
  XXH3_INITSTATE(&state);
  XXH3_128bits_reset(&state);
  image_wcs_identity(d->wcs, add, &state);
  digest(&s, "image coordinates", XXH3_128bits_digest(&state));
  array(&s, "mask", d->good, d->n, d->nx, d->ny);
  if (d->sigma)
    array(&s, "noise map", d->sigma, bytes, d->nx, d->ny);
  else
    number(&s, "noise level", SOCCA_F64, &d->level);
  psf(&s, &d->psf);
  if (d->exposure) array(&s, "exposure", d->exposure, bytes, d->nx, d->ny);
  if (d->response) array(&s, "response", d->response, bytes, d->nx, d->ny);
  number(&s, "subgrid", SOCCA_I64, &subgrid);
  number(&s, "compat", SOCCA_I64, &compat);
  return s.status;
}
