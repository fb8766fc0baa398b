/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <plugin/matrix.h>
#include <stdio.h>

typedef struct cap {
  const char *name;
  uint32_t bit;
  const char *text;
} cap;
#define ROW(name, bit, text) { #name, bit, text },
static const cap sampler_caps[] = { SOCCA_SAMPLER_CAPS(ROW){ NULL, 0, NULL } };
static const cap pool_caps[] = { SOCCA_POOL_CAPS(ROW){ NULL, 0, NULL } };
static const cap model_caps[] = { SOCCA_MODEL_CAPS(ROW){ NULL, 0, NULL } };
static const struct {
  const cap *caps;
  size_t n;
} lists[] = {
  [SOCCA_KIND_SAMPLER] = { sampler_caps, sizeof sampler_caps / sizeof *sampler_caps - 1 },
  [SOCCA_KIND_POOL] = { pool_caps, sizeof pool_caps / sizeof *pool_caps - 1 },
  [SOCCA_KIND_MODEL] = { model_caps, sizeof model_caps / sizeof *model_caps - 1 },
};

const char *socca_cap_name(uint32_t kind, size_t i, uint32_t *bit, const char **text)
{
  if (kind < SOCCA_KIND_SAMPLER || kind > SOCCA_KIND_MODEL || i >= lists[kind].n) return NULL;
  const cap *c = &lists[kind].caps[i];
  if (bit) *bit = c->bit;
  if (text) *text = c->text;
  return c->name;
}

const char *socca_use_name(int use)
{
  static const char *const names[] = { "yes", "advice", "no" };
  return use >= SOCCA_USE_YES && use <= SOCCA_USE_NO ? names[use] : "?";
}

/* Lowest bit of the mask that has a name; bits without one were refused when the note was read. */
static const cap *first_cap(uint32_t kind, uint32_t mask)
{
  for (const cap *c = lists[kind].caps; c->name; c++)
    if (c->bit & mask) return c;
  return NULL;
}

/* One side of a pair: `who` states masks about the capabilities `has` of a plugin of `kind`. */
typedef struct side {
  const socca_meta *who;
  uint32_t kind, has, needs, denies, shuns;
  int from_file; /* what is missing depends on the fit file */
} side;

static void judge(const side *s, socca_verdict *v)
{
  static const char *const kinds[] = { "", "sampler", "pool", "model" };
  uint32_t missing = s->needs & ~s->has, denied = s->denies & s->has, shunned = s->shuns & s->has;
  int use = missing || denied ? SOCCA_USE_NO : shunned ? SOCCA_USE_ADVICE : SOCCA_USE_YES;
  const cap *c = first_cap(s->kind, missing ? missing : denied ? denied : shunned);
  if (use <= v->use || !c) return; /* the first refusal stays, advice gives way to it */
  const char *kind = kinds[s->kind], *advice = s->who->advice;
  v->use = use;
  if (missing)
    snprintf(v->why, sizeof v->why, "%s needs a %s with %s (%s)%s", s->who->name, kind, c->name,
             c->text, s->from_file ? ", which this fit file does not give" : "");
  else if (*advice)
    snprintf(v->why, sizeof v->why, "%s (%s %s %s: %s)", advice,
             use == SOCCA_USE_NO ? "denies" : "shuns", kind, c->name, c->text);
  else
    snprintf(v->why, sizeof v->why, "%s %s a %s with %s (%s)", s->who->name,
             use == SOCCA_USE_NO ? "cannot use" : "does not go well with", kind, c->name, c->text);
}

void socca_compatible(const socca_meta *sampler, const socca_meta *pool, const socca_meta *model,
                      uint32_t lacks, socca_verdict *v)
{
  v->use = SOCCA_USE_YES;
  v->why[0] = '\0';
  if (pool) {
    const side s = { sampler,
                     SOCCA_KIND_POOL,
                     pool->provides,
                     sampler->pool_needs,
                     sampler->pool_denies,
                     sampler->pool_shuns,
                     0 };
    judge(&s, v);
  }
  if (!model) return;
  uint32_t has = model->provides & ~lacks;
  const socca_meta *const users[] = { sampler, pool };
  for (size_t i = 0; i < 2; i++) {
    if (!users[i]) continue;
    int from_file = (users[i]->model_needs & ~has & model->provides) != 0;
    const side s = { users[i], SOCCA_KIND_MODEL, has, users[i]->model_needs, users[i]->model_denies,
                     0,        from_file };
    judge(&s, v);
  }
  if (pool) {
    const side s = { model,
                     SOCCA_KIND_POOL,
                     pool->provides,
                     model->pool_needs,
                     model->pool_denies,
                     model->pool_shuns,
                     0 };
    judge(&s, v);
  }
}
