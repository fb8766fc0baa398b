#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# socca-run: what it accepts, refuses and prints.
. "${SOCCA_SOURCE:-.}/tests/cli/tap.sh"
cat >fit.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
sampler: {method: template_sampler, n_eff: 200}
END
files() { [ "$(ls | grep -v -e '^out$' -e '^err$' | tr '\n' ' ')" = "$1" ]; }
ok "a dry run" run 0 socca-run --dry-run
ok "shows the true evidence" out "^logz_true  *-3.2246"
ok "writes nothing" files "fit.yaml "
ok "as JSON" run 0 socca-run --dry-run --json
ok "one object" json "(d['method']=='template_sampler' and d['pool']=='serial' and d['ndim']==2 and
  d['parameters'][0]=={'name':'x0','unit':'','state':'free','prior':'uniform(0, 1)','value':0.5,'periodic':False}
  and d['at']=='prior median' and d['seconds_per_call']>0 and d['null_loglike']=='nan'
  and abs(d['logz_true']+3.2246e-05)<1e-8)"
ok "a run" run 0 socca-run
ok "prints the parameters" out '^ *x0 '
ok "makes result and checkpoint" files "fit.ckpt fit.nc fit.yaml "
first=$(digest fit.nc)
ok "a finished run returns at once" run 0 socca-run --json
ok "with the same digest" json "d['digest']=='$first' and d['stopped']=='done' and d['method']=='template_sampler'"
ok "... resumed" err "resuming from 'fit.ckpt'.*finished"
ok "keeps the former result" [ -f fit.nc.1 ]
ok "from standard input" sh -c "'$build/socca-run' - <fit.yaml >out 2>err"
ok "the stem is socca" [ -f socca.nc ]
ok "-f starts anew" run 0 socca-run -f
ok "to the same result" [ "$(digest fit.nc)" = "$first" ]
ok "another pool" run 0 socca-run -f --pool=template
ok "to the same result" [ "$(digest fit.nc)" = "$first" ]
ok "another seed" run 0 socca-run -f --seed=1
ok "to another result" [ "$(digest fit.nc)" != "$first" ]

rm -f *.ckpt* *.nc*
ok "stops at a number of calls" run 0 socca-run --max-calls=250
ok "with a result" [ -f fit.nc ]
ok "that says so" sh -c "'$build/socca-result' --json fit.nc | grep -q '\"n_calls\":300,.*\"stopped\":\"max-calls\"'"
ok "goes on" run 0 socca-run --max-calls=550 --json
ok "calls count over resumes" json "d['n_calls']==600 and d['stopped']=='max-calls'"
ok "up to the end" run 0 socca-run
ok "to the same result" [ "$(digest fit.nc)" = "$first" ]
ok "a limit can be raised" run 0 socca-run -o n_eff=400 --json
ok "... and the run goes on" json "d['n_eff'] >= 400"
rm -f *.ckpt* *.nc*
ok "stops at a time" run 0 socca-run -o n_eff=1e9 --max-time=1s --json
ok "that says so" json "d['stopped']=='max-time' and 0.9 < d['seconds'] < 20"
rm -f *.ckpt* *.nc*
ok "stopped at once" run 0 socca-run --max-time=1e-9s
ok "no draw, no result" err "stopped before there was a draw"

