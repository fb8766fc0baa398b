/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <base/journal.h>
#include <base/text.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ERRORS = 20 };

typedef struct lines {
  char **s;
  size_t n;
} lines;

struct socca_journal {
  pthread_mutex_t lock;
  char *program;
  int level, silent;
  lines errors, warnings;
  size_t suppressed; /* errors beyond MOST_ERRORS */
  socca_status status;
  void (*hook)(void *, int);
  void *hook_arg;
};

socca_journal *socca_journal_new(const char *program, int level)
{
  socca_journal *j = calloc(1, sizeof *j);
  if (!j) return NULL;
  j->program = socca_strdup(program);
  j->level = level;
  if (!j->program || pthread_mutex_init(&j->lock, NULL)) {
    free(j->program);
    free(j);
    return NULL;
  }
  return j;
}

static void lines_clear(lines *l)
{
  for (size_t i = 0; i < l->n; i++) free(l->s[i]);
  free(l->s);
  *l = (lines){ NULL, 0 };
}

void socca_journal_free(socca_journal *j)
{
  if (!j) return;
  lines_clear(&j->errors);
  lines_clear(&j->warnings);
  pthread_mutex_destroy(&j->lock);
  free(j->program);
  free(j);
}

void socca_journal_set_silent(socca_journal *j, int silent)
{
  j->silent = silent;
}

int socca_journal_is_silent(const socca_journal *j)
{
  return j->silent;
}

void socca_journal_set_level(socca_journal *j, int level)
{
  j->level = level;
}

void socca_journal_set_hook(socca_journal *j, void (*hook)(void *, int), void *arg)
{
  pthread_mutex_lock(&j->lock);
  j->hook = hook;
  j->hook_arg = arg;
  pthread_mutex_unlock(&j->lock);
}

/* Takes the text over; a text already there is dropped. */
static int keep(lines *l, char *text)
{
  for (size_t i = 0; i < l->n; i++)
    if (strcmp(l->s[i], text) == 0) {
      free(text);
      return 0;
    }
  char **grown = socca_realloc(l->s, l->n + 1, sizeof *grown);
  if (!grown) {
    free(text);
    return 0;
  }
  l->s = grown;
  l->s[l->n++] = text;
  return 1;
}

static void print(socca_journal *j, const char *kind, const char *text)
{
  if (j->silent) return;
  if (j->hook) j->hook(j->hook_arg, 1);
  fprintf(stderr, "%s: %s%s\n", j->program, kind, text);
  if (j->hook) j->hook(j->hook_arg, 0);
}

socca_status socca_verror(socca_journal *j, socca_status code, const char *fmt, va_list ap)
{
  socca_text t = { 0 };
  socca_text_vprintf(&t, fmt, ap);
  socca_text_clean(&t, 0);
  if (!t.s) socca_text_puts(&t, "out of memory");
  pthread_mutex_lock(&j->lock);
  if (j->status == SOCCA_OK) j->status = code;
  if (j->errors.n < MOST_ERRORS && t.s)
    keep(&j->errors, t.s);
  else {
    j->suppressed++;
    socca_text_free(&t);
  }
  pthread_mutex_unlock(&j->lock);
  return code;
}

socca_status socca_error(socca_journal *j, socca_status code, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  socca_verror(j, code, fmt, ap);
  va_end(ap);
  return code;
}

socca_status socca_verror_at(socca_journal *j, const char *where, const char *fmt, va_list ap)
{
  socca_text t = { 0 };
  if (!where) return socca_verror(j, SOCCA_E_INPUT, fmt, ap);
  socca_text_vprintf(&t, fmt, ap);
  socca_error(j, SOCCA_E_INPUT, "%s: %s", where, t.s ? t.s : fmt);
  socca_text_free(&t);
  return SOCCA_E_INPUT;
}

socca_status socca_no_memory(socca_journal *j)
{
  return socca_error(j, SOCCA_E_NOMEM, "out of memory");
}

void socca_vmessage(socca_journal *j, int level, const char *fmt, va_list ap)
{
  if (level > j->level && level != SOCCA_LOG_WARN) return;
  socca_text t = { 0 };
  socca_text_vprintf(&t, fmt, ap);
  if (!t.s) return;
  socca_text_clean(&t, 0);
  pthread_mutex_lock(&j->lock);
  int fresh = 1;
  char *kept = level == SOCCA_LOG_WARN ? socca_strdup(t.s) : NULL;
  if (kept) fresh = keep(&j->warnings, kept);
  if (level <= j->level && fresh) print(j, level == SOCCA_LOG_WARN ? "warning: " : "", t.s);
  pthread_mutex_unlock(&j->lock);
  socca_text_free(&t);
}

void socca_message(socca_journal *j, int level, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  socca_vmessage(j, level, fmt, ap);
  va_end(ap);
}

size_t socca_journal_errors(const socca_journal *j)
{
  return j->errors.n + j->suppressed;
}

socca_status socca_journal_status(const socca_journal *j)
{
  return j->status;
}

const char *socca_journal_error(const socca_journal *j, size_t i)
{
  return i < j->errors.n ? j->errors.s[i] : NULL;
}

const char *socca_journal_warning(const socca_journal *j, size_t i)
{
  return i < j->warnings.n ? j->warnings.s[i] : NULL;
}

void socca_journal_flush(socca_journal *j)
{
  pthread_mutex_lock(&j->lock);
  for (size_t i = 0; i < j->errors.n; i++) print(j, "", j->errors.s[i]);
  if (j->suppressed && !j->silent)
    fprintf(stderr, "%s: and %zu more errors\n", j->program, j->suppressed);
  lines_clear(&j->errors);
  j->suppressed = 0;
  j->status = SOCCA_OK;
  pthread_mutex_unlock(&j->lock);
}

int socca_exit_status(socca_status s)
{
  switch (s) {
  case SOCCA_OK:
  case SOCCA_DONE:
    return 0;
  case SOCCA_E_INPUT:
  case SOCCA_E_RESUME:
    return 2;
  case SOCCA_E_REFUSED:
    return 3;
  case SOCCA_E_PLUGIN:
    return 4;
  default:
    return 1;
  }
}
