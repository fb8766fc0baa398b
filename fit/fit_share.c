/* SPDX-License-Identifier: BSD-3-Clause */
/* What rank 0 tells the other ranks when a run has ended: the signal, the error, and the outcome where it is wanted
 * on every rank. All ranks run the same build on equal machines (they compared digests), so bytes go as they are. */
#include "config.h"
#include "fit_private.h"
#include <string.h>

/* Before the text of the error with its NUL, and the outcome. */
typedef struct head {
  uint64_t error; /* bytes */
  int32_t signal;
  uint32_t shared;
} head;

socca_status socca_fit_pack(const socca_fit *f, int signal, socca_text *t)
{
  const char *error = socca_journal_error(f->journal, 0);
  if (!error) error = "";
  const head h = { strlen(error) + 1, signal, f->request.share && f->outcome };
  socca_text_add(t, (const char *)&h, sizeof h);
  socca_text_add(t, error, (size_t)h.error);
  if (h.shared) socca_outcome_pack(f->outcome, t);
  return t->failed ? socca_error(f->journal, SOCCA_E_NOMEM,
                                 "out of memory for sending the result to the other ranks")
                   : SOCCA_OK;
}

socca_status socca_fit_unpack(socca_fit *f, socca_status status, const void *blob, size_t bytes,
                              int *signal)
{
  const char *error = (const char *)blob + sizeof(head);
  head h = { 0 };
  if (!bytes) return status;
  if (bytes > sizeof h) memcpy(&h, blob, sizeof h);
  if (!h.error || h.error > bytes - sizeof h || error[h.error - 1])
    return socca_error(f->journal, SOCCA_E_BUG, "rank 0 ended with a message that makes no sense");
  *signal = h.signal;
  if (status < 0 && *error) return socca_error(f->journal, status, "%s", error);
  if (status < 0 || !h.shared) return status;
  const size_t before = sizeof h + (size_t)h.error;
  socca_status s = socca_outcome_unpack(f->journal, error + h.error, bytes - before, &f->outcome);
  return s ? s : status;
}
