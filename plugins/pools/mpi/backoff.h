/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting without burning the CPU that another rank needs: spin, yield, then sleep a share of the time waited. */
#ifndef SOCCA_MPI_BACKOFF_H
#define SOCCA_MPI_BACKOFF_H

typedef struct backoff {
  double since;  /* start of this wait, 0: not waiting */
  double looked; /* when last */
  double spin;   /* seconds of spinning */
} backoff;

double wait_clock(void);
void backoff_reset(backoff *);
void backoff_pause(backoff *); /* once per fruitless look */
/* Seconds; while the whole job is suspended the clock runs on, but nobody waits: that begins anew. */
double backoff_waited(backoff *);
#endif
