# SPDX-License-Identifier: BSD-3-Clause
# --with-builtin-plugins=all|LIST: which plugins are linked into the tools and preloaded. Every tool
# that loads plugins adds $(BUILTIN_LINK) to its LDFLAGS and $(BUILTIN_DEPS) to its dependencies
# (tools/tools.am). `all` takes plugin_LTLIBRARIES as they stand, so a plugin
# of the tree becomes a built-in without another line.
# --enable-static-programs links the tools without any shared library: of plugins whose libraries exist as archives.
AC_DEFUN([SOCCA_BUILTIN_ARG], [
AC_ARG_WITH([builtin-plugins],
  [AS_HELP_STRING([--with-builtin-plugins=all|LIST],
     [plugins linked into the tools: all, or module names separated by commas])],
  [socca_builtin=$withval], [socca_builtin=no])
AS_CASE([$socca_builtin], [yes], [socca_builtin=all], [''], [socca_builtin=no])
AC_ARG_ENABLE([static-programs],
  [AS_HELP_STRING([--enable-static-programs],
     [tools without shared libraries; with a LIST of built-in plugins that allow it])],
  [], [enable_static_programs=no])
AS_IF([test "x$enable_static_programs" != xno],
  [AS_CASE([$socca_builtin], [no|all],
     [AC_MSG_ERROR([--enable-static-programs needs a list of plugins whose libraries are static, as in --with-builtin-plugins=nautilus,model_problems,pool_mp])])])
# -dlpreopen takes the modules' archives; LT_INIT decides on them by this variable.
AS_VAR_IF([socca_builtin], [no], [],
  [AS_IF([test "x${enable_static-yes}" = xno],
     [AC_MSG_ERROR([--with-builtin-plugins needs static libraries: leave out --disable-static])])
   enable_static=yes])
])
AC_DEFUN([SOCCA_BUILTIN_SUBST], [
socca_builtin_modules=
AS_CASE([$socca_builtin], [no|all], [],
  [socca_save_IFS=$IFS
   IFS=,
   for socca_module in $socca_builtin; do
     IFS=$socca_save_IFS
     AS_IF([grep -rq "LTLIBRARIES.*[[[:space:]]]$socca_module\\.la" "$srcdir/plugins" "$srcdir/core" "$srcdir/tests/unit"],
       [socca_builtin_modules="$socca_builtin_modules $socca_module.la"],
       [AC_MSG_ERROR([--with-builtin-plugins: there is no module '$socca_module' in the tree])])
   done
   IFS=$socca_save_IFS])
AM_CONDITIONAL([BUILTIN], [test "x$socca_builtin" != xno])
AM_CONDITIONAL([BUILTIN_ALL], [test "x$socca_builtin" = xall])
AS_VAR_IF([enable_static_programs], [no], [BUILTIN_STATIC=-static], [BUILTIN_STATIC=-all-static])
AC_SUBST([BUILTIN_STATIC])
AC_SUBST([socca_builtin])
AC_SUBST([socca_builtin_modules])
])
