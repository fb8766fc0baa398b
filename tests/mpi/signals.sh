#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# A run on worker processes gets signals, alone or with its whole group, at several instants: it leaves a sound
# checkpoint and no process, and is taken up to the digest of an undisturbed run. At one instant; SOCCA_LONG=1: at three.
[ -z "${SOCCA_BRIEF:-}" ] || { echo '1..0 # SKIP SOCCA_BRIEF is set'; exit 0; }
. "${SOCCA_SOURCE:-.}/tests/cli/tap.sh"
cat >fit.yaml <<'END'
model: problems
problem: {name: rosenbrock, ndim: 3, cost: 150e-6}
sampler: {method: walks, n_walks: 30, n_batches: 40}
END
ok "undisturbed" run 0 socca-run fit.yaml --pool=mp:2
whole=$(digest fit.nc)
cat >strike.py <<'END'
# strike.py SIGNAL process|group SECONDS command...: the status of the command; 99 if a process of its session is left.
import os, signal, subprocess, sys, time
p = subprocess.Popen(sys.argv[4:], stdout=open('out', 'w'), stderr=open('err', 'w'), start_new_session=True,
                     preexec_fn=lambda: [signal.signal(s, signal.SIG_DFL) for s in (signal.SIGINT, signal.SIGHUP)])
end = time.monotonic() + 30
while not os.path.exists('fit.ckpt') and p.poll() is None and time.monotonic() < end:
    time.sleep(0.005)
time.sleep(float(sys.argv[3]))
number = getattr(signal, 'SIG' + sys.argv[1])
try:
    (os.killpg if sys.argv[2] == 'group' else os.kill)(p.pid, number)
except ProcessLookupError:
    pass
status = p.wait(60)
end = time.monotonic() + 5
while time.monotonic() < end:
    try:
        os.killpg(p.pid, 0)
    except ProcessLookupError:
        sys.exit(status if status >= 0 else 128 - status)
    time.sleep(0.01)
sys.exit(99)
END
resumed() { run 0 socca-run fit.yaml --pool=mp:2 && [ "$(digest fit.nc)" = "$whole" ]; }
saved_with() { # expected status; 0: it was faster than the signal
  [ "$got" -eq 0 ] || { [ "$got" -eq "$1" ] && [ -f fit.ckpt ] && [ ! -f fit.nc ]; } || {
    echo "# status $got, not $1"
    return 1
  }
}
for pair in INT:130 TERM:143 USR1:138 HUP:129; do
  signal=${pair%:*}
  for whom in process group; do
    for when in 0.03 ${SOCCA_LONG:+0 0.15}; do
      rm -f fit.nc* fit.ckpt*
      python3 strike.py "$signal" $whom $when "$build/socca-run" fit.yaml --pool=mp:2 --checkpoint-every=0
      got=$?
      ok "$signal to the $whom after $when s ends it, and no process is left" saved_with "${pair#*:}"
      ok "... with a sound checkpoint" run 0 socca-inspect fit.ckpt
      ok "... taken up to the same digest" resumed
    done
  done
done
plan
