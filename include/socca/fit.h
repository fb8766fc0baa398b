/* SPDX-License-Identifier: BSD-3-Clause */
/* Fits from inside another program: what socca-run does, with the result in memory. Link with -lsocca
 * (pkg-config socca). Everything here is a function of plain C types, so that it can be called from other
 * languages; examples/embed/main.c is a whole program.
 *
 *   const char *settings[] = { "method=nautilus", "pool=mp:4", "seed=1", "set=n_live=500" };
 *   socca_fitter *f;
 *   int32_t status = socca_fitter_open("fit.yaml", NULL, settings, 4, &f);
 *   if (!status) status = socca_fitter_run(f);
 *   if (!status) printf("%g\n", socca_fitter_number(f, "logz"));
 *   else fprintf(stderr, "%s\n", socca_fitter_error(f));
 *   socca_fitter_close(f);
 *
 * Status: 0 success, 2 (SOCCA_INTERRUPTED) ended by a signal after the checkpoint was saved, below zero an error
 * (<socca/status.h>) with its text in socca_fitter_error().
 * Ownership: settings, names and documents are copied; whatever a function returns belongs to the fit and is valid
 * until socca_fitter_close(). Only the fit itself has to be closed, also when it could not be opened: once, and no
 * function takes it after that.
 * Misuse is no crash: where a fit is NULL or not open, a name or list is NULL, or a call comes too early or too late,
 * functions return an error, NULL, 0 or NaN, and a fit tells why.
 * Threads: use a fit in one thread at a time. Call run() in the main thread, one at a time in a process: it
 * watches SIGINT, SIGTERM, SIGUSR1 and SIGHUP while it runs and puts the former handlers back, and pools that start processes
 * refuse when other threads exist.
 * MPI: under a launcher every rank makes the same calls. run() returns the same status on all ranks, and the result
 * is there on all of them; files and summaries are written by rank 0, the same calls elsewhere do nothing and
 * return success. MPI is initialised inside run() and finalised at its end, unless the program did so
 * before: a program that runs several fits initialises MPI by itself.
 * Nothing is printed unless asked for (`messages`). */
#ifndef SOCCA_FIT_H
#define SOCCA_FIT_H
#include <socca/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct socca_fitter socca_fitter;

/* Reads and checks everything, loads the model; starts no worker, writes nothing. `file`: a fit file, or "-"; or else
 * `text`: the document itself (with `file`, if not NULL, as its name: relative paths start at its folder). `settings`:
 * n texts KEY=VALUE, which replace what file and environment say. KEY is a long option of socca-run without its
 * dashes: method, pool, ncores, set, seed, output, checkpoint, checkpoint-every, no-resume, overwrite, force,
 * max-time, max-calls, getzprior (for print()), plugin-path, progress (default here: none). `set=KEY=VALUE` is a
 * sampler option. `output=`
 * or `checkpoint=` without a name: no such file. `messages=none|warnings|all`: what rank 0 may print on
 * standard error (default: none).
 * *out is NULL only when there is no memory for it. */
SOCCA_EXPORT int32_t socca_fitter_open(const char *file, const char *text,
                                       const char *const *settings, size_t n, socca_fitter **out);
/* Until the end, a limit, a signal or an error. Once per fit; a checkpoint lets a later one go on. */
SOCCA_EXPORT int32_t socca_fitter_run(socca_fitter *);
SOCCA_EXPORT void socca_fitter_close(socca_fitter *); /* NULL is fine */

/* All errors so far, a line each; "" without any. */
SOCCA_EXPORT const char *socca_fitter_error(const socca_fitter *);
SOCCA_EXPORT const char *socca_fitter_warning(const socca_fitter *,
                                              size_t i); /* NULL past the end */
/* What a program should return to its shell: 0 ... 4 as socca-run, 128 + the signal's number. */
SOCCA_EXPORT int socca_fitter_exit_status(const socca_fitter *);
SOCCA_EXPORT uint32_t socca_fitter_rank(const socca_fitter *); /* 0 without MPI */
SOCCA_EXPORT uint32_t socca_fitter_workers(const socca_fitter *);

/* ---- the result, after run() returned 0 (a run stopped by a limit before its first draw has none) ---- */
SOCCA_EXPORT size_t socca_fitter_draws(const socca_fitter *); /* n; 0: no result */
SOCCA_EXPORT size_t
socca_fitter_columns(const socca_fitter *); /* d: parameters that are not fixed */
/* of column i; NULL past the end. Kind: "free", "tied" or "derived" */
SOCCA_EXPORT const char *socca_fitter_name(const socca_fitter *, size_t i);
SOCCA_EXPORT const char *socca_fitter_unit(const socca_fitter *, size_t i);
SOCCA_EXPORT const char *socca_fitter_kind(const socca_fitter *, size_t i);
/* n x d, a row per draw, in these units. Samplers with chains: chain after chain. */
SOCCA_EXPORT const double *socca_fitter_samples(const socca_fitter *);
SOCCA_EXPORT const double *socca_fitter_weights(const socca_fitter *); /* n, sum 1 */
SOCCA_EXPORT const double *socca_fitter_logw(const socca_fitter *);    /* n, their logarithms */
SOCCA_EXPORT const double *socca_fitter_loglike(const socca_fitter *); /* n */
/* By name, as in the result file: logz, logz_err, logz_prior, logz_data, n_calls, n_eff, seed, chi2, dof, ...; NaN: no
 * such number. And texts: method, stopped, digest, fingerprint, ...; NULL: no such text. */
SOCCA_EXPORT double socca_fitter_number(const socca_fitter *, const char *name);
SOCCA_EXPORT const char *socca_fitter_text(const socca_fitter *, const char *name);

/* Rank 0 writes, the others return 0 at once. The result as netCDF; its draws as CSV; the summary on standard
 * output. */
SOCCA_EXPORT int32_t socca_fitter_write(socca_fitter *, const char *path);
SOCCA_EXPORT int32_t socca_fitter_write_csv(socca_fitter *, const char *path);
SOCCA_EXPORT int32_t socca_fitter_print(socca_fitter *);

/* ---- a pool of the caller's own (C only): instead of the settings `pool` and `ncores` ----
 * Between open() and run(): open it with this team, which executes records for this problem; then lend it. It is
 * used by this run alone, and not closed: close it after run() and before socca_fitter_close(). Its descriptor
 * is what SOCCA_POOL() defines. With a setting `pool` or `ncores` too: an error. A pool that is refused is not used: close
 * it whenever you like; run() then takes the pool that it would have taken without. A pool of MPI ranks that was never
 * run is closed by all ranks, or ends the job. */
SOCCA_EXPORT socca_team *socca_fitter_team(socca_fitter *);
SOCCA_EXPORT int32_t socca_fitter_use_pool(socca_fitter *, const socca_plugin *pool, void *self);

#ifdef __cplusplus
}
#endif
#endif
