/* SPDX-License-Identifier: BSD-3-Clause */
/* What a checkpoint holds: its arrays in order, with the values of the short ones. */
#include "config.h"
#include "inspect.h"
#include <base/file.h>
#include <base/json.h>
#include <store/archive.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_TEXT = 200, MOST_NUMBERS = 4 };

int is_checkpoint(const char *path)
{
  static const char magic[4] = { '\x89', 'S', 'C', 'K' };
  char start[sizeof magic] = "";
  struct stat st;
  FILE *f = !stat(path, &st) && S_ISREG(st.st_mode) ? fopen(path, "rb") : NULL;
  size_t n = f ? fread(start, 1, sizeof start, f) : 0;
  if (f) fclose(f);
  return n == sizeof magic && !memcmp(start, magic, sizeof magic);
}

static const char *type_name(uint32_t type)
{
  static const char *const names[] = { "?", "float64", "float32", "int64", "uint64", "bytes" };
  return names[type <= SOCCA_BYTES ? type : 0];
}

/* The value as text, if it is short; "" otherwise. */
static void value_of(socca_archive *a, const char *name, uint32_t type, size_t n, socca_text *out)
{
  union {
    double f[MOST_NUMBERS];
    float s[MOST_NUMBERS];
    int64_t i[MOST_NUMBERS];
    uint64_t u[MOST_NUMBERS];
    char text[LONGEST_TEXT + 1];
  } v;
  socca_text_clear(out);
  if (n == 0 || n > (type == SOCCA_BYTES ? LONGEST_TEXT : MOST_NUMBERS)) return;
  memset(&v, 0, sizeof v);
  if (socca_archive_io(a, name, type, n, &v)) return;
  if (type == SOCCA_BYTES) {
    for (size_t i = 0; i < n; i++)
      if ((unsigned char)v.text[i] < 0x20 || v.text[i] == 0x7f) return;
    socca_text_puts(out, v.text);
    return;
  }
  for (size_t i = 0; i < n; i++) {
    char number[32];
    if (i) socca_text_puts(out, " ");
    if (type == SOCCA_I64)
      socca_text_printf(out, "%lld", (long long)v.i[i]);
    else if (type == SOCCA_U64)
      socca_text_printf(out, "%llu", (unsigned long long)v.u[i]);
    else
      socca_text_puts(out, socca_format_short(type == SOCCA_F64 ? v.f[i] : (double)v.s[i], number));
  }
}

static void show(socca_archive *a, int json, socca_json *j)
{
  const char *name;
  uint32_t type;
  size_t n;
  socca_text value = { 0 };
  for (size_t i = 0; socca_archive_entry(a, i, &name, &type, &n); i++) {
    value_of(a, name, type, n, &value);
    if (json) {
      socca_json_object(j, NULL);
      socca_json_string(j, "name", name);
      socca_json_string(j, "type", type_name(type));
      socca_json_integer(j, "n", (int64_t)n);
      if (value.n) socca_json_string(j, "value", value.s);
      socca_json_close(j, '}');
    } else {
      socca_text_printf(&j->text, "  %-32s %-8s %10zu%s%s\n", name, type_name(type), n,
                        value.n ? "  " : "", value.n ? value.s : "");
    }
  }
  socca_text_free(&value);
}

socca_status show_checkpoint(socca_journal *journal, const char *path, int json)
{
  char *bytes = NULL;
  const char *why = NULL;
  size_t n = 0;
  socca_archive *a = NULL;
  socca_status s = socca_file_read(journal, path, SIZE_MAX / 2, &bytes, &n);
  if (!s && (s = socca_archive_parse(journal, bytes, n, &a, &why)))
    s = socca_error(journal, s, "%s: %s", path, why ? why : "cannot be read");
  free(bytes);
  if (s) return s;
  socca_json j = { .comma = 0 };
  if (json) {
    socca_json_object(&j, NULL);
    socca_json_string(&j, "checkpoint", path);
    socca_json_integer(&j, "bytes", (int64_t)n);
    socca_json_list(&j, "arrays");
  } else {
    socca_text_printf(&j.text, "checkpoint %s (%zu bytes)\n", path, n);
  }
  show(a, json, &j);
  if (json) {
    socca_json_close(&j, ']');
    socca_json_close(&j, '}');
    socca_text_puts(&j.text, "\n");
  }
  if (j.text.failed)
    s = socca_no_memory(journal);
  else
    fputs(j.text.s, stdout);
  socca_text_free(&j.text);
  socca_archive_free(a);
  return s;
}