rm -f *.ckpt* *.nc*
fails "both ways of workers" 2 "cannot specify both --ncores and --pool" socca-run --ncores=2 --pool=mp:2
fails "no workers" 2 "--ncores=0" socca-run --ncores=0
fails "a negative number of calls" 2 "--max-calls=-1" socca-run --max-calls=-1
fails "no duration" 2 "--max-time=soon: a time such as" socca-run --max-time=soon
fails "no seed" 2 "--seed=x" socca-run --seed=x
fails "an option without a value" 2 "KEY=VALUE" socca-run -o n_eff
fails "a file given to -o" 2 "--output=out.nc" socca-run -o out.nc
fails "an unknown sampler option" 2 "n_ef.*did you mean 'n_eff'" socca-run -o n_ef=3
fails "a value out of range" 2 "n_eff" socca-run -o n_eff=-3
fails "an unknown option" 2 "unknown option '--metod'; did you mean '--method'" socca-run --metod=x
fails "an unknown sampler" 4 "unknown sampler 'template_samplar'; did you mean 'template_sampler'" socca-run --method=template_samplar
fails "an unknown pool" 4 "unknown pool 'nosuch'" socca-run --pool=nosuch
nompi=$dir.plugins # the same plugins but for MPI's
mkdir "$nompi"
for f in "$build"/.libs/*.so; do
  case $f in *pool_mpi*) ;; *) ln -s "$f" "$nompi" ;; esac
done
SOCCA_PLUGIN_PATH=$nompi
if "$build/socca-run" --list 2>/dev/null | grep -q pool_mpi; then
  n=$((n + 1))
  echo "ok $n # SKIP MPI's plugins are installed already"
else
  fails "no MPI" 4 "socca-plugin-pool-mpi-mpich or socca-plugin-pool-mpi-openmpi" socca-run --pool=mpi
fi
SOCCA_PLUGIN_PATH=$build/.libs
rm -r "$nompi"
fails "a pool without workers" 2 "serial has no workers" socca-run --pool=serial:3
fails "an empty pool" 2 "mp:" socca-run --pool=mp:
fails "two files" 2 "unexpected argument 'b.yaml'" socca-run fit.yaml b.yaml
fails "a missing file" 2 "nofile.yaml: no such file" socca-run nofile.yaml
fails "a result in no folder" 2 "no folder 'nowhere/'" socca-run --output=nowhere/fit.nc
fails "a folder as result" 2 "not a regular file" socca-run --output=.
cp fit.yaml fit.copy
fails "the fit file as result" 2 "'fit.yaml': it is the fit file" socca-run -f --output=fit.yaml
fails "the fit file as checkpoint" 2 "'./fit.yaml': it is the fit file" socca-run -f --checkpoint=./fit.yaml
cp fit.yaml data
fails "another file as checkpoint" 2 "'data' is not a checkpoint" socca-run -f --checkpoint=data
fails "which --force is not advised for" 2 "'*data: not a checkpoint of socca; remove it" socca-run --checkpoint=data
ok "both are as they were" sh -c 'cmp fit.yaml fit.copy && cmp data fit.copy && rm fit.copy data'
ok "a dry run that could not write" run 0 socca-run --dry-run --output=nowhere/fit.nc
ok "... says so" err "warning: .*no folder 'nowhere/'"
fails "one file for both" 2 "cannot both be written" socca-run --output=a --checkpoint=a
fails "one file for both, spelt twice" 2 "cannot both be written" socca-run --output=a --checkpoint=./a
fails "unknown progress" 2 "--progress=loud: auto, bar, log or none" socca-run --progress=loud
ok "no traces" files "fit.yaml "
mkfifo pipe
fails "a FIFO" 2 "pipe: .*FIFO" socca-run pipe
rm pipe
echo 'model: problems
problem: {name: gaussian, ndim: 1}
x0: 1' >fixed.yaml
fails "nothing free" 2 "no free parameter" socca-run fixed.yaml --method=template_sampler
ok "a dry run without" run 0 socca-run fixed.yaml --method=template_sampler --dry-run
echo 'model: problems
problem: {name: gaussian, ndim: 1, sigma: -1}
x0: unifrom(0, 1)
sampler: {method: template_sampler, n_bath: 3}
output: {result: a.nc}' >bad.yaml
ok "all errors in one go" run 2 socca-run bad.yaml
ok "the model's" err "bad.yaml:2:43: 'sigma' must lie between"
ok "the prior's" err "bad.yaml:3:5: unknown prior 'unifrom'"
ok "the sampler's" err "n_bath.*did you mean 'n_batch'"
ok "and the file's" err "unknown key 'result'; did you mean 'results'"
ok "once each" [ "$(wc -l <err)" = 4 ]

# nothing from a file moves the terminal
printf 'model: problems\nproblem: {name: gaussian, ndim: 2}\n"x\\e[31m\\n": 3\n' >escape.yaml
fails "an escape sequence" 2 "unknown key 'x?.31m?'" socca-run --dry-run escape.yaml
ok "one line" [ "$(wc -l <err)" = 1 ]

# streams that the caller closed, and names that are too long
rm -f *.ckpt* *.nc*
ok "without standard error" sh -c "'$build/socca-run' --progress=log --checkpoint-every=0 >out 2>&-"
ok "to the same result" [ "$(digest fit.nc)" = "$first" ]
ok "which can be gone on from" run 0 socca-run
rm -f *.ckpt* *.nc*
"$build/socca-run" --progress=log --checkpoint-every=0 2>&1 >out | head -c 1 >err
ok "a reader of messages that leaves" [ "$(digest fit.nc)" = "$first" ]
sh -c "'$build/socca-run' -f --checkpoint-every=0 >&- 2>err"
ok "without standard output" [ $? = 1 ]
ok "... which is told" err "cannot write to standard output: Bad file descriptor"
ok "to the same result" [ "$(digest fit.nc)" = "$first" ]
sh -c "'$build/socca-run' - <&- >out 2>err"
ok "without standard input" [ $? = 2 ]
ok "... which is told" err "<stdin>: cannot be read: Bad file descriptor"
sh -c "'$build/socca-run' -f <&- >&- 2>&-"
ok "without any" [ $? = 1 ]
ok "to the same result" [ "$(digest fit.nc)" = "$first" ]
long=$(printf '%250s' '' | tr ' ' x)
fails "a name too long" 2 "its name is too long" socca-run -f --output="$long.nc"

# what killed runs left goes, and nothing else
old() { touch -d '1 hour ago' "$@"; }
rm -f *.ckpt* *.nc*
old fit.ckpt.tmpAbC123 fit.nc.tmpzzzzzz
old fit.ckpt.tmpABC12 fit.ckpt.tmpABC12-3 fit.ckpt.tmpABC-12 my.ckpt.tmpABCDEF fit.ckpt.tmpLOCKED fit.yaml.tmpABCDEF
touch -d '1 hour' fit.nc.tmpLATER1
mkdir fit.ckpt.tmpFOLDER && old fit.ckpt.tmpFOLDER
ln -s fit.yaml fit.ckpt.tmpsymbol
ok "a dry run" run 0 socca-run --dry-run
ok "... leaves all" [ -f fit.ckpt.tmpAbC123 ]
exec 9<fit.ckpt.tmpLOCKED
flock -x 9
ok "a run among leftovers" run 0 socca-run
exec 9<&-
ok "takes away what killed runs left" [ "$(ls -d *.tmp* | LC_ALL=C sort | tr '\n' ' ')" = "fit.ckpt.tmpABC-12 fit.ckpt.tmpABC12 fit.ckpt.tmpABC12-3 fit.ckpt.tmpFOLDER fit.ckpt.tmpLOCKED fit.ckpt.tmpsymbol fit.nc.tmpLATER1 fit.yaml.tmpABCDEF my.ckpt.tmpABCDEF " ]
ok "one that was locked goes later" run 0 socca-run -f
ok "... now" [ ! -e fit.ckpt.tmpLOCKED ]
rm -rf *.tmp* *.ckpt* *.nc*

for o in fit.nc '[a, b]'; do
  (cat fit.yaml && echo "output: $o") >bad.yaml
  fails "output: $o" 2 "bad.yaml:4:9: 'output' is a map" socca-run --dry-run bad.yaml
done

# precedence: command line, environment, fit file
echo 'model: problems
problem: {name: gaussian, ndim: 1}
sampler: {method: template_sampler, n_eff: 100, seed: 5}
pool: nosuch' >pool.yaml
fails "the file's pool" 4 "unknown pool 'nosuch'" socca-run pool.yaml --dry-run
ok "gives way to the environment" sh -c "SOCCA_POOL=template '$build/socca-run' pool.yaml --dry-run --json 2>/dev/null | grep -q '\"pool\":\"template\"'"
ok "and to the command line" sh -c "SOCCA_POOL=template '$build/socca-run' pool.yaml --pool=serial --dry-run --json 2>/dev/null | grep -q '\"pool\":\"serial\"'"

rm -f *.ckpt* *.nc*
ok "a limit on file sizes is an error" sh -c "ulimit -f 1; '$build/socca-run' >out 2>err; [ \$? = 1 ]"
ok "... that is told" err "cannot write fit.*File too large"
ok "... and leaves nothing behind" sh -c '! ls fit.ckpt* fit.nc* 2>/dev/null | grep .'

# files of other problems
ok "a run" run 0 socca-run
sed 's/ndim: 2/ndim: 2, sigma: 0.2/' fit.yaml >other.yaml
fails "a result of another problem" 2 "'fit.nc' exists and is the result of another problem; --overwrite" socca-run other.yaml --output=fit.nc
fails "both" 2 "problem.sigma was 0.1, is 0.2" socca-run other.yaml --output=fit.nc --checkpoint=fit.ckpt
fails "a checkpoint of another problem" 2 "problem.sigma was 0.1, is 0.2" socca-run other.yaml --checkpoint=fit.ckpt
ok "naming --force" err "--force"
before=$(ls)
ok "a dry run goes on" run 0 socca-run other.yaml --checkpoint=fit.ckpt --dry-run
ok "... but warns of the checkpoint" err "warning: a run would not start: 'fit.ckpt' is the checkpoint of another run.*problem.sigma was 0.1, is 0.2"
ok "and of the result" run 0 socca-run other.yaml --output=fit.nc --dry-run
ok "... too" err "warning: a run would not start: 'fit.nc' exists and is the result of another problem"
ok "... unless it is to be replaced" run 0 socca-run other.yaml --output=fit.nc --checkpoint=fit.ckpt -f --dry-run
ok "... or its own" [ ! -s err ]
ok "and writes nothing" [ "$(ls)" = "$before" ]
cp fit.ckpt v1.ckpt
ok "another instruction-set level" env SOCCA_ISA=v1 sh -c "'$build/socca-run' --checkpoint=v1.ckpt --output=v1.nc >out 2>err"
ok "is told, if there is another" sh -c "grep -q 'flags.*avx2' /proc/cpuinfo && ! grep -q 'instruction-set level v' err && exit 1; exit 0"
fails "a checkpoint of another seed" 2 "sampler.seed was '0', is '1'" socca-run --seed=1
fails "a checkpoint of other options" 2 "sampler.n_batch was '100', is '50'" socca-run -o n_batch=50
echo 'no result' >text.nc
fails "a file that is no result" 2 "'text.nc' exists and is no result" socca-run --output=text.nc --checkpoint=new.ckpt
ok "--overwrite replaces it" run 0 socca-run --output=text.nc --overwrite
cp fit.ckpt damaged.ckpt
printf 'x' | dd of=damaged.ckpt bs=1 seek=200 conv=notrunc 2>/dev/null
fails "a damaged checkpoint" 2 "damaged.ckpt" socca-run --checkpoint=damaged.ckpt --output=d.nc
cp fit.ckpt damaged.ckpt.1
ok "falls back to the one before" run 0 socca-run --checkpoint=damaged.ckpt --output=d.nc
ok "with a warning" err "warning: .*damaged.ckpt"
ok "to the same result" [ "$(digest d.nc)" = "$first" ]

# likelihoods that are none
echo 'model: faulty
faulty: {nan: 0.3}
sampler: {method: template_sampler, n_eff: 100}' >nan.yaml
ok "NaN is no end" run 0 socca-run nan.yaml
ok "but told once" [ "$(grep -c 'warning: the log-likelihood is NaN at x0 = .*, x1 = .*; counted as zero' err)" = 1 ]
sed 's/nan: 0.3/inf: 0.3/' nan.yaml >inf.yaml
fails "+inf is an error" 1 "the log-likelihood is +inf at x0 = " socca-run inf.yaml
sed 's/nan: 0.3/error: 0.3/' nan.yaml >error.yaml
fails "so is the model's own" 1 "this point is cursed" socca-run error.yaml

# options for another method stay aside
ok "the block is another's" run 0 socca-run other.yaml --method=template_sampler --dry-run
sed 's/template_sampler, n_eff: 200/someone, n_walkers: 8/' fit.yaml >someone.yaml
ok "another method's options" run 0 socca-run someone.yaml --method=template_sampler --dry-run
ok "with a notice" err "options of 'someone' are not used"

ok "list" run 0 socca-run --list
ok "has the core's own pool" out '^pool  *serial .* core$'
ok "matrix" run 0 socca-run --matrix
ok "why" run 0 socca-run --why template_sampler serial
ok "of a pool as --pool spells it" run 0 socca-run --why template_sampler template:option=1
ok "... by its name" out "^template_sampler with template: yes"
fails "or misspells it" 2 "something is missing after 'template:'" socca-run --why template_sampler template:
ok "options" run 0 socca-run --options=template_sampler
ok "with their help" out "n_eff"
ok "options of all" run 0 socca-run --options
fails "why takes two" 2 "--why takes a sampler and a pool" socca-run --why template_sampler
ok "help" run 0 socca-run --help
ok "version" run 0 socca-run --version
plan
