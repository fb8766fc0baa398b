/* SPDX-License-Identifier: BSD-3-Clause */
/* What the host offers to plugins.
 *
 * Every context begins with a socca_cx, whose `h` is the host's table: the only way back into the
 * host. Authors call the inline wrappers at the end, of which a sampler needs about eight.
 * Errors: `return socca_fail(cx, code, "text")`; the host keeps the text with the context.
 * No memory ever changes owner: nobody frees what another module allocated.
 * Structs grow into their `spare` words, the table at its end. */
#ifndef SOCCA_HOST_H
#define SOCCA_HOST_H
#include <socca/caps.h>
#include <socca/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct socca_host socca_host;
typedef struct socca_cx { /* common head of every context */
  const socca_host *h;
  uint64_t seed; /* master seed */
  uint32_t ndim; /* free parameters */
  uint32_t npar; /* all declared parameters */
  uint32_t isa;  /* instruction-set level in force: 1 baseline, 3 AVX2, 4 AVX-512 (x86-64 levels) */
  uint32_t spare_;
} socca_cx;
typedef struct socca_load {
  socca_cx cx;
} socca_load; /* while a model reads its document */
typedef struct socca_run {
  socca_cx cx;
} socca_run; /* a sampler's; main process only */
typedef struct socca_worker {
  socca_cx cx;
} socca_worker;             /* an op's; any process */
typedef struct socca_team { /* a pool's */
  socca_cx cx;
  uint64_t digest; /* of problem, options and plugin builds: must be equal on all ranks */
} socca_team;
typedef struct socca_node socca_node;       /* a value in the fit file, with file:line:column */
typedef struct socca_archive socca_archive; /* checkpoint being written or read */
typedef struct socca_result socca_result;   /* named values being collected */
typedef struct socca_expression socca_expression; /* a compiled expression */

/* What a parameter measures: decides which unit suffixes and notations fit. */
enum {
  SOCCA_PLAIN = 0,
  SOCCA_LONGITUDE =
      1, /* position: sexagesimal hours allowed, 'pix' refused unless declared in pix */
  SOCCA_LATITUDE = 2, /* position: sexagesimal degrees allowed */
  SOCCA_LENGTH = 3    /* angular size: 'pix' allowed where the model has defined it */
};

typedef struct socca_param { /* a model parameter, as declared */
  const char *name;          /* "host.re": component.parameter */
  const char *unit;          /* "deg", "rad", "pix", "image", "" */
  const char *fallback;      /* value text when the file gives none; NULL: must be given */
  const char *help;
  double low, high;  /* legal range, also checked against prior supports */
  double period;     /* 0: none */
  uint32_t quantity; /* SOCCA_PLAIN ... */
  uint32_t flags;    /* 0 */
  /* Where the data lie, for a position; both 0: not known. What lies wholly outside gets a warning. */
  double data_low, data_high;
} socca_param;

typedef struct socca_free { /* a coordinate of the fit: a parameter that has a prior */
  const char *name, *unit;
  double lower, upper; /* support of its prior, may be infinite */
  double period;       /* > 0: a uniform prior over exactly one period of the model */
  uint32_t declared;   /* its index in `par`; UINT32_MAX: an auxiliary parameter */
} socca_free;

/* A pure function of (options, state, index, in), at most about a second of work: a chain or a
 * training run longer than that goes on in the next record (in: its state, out: its state and what
 * it made), so that signals, limits, progress and checkpoints keep working. */
typedef struct socca_op_entry {
  const char *name;
  socca_status (*run)(socca_worker *w, const void *options, const void *state, size_t state_bytes,
                      uint64_t index, const void *in, void *out);
  uint64_t spare[3];
} socca_op_entry;
enum {
  SOCCA_OP_LOGLIKE = 0, /* in: u[d], out: { log L } */
  SOCCA_OP_DENSITY = 1, /* in: theta[d], out: { log L, log prior } */
  SOCCA_OP_FIRST = 2    /* the sampler's ops[0], ops[1], ... */
};

typedef struct socca_batch {
  uint32_t op, state;            /* state: version from socca_set_state(), 0 = none */
  uint64_t first;                /* record i has index first + i: the key of its random streams */
  size_t n, in_bytes, out_bytes; /* number of records and their sizes */
  const void *in;                /* both stay untouched until wait() returned OK */
  void *out;
  const void *poison; /* out record for a point that killed two workers; NULL: the batch fails */
  uint64_t spare[3];
} socca_batch;

