/* SPDX-License-Identifier: BSD-3-Clause */
/* Private to this room: what the registry keeps of each plugin found. */
#ifndef SOCCA_PLUGIN_RECORD_H
#define SOCCA_PLUGIN_RECORD_H
#include <base/text.h>
#include <plugin/fault.h>
#include <plugin/registry.h>
#include <plugin/vtbl.h>
#include <sys/types.h>

enum { FOLDER_CORE = -1, FOLDER_GIVEN = -2 }; /* GIVEN: its path was given, it stands alone */

typedef struct socca_record {
  socca_entry entry; /* first member: an entry's address is its record's */
  char *path;
  socca_fault fault; /* of the file itself */
  socca_fault place; /* by its place among the others: shadowed, disabled, duplicate */
  int folder;        /* rank in the search order */
  int any_owner;     /* its folder was named on the command line */
  size_t sequence;   /* order of being found */
  dev_t dev;
  ino_t ino;
  uint32_t bytes;             /* of the meta that its note held */
  int claims;                 /* it is what its name means */
  const socca_plugin *plugin; /* core and built-in; loaded files */
  socca_vtbl *vtbl;           /* once loaded */
} socca_record;

typedef struct socca_records {
  socca_journal *journal;
  socca_record **at;
  size_t n, room;
  socca_text searched; /* folders, for messages */
  int folders;
} socca_records;

/* scan.c: finds and reads, judges each file by itself */
void socca_records_free(socca_records *);
socca_status socca_scan(socca_records *, const socca_registry_setup *);
/* Adds what the file holds (at least one record, maybe broken), unless it is there already. */
socca_status socca_scan_file(socca_records *, const char *path, int folder, int any_owner);

/* place.c: sorts, and judges each by its place among the others */
void socca_place(socca_records *, uint32_t mpi_abi);
/* Whole tokens of SOCCA_DISABLE that match nothing are warned about. */
void socca_place_warn(const socca_records *);
#endif
