/* SPDX-License-Identifier: BSD-3-Clause */
/* What travels between ranks: one header of 64 bytes, in results the socca_report of the chunk, then records. All
 * ranks run one build on one kind of machine (the digest at start says so), hence plain structs. */
#ifndef SOCCA_MPI_WIRE_H
#define SOCCA_MPI_WIRE_H
#include <socca/host.h>

enum { TAG_CHUNK = 1, TAG_STATE, TAG_FINISH, TAG_RESULT };
enum { MOST_BYTES = 1 << 30 }; /* MPI counts are ints */

typedef struct wire_head {
  uint32_t op, state; /* chunk; state: its version */
  uint32_t slot, seq; /* of the batch */
  uint64_t at, index; /* first record of the chunk within the batch, and its index */
  uint32_t n;         /* records */
  int32_t code;       /* result, finish */
  uint32_t in_bytes, out_bytes;
  uint64_t bytes; /* state, finish: of the blob */
  double seconds; /* result: that its records took */
} wire_head;
_Static_assert(sizeof(wire_head) == 64, "the header is 64 bytes");

#endif
