/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SOCCA_BASE_VERSION_H
#define SOCCA_BASE_VERSION_H
const char *socca_version(void); /* "0.1.0" */
#endif
