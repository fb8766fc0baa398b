/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "start.h"
#include "args.h"
#include <stdio.h>
#include <unistd.h>

socca_journal *tool_start(const char *program, socca_launcher *launcher)
{
  socca_journal *j = socca_journal_new(program, SOCCA_LOG_INFO);
  socca_launcher_probe(launcher);
  if (!j) {
    fprintf(stderr, "%s: out of memory\n", program);
    return NULL;
  }
  if (launcher->rank) {
    socca_journal_set_silent(j, 1);
    if (!freopen("/dev/null", "w", stdout)) fclose(stdout);
  }
  return j;
}

int tool_finish(socca_journal *j, socca_status s, int alone)
{
  int silent = socca_journal_is_silent(j);
  int status = args_exit(j, s);
  socca_journal_free(j);
  if (silent && status && alone) sleep(1);
  return status;
}
