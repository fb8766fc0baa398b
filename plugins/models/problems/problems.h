/* SPDX-License-Identifier: BSD-3-Clause */
/* Densities whose evidence is known. Each family is one row: its keys with defaults, its log-likelihood with
 * the exact gradient, and its log-evidence under the default priors, uniform(0, 1) in every coordinate. */
#ifndef PROBLEMS_H
#define PROBLEMS_H
#include <socca/socca.h>

enum { KEYS = 8, WORDS = 4 };
typedef struct problem_key {
  const char *name;
  double fallback, low, high;
  const char *words[WORDS]; /* a choice: the value is the word's index */
} problem_key;

typedef struct problem problem;
typedef struct problem_family {
  const char *name;
  uint32_t ndim, least, most; /* parameters: default and range */
  problem_key key[KEYS];      /* ended by name == NULL */
  double (*loglike)(const problem *, const double *x, double *grad); /* grad: NULL or ndim */
  double (*logz)(const problem *);
} problem_family;

struct problem {
  const problem_family *family;
  uint32_t ndim;
  double k[KEYS]; /* values of the keys */
  double cost;    /* seconds of CPU time that a call takes at least */
  int standard;   /* all priors are the default ones: logz holds */
};

extern const problem_family problem_gaussian, problem_correlated, problem_mixture,
    problem_halfspace, problem_shells, problem_eggbox, problem_rosenbrock, problem_loggamma,
    problem_funnel, problem_plateau;

/* Integral of f over [a, b], panels x 5-point Gauss-Legendre */
double problem_integral(double (*f)(double x, const void *arg), const void *arg, double a, double b,
                        unsigned panels);
double problem_box(double low, double high); /* of the standard normal density */
double problem_log_add(double a, double b);  /* ln(e^a + e^b) */
#define PROBLEM_LOG_2PI 1.837877066409345483561
#endif
