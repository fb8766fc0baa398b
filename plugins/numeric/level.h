/* SPDX-License-Identifier: BSD-3-Clause */
/* Instruction-set levels. A kernel file is compiled once per level with -DSOCCA_LEVEL_NUMBER=1, 3 or
 * 4; what it defines as SOCCA_LEVEL(name) becomes name_v1, name_v3, name_v4. Dispatch on cx.isa:
 *
 *   SOCCA_DISPATCH(isa, name)(arguments)
 *
 * Kernels use vector extensions of a fixed order of operations and -ffp-contract=off, so that every
 * level gives the same bits. */
#ifndef SOCCA_NUMERIC_LEVEL_H
#define SOCCA_NUMERIC_LEVEL_H

#ifdef __FAST_MATH__
#error "-ffast-math in CFLAGS: results would depend on the machine and the compiler"
#endif
#ifndef SOCCA_LEVEL_NUMBER
#define SOCCA_LEVEL_NUMBER 1
#endif
#define SOCCA_LEVEL_PASTE_(name, n) name##_v##n
#define SOCCA_LEVEL_EXPAND_(name, n) SOCCA_LEVEL_PASTE_(name, n)
#define SOCCA_LEVEL(name) SOCCA_LEVEL_EXPAND_(name, SOCCA_LEVEL_NUMBER)

#if SOCCA_X86_LEVELS
#define SOCCA_DISPATCH(isa, name) ((isa) >= 4 ? name##_v4 : (isa) == 3 ? name##_v3 : name##_v1)
#else
#define SOCCA_DISPATCH(isa, name) (name##_v1)
#endif
#endif
