/* SPDX-License-Identifier: BSD-3-Clause */
/* What --list, --matrix, --why and --options print; and the command lines of the tools. */
#include "config.h"
#include "plugin_dir.h"
#include "run_suite.h"
#include <tools/args.h>
#include <tools/listing.h>

static socca_journal *journal;
static socca_registry *registry;
static char *text;
static size_t length;

static const socca_meta serial = {
  .size = sizeof serial, .kind = SOCCA_KIND_POOL, .module = "core", .name = "serial", .version = "1"
};
static const socca_plugin serial_plugin = { SOCCA_MAGIC, sizeof serial_plugin, &serial, NULL, 0 };

static void setup(void)
{
  static const socca_plugin *const core[] = { &serial_plugin, NULL };
  const socca_registry_setup s = { .plugin_path = ".", .core = core };
  journal = socca_journal_new("test", SOCCA_LOG_ERROR);
  socca_journal_set_silent(journal, 1);
  enter_folder();
  put_plugin("declares_nautilus", "nautilus.so");
  put_plugin("declares_dynesty", "dynesty.so");
  put_plugin("declares_numpyro_nuts", "numpyro_nuts.so");
  put_plugin("declares_optimizer", "optimizer.so");
  put_plugin("declares_pools", "pools.so");
  put_plugin("abi_old", "old.so");
  ck_assert_int_eq(socca_registry_open(journal, &s, &registry), SOCCA_OK);
}

static void teardown(void)
{
  free(text);
  text = NULL;
  socca_registry_close(registry);
  leave_folder();
  socca_journal_free(journal);
}

static FILE *begin(void)
{
  free(text);
  text = NULL;
  FILE *f = open_memstream(&text, &length);
  ck_assert_ptr_nonnull(f);
  return f;
}

static void contains(const char *s)
{
  ck_assert_msg(strstr(text, s) != NULL, "no '%s' in: %s", s, text);
}

START_TEST(matrix)
{
  FILE *f = begin();
  ck_assert_int_eq(listing_matrix(registry, 0, f), SOCCA_OK);
  fclose(f);
  static const char head[] = "              serial    mp        mpi\n"
                             "dynesty       yes       yes       advice\n"
                             "nautilus      yes       yes       yes\n"
                             "numpyro_nuts  yes       yes       no\n"
                             "optimizer     yes       no        no\n";
  ck_assert_msg(!strncmp(text, head, sizeof head - 1), "%s", text);
  contains(
      "dynesty with mpi: advice: Dynesty might not benefit from MPI parallelization due to its "
      "sequential point proposal. Consider using --method=nautilus for MPI runs.");
  contains("nautilus: recommended for MPI runs\n");
  contains("numpyro_nuts with mpi: no: numpyro_nuts does not support MPI parallelization");
  contains("optimizer with mp: no: the optimizer runs in a single process");
  contains("RANKS");
  contains("WORKERS");
  f = begin();
  ck_assert_int_eq(listing_matrix(registry, 1, f), SOCCA_OK);
  fclose(f);
  contains(
      "{\"samplers\":[\"dynesty\",\"nautilus\",\"numpyro_nuts\",\"optimizer\"],"
      "\"pools\":[\"serial\",\"mp\",\"mpi\"],\"cells\":{\"dynesty\":{\"serial\":{\"use\":\"yes\","
      "\"why\":\"\"},");
  contains("\"nautilus\":{\"serial\":{\"use\":\"yes\",\"why\":\"recommended for MPI runs\"}");
  contains("\"mpi\":{\"use\":\"no\",\"why\":\"numpyro_nuts does not support MPI parallelization");
}
END_TEST

