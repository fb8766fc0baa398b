/* SPDX-License-Identifier: BSD-3-Clause */
/* Status codes, kinds and element types: what every other public header stands on. */
#ifndef SOCCA_STATUS_H
#define SOCCA_STATUS_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SOCCA_ABI_MAJOR 0
#define SOCCA_ABI_MINOR 1

#if defined(__GNUC__)
#define SOCCA_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define SOCCA_EXPORT __attribute__((visibility("default")))
#else
#define SOCCA_PRINTF(f, a)
#define SOCCA_EXPORT
#endif

typedef int32_t socca_status;
enum {
  SOCCA_OK = 0,
  SOCCA_DONE = 1, /* advance(): the run is complete */
  SOCCA_INTERRUPTED =
      2,              /* signal or limit seen while waiting: return it at once, nothing absorbed */
  SOCCA_E_INPUT = -1, /* fit file, option or data are wrong                     -> exit status 2 */
  SOCCA_E_REFUSED =
      -2,              /* combination not supported                              -> exit status 3 */
  SOCCA_E_PLUGIN = -3, /* plugin missing, broken or incompatible                 -> exit status 4 */
  SOCCA_E_NOMEM = -4,  /* this and all below                                     -> exit status 1 */
  SOCCA_E_IO = -5,
  SOCCA_E_NUMERIC = -6, /* +inf likelihood, singular matrix, no convergence possible */
  SOCCA_E_POOL = -7,    /* workers lost beyond the budget, poison points, deadline */
  SOCCA_E_RESUME = -8, /* checkpoint of another problem, or damaged              -> exit status 2 */
  SOCCA_E_BUG = -9     /* a contract of these headers was broken */
};

enum { SOCCA_KIND_SAMPLER = 1, SOCCA_KIND_POOL = 2, SOCCA_KIND_MODEL = 3 };
enum { SOCCA_LOG_ERROR, SOCCA_LOG_WARN, SOCCA_LOG_INFO, SOCCA_LOG_DEBUG };

/* Types of array elements. SOCCA_BYTES: text or any other bytes, n counts bytes. */
enum { SOCCA_F64 = 1, SOCCA_F32, SOCCA_I64, SOCCA_U64, SOCCA_BYTES };

/* Coordinates of a point. CUBE: u in [0,1)^d, where the prior is uniform. PHYSICAL: the free
 * parameters themselves. UNBOUNDED: all of R^d (logistic of the prior's CDF; normal priors
 * linear; periodic parameters unwrapped on the line). */
enum { SOCCA_CUBE = 0, SOCCA_PHYSICAL = 1, SOCCA_UNBOUNDED = 2 };

#ifdef __cplusplus
}
#endif
#endif
