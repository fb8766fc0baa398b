/* SPDX-License-Identifier: BSD-3-Clause */
/* Where messages go. Errors are collected and printed together (20 at most, one per cause); warnings,
 * notices and debugging lines are printed at once to standard error with the program's name before
 * them. Thread-safe. One journal per tool or embedded fit. */
#ifndef SOCCA_BASE_JOURNAL_H
#define SOCCA_BASE_JOURNAL_H
#include <stdarg.h>
#include <stdio.h>
#include <socca/status.h>

typedef struct socca_journal socca_journal;

/* Names the program in messages; level: SOCCA_LOG_WARN (-q) to SOCCA_LOG_DEBUG (-v). NULL: no memory. */
socca_journal *socca_journal_new(const char *program, int level);
void socca_journal_free(socca_journal *);
/* A silent journal collects, and prints nothing (ranks other than 0). */
void socca_journal_set_silent(socca_journal *, int silent);
int socca_journal_is_silent(const socca_journal *);
void socca_journal_set_level(socca_journal *, int level);

/* Records an error and returns `code`. The same text twice is kept once. Never NULL-safe in `fmt`. */
socca_status socca_error(socca_journal *, socca_status code, const char *fmt, ...)
    SOCCA_PRINTF(3, 4);
socca_status socca_verror(socca_journal *, socca_status code, const char *fmt, va_list);
/* A fault of the input: "WHERE: text"; where NULL: the text alone. */
socca_status socca_verror_at(socca_journal *, const char *where, const char *fmt, va_list);
socca_status socca_no_memory(socca_journal *);
/* SOCCA_LOG_WARN, SOCCA_LOG_INFO (notices) or SOCCA_LOG_DEBUG: printed at once, kept for the summary. */
void socca_message(socca_journal *, int level, const char *fmt, ...) SOCCA_PRINTF(3, 4);
void socca_vmessage(socca_journal *, int level, const char *fmt, va_list);

size_t socca_journal_errors(const socca_journal *);
socca_status socca_journal_status(const socca_journal *); /* of the first error; SOCCA_OK if none */
const char *socca_journal_error(const socca_journal *, size_t i);   /* NULL past the end */
const char *socca_journal_warning(const socca_journal *, size_t i); /* warnings so far, in order */
/* Prints the collected errors ("program: text" each), and forgets them. */
void socca_journal_flush(socca_journal *);
/* Called before and after each printed line: the progress bar clears and redraws itself. NULL: none. */
void socca_journal_set_hook(socca_journal *, void (*hook)(void *arg, int before), void *arg);

int socca_exit_status(socca_status); /* 0, 1, 2, 3, 4 as documented in status.h */
#endif
