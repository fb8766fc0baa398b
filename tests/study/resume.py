#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs killed at a random instant on one pool and resumed on another: all must end with the digest of the run that
nobody disturbed. Usage: resume.py [RUNS [SECONDS]]; environment SOCCA_BUILD."""
import os, random, shutil, signal, subprocess, sys, tempfile, time

build = os.path.abspath(os.environ.get("SOCCA_BUILD", "."))
os.environ.setdefault("SOCCA_PLUGIN_PATH", build + "/.libs")
os.environ.setdefault("SOCCA_PRIVATE_PATH", build + "/.libs")
os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
limit = time.time() + (float(sys.argv[2]) if len(sys.argv) > 2 else 270)
fits = {
    "walks": "model: problems\nproblem: {name: rosenbrock, ndim: 3, cost: 20e-6}\n"
             "sampler: {method: walks, n_walks: 30, n_batches: 30}\n",
    "nautilus": "model: problems\nproblem: {name: gaussian, ndim: 2, cost: 10e-6}\n"
                "sampler: {method: nautilus, n_live: 150, n_eff: 100}\n",
}
pools = [[], ["--pool=mp:1"], ["--pool=mp:2"], ["--pool=mp:3"], ["--pool=mp:2,mode=help"]]
launchers = [[]]
if shutil.which("mpiexec.mpich") and os.path.exists(build + "/.libs/pool_mpi.so"):
    launchers.append(["mpiexec.mpich", "-n", "2"])
if shutil.which("mpiexec.openmpi") and os.path.exists(build + "/.libs/pool_mpi_openmpi.so"):
    launchers.append(["mpiexec.openmpi", "--oversubscribe", "-n", "2"])


def command(fit, rng, every):
    """A random way to run a fit: one in eight under a launcher."""
    run = [build + "/socca-run", fit + ".yaml", "-q", "--checkpoint-every=" + every]
    if len(launchers) > 1 and rng.random() < 0.125:
        return rng.choice(launchers[1:]) + run
    return run + rng.choice(pools)


def start(words):
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, start_new_session=True)


def digest(fit):
    return subprocess.run([build + "/socca-result", "--digest", fit + ".nc"], capture_output=True,
                          text=True).stdout.strip()


def clear():
    for name in os.listdir("."):
        if not name.endswith(".yaml"):
            os.remove(name)


rng = random.Random(1)
folder = tempfile.mkdtemp()
os.chdir(folder)
expected, took = {}, {}
for fit, text in fits.items():
    open(fit + ".yaml", "w").write(text)
    begin = time.time()
    p = start([build + "/socca-run", fit + ".yaml", "-q"])
    p.communicate(timeout=60)
    took[fit], expected[fit] = time.time() - begin, digest(fit)
    assert expected[fit], fit
done = killed = resumed = wrong = 0
while done < runs and time.time() < limit:
    clear()
    fit = "walks" if rng.random() < 0.7 else "nautilus"
    words = command(fit, rng, "0")
    p = start(words)
    try:
        p.communicate(timeout=rng.uniform(0.02, 1) * took[fit])
    except subprocess.TimeoutExpired:
        os.kill(p.pid, signal.SIGKILL)
        p.communicate()
        if words[0].startswith("mpiexec"):
            time.sleep(0.5)  # a launcher's ranks take a moment to notice
        killed += 1
        resumed += os.path.exists(fit + ".ckpt")
    again = command(fit, rng, "30")
    p = start(again)
    try:
        err = p.communicate(timeout=60)[1].decode()
    except subprocess.TimeoutExpired:
        os.killpg(p.pid, signal.SIGKILL)
        err = "hangs"
    if p.returncode or digest(fit) != expected[fit]:
        wrong += 1
        print("wrong:", " ".join(words), "then", " ".join(again), "status", p.returncode, err.strip())
    done += 1
shutil.rmtree(folder)
print(f"kill and resume: {done} of {runs} runs, {killed} killed, {resumed} resumed from a checkpoint, {wrong} wrong")
sys.exit(1 if wrong else 0)
