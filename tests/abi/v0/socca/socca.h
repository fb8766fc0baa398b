/* SPDX-License-Identifier: BSD-3-Clause */
/* All that a plugin needs. */
#ifndef SOCCA_H
#define SOCCA_H
#include <socca/plugin.h>
#endif
