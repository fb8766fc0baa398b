/* SPDX-License-Identifier: BSD-3-Clause */
/* Binds every declared parameter to a number, a prior or a tie, and computes all of them from the free ones. */
#ifndef SOCCA_CONFIG_PARAMETERS_H
#define SOCCA_CONFIG_PARAMETERS_H
#include <config/value.h>

typedef struct socca_parameters socca_parameters;

socca_parameters *socca_parameters_new(socca_journal *, socca_units *);
void socca_parameters_free(socca_parameters *);
/* Where keys are looked for; known by itself once a value was seen. */
void socca_parameters_set_tree(socca_parameters *, const socca_tree *);
/* Copies what it needs. Records all errors, returns the first. index may be NULL. value: a text, or
 * {value: ..., unit: ...} with the declared unit. low == high: any value is legal. A parameter whose value is
 * missing is reported by finish(), where its key (the name after the last dot) was looked for in vain. */
socca_status socca_parameters_declare(socca_parameters *, const socca_param *,
                                      const socca_node *value, uint32_t *index);
/* `parameters:` of the document: auxiliary parameters; not part of `par`, listed after the declared ones. */
socca_status socca_parameters_auxiliary(socca_parameters *, const socca_node *map);
/* After the last declaration: compiles ties, orders them, finds cycles, settles which are periodic
 * (`periodic`: the sampler block's node, or NULL). */
socca_status socca_parameters_finish(socca_parameters *, const socca_node *periodic);

uint32_t socca_parameters_npar(const socca_parameters *);  /* declared by the model */
uint32_t socca_parameters_count(const socca_parameters *); /* with the auxiliary ones */
uint32_t socca_parameters_ndim(const socca_parameters *);  /* free */
const socca_free *socca_parameters_free_at(const socca_parameters *,
                                           uint32_t i); /* in order of declaration */
const socca_prior *socca_parameters_prior(const socca_parameters *,
                                          uint32_t i); /* of free parameter i */
typedef struct socca_parameter_info {
  const char *name, *unit, *help;
  int state;         /* SOCCA_FIXED ... */
  const char *value; /* as shown to users: number, prior or "= expression" */
  double period;     /* > 0: periodic in this fit (free), or by declaration (tied) */
  uint32_t free;     /* index among the free ones */
  uint32_t quantity; /* as declared: SOCCA_PLAIN ... */
  double low, high;  /* legal range */
} socca_parameter_info;
void socca_parameters_info(const socca_parameters *, uint32_t i, socca_parameter_info *);

/* theta: ndim free values -> all: count values, declared ones first. Thread-safe: all[] is the only memory used.
 * Returns 0, or 1 + the index of a tied parameter outside its legal range or not finite. */
uint32_t socca_parameters_fill(const socca_parameters *, const double *theta, double *all);
/* Chain rule: gradient[npar] with respect to declared values -> out[ndim] with respect to the free ones.
 * work: count values. */
void socca_parameters_pull(const socca_parameters *, const double *all, const double *gradient,
                           double *work, double *out);
/* Fingerprint of names, states, values, priors, ties, in order. */
void socca_parameters_identity(const socca_parameters *,
                               void (*item)(void *arg, const char *name, const char *value),
                               void *arg);
#endif
