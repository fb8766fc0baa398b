/* SPDX-License-Identifier: BSD-3-Clause */
/* The interface of version 0 as it lies in memory: every struct, member and number that crosses
 * the boundary, on machines with 64-bit pointers. A failed assertion is a change of the ABI:
 * doc/plugin-abi.md says which changes raise the minor version and which the major one. New
 * members go here at the end of their struct. */
#include <socca/socca.h>

#ifdef __cplusplus
#define ASSERT static_assert
#else
#define ASSERT _Static_assert
#endif
#define SIZE(type, bytes) ASSERT(sizeof(type) == (bytes), "size of " #type)
#define AT(type, member, offset) ASSERT(offsetof(type, member) == (offset), #type "." #member)
#define IS(name, value) ASSERT((long long)(name) == (value), #name)

ASSERT(sizeof(void *) == 8 && sizeof(size_t) == 8, "these are the numbers of 64-bit machines");
IS(SOCCA_ABI_MAJOR, 0);
IS(SOCCA_ABI_MINOR, 1);
IS(SOCCA_NOTE_TYPE, 0x534f4301);
IS(SOCCA_MAGIC, 0x41434f53);

SIZE(socca_cx, 32);
AT(socca_cx, h, 0);
AT(socca_cx, seed, 8);
AT(socca_cx, ndim, 16);
AT(socca_cx, npar, 20);
AT(socca_cx, isa, 24);
AT(socca_cx, spare_, 28);

SIZE(socca_load, 32);
AT(socca_load, cx, 0);

SIZE(socca_run, 32);
AT(socca_run, cx, 0);

SIZE(socca_worker, 32);
AT(socca_worker, cx, 0);

SIZE(socca_team, 40);
AT(socca_team, cx, 0);
AT(socca_team, digest, 32);

SIZE(socca_param, 80);
AT(socca_param, name, 0);
AT(socca_param, unit, 8);
AT(socca_param, fallback, 16);
AT(socca_param, help, 24);
AT(socca_param, low, 32);
AT(socca_param, high, 40);
AT(socca_param, period, 48);
AT(socca_param, quantity, 56);
AT(socca_param, flags, 60);
AT(socca_param, data_low, 64);
AT(socca_param, data_high, 72);

SIZE(socca_free, 48);
AT(socca_free, name, 0);
AT(socca_free, unit, 8);
AT(socca_free, lower, 16);
AT(socca_free, upper, 24);
AT(socca_free, period, 32);
AT(socca_free, declared, 40);

SIZE(socca_op_entry, 40);
AT(socca_op_entry, name, 0);
AT(socca_op_entry, run, 8);
AT(socca_op_entry, spare, 16);

SIZE(socca_batch, 88);
AT(socca_batch, op, 0);
AT(socca_batch, state, 4);
AT(socca_batch, first, 8);
AT(socca_batch, n, 16);
AT(socca_batch, in_bytes, 24);
AT(socca_batch, out_bytes, 32);
AT(socca_batch, in, 40);
AT(socca_batch, out, 48);
AT(socca_batch, poison, 56);
AT(socca_batch, spare, 64);

SIZE(socca_report, 240);
AT(socca_report, calls, 0);
AT(socca_report, gradients, 8);
AT(socca_report, nonfinite, 16);
AT(socca_report, reissued, 24);
AT(socca_report, deaths, 32);
AT(socca_report, outside, 40);
AT(socca_report, busy, 48);
AT(socca_report, bad_index, 56);
AT(socca_report, message, 64);
AT(socca_report, spare, 224);

SIZE(socca_draws, 88);
AT(socca_draws, n, 0);
AT(socca_draws, space, 8);
AT(socca_draws, chain, 12);
AT(socca_draws, x, 16);
AT(socca_draws, loglike, 24);
AT(socca_draws, logw, 32);
AT(socca_draws, nstat, 40);
AT(socca_draws, stat, 48);
AT(socca_draws, stats, 56);
AT(socca_draws, spare, 64);

SIZE(socca_task, 472);
AT(socca_task, op, 0);
AT(socca_task, index, 8);
AT(socca_task, state, 16);
AT(socca_task, state_bytes, 24);
AT(socca_task, in, 32);
AT(socca_task, out, 40);
AT(socca_task, cost, 48);
AT(socca_task, message, 288);
AT(socca_task, spare, 448);

