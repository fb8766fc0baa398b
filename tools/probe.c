/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "inspect.h"
socca_status probe_file(socca_journal *j, const plugin_file *f, socca_text *faults)
{
  (void)f;
  (void)faults;
  return socca_error(j, SOCCA_E_BUG, "later");
}
