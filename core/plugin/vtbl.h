/* SPDX-License-Identifier: BSD-3-Clause */
/* From a descriptor to a table of functions that the host can call without looking twice. */
#ifndef SOCCA_PLUGIN_VTBL_H
#define SOCCA_PLUGIN_VTBL_H
#include <plugin/fault.h>
#include <socca/plugin.h>

typedef union socca_vtbl {
  socca_sampler_vtbl sampler;
  socca_pool_vtbl pool;
  socca_model_vtbl model;
} socca_vtbl;

/* Is it a descriptor, with the metadata that the note told? */
int socca_descriptor_check(const socca_plugin *, const socca_meta *note, uint32_t bytes,
                           socca_fault *);
/* Copies what the plugin has; slots that came after it are NULL; checks those that must be there. */
int socca_vtbl_fill(const socca_plugin *, const socca_meta *, socca_vtbl *, socca_fault *);
#endif
