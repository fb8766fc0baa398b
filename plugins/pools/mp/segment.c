/* SPDX-License-Identifier: BSD-3-Clause */
#include "segment.h"
#include <errno.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static size_t round_up(size_t n)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  return (n + page - 1) / page * page;
}

/* Areas in a fixed order; with base NULL only their total size is computed. */
static size_t lay_out(mp_segment *s, unsigned char *base, uint32_t nslot, size_t area, size_t cap)
{
  size_t at = round_up(sizeof(mp_segment) + nslot * sizeof(mp_slot));
  for (int k = 0; k < 2; k++) {
    size_t list = at, status = list + round_up(cap * sizeof(uint32_t));
    size_t cost = status + round_up(cap), out = cost + round_up(cap * sizeof(mp_cost));
    at = out + area;
    if (!base) continue;
    s->job[k].list = (uint32_t *)(void *)(base + list);
    s->job[k].status = (_Atomic unsigned char *)(base + status);
    s->job[k].cost = (mp_cost *)(void *)(base + cost);
    s->job[k].out = base + out;
  }
  size_t read_only = at;
  for (int k = 0; k < 2; k++, at += 2 * area) {
    if (!base) continue;
    s->job[k].in = base + at;
    s->state[k].data = base + at + area;
  }
  if (base) {
    s->read_only_from = read_only;
    s->read_only_bytes = at - read_only;
  }
  return at;
}

mp_segment *mp_segment_new(uint32_t nslot, size_t area)
{
  for (area = round_up(area); area >= (size_t)1 << 20; area = round_up(area / 4)) {
    size_t cap = area / 8, total = lay_out(NULL, NULL, nslot, area, cap);
    void *p = mmap(NULL, total, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    if (p == MAP_FAILED) continue;
    mp_segment *s = p;
    lay_out(s, p, nslot, area, cap);
    s->nslot = nslot;
    s->cap = cap < MP_CLOSED - 1 ? (uint32_t)cap : MP_CLOSED - 1;
    s->total = total;
    s->area = area;
    for (int k = 0; k < 2; k++) s->job[k].claim = MP_CLOSED;
    return s;
  }
  return NULL;
}

void mp_segment_free(mp_segment *s)
{
  if (s) munmap(s, s->total);
}

void mp_futex_wake(_Atomic uint32_t *word, int n)
{
  syscall(SYS_futex, word, FUTEX_WAKE, n, NULL, NULL, 0);
}

int mp_futex_wait(_Atomic uint32_t *word, uint32_t value, double seconds)
{
  struct timespec t = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) };
  return syscall(SYS_futex, word, FUTEX_WAIT, value, &t, NULL, 0) && errno == EINTR;
}

double mp_now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
