/* SPDX-License-Identifier: BSD-3-Clause */
/* The layout of a checkpoint file, shared by what collects arrays and what moves them to and from disk. */
#ifndef SOCCA_STORE_ARCHIVE_PRIVATE_H
#define SOCCA_STORE_ARCHIVE_PRIVATE_H
#include <store/archive.h>

enum {
  ARCHIVE_VERSION = 1,
  ARCHIVE_HEADER = 32, /* magic[8], version u32, count u32, file bytes u64, table bytes u64 */
  ARCHIVE_ROW = 24,    /* type u32, length of the name u32, n u64, offset u64; then the name */
  ARCHIVE_TRAILER = 16,
  ARCHIVE_LONGEST_NAME = 255
};

typedef struct archive_row {
  char *name;
  uint32_t type;
  size_t n, offset; /* of the data in `bytes`; loading: the whole file */
} archive_row;

/* Which file is ours: renaming and other writers give another inode, other content another checksum. */
typedef struct archive_mark {
  int known; /* 0: there was no file */
  uint64_t inode;
  unsigned char checksum[ARCHIVE_TRAILER];
} archive_mark;

struct socca_archive {
  socca_journal *journal;
  int loading, fell_back;
  archive_row *row;
  size_t count, room, cursor; /* cursor: where a reader will probably look next */
  unsigned char *bytes; /* data of all arrays, little-endian, each 8-aligned; loading: the file */
  size_t used, reserved;
  char prefix[64];
  archive_mark mark;
};

/* n elements of `size` bytes to or from the little-endian order of the file */
void archive_copy(void *to, const void *from, size_t size, size_t n);
uint64_t archive_get(const unsigned char *p, size_t size);
void archive_put(unsigned char *p, size_t size, uint64_t x);
#endif
