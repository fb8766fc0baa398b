/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SOCCA_IMAGE_FITS_GUARD_H
#define SOCCA_IMAGE_FITS_GUARD_H
#include <stddef.h>

/* Does the word (at most 60 characters) occur anywhere in the file? */
int image_fits_holds(const char *path, const char *word);
/* Calls work(arg) in a child process: 0 if a signal ended it. */
int image_fits_survives(void (*work)(void *), void *arg);
/* Memory behind a descriptor that both processes see, all of n bytes to it and from it: 0, or -1. */
int image_fits_room(void);
int image_fits_send(int fd, const void *p, size_t n);
int image_fits_fetch(int fd, void *p, size_t n);
#endif
