/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of kinds: parameters in order of registration, and profiles made of their values. */
#include "config.h"
#include "component.h"
#include <math.h>

#define LENGTH(name, fallback, help)                                                               \
  {                                                                                                \
    name, KIND_LENGTH, fallback, 0.0, INFINITY, help                                               \
  }
#define IMAGE(name, fallback, help)                                                                \
  {                                                                                                \
    name, KIND_IMAGE, fallback, -INFINITY, INFINITY, help                                          \
  }
#define PLAIN(name, fallback, low, high, help)                                                     \
  {                                                                                                \
    name, KIND_PLAIN, fallback, low, high, help                                                    \
  }
#define FREE(name, fallback, help) PLAIN(name, fallback, -INFINITY, INFINITY, help)
#define END                                                                                        \
  {                                                                                                \
    NULL, KIND_PLAIN, NULL, 0.0, 0.0, NULL                                                         \
  }

static const struct parameter_row beta_rows[] = { LENGTH("rc", NULL, "core radius"),
                                                  FREE("alpha", "2", "exponent of the radius"),
                                                  FREE("beta", "0.70 * 1.50 - 0.50", "slope"),
                                                  IMAGE("Ic", NULL, "central brightness"), END };
static void beta_prepare(const struct component *c, const double *own, struct profile *p)
{
  (void)c;
  p->shape = PROFILE_BETA;
  p->c[0] = own[3];
  p->c[1] = 1.0 / (own[0] * own[0]);
  p->c[2] = 0.5 * own[1];
  p->c[3] = own[2];
}

static const struct parameter_row power_rows[] = { LENGTH("rc", NULL, "scale radius"),
                                                   FREE("alpha", "2", "slope"),
                                                   IMAGE("Ic", NULL, "brightness at rc"), END };
static void power_prepare(const struct component *c, const double *own, struct profile *p)
{
  (void)c;
  p->shape = PROFILE_POWER_LAW;
  p->c[0] = own[2];
  p->c[1] = 1.0 / (own[0] * own[0]);
  p->c[2] = 0.5 * own[1];
}

static const struct parameter_row tophat_rows[] = { LENGTH("rc", NULL, "radius"),
                                                    IMAGE("Ic", NULL, "brightness inside"), END };
static void tophat_prepare(const struct component *c, const double *own, struct profile *p)
{
  (void)c;
  p->shape = PROFILE_TOPHAT;
  p->c[0] = own[1];
  p->c[1] = own[0] * own[0];
}

static const struct parameter_row gaussian_rows[] = { LENGTH("rs", NULL, "standard deviation"),
                                                      IMAGE("Is", NULL, "central brightness"),
                                                      END };
static void gaussian_prepare(const struct component *c, const double *own, struct profile *p)
{
  (void)c;
  p->shape = PROFILE_GAUSSIAN;
  p->c[0] = own[1];
  p->c[1] = 0.5 / (own[0] * own[0]);
}

static const struct parameter_row exponential_rows[] = { LENGTH("rs", NULL, "scale radius"),
                                                         IMAGE("Is", NULL, "central brightness"),
                                                         END };
static void exponential_prepare(const struct component *c, const double *own, struct profile *p)
{
  (void)c;
  p->shape = PROFILE_EXP;
  p->c[0] = own[1];
  p->c[5] = 1.0 / own[0];
}

static const struct parameter_row poly_rows[] = {
  LENGTH("rs", NULL, "scale radius"),
  IMAGE("Is", NULL, "brightness of the exponential at 0"),
  LENGTH("rc", "1/3600", "scale radius of the polynomial"),
  FREE("c1", "0", "coefficient of r/rc"),
  FREE("c2", "0", "coefficient of (r/rc)^2"),
  FREE("c3", "0", "coefficient of (r/rc)^3"),
  FREE("c4", "0", "coefficient of (r/rc)^4"),
  END
};
static void poly_prepare(const struct component *c, const double *own, struct profile *p)
{
  (void)c;
  p->shape = PROFILE_POLY_EXP;
  p->c[0] = own[1];
  for (int k = 1; k <= 4; k++) p->c[k] = own[1] * own[2 + k];
  p->c[5] = 1.0 / own[0];
  p->c[6] = 1.0 / own[2];
}

static const struct parameter_row refact_rows[] = {
  LENGTH("rs", NULL, "scale radius"),
  IMAGE("Is", NULL, "brightness of the exponential at 0"),
  LENGTH("rc", "1/3600", "scale radius of the polynomial"),
  IMAGE("I1", "0", "coefficient of r/rc"),
  IMAGE("I2", "0", "coefficient of (r/rc)^2"),
  IMAGE("I3", "0", "coefficient of (r/rc)^3"),
  IMAGE("I4", "0", "coefficient of (r/rc)^4"),
  END
};
static void refact_prepare(const struct component *c, const double *own, struct profile *p)
{
  (void)c;
  p->shape = PROFILE_POLY_EXP;
  p->c[0] = own[1];
  for (int k = 1; k <= 4; k++) p->c[k] = own[2 + k];
  p->c[5] = 1.0 / own[0];
  p->c[6] = 1.0 / own[2];
}

