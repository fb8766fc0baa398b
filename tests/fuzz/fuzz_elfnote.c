/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a plugin file: the reader of notes, and the judgement on what it found. */
#include "config.h"
#include <plugin/elfnote.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int judge(void *arg, const socca_meta *m, uint32_t bytes)
{
  socca_fault f = { NULL, "" };
  int readable;
  size_t *texts = arg;
  if (!socca_meta_check(m, bytes, &readable, &f) && !readable) abort();
  if (readable) *texts += strlen(m->name) + strlen(m->advice) + strlen(m->module);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  socca_fault f = { NULL, "" };
  const socca_image im = { data, -1, size };
  size_t texts = 0;
  int rc = socca_elfnotes(&im, judge, &texts, &f);
  if ((rc != 0) != (f.code != NULL)) abort();
  return 0;
}
