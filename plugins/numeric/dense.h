/* SPDX-License-Identifier: BSD-3-Clause */
/* Small dense algebra (n <= a few hundred) on row-major doubles. Every sum runs in ascending order of
 * its index, so that a result is one set of bits on every machine. Nothing allocates. */
#ifndef SOCCA_NUMERIC_DENSE_H
#define SOCCA_NUMERIC_DENSE_H
#include <stddef.h>

/* a = l l^T for symmetric a (lower triangle read); the upper triangle of l is set to zero. -1: a
 * pivot falls below `floor` (0: not positive). l may be a. */
int numeric_cholesky(size_t n, const double *a, double floor, double *l);
/* Inverse of a lower triangle; out may not be l. */
void numeric_lower_inverse(size_t n, const double *l, double *out);
/* a^-1 from li = l^-1: li^T li. */
void numeric_inverse_from_lower(size_t n, const double *li, double *out);
/* Sum of the logs of the diagonal. */
double numeric_log_diagonal(size_t n, const double *l);
/* Eigenvalues (ascending) and, in the rows of v, eigenvectors of symmetric a (destroyed): cyclic
 * Jacobi. */
void numeric_symmetric_eigen(size_t n, double *a, double *w, double *v);
/* Solves a x = b for a small general matrix by elimination with pivoting; both destroyed, the answer
 * stands in b. -1: singular. */
int numeric_solve(size_t n, double *a, double *b);
/* log(sum(exp(x))); -inf for n = 0 or all -inf. */
double numeric_log_sum_exp(size_t n, const double *x);
#endif
