/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of a fit's files, its identity, and what lies under these names already. */
#include "config.h"
#include "fit_private.h"
#include <base/file.h>
#include <base/text.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* STEM of STEM.yaml; "socca" for standard input and documents without a file */
static void stem(const socca_fit *f, char *out, size_t n)
{
  const char *name = f->request.text || !f->request.fit_file ? "-" : f->request.fit_file;
  const char *base = strcmp(name, "-") ? socca_path_base(name) : "socca";
  const char *dot = strrchr(base, '.');
  size_t length = dot && dot > base ? (size_t)(dot - base) : strlen(base);
  snprintf(out, n, "%.*s", (int)(length < 200 ? length : 200), base);
}

static socca_status name_file(socca_fit *f, const char *option, const char *key, const char *ending,
                              char *out)
{
  char base[256];
  const socca_node *block = socca_node_get(socca_tree_root(f->tree), "output");
  const socca_node *node = socca_node_get(block, key);
  *out = '\0';
  if (option && !*option) return SOCCA_OK;
  if (option && socca_path_resolve(NULL, option, out, SOCCA_PATH_ROOM))
    return socca_error(f->journal, SOCCA_E_INPUT, "the file name '%.60s...' is too long", option);
  if (option) return SOCCA_OK;
  if (node) return socca_node_path(f->journal, node, out, SOCCA_PATH_ROOM);
  stem(f, base, sizeof base);
  snprintf(out, SOCCA_PATH_ROOM, "%s%s", base, ending);
  return SOCCA_OK;
}

static void folder_of(const char *path, char folder[SOCCA_PATH_ROOM])
{
  size_t n = (size_t)(socca_path_base(path) - path);
  snprintf(folder, SOCCA_PATH_ROOM, "%.*s", n ? (int)n : 1, n ? path : ".");
}

/* One name, however it is spelt */
static int same_name(const char *a, const char *b)
{
  char folder_a[SOCCA_PATH_ROOM], folder_b[SOCCA_PATH_ROOM];
  struct stat sa, sb;
  if (strcmp(socca_path_base(a), socca_path_base(b)) != 0) return 0;
  folder_of(a, folder_a);
  folder_of(b, folder_b);
  return !stat(folder_a, &sa) && !stat(folder_b, &sb) && sa.st_dev == sb.st_dev &&
         sa.st_ino == sb.st_ino;
}

/* Is a file that the fit reads in the way? Also of the name under which the former file is kept. */
static const char *in_the_way(const socca_fit *f, const char *path)
{
  char former[SOCCA_PATH_ROOM + 2];
  const char *why = socca_tree_input(f->tree, path);
  snprintf(former, sizeof former, "%s.1", path);
  return why ? why : socca_tree_input(f->tree, former);
}

/* Found out before the run, not after it: can a file of this name be made? A dry run, which makes none, warns. */
static socca_status writable(socca_fit *f, const char *path)
{
  char folder[SOCCA_PATH_ROOM], missing[SOCCA_PATH_ROOM + 32];
  struct stat st;
  const char *why = NULL;
  enum { TEMPORARY = 10 }; /* what its name grows by while it is written */
  long longest;
  if (!*path) return SOCCA_OK; /* an embedded fit without files */
  folder_of(path, folder);
  snprintf(missing, sizeof missing, "there is no folder '%s'", folder);
  int exists = !stat(path, &st);
  if (exists && !S_ISREG(st.st_mode))
    why = "it is not a regular file";
  else if ((why = in_the_way(f, path)))
    ;
  else if (stat(folder, &st) || !S_ISDIR(st.st_mode))
    why = missing;
  else if (access(folder, W_OK | X_OK))
    why = "no permission to write into its folder";
  else if ((longest = pathconf(folder, _PC_NAME_MAX)) > 0 &&
           strlen(socca_path_base(path)) + TEMPORARY > (size_t)longest)
    why = "its name is too long";
  if (!why) return SOCCA_OK;
  if (!f->request.dry_run)
    return socca_error(f->journal, SOCCA_E_INPUT, "cannot write '%s': %s", path, why);
  socca_message(f->journal, SOCCA_LOG_WARN, "a run could not write '%s': %s", path, why);
  return SOCCA_OK;
}

socca_status socca_fit_name_files(socca_fit *f)
{
  socca_status s = name_file(f, f->request.output, "results", ".nc", f->output);
  if (!s) s = name_file(f, f->request.checkpoint, "checkpoint", ".ckpt", f->checkpoint);
  if (s) return s;
  if (f->output[0] && same_name(f->output, f->checkpoint))
    return socca_error(f->journal, SOCCA_E_INPUT,
                       "result and checkpoint cannot both be written to '%s'", f->output);
  s = writable(f, f->output);
  return s ? s : writable(f, f->checkpoint);
}

static socca_status add_options(socca_fit *f)
{
  char value[512], name[80];
  socca_status s = SOCCA_OK;
  for (size_t i = 0; !s && i < socca_options_count(f->sampler_options); i++) {
    const socca_option *o = socca_options_row(f->sampler_options, i);
    socca_options_value(f->sampler_options, i, value, sizeof value);
    snprintf(name, sizeof name, "sampler.%s", o->name);
    s = socca_items_text(o->flags & SOCCA_OPT_LIMIT ? f->limits : f->identity, name, value);
  }
  return s;
}

