/* SPDX-License-Identifier: BSD-3-Clause */
/* Every unit is an angle or the model's own; sizes are ratios, so that 36 arcsec is 36 / 3600 and not
 * 36 x 0.000277... */
#include "config.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <base/text.h>
#include <document/units.h>

enum { MAX_UNITS = 16 };

typedef struct unit {
  char *name;
  double num, den; /* size in degrees */
  int own;         /* defined by the model: for lengths only */
} unit;

struct socca_units {
  unit u[MAX_UNITS];
  size_t n;
  socca_text *why;
};

static socca_status add(socca_units *x, const char *name, double num, double den, int own)
{
  size_t i = 0;
  while (i < x->n && strcmp(x->u[i].name, name) != 0) i++;
  if (i == MAX_UNITS) return SOCCA_E_BUG;
  if (i == x->n && !(x->u[i].name = socca_strdup(name))) return SOCCA_E_NOMEM;
  x->n += i == x->n;
  x->u[i].num = num;
  x->u[i].den = den;
  x->u[i].own = own;
  return SOCCA_OK;
}

socca_units *socca_units_new(void)
{
  socca_units *x = socca_calloc(1, sizeof *x);
  if (!x) return NULL;
  if ((x->why = socca_calloc(1, sizeof *x->why)) && add(x, "deg", 1, 1, 0) == SOCCA_OK &&
      add(x, "arcmin", 1, 60, 0) == SOCCA_OK && add(x, "arcsec", 1, 3600, 0) == SOCCA_OK &&
      add(x, "mas", 1, 3600000, 0) == SOCCA_OK && add(x, "rad", 180, M_PI, 0) == SOCCA_OK)
    return x;
  socca_units_free(x);
  return NULL;
}

void socca_units_free(socca_units *x)
{
  if (!x) return;
  for (size_t i = 0; i < x->n; i++) free(x->u[i].name);
  if (x->why) socca_text_free(x->why);
  free(x->why);
  free(x);
}

static const unit *find(const socca_units *x, const char *name)
{
  for (size_t i = 0; i < x->n; i++)
    if (strcmp(x->u[i].name, name) == 0) return &x->u[i];
  return NULL;
}

socca_status socca_units_define(socca_units *x, const char *name, const char *base, double value)
{
  const unit *b = find(x, base), *known = find(x, name);
  if (!b || (known && !known->own) || !(value > 0) || !isfinite(value)) return SOCCA_E_BUG;
  return add(x, name, value * b->num, b->den, 1);
}

int socca_units_known(const socca_units *x, const char *name)
{
  return find(x, name) != NULL;
}

/* Does suffix s fit a value wanted in unit u? */
static int fits(const unit *s, const unit *u, uint32_t quantity)
{
  return s == u || (u && !u->own && (!s->own || quantity == SOCCA_LENGTH));
}

static void explain(const socca_units *x, const char *suffix, const char *name, uint32_t quantity)
{
  const unit *u = find(x, name);
  const char *known[MAX_UNITS], *nearest;
  size_t n = 0;
  for (size_t i = 0; i < x->n; i++)
    if (fits(&x->u[i], u, quantity)) known[n++] = x->u[i].name;
  socca_text_clear(x->why);
  nearest = socca_nearest(suffix, known, n);
  if (find(x, suffix))
    socca_text_printf(x->why, "unit '%s' does not fit here", suffix);
  else
    socca_text_printf(x->why, "unknown unit '%.40s'", suffix);
  if (nearest && !find(x, suffix)) {
    socca_text_printf(x->why, "; did you mean '%s'?", nearest);
    return;
  }
  if (n == 0 && *name)
    socca_text_printf(x->why, ": give the number alone, in '%s'", name);
  else if (n == 0)
    socca_text_puts(x->why, ": this value has no unit, give the number alone");
  for (size_t i = 0; i < n; i++)
    socca_text_printf(x->why, "%s%s", i == 0 ? ": use " : i + 1 < n ? ", " : " or ", known[i]);
}

socca_status socca_units_ratio(const socca_units *x, const char *suffix, const char *name,
                               uint32_t quantity, double *num, double *den, const char **why)
{
  const unit *s = find(x, suffix), *u = find(x, name);
  int same = strcmp(suffix, name) == 0;
  *num = *den = 1;
  if (!same && !(s && fits(s, u, quantity))) {
    explain(x, suffix, name, quantity);
    *why = x->why->s ? x->why->s : "this unit does not fit here";
    return SOCCA_E_INPUT;
  }
  if (same) return SOCCA_OK;
  double up = s->num * u->den, down = s->den * u->num;
  *num = fmod(down, up) == 0 ? 1 : fmod(up, down) == 0 ? up / down : up;
  *den = fmod(down, up) == 0 ? down / up : fmod(up, down) == 0 ? 1 : down;
  return SOCCA_OK;
}

socca_status socca_units_factor(const socca_units *x, const char *suffix, const char *name,
                                uint32_t quantity, double *factor, const char **why)
{
  double num, den;
  socca_status s = socca_units_ratio(x, suffix, name, quantity, &num, &den, why);
  *factor = num / den;
  return s;
}
