# SPDX-License-Identifier: BSD-3-Clause
"""Seconds per batch of 100 likelihoods without cost, as pools of Python programs evaluate them.

    python3 peers_pools.py loky                     executor.map of loky, one future per likelihood, two workers
    mpiexec -n 2 python3 peers_pools.py mpi         four collective messages per batch, the root working, too (mpi4py)

Prints the median in microseconds.
"""
import statistics
import sys
import time

import numpy

N, ROUNDS = 100, 41


def likelihood(x):
    return -0.5 * x[0] * x[0]


def timed(batch):
    batch()
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        batch()
        seconds.append(time.perf_counter() - start)
    print("%.1f" % (1e6 * statistics.median(seconds)))


def loky():
    from loky import get_reusable_executor

    points = list(numpy.linspace(0, 1, 8 * N).reshape(N, 8))
    executor = get_reusable_executor(max_workers=2)
    timed(lambda: list(executor.map(likelihood, points, chunksize=1)))
    executor.shutdown(wait=True)


def mpi():
    from mpi4py import MPI

    comm = MPI.COMM_WORLD
    rank, size = comm.Get_rank(), comm.Get_size()
    points = list(numpy.linspace(0, 1, 8 * N).reshape(N, 8))

    def share(function, chunks):
        if not comm.bcast(function is not None, root=0):
            return False
        function = comm.bcast(function, root=0)
        mine = comm.scatter(chunks, root=0)
        return comm.gather([function(x) for x in mine], root=0) or True

    def batch():
        parts = share(likelihood, [points[r::size] for r in range(size)])
        results = [0.0] * N
        for r, part in enumerate(parts):
            results[r::size] = part
        return results

    if rank == 0:
        timed(batch)
        share(None, None)
    else:
        while share(None, None):
            pass


if __name__ == "__main__":
    {"loky": loky, "mpi": mpi}[sys.argv[1]]()
