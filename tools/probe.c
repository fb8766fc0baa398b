/* SPDX-License-Identifier: BSD-3-Clause */
/* --probe: a child process loads the file and calls what can be called without a fit, telling before each step
 * what it is about to do. */
#include "config.h"
#include "inspect.h"
#include "probe.h"
#include <config/options.h>
#include <errno.h>
#include <fcntl.h>
#include <plugin/dl.h>
#include <plugin/trust.h>
#include <plugin/vtbl.h>
#include <poll.h>
#include <run/context.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 30 }; /* unless SOCCA_PROBE_SECONDS says otherwise */
#define STEP(name) probe_tell(to, 'S', "%s", name)

static uint32_t float_mode(void)
{
#ifdef __SSE__
  return __builtin_ia32_stmxcsr() & 0xffc0u; /* rounding, masks, flush to zero; not the flags */
#else
  return 0;
#endif
}

static void probe_plugin(FILE *to, void *handle, const socca_meta *m, uint32_t bytes)
{
  socca_fault f = { NULL, "" };
  socca_vtbl v;
  char symbol[64];
  snprintf(symbol, sizeof symbol, "%.39s_LTX_socca_plugin", m->module);
  STEP("reading its descriptor");
  const socca_plugin *p = socca_dl_symbol(handle, symbol);
  if (!p)
    socca_fault_set(&f, "E_NO_DESCRIPTOR", "it has no symbol %s", symbol);
  else if (!socca_descriptor_check(p, m, bytes, &f))
    socca_vtbl_fill(p, m, &v, &f);
  if (f.code) {
    probe_tell(to, 'F', "%s [%s]", f.reason, f.code);
    return;
  }
  const socca_option *table = m->kind == SOCCA_KIND_SAMPLER ? v.sampler.options
                              : m->kind == SOCCA_KIND_POOL  ? v.pool.options
                                                            : NULL;
  size_t size = m->kind == SOCCA_KIND_SAMPLER ? v.sampler.option_size
                : m->kind == SOCCA_KIND_POOL  ? v.pool.option_size
                                              : 0;
  STEP("reading its options");
  socca_journal *j = socca_journal_new("probe", SOCCA_LOG_ERROR);
  if (j) socca_journal_set_silent(j, 1);
  socca_options *o = j && table ? socca_options_new(j, m->name, table, size, 1) : NULL;
  if (j && socca_journal_errors(j))
    probe_tell(to, 'F', "its table of options: %s", socca_journal_error(j, 0));
  const void *options = o ? socca_options_struct(o) : NULL;
  if (j && (o || !table)) {
    for (int k = 0; k < 2; k++) { /* a plugin may be created twice in one process */
      if (m->kind == SOCCA_KIND_SAMPLER) probe_sampler(to, &v.sampler, options);
      if (m->kind == SOCCA_KIND_POOL) probe_pool(to, &v.pool, options, m->provides);
      if (m->kind == SOCCA_KIND_MODEL) probe_model(to, &v.model);
    }
  }
  if (o) socca_options_free(o);
  socca_journal_free(j);
}

static void child(const plugin_file *f, FILE *to, int printed)
{
  const struct rlimit no_core = { 0, 0 };
  void *handle = NULL;
  socca_fault fault = { NULL, "" };
  char path[4096];
  struct stat st;
  setrlimit(RLIMIT_CORE, &no_core);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(printed, STDOUT_FILENO);
  dup2(printed, STDERR_FILENO);
  snprintf(path, sizeof path, "%s%s", strchr(f->path, '/') ? "" : "./", f->path);
  uint32_t mode = float_mode();
  STEP("loading");
  if (fstat(f->image.fd, &st) || socca_trust_again(path, 0, st.st_dev, st.st_ino, &fault) ||
      socca_dl_open(path, f->meta[0].mpi_abi == 2, &handle, &fault)) {
    probe_tell(to, 'F', "%s [%s]", fault.reason, fault.code);
    return;
  }
  if (float_mode() != mode)
    probe_tell(to, 'F',
               "loading it changes the arithmetic of the process: no -ffast-math on the link line");
  for (size_t i = 0; i < f->n; i++) probe_plugin(to, handle, &f->meta[i], f->bytes[i]);
}

/* ---- the parent ---- */

typedef struct heard {
  pid_t pid;
  int fd, late;
  double seconds;
  socca_text said;
} heard;

