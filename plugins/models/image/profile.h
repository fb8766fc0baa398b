/* SPDX-License-Identifier: BSD-3-Clause */
/* A radial profile at given parameter values: I(r) = shape(r) * truncation(r), as a function of the
 * squared elliptical radius. */
#ifndef IMAGE_PROFILE_H
#define IMAGE_PROFILE_H
#include <socca/host.h>

enum profile_shape {
  PROFILE_POWER_LAW,  /* c0 exp(-c2 log(c1 r2)), infinite at 0 for c2 > 0 */
  PROFILE_BETA,       /* c0 (1 + (c1 r2)^c2)^-c3 */
  PROFILE_TOPHAT,     /* c0 where r2 < c1 */
  PROFILE_GAUSSIAN,   /* c0 exp(-c1 r2) */
  PROFILE_POLY_EXP,   /* (c0 + c1 t + ... + c4 t^4) exp(-c5 r), t = c6 r */
  PROFILE_EXP,        /* c0 exp(-c5 r) */
  PROFILE_MOD_EXP,    /* c0 exp(-c5 r) (1 + c6 r)^c7 */
  PROFILE_SERSIC,     /* c0 exp(-c1 ((c2 r2)^c3 - 1)) */
  PROFILE_GNFW_NODES, /* straight lines between nodes in r */
  PROFILE_GNFW,       /* exp of piecewise polynomials in log r */
  PROFILE_CUSTOM      /* an expression of r */
};
enum profile_edge { EDGE_NONE, EDGE_EXPONENTIAL, EDGE_TANH };

/* gNFW shape over x = r / rc: the original's nodes x_k = 10^(-7 + 9 k / 999), or log I as polynomials
 * of degree 8 in panels of log x, power laws below (of 1 - I) and above. */
enum { GNFW_NODES = 1000, GNFW_PANELS = 64, GNFW_DEGREE = 8 };
#define GNFW_LOG_LOW (-17.0)
#define GNFW_LOG_HIGH 9.5
struct gnfw_table {
  int filled, nodes;
  double alpha, beta, gamma;
  double x[GNFW_NODES], value[GNFW_NODES];
  double panel[GNFW_PANELS][GNFW_DEGREE + 1];
  double first, last; /* 1 - I at the lower end, log I at the upper end */
};

enum { PROFILE_CONSTANTS = 8, PROFILE_OWN = 16 };
struct profile {
  enum profile_shape shape;
  enum profile_edge edge;
  double c[PROFILE_CONSTANTS];
  double edge_at, edge_rate, edge_scale; /* rt, 1/wt, 1/T's denominator */
  const struct gnfw_table *table;
  const socca_expression *expression; /* custom: variables r, own[0], own[1], ... */
  const socca_host *host;
  size_t nown;
  double own[PROFILE_OWN];
};

/* Exact b(n): P(2n, b) = 1/2; or the original's, interpolated in its table of 1000. */
double sersic_b(double n);
double sersic_b_table(double n);

/* I at n (a multiple of 8) squared radii; r2 and out are two arrays. `isa`: the level. */
void profile_values(const struct profile *, uint32_t isa, size_t n, const double *r2, double *out);
#endif
