/* SPDX-License-Identifier: BSD-3-Clause */
/* Plugins and their metadata, read without running plugin code. */
#include "config.h"
#include "args.h"
#include "inspect.h"
#include "listing.h"
#include "start.h"
#include <base/json.h>
#include <errno.h>
#include <fcntl.h>
#include <plugin/dl.h>
#include <plugin/matrix.h>
#include <plugin/trust.h>
#include <fit/fit.h>
#include <string.h>
#include <unistd.h>

/* ---- files ---- */

static int keep_note(void *arg, const socca_meta *m, uint32_t bytes)
{
  plugin_file *f = arg;
  if (f->n == INSPECT_PLUGINS)
    return socca_fault_set(&f->fault, "E_NOTE_CORRUPT", "too many notes");
  f->meta[f->n] = *m;
  f->bytes[f->n++] = bytes;
  return 0;
}

/* Reading is safe whoever owns the file; trust is told, not asked for. */
void plugin_file_open(plugin_file *f, const char *path)
{
  struct stat st;
  int fd;
  memset(f, 0, sizeof *f);
  f->path = path;
  f->image.fd = -1;
  int distrusted = socca_trust_open(path, 0, &fd, &st, &f->fault);
  if (distrusted && !strcmp(f->fault.code, "E_TRUST") && S_ISREG(st.st_mode))
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return;
  f->image = (socca_image){ NULL, fd, (uint64_t)st.st_size };
  socca_fault notes = { NULL, "" };
  if (socca_elfnotes(&f->image, keep_note, f, &notes) && !f->fault.code) f->fault = notes;
}

void plugin_file_close(plugin_file *f)
{
  if (f->image.fd >= 0) close(f->image.fd);
}

static socca_entry entry_of(const plugin_file *f, size_t i, socca_fault *why)
{
  socca_entry e = { .path = f->path, .reason = "" };
  int readable;
  socca_meta_check(&f->meta[i], f->bytes[i], &readable, why);
  if (!why->code) *why = f->fault;
  if (readable) e.meta = f->meta[i];
  e.kind = readable ? e.meta.kind : 0;
  memcpy(e.name, e.meta.name, sizeof e.name);
  e.state = why->code ? SOCCA_BROKEN : SOCCA_USABLE;
  e.code = why->code;
  e.reason = why->reason;
  return e;
}

/* ---- one plugin in full ---- */

typedef struct mask {
  const char *label, *prefix;
  uint32_t kind, bits;
} mask;
enum { PROVIDES, NEEDS, NEEDS_MODEL, DENIES, DENIES_MODEL, SHUNS, MASKS };

static void masks_of(const socca_entry *e, mask m[MASKS])
{
  const socca_meta *s = &e->meta;
  m[PROVIDES] = (mask){ "provides", "", e->kind, s->provides };
  m[NEEDS] = (mask){ "needs", "pool.", SOCCA_KIND_POOL, s->pool_needs };
  m[NEEDS_MODEL] = (mask){ "needs", "model.", SOCCA_KIND_MODEL, s->model_needs };
  m[DENIES] = (mask){ "denies", "pool.", SOCCA_KIND_POOL, s->pool_denies };
  m[DENIES_MODEL] = (mask){ "denies", "model.", SOCCA_KIND_MODEL, s->model_denies };
  m[SHUNS] = (mask){ "shuns", "pool.", SOCCA_KIND_POOL, s->pool_shuns };
}

static void json_bits(socca_json *j, const mask *m)
{
  const char *name;
  uint32_t bit;
  char full[64];
  for (size_t i = 0; (name = socca_cap_name(m->kind, i, &bit, NULL)); i++)
    if (m->bits & bit) {
      snprintf(full, sizeof full, "%s%s", m->prefix, name);
      socca_json_string(j, NULL, full);
    }
}

static void show_json(socca_json *j, const socca_entry *e)
{
  mask m[MASKS];
  masks_of(e, m);
  socca_json_object(j, NULL);
  listing_json_entry(j, e);
  for (size_t i = 0; i < MASKS; i++) {
    socca_json_list(j, m[i].label);
    json_bits(j, &m[i]);
    if (i == NEEDS || i == DENIES) json_bits(j, &m[++i]);
    socca_json_close(j, ']');
  }
  socca_json_string(j, "advice", e->meta.advice);
  socca_json_string(j, "summary", e->meta.summary);
  socca_json_string(j, "license", e->meta.license);
  socca_json_string(j, "mpi", e->meta.mpi_abi ? socca_mpi_abi_name(e->meta.mpi_abi) : NULL);
  socca_json_close(j, '}');
}

