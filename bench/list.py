#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""bench/list.py [SOCCA-RUN PLUGIN.so]: time on the clock of 'socca-run --list' over 100 plugins of which 20 are broken,
each in one of ten ways. Fails if a reason is not the right one, or if the median is above 20 ms: for a quiet machine."""
import json, os, stat, statistics, subprocess, sys, tempfile, time

LIMIT, RUNS = 20, 21  # milliseconds
tool, sound = (sys.argv[1:] + ["./socca-run", ".libs/template_sampler.so"][len(sys.argv) - 1:])[:2]
tool = os.path.abspath(tool) if os.path.sep in tool else tool
libs = os.path.join(os.path.dirname(tool), ".libs")
if os.path.exists(os.path.join(libs, os.path.basename(tool))):  # what is in the build tree itself is libtool's script
    tool = os.path.join(libs, os.path.basename(tool))
    os.environ["LD_LIBRARY_PATH"] = libs
image = open(sound, "rb").read()
note = image.index(b"SOCCA\0\0\0\xf0\x01\0\0") + 8  # the metadata
MAJOR, NAME, POOL_NEEDS, MACHINE, CLASS = note + 4, note + 56, note + 56 + 32 + 48 + 24 + 24 + 96 + 192 + 4, 18, 4


def patched(*changes):
    b = bytearray(image)
    for at, new in changes:
        b[at:at + len(new)] = new
    return bytes(b)


def named(name, *changes):
    return patched((NAME, name.encode().ljust(32, b"\0")), *changes)


def write(path, content, mode=0o644):
    with open(path, "wb") as f:
        f.write(content)
    os.chmod(path, mode)


broken = {
    "E_ABI_MAJOR": lambda p, n: write(p, named(n, (MAJOR, b"\x63\0"))),
    "E_ABI_NEEDS_NEWER_HOST": lambda p, n: write(p, named(n, (POOL_NEEDS, b"\0\0\x10\0"))),
    "E_NOT_ELF": lambda p, n: write(p, b"INPUT(libc.so.6)\n"),
    "E_NOT_ELF ": lambda p, n: write(p, b""),
    "E_ARCH": lambda p, n: write(p, named(n, (MACHINE, b"\xf7\0"))),
    "E_ARCH ": lambda p, n: write(p, named(n, (CLASS, b"\1"))),
    "E_NOTE_CORRUPT": lambda p, n: write(p, image[:200]),
    "E_NOTE_CORRUPT ": lambda p, n: write(p, named("No-Name")),
    "E_TRUST": lambda p, n: write(p, named(n), 0o666),
    "E_NO_NOTE": lambda p, n: write(p, patched((note - 8, b"OTHER\0"))),
}

with tempfile.TemporaryDirectory() as folder:
    os.chmod(folder, stat.S_IRWXU)
    for i in range(80):
        write(f"{folder}/good{i:02}.so", named(f"good{i:02}"))
    wanted = {}
    for i in range(2):
        for k, (code, make) in enumerate(broken.items()):
            name = f"bad{i}{k}"
            make(f"{folder}/{name}.so", name)
            wanted[f"{folder}/{name}.so"] = code.strip()
    env = {"PATH": os.environ["PATH"], "HOME": folder, "SOCCA_PLUGIN_PATH": folder, "SOCCA_PLUGIN_PATH_ONLY": "1"}
    if "LD_LIBRARY_PATH" in os.environ:
        env["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    call = [tool, "--list"]

    listed = [p for p in json.loads(subprocess.check_output(call + ["--json"], env=env))["plugins"]
              if (p["path"] or "").startswith(folder)]
    wrong = [f"{p['path']}: {p['state']} '{p['reason']}', not {wanted.get(p['path'], 'usable')}" for p in listed
             if (p["state"] != "usable" if p["path"] not in wanted else
                 p["state"] != "broken" or f"[{wanted[p['path']]}]" not in f"{p['reason']} [{p.get('code', '')}]")]
    print(f"{len(listed)} plugins listed, {sum(p['state'] == 'broken' for p in listed)} broken, {len(wrong)} with a wrong reason")
    print(*wrong, sep="\n", end="\n" if wrong else "")

    def study(what, words):
        clock = []
        for _ in range(RUNS):
            start = time.perf_counter()
            subprocess.run(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            clock.append(1000 * (time.perf_counter() - start))
        print(f"{what}: median {statistics.median(clock):.1f} ms of {RUNS} runs, fastest {min(clock):.1f} ms, "
              f"slowest {max(clock):.1f} ms")
        return statistics.median(clock)

    print(f"load of the machine: {open('/proc/loadavg').read().split()[0]} on {os.cpu_count()} processors")
    study("/bin/true", ["/bin/true"])
    took = study("socca-run --list", call)
    sys.exit(bool(wrong) or len(listed) != 100 or took > LIMIT)