SIZE(socca_host, 248);
AT(socca_host, size, 0);
AT(socca_host, abi_major, 4);
AT(socca_host, abi_minor, 6);
AT(socca_host, log, 8);
AT(socca_host, fail, 16);
AT(socca_host, uniform, 24);
AT(socca_host, normal, 32);
AT(socca_host, convert, 40);
AT(socca_host, stop, 48);
AT(socca_host, free_parameter, 56);
AT(socca_host, density, 64);
AT(socca_host, curvature, 72);
AT(socca_host, set_state, 80);
AT(socca_host, submit, 88);
AT(socca_host, wait, 96);
AT(socca_host, loading, 104);
AT(socca_host, io, 112);
AT(socca_host, draws, 120);
AT(socca_host, value, 128);
AT(socca_host, get, 136);
AT(socca_host, item, 144);
AT(socca_host, text, 152);
AT(socca_host, number, 160);
AT(socca_host, path, 168);
AT(socca_host, declare, 176);
AT(socca_host, derive, 184);
AT(socca_host, fail_at, 192);
AT(socca_host, log_at, 200);
AT(socca_host, define_unit, 208);
AT(socca_host, expression, 216);
AT(socca_host, evaluate, 224);
AT(socca_host, execute, 232);
AT(socca_host, reads, 240);

SIZE(socca_option, 80);
AT(socca_option, name, 0);
AT(socca_option, aliases, 8);
AT(socca_option, type, 16);
AT(socca_option, flags, 20);
AT(socca_option, offset, 24);
AT(socca_option, fallback, 32);
AT(socca_option, range, 40);
AT(socca_option, help, 48);
AT(socca_option, spare, 56);

SIZE(socca_product, 48);
AT(socca_product, name, 0);
AT(socca_product, path, 8);
AT(socca_product, component, 16);
AT(socca_product, seed, 24);
AT(socca_product, spare, 32);

SIZE(socca_model_vtbl, 128);
AT(socca_model_vtbl, products, 0);
AT(socca_model_vtbl, load, 8);
AT(socca_model_vtbl, destroy, 16);
AT(socca_model_vtbl, workspace, 24);
AT(socca_model_vtbl, drop, 32);
AT(socca_model_vtbl, loglike, 40);
AT(socca_model_vtbl, identity, 48);
AT(socca_model_vtbl, lacks, 56);
AT(socca_model_vtbl, gradient, 64);
AT(socca_model_vtbl, curvature, 72);
AT(socca_model_vtbl, loglike_batch, 80);
AT(socca_model_vtbl, null_loglike, 88);
AT(socca_model_vtbl, derived, 96);
AT(socca_model_vtbl, facts, 104);
AT(socca_model_vtbl, write, 112);
AT(socca_model_vtbl, observed, 120);

SIZE(socca_pool_info, 136);
AT(socca_pool_info, workers, 0);
AT(socca_pool_info, rank, 4);
AT(socca_pool_info, ranks, 8);
AT(socca_pool_info, text, 12);
AT(socca_pool_info, break_even, 112);
AT(socca_pool_info, spare, 120);

SIZE(socca_pool_vtbl, 80);
AT(socca_pool_vtbl, options, 0);
AT(socca_pool_vtbl, option_size, 8);
AT(socca_pool_vtbl, open, 16);
AT(socca_pool_vtbl, close, 24);
AT(socca_pool_vtbl, info, 32);
AT(socca_pool_vtbl, set_state, 40);
AT(socca_pool_vtbl, submit, 48);
AT(socca_pool_vtbl, wait, 56);
AT(socca_pool_vtbl, serve, 64);
AT(socca_pool_vtbl, finish, 72);

SIZE(socca_progress, 144);
AT(socca_progress, fraction, 0);
AT(socca_progress, logz, 8);
AT(socca_progress, n_eff, 16);
AT(socca_progress, text, 24);
AT(socca_progress, spare, 120);

SIZE(socca_sampler_vtbl, 72);
AT(socca_sampler_vtbl, options, 0);
AT(socca_sampler_vtbl, option_size, 8);
AT(socca_sampler_vtbl, ops, 16);
AT(socca_sampler_vtbl, create, 24);
AT(socca_sampler_vtbl, destroy, 32);
AT(socca_sampler_vtbl, advance, 40);
AT(socca_sampler_vtbl, progress, 48);
AT(socca_sampler_vtbl, archive, 56);
AT(socca_sampler_vtbl, result, 64);

