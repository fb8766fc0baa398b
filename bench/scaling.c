/* SPDX-License-Identifier: BSD-3-Clause */
/* How pool_mpi would scale: a simulation with a fake clock, of the rules in plugins/pools/mpi (guided chunks, two
 * in flight per rank, one or two batches out, rank 0 helps up to 16 ranks), and of a hierarchy with one leader per
 * node that hands points to its cores through a shared counter.
 *
 *   scaling                      the table of efficiencies for 2 to 10,000 ranks
 *   scaling P T_US SIGMA N OUT   one case: "efficiency seconds_per_batch"
 *
 * Constants are measured ones (doc/parallelization.md): time on the wire, service of a message by rank 0. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double wire = 2.5e-6, service = 1e-6, counter = 0.1e-6;
enum { NODE = 64, BATCHES = 12, MOST_CHUNK = 48 };

typedef struct worker {   /* a rank, or a node of several cores */
  double *free_at;        /* per core, a heap with the earliest first */
  int cores, out;         /* out: chunks held; of a node: those it has not asked to be followed */
  double start[NODE / 2]; /* of the last points taken, a ring */
  long taken;
} worker;

typedef struct event { /* a result arrives at rank 0, or a node's request for more (n == 0) */
  double at;
  int worker, batch, n;
} event;

typedef struct heap {
  event *e;
  int n, room;
} heap;

typedef struct sim {
  worker *w;
  int workers, ranks, helps, two, hierarchy;
  double t, sigma, clock, work;
  long per_batch;
  long next[BATCHES], done[BATCHES];
  int complete; /* batches finished, in order */
  heap arrivals;
  uint64_t random;
} sim;

