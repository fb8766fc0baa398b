/* SPDX-License-Identifier: BSD-3-Clause */
/* A model: parameters declared from the fit file, and the log-likelihood of their values. */
#ifndef SOCCA_MODEL_H
#define SOCCA_MODEL_H
#include <socca/host.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct socca_product { /* something a model can write to files: maps, a mock image */
  const char *name;            /* one of the vtable's products */
  const char *path;            /* file, or prefix of files */
  const char *component;       /* NULL: all */
  uint64_t seed;
  uint64_t spare[2];
} socca_product;

/* `par`: physical values of all declared parameters (fixed, free and tied alike), in order of
 * declaration. `self` is read-only once load() has returned; `ws` belongs to one process.
 * Functions that get a worker fail with socca_fail(w, ...). NULL slots are absent features. */
typedef struct socca_model_vtbl {
  const char *const *products; /* names, NULL-terminated; NULL: none */
  /* destroy() is called even if load() fails after having set *self; self is never NULL. */
  socca_status (*load)(socca_load *, const socca_node *document, void **self);
  void (*destroy)(void *self);
  socca_status (*workspace)(socca_worker *w, const void *self, void **ws); /* optional */
  void (*drop)(void *ws);                                                  /* optional */
  socca_status (*loglike)(socca_worker *w, const void *self, void *ws, const double *par,
                          double *logl);
  /* value(): one named item per input and setting; equal items = the same problem */
  socca_status (*identity)(const void *self, socca_result *, const socca_host *);
  /* ---- optional ---- */
  uint32_t (*lacks)(const void *self); /* capability bits that this document does not give */
  socca_status (*gradient)(socca_worker *w, const void *self, void *ws, const double *par,
                           double *logl, double *grad);
  socca_status (*curvature)(socca_worker *w, const void *self, void *ws, const double *par,
                            double *logl, double *grad, double *fisher); /* npar x npar */
  socca_status (*loglike_batch)(socca_worker *w, const void *self, void *ws, size_t n,
                                const double *par, double *logl); /* par: n x npar */
  socca_status (*null_loglike)(socca_worker *w, const void *self, void *ws, double *logl);
  socca_status (*derived)(socca_worker *w, const void *self, void *ws, const double *par,
                          double *out);
  /* What was read and what the fit is like at `par`, in the order in which to show it. Known names:
   * npix, excluded.CAUSE (I64), sigma, chi2, dof, statistic, expectation, logz_true (F64), fft; all
   * others are shown as they come ("image", "frame", "psf": text). */
  socca_status (*facts)(socca_worker *w, const void *self, void *ws, const double *par,
                        socca_result *);
  socca_status (*write)(socca_worker *w, const void *self, void *ws, const double *par,
                        const socca_product *);
  socca_status (*observed)(socca_worker *w, const void *self, socca_result *);
} socca_model_vtbl;

#ifdef __cplusplus
}
#endif
#endif