/* Fingerprint: the problem alone. Identity: that, the method, the seed and all options but limits. */
socca_status socca_fit_identify(socca_fit *f)
{
  char seed[32];
  f->identity = socca_items_new(f->journal);
  f->limits = socca_items_new(f->journal);
  if (!f->identity || !f->limits) return socca_no_memory(f->journal);
  socca_status s = socca_problem_identity(f->problem, f->identity);
  if (s) return s;
  socca_items_digest(f->identity, f->fingerprint);
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)f->seed);
  s = socca_items_text(f->identity, "sampler.method", f->sampler->meta.name);
  if (!s) s = socca_items_text(f->identity, "sampler.seed", seed);
  return s ? s : add_options(f);
}

static socca_status check_result(socca_fit *f)
{
  char other[64] = "";
  if (!f->output[0] || access(f->output, F_OK)) return SOCCA_OK;
  socca_status s = socca_result_fingerprint(f->journal, f->output, other, sizeof other);
  if (s && !f->request.overwrite) return s;
  f->same_result = !strcmp(other, f->fingerprint);
  if (f->same_result || f->request.overwrite) return SOCCA_OK;
  return socca_error(f->journal, SOCCA_E_INPUT,
                     "'%s' exists and is %s; %soverwrite replaces it, %soutput=FILE.nc writes "
                     "elsewhere",
                     f->output, other[0] ? "the result of another problem" : "no result of socca",
                     f->request.dashes, f->request.dashes);
}

/* Options that default to the number of workers were settled by the first run. */
static socca_status take_settled(socca_fit *f, const socca_result *then)
{
  char name[80];
  int changed = 0;
  for (size_t i = 0; i < socca_options_count(f->sampler_options); i++) {
    const socca_option *o = socca_options_row(f->sampler_options, i);
    if (!(o->flags & SOCCA_OPT_WORKERS) || socca_options_is_set(f->sampler_options, i)) continue;
    snprintf(name, sizeof name, "sampler.%s", o->name);
    const char *value = socca_items_get_text(then, name);
    if (value && !socca_options_set(f->sampler_options, f->checkpoint, o->name, value)) changed = 1;
  }
  return changed ? add_options(f) : SOCCA_OK;
}

static socca_status compare(socca_fit *f)
{
  socca_result *then = socca_items_new(f->journal);
  socca_text what = { 0 };
  socca_text_printf(&what, "'%s' is the checkpoint of another run (%sforce starts anew)",
                    f->checkpoint, f->request.dashes);
  socca_status s = then && what.s ? socca_archive_items(f->archive, "identity", then)
                                  : socca_no_memory(f->journal);
  if (!s) s = take_settled(f, then);
  if (!s) s = socca_items_compare(f->journal, what.s, then, f->identity);
  socca_items_free(then);
  socca_text_free(&what);
  return s;
}

static socca_status check_checkpoint(socca_fit *f)
{
  if (!f->checkpoint[0] || !(f->sampler->meta.provides & SOCCA_SAMPLER_RESUMES)) return SOCCA_OK;
  if (!f->request.no_resume) {
    socca_status s = socca_archive_load(f->journal, f->checkpoint, &f->archive);
    if (s || f->archive) return s ? s : compare(f);
  }
  f->archive = socca_archive_new(f->journal);
  if (!f->archive) return socca_no_memory(f->journal);
  return f->request.no_resume ? socca_archive_adopt(f->archive, f->checkpoint) : SOCCA_OK;
}

/* The checkpoint first: its message names the difference, and --force, which settles both. */
static socca_status check_all(socca_fit *f)
{
  socca_status s = check_checkpoint(f);
  if (!s) s = check_result(f);
  return s || !f->output[0] ? s : socca_outcome_writer(f->journal);
}

/* A dry run tells what would keep a run from starting. */
static socca_status rehearse(socca_fit *f)
{
  socca_journal *j = f->journal, *scratch = socca_journal_new("", SOCCA_LOG_WARN);
  const char *text;
  if (!scratch) return socca_no_memory(j);
  socca_journal_set_silent(scratch, 1);
  f->journal = scratch;
  check_all(f);
  f->journal = j;
  for (size_t i = 0; (text = socca_journal_warning(scratch, i)); i++)
    socca_message(j, SOCCA_LOG_WARN, "%s", text);
  for (size_t i = 0; (text = socca_journal_error(scratch, i)); i++)
    socca_message(j, SOCCA_LOG_WARN, "a run would not start: %s", text);
  socca_archive_free(f->archive);
  f->archive = NULL;
  socca_journal_free(scratch);
  return SOCCA_OK;
}

socca_status socca_fit_check_files(socca_fit *f)
{
  if (f->request.dry_run) return rehearse(f);
  if (!f->launcher.rank) {
    if (f->output[0]) socca_output_sweep(f->output);
    if (f->checkpoint[0]) socca_output_sweep(f->checkpoint);
  }
  return check_all(f);
}
