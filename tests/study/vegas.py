#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The sampler of examples/vegas over seeds: the mean of Z, of which VEGAS is an unbiased estimate, against the known one
within three standard errors, and the error that it reports against the scatter. The grid adapts along the axes: where
the likelihood does not follow them, many points are needed and errors come out too small. Usage: vegas.py [SEEDS]; environment SOCCA_BUILD, SOCCA_SOURCE, CC."""
import json, math, os, statistics, subprocess, sys, tempfile

build = os.path.abspath(os.environ.get("SOCCA_BUILD", "."))
source = os.path.abspath(os.environ.get("SOCCA_SOURCE", "."))
os.environ.update(SOCCA_PLUGIN_PATH=build + "/.libs", SOCCA_PRIVATE_PATH=build + "/.libs", SOCCA_PLUGIN_PATH_ONLY="1")
seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 40
ALONG, ACROSS = (0.6, 1.6), (0.4, 2)  # what reported / scatter may be
problems = [("gaussian", 3, 2000, ALONG), ("loggamma", 2, 2000, ALONG), ("halfspace", 2, 2000, ALONG),
            ("correlated", 3, 20000, ACROSS), ("eggbox", 2, 20000, ACROSS), ("rosenbrock", 2, 20000, ACROSS)]
if subprocess.run(["pkg-config", "--exists", "gsl"]).returncode:
    print("vegas.py: skipped, libgsl-dev is not installed")
    sys.exit(0)


def words(text):
    return text.split()


def fit(*options):
    return json.loads(subprocess.check_output([build + "/socca-run", "--json", "--plugin-path=.", "--method=vegas",
                                               *options, "fit.yaml"], stderr=subprocess.DEVNULL))


bad = False
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    gsl = words(subprocess.check_output(["pkg-config", "--cflags", "--libs", "gsl"], text=True))
    subprocess.check_call(words(os.environ.get("CC", "cc")) +
                          ["-std=c11", "-O2", "-fPIC", "-fvisibility=hidden", "-I" + source + "/include", "-shared",
                           "-o", "vegas.so", source + "/examples/vegas/vegas.c", "-Wl,-z,now", "-Wl,-z,nodelete", *gsl, "-lm"])
    print("| problem | points per iteration | Z / true Z - 1 | in standard errors | scatter | reported | reported / scatter |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, ndim, points, allowed in problems:
        with open("fit.yaml", "w") as f:
            f.write(f"model: problems\nproblem: {{name: {name}, ndim: {ndim}}}\n")
        true = fit("--dry-run")["logz_true"]
        runs = [fit("-f", f"--seed={seed}", "-o", f"n_calls={points}") for seed in range(seeds)]
        z = [math.exp(r["logz"] - true) for r in runs]
        scatter = statistics.stdev(z)
        reported = math.sqrt(statistics.fmean(r["logz_err"] ** 2 for r in runs))
        off = statistics.fmean(z) - 1
        sigmas = off / (scatter / math.sqrt(seeds))
        # the scatter of N runs is itself known to 1/sqrt(2 (N - 1)) of its value
        ratio, known = reported / scatter, 1 / math.sqrt(2 * (seeds - 1))
        print(f"| {name}, {ndim} parameters | {points} | {off:+.2g} | {sigmas:+.1f} | {scatter:.2g} | {reported:.2g} | "
              f"{ratio:.2f} +- {ratio * known:.2f} |", flush=True)
        bad |= abs(sigmas) > 3 or not allowed[0] < ratio < allowed[1]
print("not as it should be" if bad else f"{seeds} seeds each: all within three standard errors")
sys.exit(bad)
