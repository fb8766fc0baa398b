/* SPDX-License-Identifier: BSD-3-Clause */
/* Expressions: + - * / ^ (right-associative, binds tighter than unary minus), parentheses, pi, functions (sin
 * cos tan asin acos atan atan2 sinh cosh tanh exp log log10 sqrt abs min max pow hypot floor ceil ...), names
 * with dots, and unit suffixes bound to the number or ')' before them. Depth and length are limited. */
#ifndef SOCCA_DOCUMENT_EXPRESSION_H
#define SOCCA_DOCUMENT_EXPRESSION_H
#include <document/units.h>

/* Compiles `text`; errors are recorded as "WHERE: ..." with a column inside the text. `unit`: the unit that
 * the value is wanted in, NULL: no suffixes allowed. Names beyond the n given are errors with the nearest. */
socca_status socca_expression_compile(socca_journal *, const char *where, const char *text,
                                      const socca_units *, const char *unit, uint32_t quantity,
                                      const char *const *names, size_t n, socca_expression **);
void socca_expression_free(socca_expression *);
double socca_expression_value(const socca_expression *, const double *variables);
/* d value / d variables (n of them), exact */
double socca_expression_gradient(const socca_expression *, const double *variables,
                                 double *gradient);
/* accumulated[k] += scale x d value / d variable k, for the variables that occur */
void socca_expression_pull(const socca_expression *, const double *variables, double scale,
                           double *accumulated);
/* The variables that occur, one by one: *at begins with 0; 0 when there are no more. One may come twice. */
int socca_expression_uses(const socca_expression *, size_t *at, uint32_t *variable);
/* vectorised: see socca_host.evaluate */
void socca_expression_evaluate(const socca_expression *, size_t n, const double *const *columns,
                               const unsigned char *scalar, double *out);

/* ---- names and places ---- */
size_t socca_name_length(const char *s); /* of the name with dots that s begins with; 0: none */
int socca_is_function(const char *name);
const char *socca_nearest_function(const char *name);
/* "fit.yaml:3:8" moved on by `offset` bytes of `text`; any other place gets ", column N". malloc, may be NULL. */
char *socca_where_shift(const char *where, const char *text, size_t offset);
#endif
