/* SPDX-License-Identifier: BSD-3-Clause */
#include "failing_memory.h"
#include <stddef.h>

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void *__real_aligned_alloc(size_t, size_t);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
void *__wrap_aligned_alloc(size_t, size_t);

failing_memory memory = { .fail_at = -1 };

static int fails(void)
{
  long k = memory.count++;
  return memory.fail_at >= 0 && (k == memory.fail_at || (memory.from_there && k > memory.fail_at));
}

void *__wrap_malloc(size_t n)
{
  return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
  return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
  return fails() ? NULL : __real_realloc(p, n);
}

void *__wrap_aligned_alloc(size_t alignment, size_t n)
{
  return fails() ? NULL : __real_aligned_alloc(alignment, n);
}
