/* SPDX-License-Identifier: BSD-3-Clause */
/* How many CPUs the control groups of this process grant it: cgroups(7), cpu.max of version 2, cpu.cfs_* of
 * version 1. */
#include "cpus.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 4096 };

static int read_line(const char *folder, const char *file, char line[64])
{
  char path[2 * ROOM];
  snprintf(path, sizeof path, "%s/%s", folder, file);
  FILE *f = fopen(path, "re");
  int good = f && fgets(line, 64, f);
  if (f) fclose(f);
  return good;
}

/* "QUOTA PERIOD", or "max PERIOD"; 0: no limit */
static double version2(const char *folder)
{
  char line[64], *end;
  if (!read_line(folder, "cpu.max", line)) return 0;
  double quota = (double)strtol(line, &end, 10), period = (double)strtol(end, NULL, 10);
  return quota > 0 && period > 0 ? quota / period : 0;
}

static double version1(const char *folder)
{
  char line[64];
  double quota = 0, period = 0;
  if (read_line(folder, "cpu.cfs_quota_us", line)) quota = (double)strtol(line, NULL, 10);
  if (read_line(folder, "cpu.cfs_period_us", line)) period = (double)strtol(line, NULL, 10);
  return quota > 0 && period > 0 ? quota / period : 0;
}

/* Of two quotas, of which 0 is none */
static double smaller(double a, double b)
{
  return a > 0 && (!(b > 0) || a < b) ? a : b;
}

/* The group's and those of all around it, of which a container may see the outer ones only under other names. */
static double least(const char *top, char *group, double (*quota)(const char *folder))
{
  char folder[2 * ROOM];
  double best = 0;
  for (;;) {
    snprintf(folder, sizeof folder, "%s%s", top, group);
    best = smaller(best, quota(folder));
    char *slash = strrchr(group, '/');
    if (!slash) return best;
    *slash = '\0';
  }
}

static int has_cpu(const char *controllers, const char *end)
{
  while (controllers < end) {
    size_t n = strcspn(controllers, ",:");
    if (n == 3 && !memcmp(controllers, "cpu", 3)) return 1;
    controllers += n + 1;
  }
  return 0;
}

double mp_cgroup_cpus(const char *membership, const char *root)
{
  char line[ROOM], top[ROOM + 8];
  double best = 0;
  FILE *f = fopen(membership, "re");
  while (f && fgets(line, sizeof line, f)) { /* 4:cpu,cpuacct:/group or 0::/group */
    line[strcspn(line, "\n")] = '\0';
    char *controllers = strchr(line, ':'), *group = controllers ? strchr(++controllers, ':') : NULL;
    if (!group) continue;
    int one = has_cpu(controllers, group), two = controllers == group;
    snprintf(top, sizeof top, "%s%s", root, one ? "/cpu" : "");
    if (one || two) best = smaller(best, least(top, group + 1, one ? version1 : version2));
  }
  if (f) fclose(f);
  return best;
}
