/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <plugin/vtbl.h>
#include <string.h>

typedef struct slot {
  const char *name;
  size_t offset;
  uint32_t when; /* required if the plugin provides this bit; 0: always */
} slot;

#define SLOT(kind, name, when)                                                                     \
  {                                                                                                \
#name, offsetof(socca_##kind##_vtbl, name), when                                               \
  }
static const slot sampler_slots[] = {
  SLOT(sampler, create, 0),  SLOT(sampler, destroy, 0), SLOT(sampler, advance, 0),
  SLOT(sampler, archive, 0), SLOT(sampler, result, 0),  { NULL, 0, 0 },
};
static const slot pool_slots[] = {
  SLOT(pool, open, 0),
  SLOT(pool, close, 0),
  SLOT(pool, info, 0),
  SLOT(pool, set_state, 0),
  SLOT(pool, submit, 0),
  SLOT(pool, wait, 0),
  SLOT(pool, serve, SOCCA_POOL_RANKS),
  SLOT(pool, finish, SOCCA_POOL_RANKS),
  { NULL, 0, 0 },
};
static const slot model_slots[] = {
  SLOT(model, load, 0),
  SLOT(model, destroy, 0),
  SLOT(model, loglike, 0),
  SLOT(model, identity, 0),
  SLOT(model, gradient, SOCCA_MODEL_GRADIENT),
  SLOT(model, curvature, SOCCA_MODEL_RESIDUALS),
  SLOT(model, loglike_batch, SOCCA_MODEL_BATCH),
  { NULL, 0, 0 },
};

typedef struct layout {
  size_t size; /* of the host's table */
  const slot *slots;
} layout;
static const layout layouts[] = {
  [SOCCA_KIND_SAMPLER] = { sizeof(socca_sampler_vtbl), sampler_slots },
  [SOCCA_KIND_POOL] = { sizeof(socca_pool_vtbl), pool_slots },
  [SOCCA_KIND_MODEL] = { sizeof(socca_model_vtbl), model_slots },
};

int socca_descriptor_check(const socca_plugin *p, const socca_meta *note, uint32_t bytes,
                           socca_fault *f)
{
  if (p->magic != SOCCA_MAGIC || p->size < sizeof *p)
    return socca_fault_set(f, "E_NO_DESCRIPTOR", "its symbol %s_LTX_socca_plugin is no descriptor",
                           note->module);
  if (!p->meta || memcmp(p->meta, note, bytes))
    return socca_fault_set(f, "E_META_MISMATCH",
                           "its descriptor differs from its note: the file was replaced while it "
                           "was being read, or built wrongly");
  if (!p->vtbl) return socca_fault_set(f, "E_VTABLE_SHORT", "it has no table of functions");
  return 0;
}

int socca_vtbl_fill(const socca_plugin *p, const socca_meta *m, socca_vtbl *v, socca_fault *f)
{
  static void (*const none)(void) = NULL;
  const layout *l = &layouts[m->kind];
  memset(v, 0, sizeof *v);
  memcpy(v, p->vtbl, p->vtbl_size < l->size ? p->vtbl_size : l->size);
  for (const slot *s = l->slots; s->name; s++) {
    if (s->when && !(m->provides & s->when)) continue;
    if (p->vtbl_size < s->offset + sizeof none)
      return socca_fault_set(
          f, "E_VTABLE_SHORT",
          "its table of functions (%zu bytes) ends before '%s', which is required", p->vtbl_size,
          s->name);
    if (!memcmp((const char *)v + s->offset, &none, sizeof none))
      return socca_fault_set(f, "E_SLOT_MISSING", "its function '%s', which is required, is NULL",
                             s->name);
  }
  return 0;
}