/* What has been said so far, at most one piece of it: 0 at the end of all that can be. */
static int hear(heard *h)
{
  char piece[4096];
  ssize_t n = read(h->fd, piece, sizeof piece);
  if (n > 0) socca_text_add(&h->said, piece, (size_t)n);
  return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static int has_ended(pid_t pid)
{
  siginfo_t info = { .si_pid = 0 };
  return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid;
}

/* Until it ends or its time is over; its own children, if any are left, go with it. They may hold the pipe open, so
 * that its end tells nothing. */
static int follow(heard *h)
{
  const char *given = getenv("SOCCA_PROBE_SECONDS");
  int status = 0;
  if (!given || socca_parse_double(given, &h->seconds) || !(h->seconds > 0)) h->seconds = SECONDS;
  double end = socca_seconds() + h->seconds;
  struct pollfd p = { .fd = h->fd, .events = POLLIN };
  while (!has_ended(h->pid) && !h->late) {
    if (poll(&p, 1, 5) > 0 && !hear(h)) p.fd = -1;
    h->late = socca_seconds() > end;
  }
  kill(-h->pid, SIGKILL);
  while (waitpid(h->pid, &status, 0) < 0 && errno == EINTR) continue;
  for (size_t before = SIZE_MAX; h->said.n != before && !h->said.failed;) {
    before = h->said.n;
    hear(h);
  }
  return status;
}

/* Takes the lines apart. 1: it came to the end by itself. */
static int understand(char *said, char *step, size_t room, socca_text *faults)
{
  int ended = 0;
  for (char *line; said && (line = strsep(&said, "\n"));) {
    if (line[0] == 'S') snprintf(step, room, "%.60s", line + 1);
    if (line[0] == 'E') ended = 1;
    if (line[0] == 'F' && !(faults->s && strstr(faults->s, line + 1)))
      socca_text_printf(faults, "%s\n", line + 1);
  }
  return ended;
}

static void judge_end(const heard *h, int status, int ended, const char *step, socca_text *faults)
{
  if (h->late)
    socca_text_printf(faults, "does not come back within %g s in %s\n", h->seconds, step);
  else if (WIFSIGNALED(status))
    socca_text_printf(faults, "ended by signal %d (%s) in %s\n", WTERMSIG(status),
                      strsignal(WTERMSIG(status)), step);
  else if (status || !ended)
    socca_text_printf(faults, "ended the process with status %d in %s\n", WEXITSTATUS(status),
                      step);
}

/* In a child, whose prints go to a file. */
static socca_status probe_apart(socca_journal *j, const plugin_file *f, int printed,
                                socca_text *faults)
{
  char step[64] = "starting";
  int ends[2];
  fflush(NULL);
  if (pipe2(ends, O_NONBLOCK)) return socca_error(j, SOCCA_E_IO, "%s", strerror(errno));
  heard h = { .pid = fork(), .fd = ends[0] };
  if (h.pid == 0) {
    FILE *to = fcntl(ends[1], F_SETFL, 0) ? NULL : fdopen(ends[1], "w");
    close(ends[0]);
    setpgid(0, 0);
    if (to) child(f, to, printed);
    fflush(NULL);
    if (to) probe_tell(to, 'E', "%s", "");
    _exit(0);
  }
  close(ends[1]);
  if (h.pid > 0) {
    setpgid(h.pid, h.pid);
    int status = follow(&h), ended = understand(h.said.s, step, sizeof step, faults);
    judge_end(&h, status, ended, step, faults);
  }
  close(h.fd);
  faults->failed |= h.said.failed;
  socca_text_free(&h.said);
  return h.pid > 0 ? SOCCA_OK : socca_error(j, SOCCA_E_IO, "cannot fork: %s", strerror(errno));
}

socca_status probe_file(socca_journal *j, const plugin_file *f, socca_text *faults)
{
  if (f->fault.code) socca_text_printf(faults, "%s [%s]\n", f->fault.reason, f->fault.code);
  for (size_t i = 0; i < f->n; i++) {
    socca_fault meta = { NULL, "" };
    int readable;
    if (socca_meta_check(&f->meta[i], f->bytes[i], &readable, &meta))
      socca_text_printf(faults, "%s [%s]\n", meta.reason, meta.code);
  }
  if (faults->n) return SOCCA_OK; /* nothing that is known to be unfit is loaded */
  FILE *printed = tmpfile();
  if (!printed)
    return socca_error(j, SOCCA_E_IO, "no temporary file can be made: %s", strerror(errno));
  socca_status s = probe_apart(j, f, fileno(printed), faults);
  if (!s && lseek(fileno(printed), 0, SEEK_END) > 0)
    socca_text_printf(faults, "it writes to standard output or error\n");
  fclose(printed);
  return s;
}