/* Paths, symbols and reasons may hold anything: one line, harmless. */
static void print_line(const char *fmt, ...) SOCCA_PRINTF(1, 2);
static void print_line(const char *fmt, ...)
{
  socca_text t = { 0 };
  va_list ap;
  va_start(ap, fmt);
  socca_text_vprintf(&t, fmt, ap);
  va_end(ap);
  socca_text_clean(&t, 0);
  puts(t.s ? t.s : "out of memory");
  socca_text_free(&t);
}

static void show_text(const socca_entry *e)
{
  mask m[MASKS];
  const socca_meta *s = &e->meta;
  masks_of(e, m);
  printf("%s '%s'\n", socca_kind_name(e->kind), e->name);
  print_line("  file      %s", e->path);
  if (e->code)
    print_line("  state     %s: %s [%s]", socca_state_name(e->state), e->reason, e->code);
  else
    print_line("  state     %s", socca_state_name(e->state));
  if (!s->size) return;
  if (*s->aliases) printf("  aliases   %s\n", s->aliases);
  if (*s->summary) printf("  summary   %s\n", s->summary);
  printf("  version   %s, plugin ABI %u.%u, %s%s%s\n", *s->version ? s->version : "-", s->abi_major,
         s->abi_minor, socca_mpi_abi_name(s->mpi_abi), *s->license ? ", licence " : "", s->license);
  for (size_t i = 0; i < MASKS; i++) {
    const char *name, *text;
    uint32_t bit;
    for (size_t k = 0; (name = socca_cap_name(m[i].kind, k, &bit, &text)); k++)
      if (m[i].bits & bit) printf("  %-9s %s%s: %s\n", m[i].label, m[i].prefix, name, text);
  }
  if (*s->advice) printf("  advice    %s\n", s->advice);
}

/* ---- what the command line asks for ---- */

static socca_status finish_json(socca_journal *j, socca_json *out)
{
  socca_json_close(out, ']');
  socca_json_close(out, '}');
  socca_status s = SOCCA_OK;
  if (out->text.failed)
    s = socca_no_memory(j);
  else
    puts(out->text.s);
  socca_text_free(&out->text);
  return s;
}

static void begin_json(socca_json *out)
{
  *out = (socca_json){ .comma = 0 };
  socca_json_object(out, NULL);
  socca_json_list(out, "plugins");
}

static int answers(const socca_entry *e, const char *name)
{
  char full[64];
  snprintf(full, sizeof full, "%s/%s", socca_kind_name(e->kind), e->name);
  if (!strcmp(e->name, name) || !strcmp(full, name)) return 1;
  size_t n = strlen(name);
  for (const char *a = e->meta.aliases; *a; a += strcspn(a, " "), a += strspn(a, " "))
    if (strcspn(a, " ") == n && !strncmp(a, name, n)) return 1;
  return 0;
}

static socca_status show_file(socca_journal *j, const char *path, int json)
{
  plugin_file f;
  socca_json out;
  if (is_checkpoint(path)) return show_checkpoint(j, path, json);
  plugin_file_open(&f, path);
  plugin_file_close(&f);
  if (f.n == 0)
    return socca_error(j, SOCCA_E_PLUGIN, "%s: %s [%s]", path, f.fault.reason, f.fault.code);
  begin_json(&out);
  for (size_t i = 0; i < f.n; i++) {
    socca_fault why = { NULL, "" };
    socca_entry e = entry_of(&f, i, &why);
    if (json)
      show_json(&out, &e);
    else {
      if (i) putchar('\n');
      show_text(&e);
    }
  }
  if (json) return finish_json(j, &out);
  socca_text_free(&out.text);
  return SOCCA_OK;
}

static int known(const socca_registry *r, const char *name)
{
  const socca_entry *e;
  for (size_t i = 0; (e = socca_registry_entry(r, i)); i++)
    if (answers(e, name)) return 1;
  return 0;
}

