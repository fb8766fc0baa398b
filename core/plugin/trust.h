/* SPDX-License-Identifier: BSD-3-Clause */
/* The one rule for code that is loaded: a regular file, not writable by everybody, owned by root or the
 * user. It guards against accidents and shared folders, not against an attacker who is the user. */
#ifndef SOCCA_PLUGIN_TRUST_H
#define SOCCA_PLUGIN_TRUST_H
#include <plugin/fault.h>
#include <sys/stat.h>

/* Opens it for reading. any_owner: the user named the file or its folder on the command line.
 * 0, with *fd to be closed; never blocks (FIFO). */
int socca_trust_open(const char *path, int any_owner, int *fd, struct stat *, socca_fault *);
/* Asked right before it is loaded: is it still trusted, and the file that was read? */
int socca_trust_again(const char *path, int any_owner, dev_t dev, ino_t ino, socca_fault *);
#endif