static double uniform(sim *s)
{
  uint64_t z = s->random += 0x9E3779B97F4A7C15u; /* SplitMix64: quality is no issue here */
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

/* Log-normal of mean t */
static double cost(sim *s)
{
  double z = sqrt(-2 * log(uniform(s))) * cos(6.283185307179586 * uniform(s));
  double c = s->t * exp(s->sigma * z - s->sigma * s->sigma / 2);
  s->work += c;
  return c;
}

static void push(heap *h, event e)
{
  if (h->n == h->room) {
    h->room = h->room ? 2 * h->room : 256;
    event *grown = realloc(h->e, (size_t)h->room * sizeof *grown);
    if (!grown) exit(1);
    h->e = grown;
  }
  int i = h->n++;
  for (; i && h->e[(i - 1) / 2].at > e.at; i = (i - 1) / 2) h->e[i] = h->e[(i - 1) / 2];
  h->e[i] = e;
}

static event pop(heap *h)
{
  event top = h->e[0], last = h->e[--h->n];
  int i = 0;
  for (int c = 1; c < h->n; i = c, c = 2 * c + 1) {
    if (c + 1 < h->n && h->e[c + 1].at < h->e[c].at) c++;
    if (h->e[c].at >= last.at) break;
    h->e[i] = h->e[c];
  }
  h->e[i] = last;
  return top;
}

/* The earliest core takes a point at `from`; returns when it is done. */
static double occupy(worker *w, double from, double seconds)
{
  double end = fmax(w->free_at[0], from) + seconds;
  int i = 0;
  for (int c = 1; c < w->cores; i = c, c = 2 * c + 1) {
    if (c + 1 < w->cores && w->free_at[c + 1] < w->free_at[c]) c++;
    if (w->free_at[c] >= end) break;
    w->free_at[i] = w->free_at[c];
  }
  w->free_at[i] = end;
  return end;
}

static int open_batch(const sim *s)
{
  int last = s->complete + (s->two ? 2 : 1);
  for (int b = s->complete; b < last && b < BATCHES; b++)
    if (s->next[b] < s->per_batch) return b;
  return -1;
}

static void send_chunk(sim *s, int k, int b)
{
  worker *w = &s->w[k];
  long left = s->per_batch - s->next[b], step = left * w->cores / (4L * s->ranks);
  if (s->hierarchy && step < w->cores / 4) step = w->cores / 4;
  if (!s->hierarchy && step > MOST_CHUNK) step = MOST_CHUNK;
  if (step < 1) step = 1;
  if (step > left) step = left;
  s->next[b] += step;
  s->clock += service;
  double end = 0, ask = s->clock + wire;
  for (long i = 0; i < step; i++) {
    double seconds = cost(s) + (s->hierarchy ? counter : 0),
           done = occupy(w, s->clock + wire, seconds);
    end = fmax(end, done);
    w->start[w->taken++ % (NODE / 2)] = done - seconds;
  }
  /* low water: asks for more when half a point per core is left in its queue */
  ask = fmax(ask, w->start[w->taken % (NODE / 2)]);
  w->out++;
  push(&s->arrivals, (event){ end + wire, k, b, (int)step });
  if (w->cores > 1) push(&s->arrivals, (event){ ask + wire, k, b, 0 });
}

static void finish_points(sim *s, int b, long n)
{
  s->done[b] += n;
  while (s->complete < BATCHES && s->done[s->complete] == s->per_batch) s->complete++;
}

/* A rank holds two chunks at most; a node asks for its next one. */
static int hungry(const worker *w, int depth)
{
  return w->out < (w->cores == 1 ? depth : 1);
}

static void dispatch(sim *s)
{
  for (int depth = 1; depth <= 2; depth++)
    for (int k = 0; k < s->workers; k++) {
      if (!hungry(&s->w[k], depth)) continue;
      int b = open_batch(s);
      if (b < 0) return;
      send_chunk(s, k, b);
    }
}

/* After an arrival only its sender can take more, unless a new batch has opened. */
static void run(sim *s)
{
  dispatch(s);
  while (s->complete < BATCHES) {
    int b = s->helps ? open_batch(s) : -1, before = s->complete;
    if (b >= 0 && (!s->arrivals.n || s->arrivals.e[0].at > s->clock)) {
      s->next[b]++;
      s->clock += cost(s);
      finish_points(s, b, 1);
    } else {
      event e = pop(&s->arrivals);
      s->clock = fmax(s->clock, e.at) + service;
      if (s->w[e.worker].cores == 1 || e.n == 0) s->w[e.worker].out--;
      finish_points(s, e.batch, e.n);
      b = open_batch(s);
      if (b >= 0 && s->complete == before && hungry(&s->w[e.worker], 2)) send_chunk(s, e.worker, b);
    }
    if (s->complete != before) dispatch(s);
  }
}

static double efficiency(int ranks, double t, double sigma, long n, int two, int hierarchy,
                         double *seconds)
{
  sim s = { .ranks = ranks,
            .two = two,
            .hierarchy = hierarchy,
            .t = t,
            .sigma = sigma,
            .per_batch = n,
            .random = 1 };
  int cores = hierarchy && ranks > NODE ? NODE : 1;
  s.helps = !hierarchy && ranks <= 16;
  s.workers = hierarchy ? (ranks + cores - 1) / cores : ranks - 1;
  s.w = calloc((size_t)s.workers, sizeof *s.w);
  if (!s.w) exit(1);
  for (int k = 0; k < s.workers; k++) {
    s.w[k].cores = cores;
    s.w[k].free_at = calloc((size_t)cores, sizeof(double));
    if (!s.w[k].free_at) exit(1);
  }
  run(&s);
  for (int k = 0; k < s.workers; k++) free(s.w[k].free_at);
  free(s.w);
  free(s.arrivals.e);
  *seconds = s.clock / BATCHES;
  return s.work / (s.clock * ranks);
}

static void table(void)
{
  static const int ranks[] = { 2, 8, 32, 128, 512, 2048, 10000 };
  static const struct {
    double sigma, t;
    long per_rank;
  } rows[] = { { 0.3, 1e-4, 16 }, { 0.3, 1e-3, 4 }, { 0.3, 1e-3, 16 },
               { 0.3, 1e-2, 4 },  { 1.0, 1e-2, 4 }, { 1.0, 1e-2, 16 } };
  static const char *const scheme[] = { "flat, one batch out", "flat, two batches out",
                                        "node leaders, two out" };
  double seconds;
  printf("| sigma, cost, batch | scheme |");
  for (int r = 0; r < 7; r++) printf(" P=%d |", ranks[r]);
  printf("\n|---|---|---|---|---|---|---|---|---|\n");
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
    for (int c = 0; c < 3; c++) {
      printf("| %.1f, %g ms, %ldP | %s |", rows[k].sigma, 1e3 * rows[k].t, rows[k].per_rank,
             scheme[c]);
      for (int r = 0; r < 7; r++)
        printf(" %.0f |", 100 * efficiency(ranks[r], rows[k].t, rows[k].sigma,
                                           rows[k].per_rank * ranks[r], c > 0, c == 2, &seconds));
      puts("");
    }
}

int main(int argc, char **argv)
{
  double seconds;
  if (argc != 6) {
    table();
    return 0;
  }
  double e = efficiency((int)strtol(argv[1], NULL, 10), 1e-6 * strtod(argv[2], NULL),
                        strtod(argv[3], NULL), strtol(argv[4], NULL, 10), strcmp(argv[5], "2") == 0,
                        0, &seconds);
  printf("%.4f %.9f\n", e, seconds);
  return 0;
}