START_TEST(why)
{
  static const struct {
    const char *sampler, *pool;
    int json;
    socca_status status;
    const char *said;
  } t[] = {
    { "nautilus", "mpi", 0, SOCCA_OK, "nautilus with mpi: yes: recommended for MPI runs\n" },
    { "nuts", "mp", 0, SOCCA_OK, "numpyro_nuts with mp: yes\n" },
    { "dynesty", "mpi", 0, SOCCA_OK, "dynesty with mpi: advice: Dynesty might" },
    { "numpyro", "mpi", 0, SOCCA_E_REFUSED, "numpyro_nuts with mpi: no: numpyro_nuts does not" },
    { "optimizer", "mp", 1, SOCCA_E_REFUSED,
      "{\"sampler\":\"optimizer\",\"pool\":\"mp\",\"use\":\"no\",\"why\":\"the optimizer runs in" },
    { "optimizer", "serial", 1, SOCCA_OK,
      "{\"sampler\":\"optimizer\",\"pool\":\"serial\",\"use\":\"yes\",\"why\":\"\"}\n" },
    { "nautilux", "mpi", 0, SOCCA_E_PLUGIN, "" },
    { "nautilus", "mq", 1, SOCCA_E_PLUGIN, "" },
    { "abi_old", "mp", 0, SOCCA_E_PLUGIN, "" },
  };
  for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
    FILE *f = begin();
    ck_assert_int_eq(listing_why(registry, t[i].sampler, t[i].pool, t[i].json, f), t[i].status);
    fclose(f);
    ck_assert_msg(!strncmp(text, t[i].said, strlen(t[i].said)), "%s", text);
    ck_assert_int_eq(socca_journal_errors(journal) > 0, t[i].status == SOCCA_E_PLUGIN);
    socca_journal_flush(journal);
  }
}
END_TEST

START_TEST(list)
{
  FILE *f = begin();
  ck_assert_int_eq(listing_plugins(registry, 0, f), SOCCA_OK);
  fclose(f);
  contains("KIND     NAME          VERSION  ABI   STATE   FROM\n");
  contains("pool     serial        1        0.0   usable  core\n");
  contains("./old.so: broken: built for plugin ABI 99.1, this socca offers 0.1 [E_ABI_MAJOR]\n");
  f = begin();
  ck_assert_int_eq(listing_plugins(registry, 1, f), SOCCA_OK);
  fclose(f);
  contains("{\"kind\":\"sampler\",\"name\":\"numpyro_nuts\",\"aliases\":[\"numpyro\",\"nuts\"],"
           "\"version\":\"\",\"abi\":\"0.1\",\"path\":\"./numpyro_nuts.so\",\"state\":\"usable\","
           "\"reason\":\"\"}");
  contains("\"state\":\"broken\",\"reason\":\"built for plugin ABI 99.1, this socca offers 0.1 "
           "[E_ABI_MAJOR]\"");
}
END_TEST

/* Files are called what anybody likes: in a listing that is neither a column, nor a line, nor a command of a terminal. */
START_TEST(hostile_names)
{
  static const char *const files[] = { "$(id>p) a b usable.so", "x\nsampler evil 1 0.1 usable y.so",
                                       "esc\033[2J.so", "pool_.so" };
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) write_bytes(files[i], "", 0);
  socca_registry *r;
  const socca_registry_setup s = { .plugin_path = "." };
  ck_assert_int_eq(socca_registry_open(journal, &s, &r), SOCCA_OK);
  FILE *f = begin();
  ck_assert_int_eq(listing_plugins(r, 0, f), SOCCA_OK);
  fclose(f);
  socca_registry_close(r);
  contains("sampler  ??id?p??a?b?usable  -        -     broken  ./$(id>p) a b usable.so\n");
  contains("pool     ?                   -        -     broken  ./pool_.so\n");
  contains("./x?sampler evil 1 0.1 usable y.so: broken: the file is empty [E_NOT_ELF]\n");
  ck_assert_ptr_null(strstr(text, "\nsampler evil"));
  ck_assert_ptr_null(strchr(text, '\033'));
}
END_TEST

