/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "start.h"
#include "args.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* A stream that the caller closed must not become the first file that is opened, with messages written into it. What
 * takes its place fails as it would: reading there, or writing. */
static void keep_streams(void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
      return; /* nothing can be done about it */
}

socca_journal *tool_start(const char *program, socca_launcher *launcher)
{
  keep_streams();
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
