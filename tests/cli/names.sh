#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# How plugins are named on the command line, in the environment and in fit files: places in messages, paths, pool options.
. "${SOCCA_SOURCE:-.}/tests/cli/tap.sh"
cat >fit.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
END
refuses() { # title, pattern, document
  printf '%s\n' "$3" >sub/bad.yaml
  fails "$1" 4 "^socca-run: $2" socca-run --dry-run sub/bad.yaml
}
mkdir sub

refuses "an unknown model has a place" "sub/bad.yaml:1:8: unknown model 'nix'" "model: nix"
refuses "an unknown sampler too" "sub/bad.yaml:2:19: unknown sampler 'nautilas'; did you mean" "model: problems
sampler: {method: nautilas}"
refuses "and an unknown pool" "sub/bad.yaml:2:7: unknown pool 'nix'" "model: problems
pool: nix:3"
fails "on the command line" 4 "^socca-run: --pool: unknown pool 'nix'" socca-run --pool=nix --dry-run
SOCCA_POOL=nix
export SOCCA_POOL
fails "in the environment" 4 "^socca-run: SOCCA_POOL: unknown pool 'nix'" socca-run --dry-run
unset SOCCA_POOL
fails "--ncores is blamed for its own number" 2 "^socca-run: --ncores: workers of mp" socca-run --ncores=99999 --dry-run
PMI_RANK=0 PMI_SIZE=2
export PMI_RANK PMI_SIZE
fails "... and under a launcher" 3 "^socca-run: --ncores 2 cannot be used here" socca-run --ncores=2
unset PMI_RANK PMI_SIZE

if loads .libs/template_sampler.so; then
  cp "$build/.libs/template_sampler.so" "$build/.libs/pool_template.so" "$build/.libs/model_problems.so" sub
  cat >sub/near.yaml <<'END'
model: ./model_problems.so
problem: {name: gaussian, ndim: 2}
sampler: {method: template_sampler.so, n_eff: 50}
pool: ./pool_template.so
END
  ok "paths of plugins are relative to the fit file" run 0 socca-run --dry-run --json sub/near.yaml
  ok "... all three" json "d['method']=='template_sampler' and d['pool']=='template' and d['problem']=='gaussian'"
  fails "those of the command line are not" 4 "^socca-run: ./template_sampler.so: No such file" \
    socca-run --dry-run --method=template_sampler.so sub/near.yaml
  head -c 12000 "$build/.libs/template_sampler.so" >half.so
  fails "half a copy is refused, not loaded" 4 "half.so: damaged file: it is cut short" socca-run --method=./half.so
  long=sub/$(printf '%080d' 0)/$(printf '%080d' 1)
  mkdir -p "$long"
  cp sub/pool_template.so "$long"
  ok "a path may be long" run 0 socca-run --dry-run --pool="./$long/pool_template.so"
  ok "... and is used" out '^pool *template'
fi

if [ -f "$build/.libs/pool_mp.so" ]; then
  ok "options of a pool without a number" run 0 socca-run --dry-run --pool=mp,mode=help
  ok "... of that pool" out '^pool *mp, '
  fails "... are looked at" 2 "mode of mp must be isolate|help" socca-run --dry-run --pool=mp,mode=nix
  fails "... and must be there" 2 "something is missing after 'mp,'" socca-run --dry-run --pool=mp,
fi
plan