SIZE(socca_meta, 496);
AT(socca_meta, size, 0);
AT(socca_meta, abi_major, 4);
AT(socca_meta, abi_minor, 6);
AT(socca_meta, kind, 8);
AT(socca_meta, mpi_abi, 12);
AT(socca_meta, module, 16);
AT(socca_meta, name, 56);
AT(socca_meta, aliases, 88);
AT(socca_meta, version, 136);
AT(socca_meta, license, 160);
AT(socca_meta, summary, 184);
AT(socca_meta, advice, 280);
AT(socca_meta, provides, 472);
AT(socca_meta, pool_needs, 476);
AT(socca_meta, pool_denies, 480);
AT(socca_meta, pool_shuns, 484);
AT(socca_meta, model_needs, 488);
AT(socca_meta, model_denies, 492);

SIZE(socca_plugin, 32);
AT(socca_plugin, magic, 0);
AT(socca_plugin, size, 4);
AT(socca_plugin, meta, 8);
AT(socca_plugin, vtbl, 16);
AT(socca_plugin, vtbl_size, 24);

SIZE(socca_note, 516);
AT(socca_note, namesz, 0);
AT(socca_note, descsz, 4);
AT(socca_note, type, 8);
AT(socca_note, owner, 12);
AT(socca_note, meta, 20);

IS(SOCCA_SAMPLER_EVIDENCE, 1);
IS(SOCCA_SAMPLER_WEIGHTS, 2);
IS(SOCCA_SAMPLER_CHAINS, 4);
IS(SOCCA_SAMPLER_POINT, 8);
IS(SOCCA_SAMPLER_RESUMES, 16);
IS(SOCCA_POOL_WORKERS, 1);
IS(SOCCA_POOL_RANKS, 2);
IS(SOCCA_POOL_ISOLATES, 4);
IS(SOCCA_MODEL_GRADIENT, 1);
IS(SOCCA_MODEL_RESIDUALS, 2);
IS(SOCCA_MODEL_BATCH, 4);
IS(SOCCA_MODEL_NO_FORK, 8);
IS(SOCCA_OK, 0);
IS(SOCCA_DONE, 1);
IS(SOCCA_INTERRUPTED, 2);
IS(SOCCA_E_INPUT, -1);
IS(SOCCA_E_REFUSED, -2);
IS(SOCCA_E_PLUGIN, -3);
IS(SOCCA_E_NOMEM, -4);
IS(SOCCA_E_IO, -5);
IS(SOCCA_E_NUMERIC, -6);
IS(SOCCA_E_POOL, -7);
IS(SOCCA_E_RESUME, -8);
IS(SOCCA_E_BUG, -9);
IS(SOCCA_KIND_SAMPLER, 1);
IS(SOCCA_KIND_POOL, 2);
IS(SOCCA_KIND_MODEL, 3);
IS(SOCCA_LOG_ERROR, 0);
IS(SOCCA_LOG_WARN, 1);
IS(SOCCA_LOG_INFO, 2);
IS(SOCCA_LOG_DEBUG, 3);
IS(SOCCA_F64, 1);
IS(SOCCA_F32, 2);
IS(SOCCA_I64, 3);
IS(SOCCA_U64, 4);
IS(SOCCA_BYTES, 5);
IS(SOCCA_CUBE, 0);
IS(SOCCA_PHYSICAL, 1);
IS(SOCCA_UNBOUNDED, 2);
IS(SOCCA_PLAIN, 0);
IS(SOCCA_LONGITUDE, 1);
IS(SOCCA_LATITUDE, 2);
IS(SOCCA_LENGTH, 3);
IS(SOCCA_OP_LOGLIKE, 0);
IS(SOCCA_OP_DENSITY, 1);
IS(SOCCA_OP_FIRST, 2);
IS(SOCCA_OPT_INT, 1);
IS(SOCCA_OPT_REAL, 2);
IS(SOCCA_OPT_BOOL, 3);
IS(SOCCA_OPT_TEXT, 4);
IS(SOCCA_OPT_LIMIT, 1);
IS(SOCCA_OPT_WORKERS, 2);
