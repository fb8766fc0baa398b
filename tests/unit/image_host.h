/* SPDX-License-Identifier: BSD-3-Clause */
/* A loading host for tests of the image model's parts: collects what is said, reads nothing. */
#ifndef TESTS_UNIT_IMAGE_HOST_H
#define TESTS_UNIT_IMAGE_HOST_H
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <socca/host.h>

static struct said {
  char error[1024], log[4096];
  int errors, warnings, notices;
} said;

static inline socca_status test_fail_at(socca_load *cx, const socca_node *node, const char *fmt,
                                        ...)
{
  va_list ap;
  (void)cx;
  (void)node;
  va_start(ap, fmt);
  vsnprintf(said.error, sizeof said.error, fmt, ap);
  va_end(ap);
  said.errors++;
  return SOCCA_E_INPUT;
}

static inline void test_log_at(socca_load *cx, const socca_node *node, int level, const char *fmt,
                               ...)
{
  size_t n = strlen(said.log);
  va_list ap;
  (void)cx;
  (void)node;
  va_start(ap, fmt);
  vsnprintf(said.log + n, sizeof said.log - n, fmt, ap);
  va_end(ap);
  n = strlen(said.log);
  snprintf(said.log + n, sizeof said.log - n, "\n");
  said.warnings += level == SOCCA_LOG_WARN;
  said.notices += level == SOCCA_LOG_INFO;
}

static const socca_host test_host = { .size = sizeof(socca_host),
                                      .fail_at = test_fail_at,
                                      .log_at = test_log_at };

static inline socca_load test_load(void)
{
  socca_load cx = { .cx = { .h = &test_host } };
  memset(&said, 0, sizeof said);
  return cx;
}

/* A file below SOCCA_DATA, or NULL if that is unset. */
static inline const char *test_data(const char *name)
{
  static char path[4096];
  const char *root = getenv("SOCCA_DATA");
  if (!root || !*root) return NULL;
  snprintf(path, sizeof path, "%s/%s", root, name);
  return path;
}

/* A scratch file's name, in a folder of this process. */
static inline const char *test_scratch(const char *name)
{
  static char path[4][4096];
  static unsigned turn;
  char *p = path[turn++ % 4];
  snprintf(p, sizeof path[0], "image_test_%ld_%s", (long)getpid(), name);
  return p;
}
#endif
