# SPDX-License-Identifier: BSD-3-Clause
# For configure.ac of plugins. This macro is installed with socca.
#
# SOCCA_PLUGIN_DIR([MINIMUM-VERSION])
# Finds the socca that plugins are built for by pkg-config, or stops. Sets and substitutes
#   SOCCA_PLUGIN_CFLAGS   how to compile a plugin
#   SOCCA_PLUGIN_LDFLAGS  how to link it, besides libtool's -module -avoid-version
#   soccaplugindir        where to install it: soccaplugin_LTLIBRARIES = NAME.la
# The user may give another folder: ./configure --with-socca-plugindir=~/.local/lib/socca/0
AC_DEFUN([SOCCA_PLUGIN_DIR], [
AC_REQUIRE([PKG_PROG_PKG_CONFIG])
AC_ARG_WITH([socca-plugindir],
  [AS_HELP_STRING([--with-socca-plugindir=DIR], [folder for plugins of socca (default: where socca looks for them)])],
  [soccaplugindir=$withval], [soccaplugindir=])
AC_MSG_CHECKING([for socca's headers for plugins])
AS_IF([$PKG_CONFIG --exists "socca-plugin m4_ifval([$1], [>= $1])" 2>/dev/null],
  [AC_MSG_RESULT([version $($PKG_CONFIG --modversion socca-plugin)])],
  [AC_MSG_RESULT([no])
   AC_MSG_ERROR([socca-plugin.pc m4_ifval([$1], [of version $1 or later ])not found: install socca's development package, or set PKG_CONFIG_PATH])])
SOCCA_PLUGIN_CFLAGS="$($PKG_CONFIG --cflags socca-plugin) $($PKG_CONFIG --variable=module_cflags socca-plugin)"
SOCCA_PLUGIN_LDFLAGS=$($PKG_CONFIG --variable=module_ldflags socca-plugin)
AS_IF([test "x$soccaplugindir" = x], [soccaplugindir=$($PKG_CONFIG --variable=plugindir socca-plugin)])
AC_SUBST([SOCCA_PLUGIN_CFLAGS])
AC_SUBST([SOCCA_PLUGIN_LDFLAGS])
AC_SUBST([soccaplugindir])
])
