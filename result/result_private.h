/* SPDX-License-Identifier: BSD-3-Clause */
/* How a result lies in memory, and the table through which the netCDF module moves it to and from disk.
 *
 * Root attributes and those of the group `run` are lists of their own. Everything else is one list of values
 * whose names are paths, spelled as by ncdump:
 *   posterior/host.re        a variable; SOCCA_BYTES: a list of texts, each with its NUL
 *   posterior/host.re:units  an attribute of it
 *   posterior/host.re:dims   names of its dimensions, separated by blanks; absent: a scalar
 * Each dimension has a coordinate variable of its name in the same group, which gives its length. */
#ifndef SOCCA_RESULT_PRIVATE_H
#define SOCCA_RESULT_PRIVATE_H
#include <result/result.h>

struct socca_outcome {
  socca_result *attributes, *run, *data;
  socca_summary_row *row;
  size_t nrow;
};

socca_outcome *socca_outcome_new(socca_journal *);
socca_status socca_outcome_make_rows(socca_outcome *, const char **why);

/* The module sees of the host only these functions. */
typedef struct socca_netcdf_host {
  size_t (*size)(uint32_t type);
  const socca_item *(*at)(const socca_result *, size_t i);
  socca_status (*value)(socca_result *, const char *name, uint32_t type, size_t n, const void *p);
} socca_netcdf_host;
typedef struct socca_netcdf {
  uint32_t size;
  /* On failure `why` (n bytes) tells the reason. */
  socca_status (*write)(const socca_netcdf_host *, const socca_outcome *, const char *path,
                        char *why, size_t n);
  socca_status (*read)(const socca_netcdf_host *, const void *bytes, size_t nbytes, socca_outcome *,
                       char *why, size_t n);
} socca_netcdf;
#define SOCCA_NETCDF_FILE "socca_netcdf.so"
#define SOCCA_NETCDF_SYMBOL "socca_netcdf_LTX_table"
#endif
