/* SPDX-License-Identifier: BSD-3-Clause */
/* What a plugin file contains: metadata in an ELF note, read without loading the file, and one
 * exported data symbol <module>_LTX_socca_plugin that points to it and to the vtable. Both come from
 * one statement: SOCCA_SAMPLER(module, &vtbl, .name = "...", ...). Include <mpi.h> before this header
 * in a plugin that uses MPI, so that the note tells which one. */
#ifndef SOCCA_PLUGIN_H
#define SOCCA_PLUGIN_H
#include <socca/model.h>
#include <socca/pool.h>
#include <socca/sampler.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SOCCA_NOTE_TYPE 0x534f4301u
#define SOCCA_MAGIC 0x41434f53u
#if defined(MPICH_NUMVERSION)
#define SOCCA_MPI_ABI 1u
#elif defined(OPEN_MPI)
#define SOCCA_MPI_ABI 2u
#else
#define SOCCA_MPI_ABI 0u
#endif
typedef struct
    socca_meta { /* 4-aligned, fixed layout: read from the file's PT_NOTE without loading it */
  uint32_t size;
  uint16_t abi_major, abi_minor;
  uint32_t kind, mpi_abi;
  char module[40]; /* symbol prefix: the file may be renamed */
  /* the author's part */
  char name[32], aliases[48], version[24], license[24], summary[96];
  char advice[192]; /* shown with what pool_denies and pool_shuns cause, and in the matrix */
  uint32_t provides;
  uint32_t pool_needs, pool_denies,
      pool_shuns; /* shuns: works, but with the advice (dynesty: POOL_RANKS) */
  uint32_t model_needs, model_denies;
} socca_meta;
typedef struct socca_plugin {
  uint32_t magic, size;
  const socca_meta *meta;
  const void *vtbl;
  size_t vtbl_size;
} socca_plugin;
typedef struct socca_note {
  uint32_t namesz, descsz, type;
  char owner[8];
  socca_meta meta;
} socca_note;

#ifdef __cplusplus
#define SOCCA_TYPED_(VT, vt) static_cast<const VT *>(vt)
#define SOCCA_C_ extern "C"
/* g++ warns of members left out of designated initialisers */
#define SOCCA_SOME_ _Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"")
#define SOCCA_QUIET_ _Pragma("GCC diagnostic push") SOCCA_SOME_
#define SOCCA_LOUD_ _Pragma("GCC diagnostic pop")
#define SOCCA_ASSERT_ static_assert
#else
#define SOCCA_TYPED_(VT, vt) _Generic((vt), const VT * : (vt), VT * : (vt))
#define SOCCA_C_ extern
#define SOCCA_QUIET_
#define SOCCA_LOUD_
#define SOCCA_ASSERT_ _Static_assert
#endif
SOCCA_ASSERT_(sizeof(socca_meta) == 496 && offsetof(socca_note, meta) == 20,
              "the note layout is ABI");

#define SOCCA_PLUGIN_(mod, KIND, VT, vt, ...)                                                      \
  SOCCA_QUIET_                                                                                     \
  SOCCA_ASSERT_(sizeof #mod <= sizeof((socca_meta *)0)->module, "the module's name is too long");  \
  static const socca_note mod##_note __attribute__((                                               \
      used, aligned(4), section(".note.socca"))) = { 6,                                            \
                                                     sizeof(socca_meta),                           \
                                                     SOCCA_NOTE_TYPE,                              \
                                                     "SOCCA",                                      \
                                                     { .size = sizeof(socca_meta),                 \
                                                       .abi_major = SOCCA_ABI_MAJOR,               \
                                                       .abi_minor = SOCCA_ABI_MINOR,               \
                                                       .kind = KIND,                               \
                                                       .mpi_abi = SOCCA_MPI_ABI,                   \
                                                       .module = #mod,                             \
                                                       __VA_ARGS__ } };                            \
  SOCCA_LOUD_                                                                                      \
  SOCCA_C_ SOCCA_EXPORT const socca_plugin mod##_LTX_socca_plugin;                                 \
  const socca_plugin mod##_LTX_socca_plugin = { SOCCA_MAGIC, sizeof(socca_plugin),                 \
                                                &mod##_note.meta, SOCCA_TYPED_(VT, vt),            \
                                                sizeof(VT) }
#define SOCCA_SAMPLER(mod, vt, ...)                                                                \
  SOCCA_PLUGIN_(mod, SOCCA_KIND_SAMPLER, socca_sampler_vtbl, vt, __VA_ARGS__)
#define SOCCA_POOL(mod, vt, ...)                                                                   \
  SOCCA_PLUGIN_(mod, SOCCA_KIND_POOL, socca_pool_vtbl, vt, __VA_ARGS__)
#define SOCCA_MODEL(mod, vt, ...)                                                                  \
  SOCCA_PLUGIN_(mod, SOCCA_KIND_MODEL, socca_model_vtbl, vt, __VA_ARGS__)

#ifdef __cplusplus
}
#endif
#endif
