/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <base/version.h>

const char *socca_version(void)
{
  return PACKAGE_VERSION;
}
