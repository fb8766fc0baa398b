#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# socca-model: log-likelihoods at given values.
. "${SOCCA_SOURCE:-.}/tests/cli/tap.sh"
cat >fit.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2, mean: 0.5}
x1: uniform(0, 4)
END
cat >fixed.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
x0: 0.5
x1: = x0 + 0
END
near() { python3 -c "import sys; x=float(open('out').read()); sys.exit(not abs(x-($1))<1e-13*abs($1))"; }
ok "a log-likelihood" run 0 socca-model fit.yaml --loglike --at x0=0.5 --at x1=0.6
ok "is one number" near '-0.5-2*__import__("math").log(0.1*(2*__import__("math").pi)**0.5)'
ok "nothing on standard error" [ ! -s err ]
ok "values are expressions" run 0 socca-model fit.yaml --loglike --at x0=1/2 --at 'x1=sqrt(0.36)'
ok "of the same value" near '-0.5-2*__import__("math").log(0.1*(2*__import__("math").pi)**0.5)'
ok "JSON" run 0 socca-model fit.yaml --loglike --json --at x0=0.5 --at x1=0.6
ok "has both" json "set(d) == {'loglike','logprior'} and abs(d['logprior'] + math.log(4)) < 1e-12"
printf 'x1 x0\n0.6 0.5\n# a comment\n0.5,0.5\n' >table
ok "a table" run 0 socca-model fit.yaml --loglike --at-table=table
ok "of two rows" [ "$(wc -l <out)" = 2 ]
ok "from standard input" sh -c "'$build/socca-model' fit.yaml --at-table=- <table | cmp - out"
ok "as JSON" run 0 socca-model fit.yaml --at-table=table --json
ok "a list" json "len(d['points']) == 2 and d['points'][1]['loglike'] > d['points'][0]['loglike']"
# x0: uniform(0, 1) by default; x1: uniform(0, 4); both legal everywhere
ok "outside a prior" run 0 socca-model fit.yaml --loglike --json --at x0=0.5 --at x1=5
ok "is evaluated" json "d['logprior'] == '-inf' and math.isfinite(d['loglike'])"
ok "with a warning" err "warning: x1 is given outside its prior, uniform(0, 4)"
printf 'x1 x0\n5 0.5\n6 0.5\n' >table
ok "in a table" run 0 socca-model fit.yaml --at-table=table
ok "with one" [ "$(grep -c warning err)" = 1 ]
printf 'x1 x0\ninf 0.5\n' >table
fails "infinity in a table" 2 "table:2: 'inf' is not a number" socca-model fit.yaml --at-table=table
printf 'x1 x0 x1\n1 1 1\n' >table
fails "a column twice" 2 "table:1: 'x1' is given twice" socca-model fit.yaml --at-table=table
fails "a value twice" 2 "at x0=2: 'x0' is given twice" socca-model fit.yaml --loglike --at x0=1 --at x0=2 --at x1=1
fails "a folder as table" 2 "\.: is a directory" socca-model fit.yaml --at-table=.
ok "an endless value" run 2 socca-model fit.yaml --loglike --at x1=1 --at "x0=$(printf '%20000s' '' | tr ' ' '(')"
ok "has a short message" [ "$(wc -c <err)" -lt 300 ]
export SOCCA_ISA=v9
fails "an unknown level of instructions" 2 "SOCCA_ISA=v9: v1, v3 or v4" socca-model fit.yaml --loglike --at x0=1 --at x1=1
ok "one message" [ "$(wc -l <err)" = 1 ]
unset SOCCA_ISA
echo '0.5 0.25' >cube
ok "the unit cube" run 0 socca-model fit.yaml --cube --at-table=cube
ok "theta, log prior, log-likelihood" python3 -c "
t=[float(w) for w in open('out').read().split()]
assert t[:2] == [0.5, 1.0] and abs(t[2]+1.3862943611198906)<1e-14 and len(t)==4, t"
ok "the unit cube by name" run 0 socca-model fit.yaml --cube --at x1=0.25 --at x0=0.5
ok "is the same" python3 -c "
t=[float(w) for w in open('out').read().split()]
assert t[:2] == [0.5, 1.0], t"
ok "without free parameters" run 0 socca-model fixed.yaml --loglike
ok "is one number too" near '-0.5*1-2*__import__("math").log(0.1*(2*__import__("math").pi)**0.5)'
ok "a tied value follows" run 0 socca-model fixed.yaml --loglike --at x1=3
ok "with a notice" err "'x1' is tied"
fails "a missing value" 2 "the free parameter 'x1' has no value" socca-model fit.yaml --loglike --at x0=1
fails "an unknown name" 2 "no parameter 'y0'; there are x0, x1" socca-model fit.yaml --loglike --at y0=1
fails "a misspelt name" 2 "no parameter 'x00'; did you mean 'x0'" socca-model fit.yaml --loglike --at x00=1
fails "a fixed one" 2 "'x0' is fixed to 0.5" socca-model fixed.yaml --loglike --at x0=1
fails "no value" 2 "NAME=VALUE" socca-model fit.yaml --loglike --at x0
fails "nonsense" 2 "x0" socca-model fit.yaml --loglike --at x0=1+ --at x1=1
fails "nothing to do" 2 "nothing to do" socca-model fit.yaml
fails "no file" 2 "which fit file" socca-model --loglike
fails "a missing file" 2 "nofile.yaml: no such file" socca-model nofile.yaml --loglike
fails "a folder" 2 "directory" socca-model . --loglike
fails "maps of a model that has none" 2 "cannot write 'maps'" socca-model fixed.yaml --maps=m
printf 'x0 x1\n1 2 3\n' >table
fails "an empty table" 2 "/dev/null: it is empty" socca-model fit.yaml --at-table=/dev/null
fails "too many values" 2 "table:2: more values than the 2 names" socca-model fit.yaml --at-table=table
printf 'x0 x1\n1\n' >table
fails "too few" 2 "table:2: 1 value for 2 names" socca-model fit.yaml --at-table=table
printf 'x0 x1\n1 a\n' >table
fails "no number" 2 "table:2: 'a' is not a number" socca-model fit.yaml --at-table=table
printf '0.5 1.5\n' >table
fails "outside the cube" 2 "outside the unit cube" socca-model fit.yaml --cube --at-table=table
cat >bad.yaml <<'END'
model: problems
problem: {name: gausian, ndim: 2}
END
fails "an unknown problem" 2 "bad.yaml:2:17: there is no problem 'gausian'; known are gaussian" socca-model bad.yaml --loglike
cat >bad.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2, sigme: 0.1}
x0: uniform(1, 0)
x1: unifrom(0, 1)
END
ok "several errors" run 2 socca-model bad.yaml --loglike
ok "the key" err "bad.yaml:2:36: unknown key 'sigme'; did you mean 'sigma'"
ok "the limits" err "bad.yaml:3:5: .*low"
ok "the prior" err "bad.yaml:4:5: unknown prior 'unifrom'; did you mean 'uniform'"
ok "once each" [ "$(wc -l <err)" = 3 ]
echo 'model: nosuch' >bad.yaml
fails "an unknown model" 4 "unknown model 'nosuch'" socca-model bad.yaml --loglike
ok "help" run 0 socca-model --help
ok "lists the options" out "--at-table=FILE"
plan
