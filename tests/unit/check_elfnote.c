/* SPDX-License-Identifier: BSD-3-Clause */
/* The note reader over memory: against libelf where there is one, and over damaged input. */
#include "config.h"
#include "plugin_dir.h"
#include "run_suite.h"
#include <maths/philox.h>
#include <plugin/elfnote.h>
#ifdef HAVE_LIBELF
#include <fcntl.h>
#include <gelf.h>
#endif

typedef struct notes {
  size_t n;
  socca_meta meta[16];
} notes;

static int collect(void *arg, const socca_meta *m, uint32_t size)
{
  notes *all = arg;
  ck_assert_uint_le(size, sizeof *m);
  if (all->n < 16) all->meta[all->n] = *m;
  all->n++;
  return 0;
}

static int parse(bytes b, notes *all)
{
  socca_fault f = { NULL, "" };
  const socca_image im = { b.s, -1, b.n };
  all->n = 0;
  int rc = socca_elfnotes(&im, collect, all, &f);
  ck_assert_int_eq(rc != 0, f.code != NULL);
  ck_assert_int_eq(rc != 0, f.reason[0] != '\0');
  return rc;
}

START_TEST(several)
{
  notes all;
  bytes b = built("two_in_one");
  ck_assert_int_eq(parse(b, &all), 0);
  ck_assert_uint_eq(all.n, 3);
  size_t seen = 0;
  for (size_t i = 0; i < 3; i++) {
    seen += !strcmp(all.meta[i].name, "first") && !strcmp(all.meta[i].module, "two_in_one");
    seen += !strcmp(all.meta[i].name, "second") && all.meta[i].kind == SOCCA_KIND_POOL;
    seen += !strcmp(all.meta[i].name, "third") && all.meta[i].kind == SOCCA_KIND_SAMPLER;
  }
  ck_assert_uint_eq(seen, 3);
  free(b.s);
}
END_TEST

/* Every length of a sound file, and many of its single bytes changed: never outside, never wrong
 * about what is there (sanitizers watch). The copy is exact, so that a step past its end shows. */
START_TEST(damaged)
{
  bytes b = built("two_in_one");
  notes all;
  for (size_t n = 0; n < b.n; n += n < 4096 ? 1 : 97) {
    bytes cut = { malloc(n ? n : 1), n };
    memcpy(cut.s, b.s, n);
    if (!parse(cut, &all)) ck_assert_uint_eq(all.n, 3);
    free(cut.s);
  }
  bytes copy = { malloc(b.n), b.n };
  memcpy(copy.s, b.s, b.n);
  for (size_t i = 0; i < 10000; i++) {
    double x[3];
    socca_philox_uniform(7, 7, i, 3, x);
    size_t at = (size_t)(x[0] * (i % 2 ? 1024 : (double)b.n));
    if (at >= b.n) continue;
    copy.s[at] = (unsigned char)(256 * x[1]);
    if (i % 3 == 0 && at + 8 <= b.n) memset(copy.s + at, x[2] < 0.5 ? 0xff : 0, 8);
    if (!parse(copy, &all)) ck_assert_uint_ge(all.n, 1);
    for (size_t k = 0; k < all.n && k < 16; k++) {
      socca_fault f = { NULL, "" };
      int readable;
      socca_meta_check(&all.meta[k], sizeof *all.meta, &readable, &f);
      if (readable && strnlen(all.meta[k].advice, 192) == 192) ck_abort_msg("text without end");
    }
    memcpy(copy.s + at, b.s + at, at + 8 <= b.n ? 8 : 1);
  }
  free(copy.s);
  free(b.s);
}
END_TEST

/* A segment full of empty notes does not keep the reader busy. */
START_TEST(flood)
{
  size_t n = (size_t)64 << 20;
  bytes b = built("good"), big = { calloc(1, n), n };
  notes all;
  ck_assert_ptr_nonnull(big.s);
  memcpy(big.s, b.s, b.n);
  for (size_t i = 64; i < 64 + 16 * 56; i += 56) {
    uint32_t type;
    memcpy(&type, big.s + i, sizeof type);
    if (type != 4) continue; /* PT_NOTE */
    uint64_t offset = b.n, size = n - b.n;
    memcpy(big.s + i + 8, &offset, sizeof offset);
    memcpy(big.s + i + 32, &size, sizeof size);
  }
  ck_assert_int_eq(parse(big, &all), sizeof(void *) == 8 ? -1 : 0);
  free(big.s);
  free(b.s);
}
END_TEST

#ifdef HAVE_LIBELF
static void read_by_libelf(const char *path, notes *all)
{
  all->n = 0;
  ck_assert_uint_ne(elf_version(EV_CURRENT), EV_NONE);
  int fd = open(path, O_RDONLY);
  Elf *e = elf_begin(fd, ELF_C_READ, NULL);
  size_t segments;
  ck_assert(e && !elf_getphdrnum(e, &segments));
  for (size_t i = 0; i < segments; i++) {
    GElf_Phdr p;
    ck_assert_ptr_nonnull(gelf_getphdr(e, (int)i, &p));
    if (p.p_type != PT_NOTE) continue;
    Elf_Data *d = elf_getdata_rawchunk(e, (off_t)p.p_offset, p.p_filesz,
                                       p.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
    GElf_Nhdr h;
    size_t at = 0, name, desc;
    while (d && (at = gelf_getnote(d, at, &h, &name, &desc)) > 0)
      if (h.n_type == SOCCA_NOTE_TYPE && !strcmp((char *)d->d_buf + name, "SOCCA"))
        memcpy(&all->meta[all->n++], (char *)d->d_buf + desc, sizeof(socca_meta));
  }
  elf_end(e);
  close(fd);
}

START_TEST(oracle)
{
  static const char *const files[] = { "good", "two_in_one", "abi_old", "declares_pools",
                                       "no_note" };
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char path[4200];
    notes ours, theirs;
    snprintf(path, sizeof path, "%s/tests/plugins/.libs/%s.so", getenv("SOCCA_BUILD"), files[i]);
    bytes b = read_bytes(path);
    parse(b, &ours);
    read_by_libelf(path, &theirs);
    ck_assert_uint_eq(ours.n, theirs.n);
    for (size_t k = 0; k < ours.n; k++)
      ck_assert_mem_eq(&ours.meta[k], &theirs.meta[k], sizeof(socca_meta));
    free(b.s);
  }
}
END_TEST
#endif

int main(void)
{
  Suite *s = suite_create("elfnote");
  TCase *t = tcase_create("elfnote");
  tcase_add_test(t, several);
  tcase_add_test(t, damaged);
  tcase_add_test(t, flood);
#ifdef HAVE_LIBELF
  tcase_add_test(t, oracle);
#else
  puts("# no libelf: nothing to compare with");
#endif
  suite_add_tcase(s, t);
  return run_suite(s);
}
