/* SPDX-License-Identifier: BSD-3-Clause */
/* Capability bits: one list per providing kind. The masks, the names in messages, the matrix and
 * the documentation all come from these lists. X(NAME, bit, "what it means") */
#ifndef SOCCA_CAPS_H
#define SOCCA_CAPS_H

#define SOCCA_SAMPLER_CAPS(X)                                                                      \
  X(EVIDENCE, 1, "estimates the evidence")                                                         \
  X(WEIGHTS, 2, "gives weighted samples")                                                          \
  X(CHAINS, 4, "gives chains")                                                                     \
  X(POINT, 8, "gives a best-fitting point")                                                        \
  X(RESUMES, 16, "resumes from a checkpoint")

#define SOCCA_POOL_CAPS(X)                                                                         \
  X(WORKERS, 1, "evaluates in other processes")                                                    \
  X(RANKS, 2, "its workers are ranks of an MPI job, possibly on other nodes")                      \
  X(ISOLATES, 4, "survives a crash in the model")

#define SOCCA_MODEL_CAPS(X)                                                                        \
  X(GRADIENT, 1, "has exact gradients")                                                            \
  X(RESIDUALS, 2, "has residuals, hence a Fisher matrix")                                          \
  X(BATCH, 4, "evaluates many points in one call")                                                 \
  X(NO_FORK, 8, "cannot be used in forked processes")

#define SOCCA_CAP_SAMPLER_(name, bit, text) SOCCA_SAMPLER_##name = bit,
#define SOCCA_CAP_POOL_(name, bit, text) SOCCA_POOL_##name = bit,
#define SOCCA_CAP_MODEL_(name, bit, text) SOCCA_MODEL_##name = bit,
enum { SOCCA_SAMPLER_CAPS(SOCCA_CAP_SAMPLER_) SOCCA_SAMPLER_NONE_ = 0 };
enum { SOCCA_POOL_CAPS(SOCCA_CAP_POOL_) SOCCA_POOL_NONE_ = 0 };
enum { SOCCA_MODEL_CAPS(SOCCA_CAP_MODEL_) SOCCA_MODEL_NONE_ = 0 };
#endif
