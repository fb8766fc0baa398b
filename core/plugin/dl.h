/* SPDX-License-Identifier: BSD-3-Clause */
/* The only door to the dynamic linker and to libltdl. Thread-safe: both keep global state. */
#ifndef SOCCA_PLUGIN_DL_H
#define SOCCA_PLUGIN_DL_H
#include <base/hash.h>
#include <plugin/fault.h>
#include <socca/plugin.h>

/* A program without a dynamic linker: what dlopen() makes of a file there is a second C library beside the first. */
int socca_dl_static(void);

/* Loads a file for good: it is never unmapped, because threads and exit handlers of libraries that it
 * brought along may outlive any use. `global`: its symbols serve libraries loaded later. */
int socca_dl_open(const char *path, int global, void **handle, socca_fault *);
const void *socca_dl_symbol(void *handle, const char *name); /* NULL if there is none */

/* Adds what tells builds of the program or shared object that holds this address apart, whatever their versions say:
 * its notes (build-id) and the sizes of its segments. */
void socca_dl_hash_build(const void *address, socca_hash *);

/* Modules linked into the program by libtool's -dlpreopen. Calls visit for each of their plugins until
 * it returns other than 0. */
int socca_builtin_each(int (*visit)(void *arg, const socca_plugin *), void *arg);
const void *socca_builtin_symbol(const char *module, const char *name);
#endif