/* All plugins found, or those that answer to a name, shadowed and broken ones included. */
static socca_status show_found(socca_journal *j, const char *plugin_path, const char *name,
                               int json)
{
  socca_registry *r;
  socca_status s = socca_fit_registry(j, plugin_path, &r);
  if (s) return s;
  if (name && !known(r, name) && !access(name, F_OK)) {
    socca_registry_close(r);
    return show_file(j, name, json);
  }
  if (!name && !json) {
    s = listing_plugins(r, 0, stdout);
  } else {
    socca_json out;
    const socca_entry *e;
    size_t shown = 0;
    begin_json(&out);
    for (size_t i = 0; (e = socca_registry_entry(r, i)); i++) {
      if (name && !answers(e, name)) continue;
      if (json)
        show_json(&out, e);
      else {
        if (shown) putchar('\n');
        show_text(e);
      }
      shown++;
    }
    if (name && !shown)
      s = socca_error(j, SOCCA_E_PLUGIN,
                      "no plugin is called '%s'; socca-inspect lists what there is", name);
    if (json && !s)
      s = finish_json(j, &out);
    else
      socca_text_free(&out.text);
  }
  socca_registry_close(r);
  return s;
}

/* --check and --probe: 0 good, 1 faults found. */
static socca_status judge(socca_journal *j, const char *path, int probe, int json)
{
  plugin_file f;
  socca_text faults = { 0 };
  socca_status s = SOCCA_OK;
  plugin_file_open(&f, path);
  if (f.fault.code && !strcmp(f.fault.code, "E_NOT_FOUND"))
    return socca_error(j, SOCCA_E_INPUT, "%s: %s", path, f.fault.reason);
  if (probe && socca_dl_static())
    s = socca_error(j, SOCCA_E_PLUGIN,
                    "%s: this program is static and loads no files; --check only reads them "
                    "[E_STATIC]",
                    path);
  else if (probe)
    s = probe_file(j, &f, &faults);
  else
    check_conformance(&f, &faults);
  plugin_file_close(&f);
  if (faults.failed) s = socca_no_memory(j);
  int good = faults.n == 0;
  socca_json out = { .comma = 0 };
  socca_json_object(&out, NULL);
  socca_json_string(&out, "file", path);
  socca_json_bool(&out, "good", good);
  socca_json_list(&out, "faults");
  for (char *line = faults.s; !s && line && *line;) {
    size_t n = strcspn(line, "\n");
    line[n] = '\0';
    if (json)
      socca_json_string(&out, NULL, line);
    else
      print_line("%s: %s", path, line);
    line += n + 1;
  }
  if (json && !s)
    s = finish_json(j, &out);
  else {
    if (!s && good) print_line("%s: good", path);
    socca_text_free(&out.text);
  }
  socca_text_free(&faults);
  return s ? s : good ? SOCCA_OK : SOCCA_E_IO; /* exit status 1 */
}

enum { OPT_CHECK, OPT_PROBE, OPT_PLUGIN_PATH };
static const arg_row rows[] = {
  [OPT_CHECK] = { "check", 0, ARG_VALUE, "FILE",
                  "does the file conform to the manual? Nothing is loaded. Status 0: good, 1: "
                  "faults found" },
  [OPT_PROBE] = { "probe", 0, ARG_VALUE, "FILE",
                  "load it in a child process and try its functions. Status as with --check" },
  [OPT_PLUGIN_PATH] = { "plugin-path", 0, ARG_VALUE, "DIRS",
                        "folders searched first, separated by ':'" },
  { .name = NULL },
};
static const arg_usage usage = {
  "socca-inspect", "[NAME|PATH]",
  "Shows plugins and their metadata, read without running plugin code, or what a checkpoint holds.",
  rows
};

int main(int argc, char **argv)
{
  socca_launcher launcher;
  socca_journal *j = tool_start(usage.tool, &launcher);
  if (!j) return 1;
  if (launcher.rank) return tool_finish(j, SOCCA_OK, 0); /* one answer is enough */
  const char *check = NULL, *probe = NULL, *plugin_path = NULL;
  args a;
  args_begin(&a, j, &usage, argc, argv);
  for (int i; (i = args_next(&a)) >= 0;) {
    if (i == OPT_CHECK) check = a.value;
    if (i == OPT_PROBE) probe = a.value;
    if (i == OPT_PLUGIN_PATH) plugin_path = a.value;
  }
  socca_status s = a.status;
  const char *what = a.noperands > 0 ? a.operand[0] : NULL;
  if (!a.leave) {
    if (a.noperands > 1 || (check && probe) || ((check || probe) && what))
      s = socca_error(j, SOCCA_E_INPUT,
                      "one thing at a time: a NAME, a PATH, --check FILE or --probe FILE");
    else if (check || probe)
      s = judge(j, check ? check : probe, probe != NULL, a.json);
    else if (what &&
             (what[0] == '/' || what[0] == '.' || (strchr(what, '/') && !access(what, F_OK))))
      s = show_file(j, what, a.json);
    else
      s = show_found(j, plugin_path, what, a.json);
  }
  return tool_finish(j, s, 0);
}
