#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The examples and what socca-plugin-new makes, compiled with AddressSanitizer and UBSan, in socca as it is installed:
# the sanitizer's library is loaded first. Leaks are looked for in the process's own memory, libraries included.
. "${SOCCA_SOURCE:-.}/tests/install/tap.sh"
flags='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined'
cc=${CC:-cc}
# shellcheck disable=SC2086 # CC may carry options
library=$($cc -print-file-name=libasan.so)
if [ ! -e "$library" ] || nm -D "$libdir/libsocca.so" 2>/dev/null | grep -q __asan_init; then
  echo "1..0 # SKIP no libasan that can be loaded first"
  exit 0
fi
cp -r "$source/examples" . && chmod -R u+w examples # distributed sources may be read-only
cd examples || exit 1
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export LSAN_OPTIONS=print_suppressions=0:suppressions="$source/tests/lsan.supp"
cat >fit.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
END
watched() { env LD_PRELOAD="$library" "$@"; }
sampler() { # name, folder, options: whole, stopped and resumed, on workers, probed
  method=$1 path=$2
  shift 2
  fit="--plugin-path=$path --method=$method $* fit.yaml"
  ok "$method: every function" watched socca-inspect --probe "$path/$method.so"
  # shellcheck disable=SC2086 # options are words
  {
    ok "$method: a run" watched socca-run -f --output=whole.nc $fit
    ok "$method: stopped" watched socca-run -f --max-calls=300 $fit
    ok "$method: resumed" watched socca-run $fit
    ok "$method: the same bits" [ "$(digest fit.nc)" = "$(digest whole.nc)" ]
    ok "$method: on workers" watched socca-run -f --pool=mp:2 $fit
  }
}
model() { # name, folder, fit file, a mistake as a sed command
  ok "$1: every function" watched socca-inspect --probe "$2/model_$1.so"
  ok "$1: a fit" watched socca-run -f --plugin-path="$2" -o n_live=200 -o n_eff=200 "$3"
  sed "$4" "$3" >"$2/wrong.yaml"
  ok "$1: a mistake in the fit file" status 2 watched socca-run --plugin-path="$2" --dry-run "$2/wrong.yaml"
}
ok "socca itself, so watched" watched socca-run --list

for kind in sampler pool model; do
  ok "a new $kind" socca-plugin-new "$kind" "new_$kind"
  ok "compiled" make -C "new_$kind" CFLAGS="$flags -Wall -Wextra"
done
sampler new_sampler new_sampler
ok "pool: every function" watched socca-inspect --probe new_pool/pool_new_pool.so
ok "pool: a run" watched socca-run -f --plugin-path=new_pool:new_sampler --pool=new_pool --method=new_sampler fit.yaml
printf 'model: new_model\nnew_model: {sigma: 0.1}\nx: uniform(0, 1)\ny: uniform(0, 1)\n' >model.yaml
model new_model new_model model.yaml 's/0.1/-1/'

# the same with a fault: it is seen
mkdir faulty
sed 's/calloc(1, sizeof \*m)/malloc(1)/' new_model/model_new_model.c >faulty/model_new_model.c
cp new_model/Makefile faulty
ok "too little memory: compiled" make -C faulty CFLAGS="$flags"
try_faulty() { watched socca-model --plugin-path=faulty model.yaml --loglike --at x=0.5 --at y=0.5 2>&1; }
ok "too little memory: seen" complains - "insufficient space\|heap-buffer-overflow" try_faulty
cp new_model/model_new_model.c faulty
printf '#include <stdlib.h>\nstatic void leaks(void *p) { (void)p; }\n#define free leaks\n' >faulty/leaks.h
ok "a leak: compiled" make -B -C faulty CFLAGS="$flags" CPPFLAGS="-include leaks.h"
ok "a leak: seen" complains - "LeakSanitizer: detected memory leaks" try_faulty

ok "walkers: compiled" make -C out-of-tree/make CFLAGS="$flags"
sampler walkers out-of-tree/make -o n_steps=200
ok "line: compiled" make -C line CFLAGS="$flags"
model line line line/fit.yaml 's/2.91\]/x]/'
if have "${CXX:-c++}"; then
  ok "C++: compiled" make -C cxx CXXFLAGS="$flags"
  sampler halton cxx -o n_points=2000
else
  skip "C++" "no compiler"
fi
if "$PKG_CONFIG" --exists gsl; then
  ok "GSL's VEGAS: compiled" make -C vegas CFLAGS="$flags"
  sampler vegas vegas -o n_calls=500 -o n_warm=0
else
  skip "GSL's VEGAS" "no libgsl-dev"
fi
if have gfortran; then
  ok "Fortran: compiled" make -C fortran FCFLAGS="$flags" CFLAGS="$flags" LDFLAGS=-fsanitize=address,undefined
  model decay fortran fortran/fit.yaml 's/36, 24/36/'
else
  skip "Fortran" "no gfortran"
fi
# shellcheck disable=SC2046,SC2086
ok "embed: compiled" $cc $flags embed/main.c -o main $($PKG_CONFIG --cflags --libs socca) -Wl,-rpath,"$libdir"
ok "embed: a fit" ./main fit.yaml set=n_live=200 set=n_eff=200 output= checkpoint=
plan
