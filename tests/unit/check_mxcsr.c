/* SPDX-License-Identifier: BSD-3-Clause */
/* A plugin linked with fast-math flags would set flush-to-zero in the host as it is opened. Opens every
 * plugin of the build, one process each, and compares the control register of the vector unit. */
#include "config.h"
#include "run_suite.h"
#include <dlfcn.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

static uint32_t control(void) /* rounding, masks, FTZ, DAZ: all but the flags of past exceptions */
{
#if defined(__x86_64__)
  return _mm_getcsr() & ~0x3fu;
#else
  return 0;
#endif
}
static int keeps_denormals(void)
{
  volatile double tiny = 0x1p-1022, half = 0.5, zero = 0, smaller = tiny * half;
  return control() == 0x1f80u * (control() != 0) && smaller > zero && smaller * 2 == tiny;
}

/* in a process of its own: 0 unchanged, 1 changed, 2 not opened */
static int opened(const char *path)
{
  pid_t child = fork();
  if (child == 0) {
    if (!keeps_denormals()) _exit(3);
    if (!dlopen(path, RTLD_NOW | RTLD_LOCAL)) _exit(2);
    _exit(!keeps_denormals());
  }
  int status = -1;
  ck_assert_int_gt(child, 0);
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 4;
}

START_TEST(test_plugins)
{
  const char *build = getenv("SOCCA_BUILD");
  char pattern[4096];
  glob_t found = { 0 };
  size_t plugins = 0;
  snprintf(pattern, sizeof pattern, "%s/.libs/*.so", build ? build : ".");
  glob(pattern, 0, NULL, &found);
  for (size_t i = 0; i < found.gl_pathc; i++) {
    int how = opened(found.gl_pathv[i]);
    ck_assert_msg(how == 0 || how == 2, "%s: %d", found.gl_pathv[i], how);
    plugins += how == 0;
  }
  if (found.gl_pathc) ck_assert_uint_gt(plugins, found.gl_pathc / 2);
  globfree(&found);
}
END_TEST

/* what the test looks for, when it happens */
START_TEST(test_notices)
{
#if defined(__x86_64__)
  uint32_t before = _mm_getcsr();
  ck_assert(keeps_denormals());
  for (uint32_t bit = 1u << 6; bit <= 1u << 15; bit <<= 9) { /* DAZ, FTZ */
    _mm_setcsr(before | bit);
    int kept = keeps_denormals();
    _mm_setcsr(before);
    ck_assert(!kept);
  }
#endif
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("mxcsr");
  TCase *c = tcase_create("mxcsr");
  tcase_set_timeout(c, 60);
  tcase_add_test(c, test_plugins);
  tcase_add_test(c, test_notices);
  suite_add_tcase(suite, c);
  return run_suite(suite);
}
