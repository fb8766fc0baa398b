/* SPDX-License-Identifier: BSD-3-Clause */
/* Progress on standard error: a bar that redraws itself, or a line per interval. */
#ifndef SOCCA_FIT_PROGRESS_H
#define SOCCA_FIT_PROGRESS_H
#include <run/session.h>

typedef struct socca_progress_view socca_progress_view;
socca_progress_view *socca_progress_open(socca_journal *, int mode); /* NULL: nothing to be shown */
void socca_progress_show(void *view, const socca_session *, int last);
void socca_progress_close(socca_progress_view *);
#endif
