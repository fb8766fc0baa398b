/* SPDX-License-Identifier: BSD-3-Clause */
/* A shared object, but no plugin. */
int no_note_function(void);
int no_note_function(void)
{
  return 0;
}
