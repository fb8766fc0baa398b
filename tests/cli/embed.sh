#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# examples/embed/main.c, built as its users build it, on every pool; and the same functions called from Python.
. "${SOCCA_SOURCE:-.}/tests/cli/tap.sh"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
source=${SOCCA_SOURCE:-.}
library=$build/.libs
flags() {
  PKG_CONFIG_PATH=$build/core pkg-config --define-variable=includedir="$source/include" \
    --define-variable=libdir="$library" --cflags --libs socca
}
if [ ! -f "$library/libsocca.so" ] || ! command -v pkg-config >/dev/null; then
  echo "1..0 # SKIP no shared library, or no pkg-config"
  exit 0
fi
# a program that loads a library with sanitizers needs them too
sanitizers=
nm -D "$library/libsocca.so" | grep -q ' U __asan_' && sanitizers=-fsanitize=address
nm -D "$library/libsocca.so" | grep -q ' U __ubsan_' && sanitizers="$sanitizers -fsanitize=undefined"
if [ -z "$sanitizers" ] && nm -D "$library/libsocca.so" | grep -q ' U __[a-z]*san_'; then
  echo "1..0 # SKIP a library with other sanitizers"
  exit 0
fi
cat >fit.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
sampler: {method: nautilus, n_live: 200, n_eff: 200}
END
program() { # wanted status, command
  want=$1
  shift
  timeout -k 2 60 "$@" >out 2>err </dev/null
  got=$?
  [ $got -eq "$want" ] || { echo "# status $got, not $want: $*"; return 1; }
}
# shellcheck disable=SC2046,SC2086,SC2248 # words
build_it() { ${CC:-cc} -Wall -Wextra -Werror "$source/examples/embed/main.c" -o embed $(flags) $sanitizers -Wl,-rpath,"$library" 2>err; }
ok "built with pkg-config" build_it
ok "socca-run" run 0 socca-run fit.yaml
expected=$(digest fit.nc)
ok "the same fit embedded" program 0 ./embed fit.yaml output=embedded.nc checkpoint=
ok "the same digest" out "^rank 0 has .* digest $expected"
ok "... in the file" [ "$(digest embedded.nc)" = "$expected" ]
ok "... and no checkpoint" [ ! -f embedded.ckpt ]
ok "no messages" [ ! -s err ]
ok "on two workers" program 0 ./embed fit.yaml pool=mp:2 output= checkpoint= messages=all
ok "the same digest" out "^rank 0 has .* digest $expected"
ok "messages when asked for" err 'too cheap for this pool'
fails_so() { # status, text, settings
  status=$1
  text=$2
  shift 2
  ok "$*" program "$status" ./embed fit.yaml "$@"
  ok "... says so" err "$text"
}
fails_so 2 'cannot specify both ncores and pool' pool=mp:2 ncores=2
fails_so 2 "unknown setting 'outptu'; did you mean 'output'" outptu=x.nc
fails_so 2 'pool needs a value' pool
fails_so 2 'seed=x: a whole number' seed=x
fails_so 2 "n_liv" set=n_liv=3
fails_so 4 "unknown sampler 'nautlus'" method=nautlus
for flavour in mpich openmpi; do
  plugin=pool_mpi
  [ $flavour = openmpi ] && plugin=pool_mpi_openmpi
  options=
  [ $flavour = openmpi ] && options=--oversubscribe
  if [ ! -f "$build/.libs/$plugin.so" ] || ! command -v mpiexec.$flavour >/dev/null; then
    ok "$flavour # SKIP not here" true
    continue
  fi
  # modules that Open MPI has closed by then lose memory that nothing can be said of
  leaks=1
  [ $flavour = openmpi ] && leaks=0
  # shellcheck disable=SC2086
  ok "$flavour, 3 ranks" program 0 env ASAN_OPTIONS=detect_leaks=$leaks mpiexec.$flavour $options -n 3 ./embed fit.yaml output=mpi.nc checkpoint=
  for rank in 0 1 2; do ok "rank $rank has the result" out "rank $rank has .* digest $expected"; done
  ok "one summary" [ "$(grep -c 'likelihood calls' out)" = 1 ]