static const struct parameter_row mod_rows[] = { LENGTH("rs", NULL, "scale radius"),
                                                 IMAGE("Is", NULL, "central brightness"),
                                                 LENGTH("rm", NULL, "radius of the modification"),
                                                 FREE("alpha", NULL, "its exponent"), END };
static void mod_prepare(const struct component *c, const double *own, struct profile *p)
{
  (void)c;
  p->shape = PROFILE_MOD_EXP;
  p->c[0] = own[1];
  p->c[5] = 1.0 / own[0];
  p->c[6] = 1.0 / own[2];
  p->c[7] = own[3];
}

static const struct parameter_row sersic_rows[] = {
  LENGTH("re", NULL, "radius of the ellipse that holds half of the flux"),
  IMAGE("Ie", NULL, "brightness at re"), PLAIN("ns", "0.5", 0.25, 10.0, "Sersic index"), END
};
static void sersic_prepare(const struct component *c, const double *own, struct profile *p)
{
  double re = own[0], ie = own[1], n = own[2];
  double b = c->sersic_table ? sersic_b_table(n) : sersic_b(n);
  if (n == 1.0) { /* the same function, with one transcendental less */
    p->shape = PROFILE_EXP;
    p->c[0] = ie * exp(b);
    p->c[5] = b / re;
  } else if (n == 0.5) {
    p->shape = PROFILE_GAUSSIAN;
    p->c[0] = ie * exp(b);
    p->c[1] = b / (re * re);
  } else {
    p->shape = PROFILE_SERSIC;
    p->c[0] = ie;
    p->c[1] = b;
    p->c[2] = 1.0 / (re * re);
    p->c[3] = 0.5 / n;
  }
}

static const struct parameter_row gnfw_rows[] = {
  LENGTH("rc", NULL, "scale radius"),
  PLAIN("alpha", "1.0510", 0.05, 50.0, "sharpness of the turn-over"),
  PLAIN("beta", "5.4905", 1.05, 50.0, "outer slope"),
  PLAIN("gamma", "0.30810", -50.0, 1.0, "inner slope"),
  IMAGE("Ic", NULL, "central brightness"),
  END
};

static void custom_prepare(const struct component *c, const double *own, struct profile *p)
{
  p->shape = PROFILE_CUSTOM;
  p->expression = c->expression;
  p->host = c->host;
  p->nown = c->nparam - c->own;
  for (size_t k = 0; k < p->nown; k++) p->own[k] = own[k];
}

static const struct parameter_row point_rows[] = { { "xc", KIND_LON, NULL, 0.0, 0.0, "position" },
                                                   { "yc", KIND_LAT, NULL, 0.0, 0.0, "position" },
                                                   IMAGE("Ic", NULL, "flux, summed over pixels"),
                                                   END };

static const struct parameter_row background_rows[] = { LENGTH("rs", "1/3600", "unit of length"),
                                                        FREE("a0", NULL, "constant"),
                                                        FREE("a1x", "0", "slope, East"),
                                                        FREE("a1y", "0", "slope, North"),
                                                        FREE("a2xx", "0", ""),
                                                        FREE("a2xy", "0", ""),
                                                        FREE("a2yy", "0", ""),
                                                        FREE("a3xxx", "0", ""),
                                                        FREE("a3xxy", "0", ""),
                                                        FREE("a3xyy", "0", ""),
                                                        FREE("a3yyy", "0", ""),
                                                        END };
static const struct parameter_row none[] = { END };

const struct component_kind component_kinds[] = {
  { "Beta", ROLE_RADIAL, beta_rows, beta_prepare },
  { "gNFW", ROLE_RADIAL, gnfw_rows, NULL },
  { "Power", ROLE_RADIAL, power_rows, power_prepare },
  { "TopHat", ROLE_RADIAL, tophat_rows, tophat_prepare },
  { "Sersic", ROLE_RADIAL, sersic_rows, sersic_prepare },
  { "Gaussian", ROLE_RADIAL, gaussian_rows, gaussian_prepare },
  { "Exponential", ROLE_RADIAL, exponential_rows, exponential_prepare },
  { "PolyExponential", ROLE_RADIAL, poly_rows, poly_prepare },
  { "PolyExpoRefact", ROLE_RADIAL, refact_rows, refact_prepare },
  { "ModExponential", ROLE_RADIAL, mod_rows, mod_prepare },
  { "Custom", ROLE_RADIAL, none, custom_prepare },
  { "Disk", ROLE_LATER, none, NULL },
  { "SimpleBridge", ROLE_LATER, none, NULL },
  { "MesaBridge", ROLE_LATER, none, NULL },
  { "Bridge", ROLE_LATER, none, NULL },
  { "Point", ROLE_POINT, point_rows, NULL },
  { "Background", ROLE_BACKGROUND, background_rows, NULL },
  { NULL, ROLE_LATER, none, NULL }
};
