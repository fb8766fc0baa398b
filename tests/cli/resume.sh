#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Killed at random moments, interrupted by signals, and taken up again: bit for bit the uninterrupted run.
. "${SOCCA_SOURCE:-.}/tests/cli/tap.sh"
cat >fit.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 3, cost: 30e-6}
sampler: {method: template_sampler, n_eff: 1000, n_batch: 200}
END
ok "uninterrupted" run 0 socca-run --output=whole.nc --checkpoint=whole.ckpt
whole=$(digest whole.nc)
hundredths() { od -An -N1 -tu1 /dev/urandom | awk '{printf "0.%02d", 3 + $1 % 40}'; }

killed=0
tries=0
while [ $tries -lt 60 ]; do
  tries=$((tries + 1))
  "$build/socca-run" --checkpoint-every=0 >out 2>err &
  pid=$!
  sleep "$(hundredths)"
  if kill -KILL $pid 2>/dev/null; then
    killed=$((killed + 1))
    wait $pid 2>/dev/null
  else
    wait $pid && break
    echo "# $(cat err)"
  fi
done
echo "# killed $killed times"
ok "killed at least once" [ $killed -gt 0 ]
ok "finished at last" run 0 socca-run
ok "the same digest" [ "$(digest fit.nc)" = "$whole" ]

rm -f fit.nc* fit.ckpt*
cat >stop.py <<'END'
# A background job of a shell ignores SIGINT, one under nohup SIGHUP, and the tool leaves that so: signals are sent from here.
import signal, subprocess, sys, time
p = subprocess.Popen(sys.argv[2:], stdout=open('out', 'w'), stderr=open('err', 'w'),
                     preexec_fn=lambda: [signal.signal(s, signal.SIG_DFL) for s in (signal.SIGINT, signal.SIGHUP)])
time.sleep(0.2)
p.send_signal(getattr(signal, 'SIG' + sys.argv[1]))
sys.exit(p.wait())
END
for pair in INT:130 TERM:143 USR1:138 HUP:129; do
  signal=${pair%:*}
  rm -f fit.ckpt
  python3 stop.py $signal "$build/socca-run" --checkpoint-every=3600
  ok "$signal ends it" [ $? -eq ${pair#*:} ]
  ok "... after saving" [ -f fit.ckpt ]
  ok "... and says so" err "stopped by SIG$signal; 'fit.ckpt' holds"
  ok "... without a result" [ ! -f fit.nc ]
done
cp fit.ckpt kept
python3 stop.py TERM "$build/socca-run" --checkpoint=
ok "TERM without a checkpoint ends it" [ $? -eq 143 ]
ok "... and says that nothing was saved" err "stopped by SIGTERM; nothing was saved: the checkpoint's name is empty"
if loads tests/plugins/.libs/never_done.so; then
  mkdir p
  cp "$build/tests/plugins/.libs/never_done.so" "$build/.libs/model_problems.so" p
  printf 'model: problems\nproblem: {name: gaussian, ndim: 2}\nsampler: {method: never_done}\n' >never.yaml
  SOCCA_PLUGIN_PATH=$dir/p python3 stop.py TERM "$build/socca-run" never.yaml
  ok "TERM ends a sampler that does not resume" [ $? -eq 143 ]
  ok "... which says so" err "nothing was saved: never_done does not resume from checkpoints"
  ok "... and writes nothing" [ ! -f never.ckpt -a ! -f never.nc ]
fi
mv kept fit.ckpt
ok "goes on" run 0 socca-run
ok "the same digest" [ "$(digest fit.nc)" = "$whole" ]

# in the middle of a call of three seconds
sed 's/30e-6/3/' fit.yaml >slow.yaml
cat >twice.py <<'END'
import signal, subprocess, sys, time
p = subprocess.Popen(sys.argv[1:], stderr=subprocess.DEVNULL,
                     preexec_fn=lambda: [signal.signal(s, signal.SIG_DFL) for s in (signal.SIGINT, signal.SIGHUP)])
time.sleep(0.5)
p.send_signal(signal.SIGINT)
time.sleep(0.3)
assert p.poll() is None
start = time.time()
p.send_signal(signal.SIGINT)
assert p.wait() == -signal.SIGINT, p.returncode
assert time.time() - start < 1
END
ok "a second INT ends at once" python3 twice.py "$build/socca-run" slow.yaml

# operations, states and two batches in flight; limits one by one, and kills
cat >walks.yaml <<'END'
model: problems
problem: {name: rosenbrock, ndim: 3, cost: 20e-6}
sampler: {method: walks, n_walks: 30, n_batches: 60}
END
ok "walks" run 0 socca-run walks.yaml --output=whole.nc --checkpoint=whole2.ckpt -f --json
whole=$(digest whole.nc)
calls=$(python3 -c "import json; print(json.load(open('out'))['n_calls'])")
ok "calls inside operations are counted" [ "$calls" -gt $((60 * 30 * 8)) -a "$calls" -le $((60 * 30 * 11)) ]
for pool in serial template; do
  rm -f walks.nc* walks.ckpt*
  i=0
  while [ $i -lt 8 ]; do
    i=$((i + 1))
    run 0 socca-run walks.yaml --max-calls=$((i * 2500)) --pool=$pool || break
  done
  ok "stopped by calls seven times" run 0 socca-run walks.yaml --pool=$pool
  ok "the same digest" [ "$(digest walks.nc)" = "$whole" ]
done
rm -f walks.nc* walks.ckpt*
killed=0
tries=0
while [ $tries -lt 40 ]; do
  tries=$((tries + 1))
  "$build/socca-run" walks.yaml --checkpoint-every=0 >out 2>err &
  pid=$!
  sleep "$(hundredths)"
  if kill -KILL $pid 2>/dev/null; then
    killed=$((killed + 1))
    wait $pid 2>/dev/null
  else
    wait $pid && break
  fi
done
echo "# killed $killed times"
ok "killed and finished" run 0 socca-run walks.yaml
ok "the same digest" [ "$(digest walks.nc)" = "$whole" ]
ok "a limit raised" run 0 socca-run walks.yaml -o n_batches=61 --json
ok "more batches: it goes on" json "d['n_calls'] > $calls"

cat >endless.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 3}
sampler: {method: nautilus, n_live: 100, n_eff: 200, n_networks: 1}
END
for way in "limit.yaml -o n_like_max=0" endless.yaml; do
  rm -f limit.* endless.nc* endless.ckpt*
  sed 's/200,/200, n_like_max: 500,/' endless.yaml >limit.yaml
  ok "ended by its limit" run 0 socca-run limit.yaml --checkpoint=limit.ckpt --json
  ok "... early" json "d['n_calls'] < 700"
  ok "no limit is a higher one: it goes on" run 0 socca-run $way --checkpoint=limit.ckpt --json
  ok "... to its end" json "d['n_calls'] > 1000 and d['logz_err'] < 0.5"
done

rm -f fit.nc* fit.ckpt*
"$build/socca-run" -o n_eff=1e6 --checkpoint-every=0 >/dev/null 2>err1 &
one=$!
"$build/socca-run" -o n_eff=1e6 --checkpoint-every=0 >/dev/null 2>err2 &
two=$!
sleep 1.5
kill -TERM $one $two 2>/dev/null
wait $one
a=$?
wait $two
b=$?
cat err1 err2 >err
ok "two runs on one checkpoint: one of them stops" [ $a -eq 2 -o $b -eq 2 ]
ok "... and says why" err "fit.ckpt"
plan
