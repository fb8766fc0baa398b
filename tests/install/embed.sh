#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# examples/embed/main.c built against the installed library, as the comment at its top says.
. "${SOCCA_SOURCE:-.}/tests/install/tap.sh"
cat >fit.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
sampler: {method: nautilus, n_live: 200, n_eff: 200}
END
# shellcheck disable=SC2046,SC2086 # words
build_it() { ${CC:-cc} -Wall -Wextra -Werror "$source/examples/embed/main.c" -o embed $($PKG_CONFIG --cflags --libs socca) -Wl,-rpath,"$libdir"; }
ok "built with pkg-config" build_it
ok "socca-run" socca-run -q fit.yaml
ok "embedded, the same digest" says "rank 0 has .* digest $(digest fit.nc)" ./embed fit.yaml output= checkpoint=
ok "on two workers, too" says "rank 0 has .* digest $(digest fit.nc)" ./embed fit.yaml pool=mp:2 output= checkpoint=
for mpi in mpich openmpi; do
  file=pool_mpi.so
  [ $mpi = openmpi ] && file=pool_mpi_openmpi.so
  if have mpiexec.$mpi && [ -f "${SOCCA_PLUGIN_PATH:-$libdir/socca/0}/$file" ]; then
    ok "on two ranks of $mpi, on the second rank, too" says "rank 1 has .* digest $(digest fit.nc)" \
      env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 \
      mpiexec.$mpi -n 2 ./embed fit.yaml output= checkpoint=
  else
    skip "on two ranks of $mpi" "not installed"
  fi
done
plan
