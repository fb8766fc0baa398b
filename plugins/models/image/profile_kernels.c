/* SPDX-License-Identifier: BSD-3-Clause */
/* Profiles on arrays of squared radii, compiled once per instruction-set level. */
#include "config.h"
#include "kernels.h"
#include <numeric/vmath.h>

#define OVER(n) for (size_t i = 0; i < (n); i += VD)

static void power_law(const double *c, size_t n, const double *r2, double *out)
{
  OVER(n) v_store(out + i, c[0] * v_pow(c[1] * v_load(r2 + i), v_set(-c[2])));
}

static void beta_model(const double *c, size_t n, const double *r2, double *out)
{
  if (c[2] == 1.0)
    OVER(n) v_store(out + i, 1.0 + c[1] * v_load(r2 + i));
  else
    OVER(n) v_store(out + i, 1.0 + v_pow(c[1] * v_load(r2 + i), v_set(c[2])));
  OVER(n) v_store(out + i, -c[3] * v_log(v_load(out + i)));
  OVER(n) v_store(out + i, c[0] * v_exp(v_load(out + i)));
}

static void tophat(const double *c, size_t n, const double *r2, double *out)
{
  OVER(n) v_store(out + i, (vdouble)((v_load(r2 + i) < c[1]) & (vlong)v_set(c[0])));
}

static void gaussian(const double *c, size_t n, const double *r2, double *out)
{
  OVER(n) v_store(out + i, c[0] * v_exp(-c[1] * v_load(r2 + i)));
}

static void exponential(const double *c, size_t n, const double *r2, double *out)
{
  OVER(n) v_store(out + i, c[0] * v_exp(-c[5] * v_sqrt(v_load(r2 + i))));
}

static void poly_exp(const double *c, size_t n, const double *r2, double *out)
{
  OVER(n)
  {
    vdouble r = v_sqrt(v_load(r2 + i)), t = c[6] * r;
    vdouble p = c[0] + t * (c[1] + t * (c[2] + t * (c[3] + t * c[4])));
    v_store(out + i, p * v_exp(-c[5] * r));
  }
}

static void mod_exp(const double *c, size_t n, const double *r2, double *out)
{
  OVER(n)
  {
    vdouble r = v_sqrt(v_load(r2 + i));
    v_store(out + i, c[0] * v_exp(c[7] * v_log(1.0 + c[6] * r) - c[5] * r));
  }
}

/* One function per pass: the chain of three is too long for the processor to overlap neighbours. */
static void sersic(const double *c, size_t n, const double *r2, double *out)
{
  /* (1e-290)^(1/2n) vanishes beside 1 for every n in use; keeps infinities out of the logarithm */
  OVER(n)
  {
    vdouble t = v_max(v_set(1e-290), c[2] * v_load(r2 + i));
    v_store(out + i, c[3] * v_log_normal(v_min(v_set(1e290), t)));
  }
  OVER(n) v_store(out + i, c[1] - c[1] * v_exp(v_load(out + i)));
  OVER(n) v_store(out + i, c[0] * v_exp(v_load(out + i)));
}

/* straight lines between nodes; the end values outside */
static void gnfw_nodes(const struct profile *p, size_t n, const double *r2, double *out)
{
  const double *x = p->table->x, *value = p->table->value;
  OVER(n)
  {
    vdouble t = v_sqrt(v_load(r2 + i)) * p->c[1];
    vdouble k = (v_log(t) * 0.43429448190325182765 + 7.0) * 111.0;
    vdouble y = t;
    for (size_t j = 0; j < VD; j++) {
      int a = k[j] > 0.0 ? k[j] < GNFW_NODES - 2.0 ? (int)k[j] : GNFW_NODES - 2 : 0;
      double f = (t[j] - x[a]) / (x[a + 1] - x[a]);
      f = f < 0.0 ? 0.0 : f > 1.0 ? 1.0 : f;
      y[j] = value[a] + f * (value[a + 1] - value[a]);
    }
    v_store(out + i, p->c[0] * y);
  }
}