typedef struct socca_report { /* what a batch cost */
  uint64_t calls, gradients;  /* likelihood evaluations, those inside ops included */
  uint64_t nonfinite, reissued, deaths;
  uint64_t outside;   /* points whose tied parameters left their range: log L = -inf */
  double busy;        /* sum of evaluation seconds */
  uint64_t bad_index; /* lowest index that failed, died or was not finite; UINT64_MAX: none */
  char message[160];  /* its text: parameters by name, signal, exception */
  uint64_t spare[2];
} socca_report;

typedef struct socca_draws { /* a block of samples, given in order */
  size_t n;
  uint32_t space, chain;
  const double *x;       /* n x d */
  const double *loglike; /* n */
  const double *logw;    /* n, or NULL: equal weights */
  uint32_t nstat;
  const char *const *stat; /* names of per-draw statistics -> sample_stats */
  const double *stats;     /* n x nstat */
  uint64_t spare[3];
} socca_draws;

typedef struct socca_task { /* one record, as a pool's worker executes it */
  uint32_t op;
  uint64_t index;
  const void *state;
  size_t state_bytes;
  const void *in;
  void *out;
  socca_report cost; /* filled in */
  char message[160]; /* filled in when the status is an error, or a value was not a number */
  uint64_t spare[3];
} socca_task;

struct socca_host {
  uint32_t size;
  uint16_t abi_major, abi_minor;

  /* ---- any context; thread-safe ---- */
  void (*log)(const socca_cx *, int level, const char *fmt, ...) SOCCA_PRINTF(3, 4);
  socca_status (*fail)(const socca_cx *, socca_status, const char *fmt, ...) SOCCA_PRINTF(3, 4);
  /* n numbers of the stream (seed, stream, index), in (0,1) or standard normal (Philox4x64-10) */
  void (*uniform)(const socca_cx *, uint32_t stream, uint64_t index, size_t n, double *out);
  void (*normal)(const socca_cx *, uint32_t stream, uint64_t index, size_t n, double *out);
  /* The maps act coordinate by coordinate; dydx[d], if not NULL, gets dy_i/dx_i. */
  void (*convert)(const socca_cx *, uint32_t from, const double *x, uint32_t to, double *y,
                  double *dydx);
  int (*stop)(const socca_cx *); /* poll in long serial work: non-zero = return INTERRUPTED */
  const socca_free *(*free_parameter)(const socca_cx *, uint32_t i); /* NULL past the end */

  /* ---- socca_worker ---- */
  /* log L, log prior density in that space (0 in the cube, with Jacobian in R^d), gradient of their
   * sum if grad != NULL. MLE: CUBE. MAP in theta over u: PHYSICAL times dydx of convert(). NUTS:
   * UNBOUNDED. */
  socca_status (*density)(socca_worker *, uint32_t space, const double *x, double *logl,
                          double *logp, double *grad);
  /* the same with the Fisher matrix d x d (model bit RESIDUALS) */
  socca_status (*curvature)(socca_worker *, uint32_t space, const double *x, double *logl,
                            double *logp, double *grad, double *fisher);

  /* ---- socca_run ---- */
  socca_status (*set_state)(socca_run *, const void *blob, size_t bytes, uint32_t *version);
  socca_status (*submit)(socca_run *, const socca_batch *,
                         uint32_t *ticket);                           /* at most 2 pending */
  socca_status (*wait)(socca_run *, uint32_t ticket, socca_report *); /* in order of submission */

  /* ---- checkpoint: the same call writes, or reads, `n` elements at p ---- */
  int (*loading)(const socca_archive *);
  socca_status (*io)(socca_archive *, const char *name, uint32_t type, size_t n, void *p);

  /* ---- result, identity, facts: named values ---- */
  socca_status (*draws)(socca_result *, const socca_draws *);
  socca_status (*value)(socca_result *, const char *name, uint32_t type, size_t n, const void *p);