done
cat >call.py <<'END'
import ctypes as c, math, sys
s = c.CDLL(sys.argv[1])
for name in "error warning name unit kind text".split():
    getattr(s, "socca_fitter_" + name).restype = c.c_char_p
for name in "samples weights logw loglike".split():
    getattr(s, "socca_fitter_" + name).restype = c.POINTER(c.c_double)
for name in "draws columns".split():
    getattr(s, "socca_fitter_" + name).restype = c.c_size_t
s.socca_fitter_number.restype = c.c_double
def fit(text, *settings):
    f = c.c_void_p()
    list = (c.c_char_p * len(settings))(*[x.encode() for x in settings])
    st = s.socca_fitter_open(None, text.encode(), list, c.c_size_t(len(settings)), c.byref(f))
    return st, f
text = open("fit.yaml").read()
st, f = fit(text, "output=", "checkpoint=")
assert st == 0, s.socca_fitter_error(f)
assert s.socca_fitter_draws(f) == 0 and math.isnan(s.socca_fitter_number(f, b"logz"))
assert s.socca_fitter_run(f) == 0 and s.socca_fitter_error(f) == b""
n, d = s.socca_fitter_draws(f), s.socca_fitter_columns(f)
assert n > 200 and d == 2 and [s.socca_fitter_name(f, c.c_size_t(i)) for i in range(3)] == [b"x0", b"x1", None]
assert s.socca_fitter_unit(f, c.c_size_t(0)) == b"" and s.socca_fitter_kind(f, c.c_size_t(1)) == b"free"
x, w, lw, ll = (getattr(s, "socca_fitter_" + k)(f) for k in "samples weights logw loglike".split())
assert abs(sum(w[i] for i in range(n)) - 1) < 1e-12
assert all(abs(math.exp(lw[i]) - w[i]) < 1e-15 for i in range(n)) and math.isfinite(max(ll[i] for i in range(n)))
mean = sum(w[i] * x[i * d] for i in range(n))
assert 0.35 < mean < 0.45, mean
for key in b"logz logz_err logz_prior n_calls n_eff".split():
    assert math.isfinite(s.socca_fitter_number(f, key)), key
assert s.socca_fitter_text(f, b"stopped") == b"done"
print(s.socca_fitter_text(f, b"digest").decode())
assert s.socca_fitter_run(f) < 0 and b"only once" in s.socca_fitter_error(f)
assert s.socca_fitter_write(f, b"py.nc") == 0 and s.socca_fitter_write_csv(f, b"py.csv") == 0
assert s.socca_fitter_write_csv(f, b"none/py.csv") < 0 and b"none/py.csv" in s.socca_fitter_error(f)
assert s.socca_fitter_print(f) == 0
s.socca_fitter_close(f)
st, f = fit(text.replace("gaussian", "gausian"), "output=", "checkpoint=")
assert st == -1 and b"there is no problem 'gausian'" in s.socca_fitter_error(f) and s.socca_fitter_exit_status(f) == 2
assert s.socca_fitter_run(f) == -1 and s.socca_fitter_draws(f) == 0
assert s.socca_fitter_write(f, b"no.nc") < 0
s.socca_fitter_close(f)
s.socca_fitter_close(None)
END
ok "the comparison when asked for" program 0 ./embed fit.yaml output= checkpoint= getzprior
ok "is printed" out 'null model'
if [ -n "$sanitizers" ]; then
  plan
  exit 0
fi
ok "called from Python" program 0 python3 call.py "$library/libsocca.so"
ok "the same fit, the same digest" out "$(echo "$expected" | cut -c1-8)"
ok "a file" [ -f py.nc ]
ok "a table" [ -s py.csv ]
plan