START_TEST(options)
{
  static const socca_option table[] = {
    { "n_live", "nlive", SOCCA_OPT_INT, 0, 0, "1000", "[1,inf)", "live points", { 0 } },
    { "n_chains", NULL, SOCCA_OPT_INT, SOCCA_OPT_WORKERS, 8, NULL, NULL, "chains", { 0 } },
    { NULL, NULL, 0, 0, 0, NULL, NULL, NULL, { 0 } },
  };
  FILE *f = begin();
  ck_assert_int_eq(listing_options(SOCCA_KIND_SAMPLER, "mine", table, 1, f), SOCCA_OK);
  fclose(f);
  ck_assert_str_eq(
      text,
      "{\"kind\":\"sampler\",\"name\":\"mine\",\"options\":[{\"name\":\"n_live\",\"aliases\":["
      "\"nlive\"],\"type\":\"integer\",\"default\":\"1000\",\"range\":\"[1,inf)\",\"help\":"
      "\"live points\"},{\"name\":\"n_chains\",\"aliases\":[],\"type\":\"integer\",\"default\":"
      "null,\"range\":null,\"help\":\"chains\"}]}\n");
  f = begin();
  ck_assert_int_eq(listing_options(SOCCA_KIND_SAMPLER, "mine", table, 0, f), SOCCA_OK);
  fclose(f);
  contains("n_live    nlive    integer  1000     [1,inf)  live points\n");
  contains("n_chains           integer  workers           chains\n");
  f = begin();
  ck_assert_int_eq(listing_options(SOCCA_KIND_POOL, "bare", NULL, 0, f), SOCCA_OK);
  fclose(f);
  contains("pool 'bare' has no options\n");
}
END_TEST

/* ---- command lines ---- */

enum { METHOD, LIST, SET, OPTIONS };
static const arg_row rows[] = {
  [METHOD] = { "method", 0, ARG_VALUE, "NAME", "sampler" },
  [LIST] = { "list", 0, ARG_FLAG, NULL, "plugins" },
  [SET] = { "set", 'o', ARG_VALUE, "KEY=VALUE", "option" },
  [OPTIONS] = { "options", 0, ARG_OPTIONAL, "METHOD", "tables" },
  { .name = NULL },
};
static const arg_usage usage = { "tool", "[FILE]", "Does something.", rows };

START_TEST(command_lines)
{
  static const struct {
    const char *line, *seen, *error;
    int operands;
  } t[] = {
    { "--method=a b --list c", "method=a;list;", NULL, 2 },
    { "--method a -ok=v -o k=w", "method=a;set=k=v;set=k=w;", NULL, 0 },
    { "--options --options=x", "options;options=x;", NULL, 0 },
    { "-- --list -o", "", NULL, 2 },
    { "--meth=a", "method=a;", NULL, 0 },
    { "--metod=a", "", "unknown option '--metod'; did you mean '--method'?", 0 },
    { "--qqqqq", "", "unknown option '--qqqqq'; see tool --help", 0 },
    { "-x", "", "unknown option '-x'; see tool --help", 0 },
    { "-qx", "", "unknown option '-x'", 0 },
    { "--list=a", "", "option '--list' takes no value", 0 },
    { "--method", "", "option '--method' needs a value: --method=NAME", 0 },
    { "-o", "", "option '--set' needs a value: --set=KEY=VALUE", 0 },
    { "--ver", "", "option '--ver' is ambiguous: --verbose, --version", 0 },
    { "-", "", NULL, 1 },
  };
  for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
    char line[128], seen[128] = "", *argv[12] = { "tool" };
    int argc = 1;
    snprintf(line, sizeof line, "%s", t[i].line);
    for (char *s = line, *word; (word = strsep(&s, " "));) argv[argc++] = word;
    args a;
    args_begin(&a, journal, &usage, argc, argv);
    for (int k; (k = args_next(&a)) >= 0;) {
      size_t n = strlen(seen);
      snprintf(seen + n, sizeof seen - n, "%s%s%s;", rows[k].name, a.value ? "=" : "",
               a.value ? a.value : "");
    }
    ck_assert_int_eq(a.status, t[i].error ? SOCCA_E_INPUT : SOCCA_OK);
    ck_assert_int_eq(a.leave, t[i].error != NULL);
    ck_assert_str_eq(seen, t[i].seen);
    ck_assert_int_eq(a.noperands, t[i].operands);
    const char *said = socca_journal_error(journal, 0);
    if (t[i].error)
      ck_assert_msg(said && !strncmp(said, t[i].error, strlen(t[i].error)), "%s", said);
    socca_journal_flush(journal);
  }
}
END_TEST

int main(void)
{
  Suite *s = suite_create("listing");
  TCase *t = tcase_create("listing");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, matrix);
  tcase_add_test(t, why);
  tcase_add_test(t, list);
  tcase_add_test(t, hostile_names);
  tcase_add_test(t, options);
  tcase_add_test(t, command_lines);
  suite_add_tcase(s, t);
  return run_suite(s);
}
