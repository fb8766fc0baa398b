/* SPDX-License-Identifier: BSD-3-Clause */
/* nautilus on a problem of the study's list, for tests. */
#ifndef NAUTILUS_FIXTURE_H
#define NAUTILUS_FIXTURE_H
#include "mini_host.h"
#include "problems.h"
#include <check.h>

/* Sanitizers make runs fifteen times slower. */
#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

extern const socca_plugin nautilus_LTX_socca_plugin;
typedef const char *const *settings;
#define WITH(...) ((const char *const[]){ __VA_ARGS__, NULL })

static inline void open_function(mini_host *h, uint32_t d, mini_loglike f, uint64_t seed,
                                 settings with)
{
  ck_assert_int_eq(mini_open(h, &nautilus_LTX_socca_plugin, d, seed, f, NULL, with), 0);
}

static inline void open_problem(mini_host *h, const char *name, uint64_t seed, settings with)
{
  const problem *p = problem_named(name);
  ck_assert_ptr_nonnull(p);
  open_function(h, p->d, p->loglike, seed, with);
}
#endif
