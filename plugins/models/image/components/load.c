/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading one entry of `components:`. */
#include "config.h"
#include "component.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct reading {
  socca_load *load;
  const socca_host *h;
  const struct image_data *data;
  const socca_node *node;
  struct component *c;
  socca_status status; /* the first error */
};

static char *copy_text(const char *s)
{
  size_t n = strlen(s) + 1;
  char *copy = malloc(n);
  if (copy) memcpy(copy, s, n);
  return copy;
}

static void note(struct reading *r, socca_status s)
{
  if (r->status == SOCCA_OK) r->status = s;
}

static int is_name(const char *s)
{
  if (!((*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z') || *s == '_')) return 0;
  for (; *s; s++)
    if (!((*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') ||
          *s == '_'))
      return 0;
  return 1;
}

/* Keys below a node that is refused as a whole are no causes of errors of their own. */
static void mark_read(const socca_host *h, const socca_node *node)
{
  const char *key;
  const socca_node *item;
  for (size_t i = 0; (item = h->item(node, i, &key)) != NULL; i++) {
    if (key) h->get(node, key);
    mark_read(h, item);
  }
}

static void read_flag(struct reading *r, const char *key, int *out)
{
  const socca_node *node = r->h->get(r->node, key);
  if (!node) return;
  const char *text = r->h->text(node);
  if (text && strcmp(text, "true") == 0)
    *out = 1;
  else if (text && strcmp(text, "false") == 0)
    *out = 0;
  else
    note(r, r->h->fail_at(r->load, node, "'%s' must be true or false", key));
}

/* How a row reads on this image: lengths are degrees on the sky and pixels without a sky. */
static void describe(const struct image_data *data, const struct parameter_row *row, socca_param *p)
{
  const char *length = data->pixels_only ? "pix" : "deg";
  p->fallback = row->fallback;
  p->help = row->help;
  p->low = -INFINITY;
  p->high = INFINITY;
  p->unit = "";
  switch (row->kind) {
  case KIND_LON:
  case KIND_LAT:
    p->unit = length;
    p->quantity = row->kind == KIND_LON ? SOCCA_LONGITUDE : SOCCA_LATITUDE;
    p->data_low = data->low[row->kind == KIND_LAT];
    p->data_high = data->high[row->kind == KIND_LAT];
    break;
  case KIND_ANGLE:
    p->unit = "rad";
    p->period = 3.14159265358979323846;
    break;
  case KIND_LENGTH:
    p->unit = length;
    p->quantity = SOCCA_LENGTH;
    p->low = 0.0;
    if (data->pixels_only && row->fallback) p->fallback = "1";
    break;
  case KIND_IMAGE:
    p->unit = "image";
    break;
  case KIND_PLAIN:
    p->low = row->low;
    p->high = row->high;
    break;
  }
}

static void declare(struct reading *r, socca_param *p, const char *name, const socca_node *value)
{
  char full[256];
  struct component *c = r->c;
  if (c->nparam >= COMPONENT_PARAMS) {
    note(r, r->h->fail_at(r->load, r->node, "a profile has %d parameters of its own at the most",
                          PROFILE_OWN));
    return;
  }
  snprintf(full, sizeof full, "%s.%s", c->name, name);
  p->name = full;
  note(r, r->h->declare(r->load, p, value, &c->index[c->nparam]));
  c->nparam++;
}

static void declare_row(struct reading *r, const struct parameter_row *row, const socca_node *map)
{
  socca_param p = { 0 };
  describe(r->data, row, &p);
  declare(r, &p, row->name, r->h->get(map, row->name));
}

static void read_geometry(struct reading *r)
{
  static const struct parameter_row rows[GEOMETRY_N] = {
    { "xc", KIND_LON, NULL, 0.0, 0.0, "centre" },
    { "yc", KIND_LAT, NULL, 0.0, 0.0, "centre" },
    { "theta", KIND_ANGLE, "0", 0.0, 0.0, "position angle of the major axis, East of North" },
    { "e", KIND_PLAIN, "0", 0.0, 1.0, "ellipticity, 1 - axis ratio" },
    { "cbox", KIND_PLAIN, "0", -INFINITY, INFINITY, "boxiness: 0 ellipse, > 0 boxy, < 0 disky" }
  };
  for (size_t i = 0; i < GEOMETRY_N; i++) declare_row(r, &rows[i], r->node);
}

static void read_truncation(struct reading *r)
{
  static const struct parameter_row rt = { "rt", KIND_LENGTH, NULL,
                                           0.0,  0.0,         "radius of the truncation" };
  static const struct parameter_row wt = { "wt", KIND_LENGTH, "0.01",
                                           0.0,  0.0,         "width of the truncation" };
  const socca_node *node = r->h->get(r->node, "truncation");
  if (!node) return;
  const socca_node *type = r->h->get(node, "type");
  const char *text = type ? r->h->text(type) : NULL;
  if (text && strcmp(text, "Exponential") == 0)
    r->c->edge = EDGE_EXPONENTIAL;
  else if (text && strcmp(text, "HyperTangent") == 0)
    r->c->edge = EDGE_TANH;
  else {
    note(r, r->h->fail_at(r->load, type ? type : node,
                          "truncation needs 'type: Exponential' or 'type: HyperTangent'"));
    mark_read(r->h, node);
    return;
  }
  declare_row(r, &rt, node);
  declare_row(r, &wt, node);
}

/* a parameter of a Custom profile: a value, or a map of value, unit, description */
static void read_own(struct reading *r, const char *name, const socca_node *node)
{
  socca_param p = { 0 };
  const socca_node *unit = r->h->get(node, "unit"), *help = r->h->get(node, "description");
  const char *u = unit ? r->h->text(unit) : NULL;
  p.unit = u ? u : "";
  p.help = help && r->h->text(help) ? r->h->text(help) : "";
  p.low = -INFINITY;
  p.high = INFINITY;
  if (strcmp(p.unit, "deg") == 0 || strcmp(p.unit, "pix") == 0) p.quantity = SOCCA_LENGTH;
  const socca_node *value = r->h->get(node, "value");
  declare(r, &p, name, unit || help || value ? value : node);
}

static void read_custom(struct reading *r)
{
  const char *names[PROFILE_OWN + 1] = { "r" }, *key;
  size_t n = 1;
  const socca_node *own = r->h->get(r->node, "parameters"), *item;
  for (size_t i = 0; (item = r->h->item(own, i, &key)) != NULL; i++) {
    if (!key || !is_name(key) || strcmp(key, "r") == 0) {
      note(r, r->h->fail_at(r->load, item,
                            "'parameters' is a map of names and values; a name begins "
                            "with a letter and is not 'r'"));
      continue;
    }
    r->h->get(own, key);
    read_own(r, key, item);
    if (n <= PROFILE_OWN) names[n++] = key;
  }
  const socca_node *profile = r->h->get(r->node, "profile");
  if (!profile)
    note(r, r->h->fail_at(
                r->load, r->node,
                "a Custom component needs 'profile', an expression of r and its parameters"));
  else {
    const char *text = r->h->text(profile);
    note(r, r->h->expression(r->load, profile, names, n, &r->c->expression));
    if (text) r->c->expression_text = copy_text(text);
  }
}

static int says_zero(const socca_host *h, const socca_node *node)
{
  const char *text = node ? h->text(node) : "0";
  return text && strcmp(text, "0") == 0;
}

/* Profiles whose integral over a pixel needs more than the general rules */
static void check_integrable(struct reading *r)
{
  const char *kind = r->c->kind->name;
  if (r->data->subgrid > 0) return;
  if (strcmp(kind, "TopHat") == 0 &&
      (r->c->edge != EDGE_NONE || !says_zero(r->h, r->h->get(r->node, "cbox"))))
    note(r, r->h->fail_at(r->load, r->node,
                          "a TopHat with boxiness or truncation is not supported yet in integrated "
                          "pixels; give image: subgrid"));
  if (strcmp(kind, "Power") != 0) return; /* looking for a key makes it a known one */
  const socca_node *alpha = r->h->get(r->node, "alpha");
  const char *text = alpha ? r->h->text(alpha) : "2";
  if (text && *text >= '2' && *text <= '9')
    r->h->log_at(r->load, alpha ? alpha : r->node, SOCCA_LOG_WARN,
                 "a power law with alpha >= 2 has infinite flux in the pixel of its centre: its "
                 "likelihood is zero wherever the centre lies on the image");
}

/* The same but for case, and for one letter more, less or other at one place */
static int is_like(const char *name, const char *text)
{
  while (*name && tolower((unsigned char)*name) == tolower((unsigned char)*text)) name++, text++;
  if (!*name || !*text) return strlen(name) + strlen(text) <= 1;
  return !strcasecmp(name + 1, text + 1) || !strcasecmp(name, text + 1) ||
         !strcasecmp(name + 1, text);
}

static const struct component_kind *find_kind(struct reading *r)
{
  const socca_node *type = r->h->get(r->node, "type");
  const char *text = type ? r->h->text(type) : NULL;
  if (!text) {
    note(r, r->h->fail_at(r->load, type ? type : r->node,
                          "component '%s' needs 'type', such as Sersic or Point", r->c->name));
    return NULL;
  }
  for (const struct component_kind *k = component_kinds; k->name; k++) {
    if (strcmp(k->name, text) != 0) continue;
    if (k->role != ROLE_LATER) return k;
    note(r, r->h->fail_at(r->load, type, "component type %s is not supported yet", text));
    return NULL;
  }
  const char *near = NULL;
  char known[256];
  size_t used = 0;
  known[0] = 0;
  for (const struct component_kind *k = component_kinds; k->name; k++) {
    if (is_like(k->name, text)) near = k->name;
    if (k->role == ROLE_LATER || used >= sizeof known) continue;
    int n = snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", k->name);
    used += n > 0 ? (size_t)n : 0;
  }
  if (near)
    note(r, r->h->fail_at(r->load, type, "unknown component type '%s'; did you mean '%s'?", text,
                          near));
  else
    note(r, r->h->fail_at(r->load, type, "unknown component type '%s'; there are %s", text, known));
  return NULL;
}

static void read_component(struct reading *r)
{
  struct component *c = r->c;
  c->kind = find_kind(r);
  if (!c->kind) {
    mark_read(r->h, r->node);
    return;
  }
  read_flag(r, "positive", &c->positive);
  if (c->kind->role == ROLE_RADIAL) {
    read_geometry(r);
    read_truncation(r);
  }
  c->own = c->nparam;
  for (const struct parameter_row *row = c->kind->rows; row->name; row++)
    declare_row(r, row, r->node);
  if (c->kind->role == ROLE_RADIAL) check_integrable(r);
  if (strcmp(c->kind->name, "Custom") == 0) read_custom(r);
  if (strcmp(c->kind->name, "gNFW") == 0) {
    /* the original's straight lines between nodes belong to sampled pixels, not to integrated ones */
    c->nodes = r->data->subgrid > 0;
    read_flag(r, "interpolate", &c->nodes);
  }
  c->sersic_table = (r->data->compat & IMAGE_SERSIC_TABLE) != 0;
}

socca_status component_load(socca_load *load, const struct image_data *data, const char *name,
                            const socca_node *node, struct component *c)
{
  struct reading r = { load, load->cx.h, data, node, c, SOCCA_OK };
  memset(c, 0, sizeof *c);
  c->host = r.h;
  c->name = copy_text(name);
  if (!c->name) return socca_fail(load, SOCCA_E_NOMEM, "out of memory");
  if (!is_name(name) || strlen(name) > 127)
    return r.h->fail_at(load, node,
                        "'%s' cannot be a component's name: letters, digits and _ only, "
                        "not beginning with a digit",
                        name);
  read_component(&r);
  return r.status;
}

void component_free(struct component *c)
{
  free(c->name);
  free(c->expression_text);
}

void component_own(const struct component *c, const double *par, double own[PROFILE_OWN])
{
  for (uint32_t k = c->own; k < c->nparam; k++) own[k - c->own] = par[c->index[k]];
}

void component_profile(const struct component *c, const double *par, struct gnfw_table *table,
                       struct profile *p)
{
  double own[PROFILE_OWN] = { 0 };
  component_own(c, par, own);
  memset(p, 0, sizeof *p);
  if (c->kind->prepare)
    c->kind->prepare(c, own, p);
  else
    gnfw_prepare(c, own, table, p);
  p->edge = c->edge;
  if (c->edge == EDGE_NONE) return;
  double rt = par[c->index[GEOMETRY_N]], wt = par[c->index[GEOMETRY_N + 1]];
  p->edge_at = rt;
  p->edge_rate = 1.0 / wt;
  p->edge_scale = 1.0 / (c->edge == EDGE_EXPONENTIAL ? 1.0 - exp(-rt / wt) : 1.0 + tanh(rt / wt));
}
