/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <base/isa.h>
#include <stdlib.h>
#include <string.h>

static uint32_t of_machine(void)
{
#if SOCCA_X86_LEVELS
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512cd"))
    return 4;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi2"))
    return 3;
#endif
  return 1;
}

socca_status socca_isa_level(socca_journal *j, uint32_t *level)
{
  const char *wish = getenv("SOCCA_ISA");
  uint32_t best = of_machine(), asked;
  *level = best;
  if (!wish || !*wish) return SOCCA_OK;
  if (strcmp(wish, "v1") == 0)
    asked = 1;
  else if (strcmp(wish, "v3") == 0)
    asked = 3;
  else if (strcmp(wish, "v4") == 0)
    asked = 4;
  else
    return socca_error(j, SOCCA_E_INPUT, "SOCCA_ISA=%s: v1, v3 or v4 is needed", wish);
  if (asked > best)
    return socca_error(j, SOCCA_E_INPUT, "SOCCA_ISA=%s: this machine has v%u only", wish, best);
  *level = asked;
  return SOCCA_OK;
}
