#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What socca-result shows of results, and what other programs find in them.
bin=${SOCCA_BUILD:-$PWD}
dir=$(mktemp -d "${TMPDIR:-/tmp}/socca-result.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
n=0
ok() { # title, status of what was tried
  n=$((n + 1))
  if [ "$2" = 0 ]; then echo "ok $n - $1"; else
    echo "not ok $n - $1"
    sed 's/^/# /' out err 2>/dev/null
  fi
}
skip() {
  n=$((n + 1))
  echo "ok $n - $1 # SKIP $2"
}
result() { "$bin/socca-result" "$@" >out 2>err; }
has() { grep -qF -e "$2" "$1"; }
# the exit status, and what standard error says, of a call that must fail
refuses() { # title, status, text, arguments
  title=$1 status=$2 text=$3
  shift 3
  result "$@"
  got=$?
  [ "$got" = "$status" ] && has err "socca-result: $text" && [ ! -s out ]
  ok "$title" $?
}

echo 1..33
"$bin/make-result" a.nc weighted && "$bin/make-result" b.nc weighted 7 &&
  "$bin/make-result" chains.nc chains && "$bin/make-result" point.nc point
ok "results are made" $?

result a.nc && has out "Best-fit parameters: median, 16th and 84th percentile (nautilus)" &&
  has out "ln evidence             -4990.125 +/- 0.062" && has out "= agn.xc" &&
  has out "Warning: prior edge reached: ratio" && [ ! -s err ]
ok "the summary" $?
result point.nc && has out "Best-fit parameters (emcee)" && ! grep -q '+' out
ok "a point has no percentiles" $?
result --json a.nc && [ "$(wc -l <out)" = 1 ] && has out '{"method":"nautilus","logz":-4990.125,"logz_err":0.0625,"logz_prior":3.25,"logz_data":-15012.25,"n_calls":43210,"n_eff":' &&
  has out '"stopped":"done","seconds":83.5,"digest":"' && has out '"parameters":[{"name":"agn.xc","unit":"deg","median":'
ok "one JSON object" $?
result --bmc a.nc && has out "ln(Bayes factor) :  1.002E+04"
ok "the comparison with the null model" $?
result --bmc chains.nc && has out "emcee estimates no evidence"
ok "no comparison without an evidence" $?

result --digest a.nc && mv out digest && grep -qE '^[0-9a-f]{32}$' digest && result --digest b.nc && cmp -s out digest
ok "the digest does not depend on the time taken" $?
result --digest chains.nc && ! cmp -s out digest
ok "the digest tells results apart" $?
result --export=csv a.nc && [ "$(wc -l <out)" = 4001 ] &&
  [ "$(head -1 out)" = "weight,logw,log_likelihood,agn.xc,agn.Ic,host.xc,host.theta,ratio" ] &&
  awk -F, 'NR > 1 { s += $1 } NF != 8 { exit 1 } END { exit !(s > 0.999999 && s < 1.000001) }' out
ok "weighted samples as CSV" $?
result --export=csv chains.nc && [ "$(wc -l <out)" = 2001 ] && tail -1 out | grep -q '^3,499,'
ok "chains as CSV" $?
mkdir gd && cp a.nc chains.nc gd && cd gd && cp ../a.nc a.b.nc
result --export=getdist a.nc && [ ! -s out ] && has err "socca-result: wrote a.paramnames"
ok "files for GetDist" $?
"$bin/socca-result" --export=csv a.nc >a.csv && [ "$(awk -F, 'NR > 1 && $1 > 0' a.csv | wc -l)" = "$(wc -l <a.txt)" ] &&
  awk -F, 'NR > 1 && $1 > 0 { $2 = ""; print }' a.csv | awk '{ $2 = -$2; print $1, $3 }' >want &&
  awk '{ print $1, $3 }' a.txt | cmp -s - want && awk 'NF != 7 { exit 1 }' a.txt
ok "... hold what the table holds" $?
[ "$(cut -f 1 a.paramnames | tr '\n' ' ')" = "agn.xc agn.Ic host.xc* host.theta ratio " ] && [ "$(wc -l <a.paramnames)" = 5 ] &&
  grep -q '^agn.xc.*\\mathrm{agn.xc}\\,\[\\mathrm{deg}\]$' a.paramnames
ok "... name the parameters" $?
grep -q '^ratio 0 1$' a.ranges && ! grep -q host.xc a.ranges
ok "... and the ends of priors" $?
result --export=getdist a.nc && result --export=getdist a.b.nc && [ -f a.b.txt ]
ok "... can be written again" $?
result --export=getdist chains.nc && [ "$(cat chains_1.txt chains_4.txt | wc -l)" = 1000 ] && [ ! -f chains.txt ] &&
  awk '$1 != 1 { exit 1 }' chains_1.txt
ok "a file per chain" $?
rm -f a.* && cp ../a.nc . && echo mine >a.txt
refuses "but not over a file of another kind" 2 "'a.txt' exists and is no export" --export=getdist a.nc
[ "$(cat a.txt)" = mine ] && [ ! -f a.paramnames ]
ok "... which stays" $?
cd ..
mkdir mine && cp chains.nc mine && result mine/chains.nc && [ "$(ls mine)" = chains.nc ]
ok "reading leaves nothing behind" $?

refuses "no file" 2 "one result file is needed"
refuses "two files" 2 "one result file is needed" a.nc b.nc
refuses "two wishes" 2 "give one of --json, --digest, --export and --bmc" --json --digest a.nc
refuses "an unknown format" 2 "unknown format '--export=fits'; known: csv, getdist" --export=fits a.nc
refuses "a file that is not there" 2 "absent.nc: no such file" absent.nc
echo "components: {}" >fit.yaml
refuses "a file of another kind" 2 "fit.yaml: not a NetCDF-4 file" fit.yaml
head -c 3000 a.nc >cut.nc
refuses "a file cut short" 2 "cut.nc: damaged, or not a NetCDF-4 file" cut.nc
PMI_RANK=1 PMI_SIZE=2 PMI_FD=9 result absent.nc && [ ! -s err ]
ok "the other ranks of a launcher leave silently" $?
if [ -w /dev/full ]; then
  "$bin/socca-result" --export=csv a.nc >/dev/full 2>err
  [ $? = 1 ] && has err "socca-result: cannot write"
  ok "a full disk below standard output" $?
else
  skip "a full disk below standard output" "no /dev/full"
fi

if command -v ncdump >/dev/null; then
  ncdump -h a.nc >out 2>err && has out "double agn.xc(chain, draw)" && has out 'agn.xc:units = "deg"' &&
    has out "int64 draw(draw)" && has out "double samples(sample, parameter)" &&
    has out "string parameter(parameter)" && has out "group: observed_data" && has out ":logz = -4990.125"
  ok "ncdump reads it" $?
  for f in a b; do ncdump -n x $f.nc | sed '/^group: run/,$d' >$f.txt; done
  cmp a.txt b.txt >out 2>&1 && [ "$(wc -l <a.txt)" -gt 1000 ]
  ok "equal runs: equal text but for the group 'run'" $?
else
  skip "ncdump reads it" "no ncdump"
  skip "equal runs: equal text but for the group 'run'" "no ncdump"
fi
"$bin/make-result" c.nc weighted && cmp a.nc c.nc >out 2>&1
ok "equal runs of equal time: equal bytes" $?
"$bin/make-result" c.nc weighted 9 && cmp c.nc.1 a.nc >out 2>&1 && ! cmp -s c.nc a.nc
ok "the former result is kept" $?
if python3 -W ignore -c 'import arviz' 2>/dev/null; then
  python3 -W ignore >out 2>err <<'END'
import arviz
d = arviz.from_netcdf("chains.nc")
assert d.posterior["agn.xc"].shape == (4, 500) and d.posterior.draw.dtype == "int64"
assert d.posterior["agn.xc"].attrs["units"] == "deg"
assert d.sample_stats["lp"].shape == (4, 500) and d.observed_data["image"].shape == (2, 3)
assert abs(arviz.summary(d)["r_hat"]["agn.xc"] - 1) < 0.05
END
  ok "ArviZ reads it" $?
else
  skip "ArviZ reads it" "no ArviZ"
fi
