# SPDX-License-Identifier: BSD-3-Clause
# --with-mpi=mpich|openmpi|both|no: MPI is found by pkg-config, never by mpicc in PATH, and seen by
# plugins/pools/mpi alone.
AC_DEFUN([SOCCA_MPI], [
AC_ARG_WITH([mpi], [AS_HELP_STRING([--with-mpi=mpich|openmpi|both|no],
  [MPI implementations to build pool_mpi for (default: those found)])], [], [with_mpi=auto])
have_mpich=no
have_openmpi=no
AS_CASE([$with_mpi], [auto|both|mpich], [PKG_CHECK_MODULES([MPICH], [mpich], [have_mpich=yes], [:])])
AS_CASE([$with_mpi], [auto|both|openmpi], [PKG_CHECK_MODULES([OPENMPI], [ompi-c], [have_openmpi=yes], [:])])
AS_CASE([$with_mpi,$have_mpich,$have_openmpi],
  [auto,*|no,*|mpich,yes,*|openmpi,*,yes|both,yes,yes], [],
  [AC_MSG_ERROR([--with-mpi=$with_mpi: not found by pkg-config (mpich: $have_mpich, ompi-c: $have_openmpi)])])
AM_CONDITIONAL([HAVE_MPICH], [test "x$have_mpich" = xyes])
AM_CONDITIONAL([HAVE_OPENMPI], [test "x$have_openmpi" = xyes])
])
