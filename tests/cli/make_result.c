/* SPDX-License-Identifier: BSD-3-Clause */
/* make-result FILE.nc weighted|chains|point [SECONDS]: a made-up result for the tests of tools that read one. */
#include "config.h"
#include "../unit/outcome_fixture.h"
#include <base/text.h>
#include <string.h>

int main(int argc, char **argv)
{
  fixture f;
  double seconds = 83.5;
  socca_outcome *o = NULL;
  if (argc < 3 || (argc > 3 && socca_parse_double(argv[3], &seconds))) return 2;
  fixture_open(&f);
  socca_journal_set_silent(f.journal, 0);
  socca_items_real(f.run, "seconds", seconds);
  if (strcmp(argv[2], "weighted") == 0) fixture_weighted(&f);
  if (strcmp(argv[2], "chains") == 0) fixture_chains(&f, 4, 500);
  if (strcmp(argv[2], "point") == 0) fixture_chains(&f, 1, 1);
  socca_status s = fixture_build(&f, &o);
  if (!s) s = socca_outcome_write(f.journal, o, argv[1], 1);
  socca_outcome_free(o);
  socca_journal_flush(f.journal);
  fixture_close(&f);
  return socca_exit_status(s);
}
