/* SPDX-License-Identifier: BSD-3-Clause */
/* First and last steps of every tool: one voice among the ranks of a launcher. */
#ifndef SOCCA_TOOLS_START_H
#define SOCCA_TOOLS_START_H
#include <base/journal.h>
#include <fit/launcher.h>

/* Ranks other than 0 are silent: their journal collects only, their standard output goes nowhere. NULL, after
 * a message: no memory. */
socca_journal *tool_start(const char *program, socca_launcher *);
/* Prints errors that were collected and makes sure that what was printed arrived; main's return value. A silent
 * rank that leaves with an error waits a second first (`alone`: MPI has not started): launchers kill all ranks
 * when one leaves, and rank 0 must have spoken by then. Frees the journal. */
int tool_finish(socca_journal *, socca_status, int alone);
#endif
