/* SPDX-License-Identifier: BSD-3-Clause */
/* Kinds of components and how they are read from the fit file. */
#ifndef IMAGE_COMPONENT_H
#define IMAGE_COMPONENT_H
#include "../data.h"
#include "../profile.h"

enum component_role { ROLE_RADIAL, ROLE_POINT, ROLE_BACKGROUND, ROLE_LATER };

enum parameter_kind { /* what a parameter measures: decides unit, range and notation */
                      KIND_LON,
                      KIND_LAT,
                      KIND_ANGLE, /* a position angle: period pi */
                      KIND_LENGTH,
                      KIND_IMAGE,
                      KIND_PLAIN
};
struct parameter_row {
  const char *name;
  enum parameter_kind kind;
  const char *fallback; /* NULL: must be given. Lengths: in degrees */
  double low, high;     /* legal range of plain numbers */
  const char *help;
};

struct component;
struct component_kind {
  const char *name;
  enum component_role role;
  const struct parameter_row *rows; /* its own, after the geometry; ended by name == NULL */
  /* own parameters' values -> profile; radial kinds only */
  void (*prepare)(const struct component *, const double *own, struct profile *);
};
extern const struct component_kind component_kinds[]; /* ended by name == NULL */

enum { GEOMETRY_XC, GEOMETRY_YC, GEOMETRY_THETA, GEOMETRY_E, GEOMETRY_CBOX, GEOMETRY_N };
enum { COMPONENT_PARAMS = GEOMETRY_N + 2 + PROFILE_OWN };

struct component {
  char *name;
  const struct component_kind *kind;
  int positive;
  enum profile_edge edge;
  int sersic_table;                 /* b(n) as the original has it */
  int nodes;                        /* gNFW: the original's nodes and straight lines */
  uint32_t nparam, own;             /* number of parameters; position of the first of its own */
  uint32_t index[COMPONENT_PARAMS]; /* into par */
  const socca_expression *expression;
  char *expression_text; /* as written: part of the problem's identity */
  const socca_host *host;
};

/* Reads one entry of `components:`, declares its parameters. Errors are recorded at their place. */
socca_status component_load(socca_load *, const struct image_data *, const char *name,
                            const socca_node *, struct component *);
void component_free(struct component *);

/* Values of the component's own parameters; profile at those values. */
void component_own(const struct component *, const double *par, double own[PROFILE_OWN]);
void component_profile(const struct component *, const double *par, struct gnfw_table *,
                       struct profile *);

/* gNFW: projected shape over radius / rc, normalised to 1 at 0 */
struct gnfw_table *gnfw_new(void);
void gnfw_free(struct gnfw_table *);
/* Fills the table for these slopes; no work if it holds them already. */
void gnfw_fill(struct gnfw_table *, int nodes, double alpha, double beta, double gamma);
/* own: rc, alpha, beta, gamma, Ic */
void gnfw_prepare(const struct component *, const double *own, struct gnfw_table *,
                  struct profile *);
/* A(x) / A(0) by quadrature, for tests and tables */
double gnfw_shape(double x, double alpha, double beta, double gamma);
#endif