  /* ---- socca_load: reading the fit file ---- */
  const socca_node *(*get)(const socca_node *map, const char *key); /* NULL if absent; map may be
                                                                       NULL. Notes the key as known */
  const socca_node *(*item)(const socca_node *, size_t i, const char **key); /* NULL past the end;
                                                            does not note the key as known */
  const char *(*text)(const socca_node *); /* scalar as written; NULL for a map or list */
  socca_status (*number)(socca_load *, const socca_node *, const char *unit, double *out);
  socca_status (*path)(socca_load *, const socca_node *, char *out, size_t n); /* made absolute or
                                                         relative to the file's folder; ~/ expanded */
  socca_status (*declare)(socca_load *, const socca_param *, const socca_node *value,
                          uint32_t *index);
  socca_status (*derive)(socca_load *, const socca_param *, uint32_t *index); /* stored per draw */
  socca_status (*fail_at)(socca_load *, const socca_node *, const char *fmt, ...)
      SOCCA_PRINTF(3, 4); /* records the error at file:line:column, returns SOCCA_E_INPUT; a model
                             may go on reading to find more errors, then return SOCCA_E_INPUT */
  void (*log_at)(socca_load *, const socca_node *, int level, const char *fmt, ...)
      SOCCA_PRINTF(4, 5);
  /* defines the unit suffix `name` = value x base from here on ("pix", "deg", 2.7e-4) */
  socca_status (*define_unit)(socca_load *, const char *name, const char *base, double value);
  /* compiles an expression of the n named variables; valid as long as the model. A name that is
   * neither a variable nor a constant or function is an error at the node. */
  socca_status (*expression)(socca_load *, const socca_node *, const char *const *names, size_t n,
                             const socca_expression **out);
  /* any process, thread-safe: n values; column k holds n values of variable k, or one value when
   * scalar[k] is non-zero (scalar may be NULL: all are columns) */
  void (*evaluate)(const socca_expression *, size_t n, const double *const *columns,
                   const unsigned char *scalar, double *out);

  /* ---- socca_team ---- */
  socca_status (*execute)(socca_team *, socca_task *); /* one record, in this process */

  /* ---- since 0.1 ---- */
  /* Not 0: a file that the fit reads (the document, or one that path() was asked for), however it is
   * spelt. Never write over it. */
  int (*reads)(const socca_cx *, const char *path);
  /* append only */
};

/* An option is a row of a const table; the host parses, checks, documents and stores it at
 * `offset` of the plugin's own option struct (int64_t, double, int64_t 0/1, const char *). */
enum { SOCCA_OPT_INT = 1, SOCCA_OPT_REAL, SOCCA_OPT_BOOL, SOCCA_OPT_TEXT };
enum {
  SOCCA_OPT_LIMIT = 1,  /* may differ on resume: n_eff, max calls ... */
  SOCCA_OPT_WORKERS = 2 /* default is the number of workers asked for: n_chains */
};
typedef struct socca_option {
  const char *name, *aliases; /* "n_live", "nlive" (several: separated by spaces) */
  uint32_t type, flags;
  size_t offset;
  const char *fallback; /* default, as text; NULL: zero / NULL */
  const char *range;    /* "[1,inf)" or "a|b|c"; NULL: any */
  const char *help;
  uint64_t spare[3];
} socca_option;

/* ---- what authors type ---- */
#define socca_fail(c, code, ...) ((c)->cx.h->fail(&(c)->cx, (code), __VA_ARGS__))
#define socca_log(c, level, ...) ((c)->cx.h->log(&(c)->cx, (level), __VA_ARGS__))
#define socca_uniform(c, stream, index, n, out)                                                    \
  ((c)->cx.h->uniform(&(c)->cx, (stream), (index), (n), (out)))
#define socca_normal(c, stream, index, n, out)                                                     \
  ((c)->cx.h->normal(&(c)->cx, (stream), (index), (n), (out)))
#define socca_convert(c, from, x, to, y, dydx)                                                     \
  ((c)->cx.h->convert(&(c)->cx, (from), (x), (to), (y), (dydx)))

static inline socca_status socca_submit(socca_run *r, const socca_batch *b, uint32_t *ticket)
{
  return r->cx.h->submit(r, b, ticket);
}
static inline socca_status socca_wait(socca_run *r, uint32_t ticket, socca_report *cost)
{
  return r->cx.h->wait(r, ticket, cost);
}
/* log L of n points of the unit cube (n x ndim), in order */
static inline socca_status socca_evaluate(socca_run *r, size_t n, const double *u, double *logl)
{
  socca_batch b = { SOCCA_OP_LOGLIKE, 0, 0, n, 0, sizeof(double), u, logl, NULL, { 0, 0, 0 } };
  uint32_t ticket = 0;
  b.in_bytes = r->cx.ndim * sizeof(double);
  socca_status s = r->cx.h->submit(r, &b, &ticket);
  return s != SOCCA_OK ? s : r->cx.h->wait(r, ticket, NULL);
}
static inline int socca_reads(const socca_cx *cx, const char *path)
{
  return cx->h->size > offsetof(socca_host, reads) && cx->h->reads && cx->h->reads(cx, path);
}
static inline socca_status socca_density(socca_worker *w, uint32_t space, const double *x,
                                         double *logl, double *logp, double *grad)
{
  return w->cx.h->density(w, space, x, logl, logp, grad);
}

#ifdef __cplusplus
}
#endif
#endif
