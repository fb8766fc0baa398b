#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""tests/study/vegas.py [SEEDS]: the example around GSL's VEGAS over seeds, on problems of known evidence. Fails where the mean
is more than four standard errors off the truth, or the reported error is not the scatter, within 99.9 % for so many
seeds (normal approximation of log chi)."""
import json, math, os, statistics, subprocess, sys, tempfile

seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
build, source = (os.path.abspath(os.environ.get(k, ".")) for k in ("SOCCA_BUILD", "SOCCA_SOURCE"))
problems = {"gaussian": 3, "loggamma": 2, "shells": 2}
bad = False
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    made = subprocess.run(["cc", "-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", f"-I{source}/include",
                           "-Wl,-z,now", "-Wl,-z,nodelete", "-o", "vegas.so", f"{source}/examples/vegas/vegas.c",
                           "-lgsl", "-lgslcblas", "-lm"], capture_output=True, text=True)
    if made.returncode:
        print("vegas: left out, GSL is not there:", made.stderr.splitlines()[0])
        sys.exit(0)
    env = dict(os.environ, SOCCA_PLUGIN_PATH=f"{folder}:{build}/.libs", SOCCA_PRIVATE_PATH=f"{build}/.libs")
    tool = [f"{build}/socca-run", "-", "--method=vegas", "-f", "-q", "--json", "--checkpoint="]
    for name, ndim in problems.items():
        fit = f"model: problems\nproblem: {{name: {name}, ndim: {ndim}}}\n"

        def call(*words):
            done = subprocess.run(tool + list(words), input=fit, env=env, capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stderr)
            return json.loads(done.stdout)

        truth = call("--dry-run")["logz_true"]
        runs = [call(f"--seed={s}") for s in range(seeds)]
        off = [float(r["logz"]) - truth for r in runs]
        error = math.sqrt(statistics.fmean(float(r["logz_err"]) ** 2 for r in runs))
        scatter = statistics.stdev(off)
        z = statistics.fmean(off) / (scatter / math.sqrt(seeds))
        ratio = error / scatter
        wrong = abs(z) > 4 or abs(math.log(ratio)) > 3.3 / math.sqrt(2 * (seeds - 1))
        bad |= wrong
        print(f"vegas, {name} in {ndim}: mean log Z - truth {statistics.fmean(off):+.5f} ({z:+.1f} s.e.), scatter {scatter:.5f}, "
              f"reported {error:.5f}, ratio {ratio:.2f}, {seeds} seeds{'  WRONG' if wrong else ''}")
sys.exit(bad)
