/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "start.h"
#include "args.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct { /* the tool at work, for exit handlers, which get nothing else */
  socca_journal *journal;
  pid_t pid;
} unfinished;

/* exit(0) in a plugin, or in a library of its, must not look like success. Forked children are no tools. */
static void at_exit(void)
{
  if (!unfinished.journal || unfinished.pid != getpid()) return;
  socca_status s = socca_error(unfinished.journal, SOCCA_E_PLUGIN,
                               "a plugin ended the process by exit(), nothing is finished; "
                               "'socca-inspect --probe FILE' finds which one does");
  int status = args_exit(unfinished.journal, s);
  fflush(NULL);
  _exit(status);
}

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
  signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error that is told, as a full disk is */
  socca_journal *j = socca_journal_new(program, SOCCA_LOG_INFO);
  socca_launcher_probe(launcher);
  if (!j) {
    fprintf(stderr, "%s: out of memory\n", program);
    return NULL;
  }
  unfinished.journal = j;
  unfinished.pid = getpid();
  if (atexit(at_exit)) unfinished.journal = NULL;
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
  unfinished.journal = NULL;
  socca_journal_free(j);
  if (silent && status && alone) sleep(1);
  return status;
}
