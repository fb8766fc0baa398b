# SPDX-License-Identifier: BSD-3-Clause
# --with-builtin-plugins=all|LIST: which plugins are linked into the tools and preloaded.
AC_DEFUN([SOCCA_BUILTIN_ARG], [
AC_ARG_WITH([builtin-plugins],
  [AS_HELP_STRING([--with-builtin-plugins=all|LIST],
     [plugins linked into the tools: all, or module names separated by commas])],
  [socca_builtin=$withval], [socca_builtin=no])
])
AC_DEFUN([SOCCA_BUILTIN_SUBST], [
AM_CONDITIONAL([BUILTIN], [test "x$socca_builtin" != xno])
AC_SUBST([socca_builtin])
])
