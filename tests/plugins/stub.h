/* SPDX-License-Identifier: BSD-3-Clause */
/* The least that makes complete tables of functions; each plugin here differs from it in one place. */
#ifndef SOCCA_TESTS_STUB_H
#define SOCCA_TESTS_STUB_H
#include <socca/socca.h>

#define STUB static inline __attribute__((unused))
STUB socca_status stub_create(socca_run *r, const void *options, void **self)
{
  static const char place = 0;
  (void)r;
  (void)options;
  *self = (void *)(uintptr_t)&place;
  return SOCCA_OK;
}
STUB void stub_destroy(void *self)
{
  (void)self;
}
STUB socca_status stub_advance(void *self, socca_run *r)
{
  (void)self;
  (void)r;
  return SOCCA_DONE;
}
STUB socca_status stub_archive(void *self, socca_run *r, socca_archive *a)
{
  (void)self;
  (void)r;
  (void)a;
  return SOCCA_OK;
}
STUB socca_status stub_result(void *self, socca_run *r, socca_result *out)
{
  (void)self;
  (void)r;
  (void)out;
  return SOCCA_OK;
}
#define STUB_SAMPLER                                                                               \
  .create = stub_create, .destroy = stub_destroy, .archive = stub_archive, .result = stub_result
static const socca_sampler_vtbl stub_sampler
    __attribute__((unused)) = { STUB_SAMPLER, .advance = stub_advance };

STUB socca_status stub_open(socca_team *t, const void *options, void **self)
{
  (void)t;
  return stub_create(NULL, options, self);
}
STUB void stub_info(const void *self, socca_pool_info *i)
{
  (void)self;
  i->workers = i->ranks = 1;
}
STUB socca_status stub_set_state(void *self, uint32_t version, const void *blob, size_t bytes)
{
  (void)self;
  (void)version;
  (void)blob;
  (void)bytes;
  return SOCCA_OK;
}
STUB socca_status stub_submit(void *self, uint32_t slot, const socca_batch *b)
{
  (void)self;
  (void)slot;
  (void)b;
  return SOCCA_OK;
}
STUB socca_status stub_wait(void *self, uint32_t slot, socca_report *r)
{
  (void)self;
  (void)slot;
  (void)r;
  return SOCCA_OK;
}
STUB socca_status stub_serve(void *self, const void **blob, size_t *bytes)
{
  (void)self;
  *blob = NULL;
  *bytes = 0;
  return SOCCA_OK;
}
STUB socca_status stub_finish(void *self, socca_status s, const void *blob, size_t bytes)
{
  (void)self;
  (void)s;
  (void)blob;
  (void)bytes;
  return SOCCA_OK;
}
#define STUB_POOL                                                                                  \
  .open = stub_open, .close = stub_destroy, .info = stub_info, .set_state = stub_set_state,        \
  .submit = stub_submit, .wait = stub_wait
static const socca_pool_vtbl stub_pool __attribute__((unused)) = { STUB_POOL };
static const socca_pool_vtbl stub_ranks
    __attribute__((unused)) = { STUB_POOL, .serve = stub_serve, .finish = stub_finish };

/* Note and descriptor one by one, for those that do not fit together. */
#define STUB_NOTE(mod, ...)                                                                        \
  static const socca_note mod##_note __attribute__((used, aligned(4), section(".note.socca"))) = { \
    6,                                                                                             \
    sizeof(socca_meta),                                                                            \
    SOCCA_NOTE_TYPE,                                                                               \
    "SOCCA",                                                                                       \
    { .size = sizeof(socca_meta), .module = #mod, __VA_ARGS__ }                                    \
  }
#define STUB_DESCRIPTOR(mod, ...)                                                                  \
  SOCCA_EXPORT extern const socca_plugin mod##_LTX_socca_plugin;                                   \
  const socca_plugin mod##_LTX_socca_plugin = { __VA_ARGS__ }
#endif