static void gnfw_smooth(const struct profile *p, size_t n, const double *r2, double *out)
{
  const struct gnfw_table *table = p->table;
  const double step = GNFW_PANELS / (GNFW_LOG_HIGH - GNFW_LOG_LOW);
  OVER(n)
  {
    vdouble lx = 0.5 * v_log(p->c[2] * v_load(r2 + i)), c[GNFW_DEGREE + 1];
    vdouble k = (v_min(v_max(lx, v_set(GNFW_LOG_LOW)), v_set(GNFW_LOG_HIGH)) - GNFW_LOG_LOW) * step;
    vdouble t = k;
    for (size_t j = 0; j < VD; j++) {
      int a = k[j] < GNFW_PANELS - 1.0 ? (int)k[j] : GNFW_PANELS - 1;
      t[j] = 2.0 * (k[j] - a) - 1.0;
      for (size_t q = 0; q <= GNFW_DEGREE; q++) c[q][j] = table->panel[a][q];
    }
    vdouble y = c[GNFW_DEGREE];
    for (size_t q = GNFW_DEGREE; q-- > 0;) y = y * t + c[q];
    y = v_select(lx > GNFW_LOG_HIGH, table->last + (1.0 - table->beta) * (lx - GNFW_LOG_HIGH), y);
    vdouble near = 1.0 - table->first * v_exp((1.0 - table->gamma) * (lx - GNFW_LOG_LOW));
    v_store(out + i, p->c[0] * v_select(lx < GNFW_LOG_LOW, near, v_exp(y)));
  }
}

static void edge(const struct profile *p, size_t n, const double *r2, double *value)
{
  OVER(n)
  {
    vdouble x = (v_sqrt(v_load(r2 + i)) - p->edge_at) * p->edge_rate, t;
    if (p->edge == EDGE_EXPONENTIAL)
      t = v_max((1.0 - v_exp(x)) * p->edge_scale, v_set(0.0));
    else /* 1 - tanh x */
      t = 2.0 / (v_exp(2.0 * x) + 1.0) * p->edge_scale;
    v_store(value + i, v_load(value + i) * t);
  }
}

void SOCCA_LEVEL(image_edge)(const struct profile *p, size_t n, const double *r2, double *value)
{
  edge(p, n, r2, value);
}

void SOCCA_LEVEL(image_profile)(const struct profile *p, size_t n, const double *r2, double *out)
{
  switch (p->shape) {
  case PROFILE_POWER_LAW:
    power_law(p->c, n, r2, out);
    break;
  case PROFILE_BETA:
    beta_model(p->c, n, r2, out);
    break;
  case PROFILE_TOPHAT:
    tophat(p->c, n, r2, out);
    break;
  case PROFILE_GAUSSIAN:
    gaussian(p->c, n, r2, out);
    break;
  case PROFILE_POLY_EXP:
    poly_exp(p->c, n, r2, out);
    break;
  case PROFILE_EXP:
    exponential(p->c, n, r2, out);
    break;
  case PROFILE_MOD_EXP:
    mod_exp(p->c, n, r2, out);
    break;
  case PROFILE_SERSIC:
    sersic(p->c, n, r2, out);
    break;
  case PROFILE_GNFW_NODES:
    gnfw_nodes(p, n, r2, out);
    break;
  case PROFILE_GNFW:
    gnfw_smooth(p, n, r2, out);
    break;
  case PROFILE_CUSTOM:
    break; /* profile_values() */
  }
}

void SOCCA_LEVEL(image_sqrt)(size_t n, const double *x, double *out)
{
  OVER(n) v_store(out + i, v_sqrt(v_load(x + i)));
}

/* u^2 + v^2, or (|u|^p + |v|^p)^(2/p), of offsets from the component's centre */
void SOCCA_LEVEL(image_radius)(const struct ellipse *e, double low, size_t n, const double *lon,
                               const double *lat, double *r2)
{
  for (size_t i = 0; i < n; i += VD) {
    vdouble x = v_load(lon + i) - e->lon, y = v_load(lat + i) - e->lat;
    if (e->wrap) {
      vlong bits;
      x = x - 360.0 * v_round_(x / 360.0, &bits);
    }
    vdouble u = x * e->ux + y * e->uy, v = x * e->vx + y * e->vy;
    if (e->power == 2.0)
      v_store(r2 + i, v_max(v_set(low), u * u + v * v));
    else {
      vdouble s = v_exp(e->power * v_log(v_abs(u))) + v_exp(e->power * v_log(v_abs(v)));
      v_store(r2 + i, v_max(v_set(low), v_exp(2.0 / e->power * v_log(s))));
    }
  }
}

double SOCCA_LEVEL(image_least)(size_t n, const double *x)
{
  vdouble low = v_set(__builtin_inf());
  size_t i = 0;
  for (; i + VD <= n; i += VD) low = v_min(v_load(x + i), low);
  double least = __builtin_inf();
  for (size_t k = 0; k < VD; k++) least = low[k] < least ? low[k] : least;
  for (; i < n; i++) least = x[i] < least ? x[i] : least;
  return least;
}
