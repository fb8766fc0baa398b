#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The examples of plugins build outside the tree with each build system and language, load and run.
. "${SOCCA_SOURCE:-.}/tests/install/tap.sh"
cp -r "$source/examples" . && chmod -R u+w examples # distributed sources may be read-only
cd examples || exit 1
cat >fit.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
END
sampler() { # file: conforms, loads and runs
  ok "$1 conforms" socca-inspect --check "$1"
  ok "and loads" socca-inspect --probe "$1"
  ok "and runs" socca-run --method="./$1" -f --pool=mp:2 -o n_steps=200 fit.yaml
  if [ -z "$first" ]; then first=$(digest fit.nc); fi
  ok "to the one result" [ "$(digest fit.nc)" = "${first:-none}" ]
}
o=out-of-tree
first=
ok "make" make -C $o/make
ok "checks" make -C $o/make check
ok "installs" make -C $o/make install DESTDIR="$dir/stage"
sampler $o/make/walkers.so

if have autoreconf && have libtoolize; then
  aclocal=$DESTDIR_KEPT$prefix/share/aclocal
  ok "autoreconf" sh -c "cd $o/autotools && autoreconf -fi -I '$aclocal'"
  ok "configure" sh -c "cd $o/autotools && ./configure CFLAGS='-O2 -Wall -Wextra'"
  ok "make" make -C $o/autotools
  ok "make check" make -C $o/autotools check
  ok "make install" make -C $o/autotools install DESTDIR="$dir/stage-autotools"
  ok "installs the plugin alone" [ "$(find "$dir/stage-autotools" ! -type d | sed 's|.*/||')" = walkers.so ]
  sampler $o/autotools/.libs/walkers.so
  ok "another folder" says "soccaplugindir = /x" sh -c "cd $o/autotools && ./configure --with-socca-plugindir=/x >/dev/null && grep ^soccaplugindir Makefile"
  ok "a socca that is too old stops configure" sh -c "cd $o/autotools && sed -i 's/\[0.1\])/[99])/' configure.ac &&
    autoreconf -fi -I '$aclocal' && ! ./configure"
else
  skip "autotools" "not installed"
fi

if have meson && have ninja; then
  ok "meson setup" meson setup $o/meson/build $o/meson
  ok "compile" meson compile -C $o/meson/build
  ok "test" meson test -C $o/meson/build
  ok "install" env DESTDIR="$dir/stage-meson" meson install -C $o/meson/build
  ok "the plugin" [ "$(find "$dir/stage-meson" ! -type d | sed 's|.*/||')" = walkers.so ]
  sampler $o/meson/build/walkers.so
else
  skip "meson" "not installed"
fi

if have cmake; then
  ok "cmake" cmake -S $o/cmake -B $o/cmake/build
  ok "build" cmake --build $o/cmake/build
  ok "ctest" sh -c "cd $o/cmake/build && ctest --output-on-failure"
  ok "install" env DESTDIR="$dir/stage-cmake" cmake --install $o/cmake/build
  ok "the plugin" [ "$(find "$dir/stage-cmake" ! -type d | sed 's|.*/||')" = walkers.so ]
  sampler $o/cmake/build/walkers.so
else
  skip "cmake" "not installed"
fi

if have "${CXX:-c++}"; then
  ok "C++" make -C cxx check CXXFLAGS="-O2 -Wall -Wextra -Wshadow -Wconversion -Werror"
  runs_everywhere halton cxx -o n_points=2000
else
  skip "C++" "no compiler"
fi

loglike() { # folder, fit file, wanted value, options
  folder=$1 file=$2 want=$3
  shift 3
  got=$(socca-model --plugin-path="$folder" "$file" --loglike "$@") || return 1
  awk "BEGIN {exit !($got - $want < 1e-9 && $want - $got < 1e-9)}" || { echo "$got, not $want"; return 1; }
}
refuses() { # folder, where and what, fit file
  complains 2 "$2" socca-run --plugin-path="$1" --dry-run "$3"
}
ok "a model with keys of its own" make -C line check
# -sum r^2/2 / 0.01 - 5 log(sqrt(2 pi) 0.1), r = 0.02 -0.09 0.13 -0.05 0.04
ok "has this likelihood" loglike line line/fit.yaml 5.443232798946864 --at a=1 --at b=2
ok "is fitted" socca-run --plugin-path=line -f -o n_live=200 -o n_eff=500 line/fit.yaml
sed 's/sigma: 0.1/sigma: -1/' line/fit.yaml >line/wrong.yaml
ok "a wrong value, with its place" refuses line "line/wrong.yaml:4:10: 'sigma' must be greater than 0" line/wrong.yaml
sed 's/2.91\]/x]/; s/6.95\]/6.95, 3]/' line/fit.yaml >line/points.yaml
ok "a wrong point, with its place" refuses line "line/points.yaml:3:27: " line/points.yaml
ok "and the next" refuses line "line/points.yaml:3:42: a point is " line/points.yaml
sed 's/sigma/sgma/' line/fit.yaml >line/typo.yaml
ok "a misspelt key" refuses line "line/typo.yaml:4:3: .*did you mean 'sigma'" line/typo.yaml
ok "which is the only error" [ "$(grep -c typo.yaml: said)" = 1 ]
sed '/sigma/d' line/fit.yaml >line/lacks.yaml
ok "a missing one" refuses line "line/lacks.yaml:3:3: 'sigma'.* is missing" line/lacks.yaml

if have gfortran; then
  ok "a model in Fortran" make -C fortran check FCFLAGS="-O2 -Wall -Wno-unused-dummy-argument -Werror" CFLAGS="-O2 -Wall -Wextra -Werror"
  ok "has this likelihood" loglike fortran fortran/fit.yaml -11.558695489517845 --at a=100 --at tau=2
  ok "is fitted" socca-run --plugin-path=fortran -f -o n_live=200 -o n_eff=500 --pool=mp:2 fortran/fit.yaml
  sed 's/36, 24/36/' fortran/fit.yaml >fortran/short.yaml
  ok "a count too few, with its place" refuses fortran "fortran/short.yaml:4:11: .*fewer counts" fortran/short.yaml
else
  skip "Fortran" "no gfortran"
fi

if "$PKG_CONFIG" --exists gsl; then
  ok "GSL's VEGAS" make -C vegas check CFLAGS="-O2 -Wall -Wextra -Wconversion -Wshadow -Werror"
  runs_everywhere vegas vegas -o n_calls=500 -o n_warm=0 # a run that is stopped has a result only if it has draws
  for problem in gaussian:-6.39188e-05 loggamma:-2.27007e-05 halfspace:-2.07679; do
    printf 'model: problems\nproblem: {name: %s, ndim: %s}\n' "${problem%:*}" "$([ "${problem%:*}" = gaussian ] && echo 3 || echo 2)" >true.yaml
    ok "the evidence of ${problem%:*} within 4 sigma" sh -c "socca-run -f --plugin-path=vegas --method=vegas --json true.yaml |
      sed 's/.*\"logz\":\([^,]*\),\"logz_err\":\([^,]*\),.*/\1 \2/' | awk '{d = \$1 - ${problem#*:}; print; exit !(NF == 2 && \$2 > 0 && d * d < 16 * \$2 * \$2)}'"
  done
else
  skip "GSL's VEGAS" "no libgsl-dev"
fi
plan
