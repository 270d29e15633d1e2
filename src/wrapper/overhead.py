"""What the wrapper costs on this device: the same load bare and wrapped, in turns.

    python3 overhead.py FOLDER PAIRS LOAD_S SAMPLING_S

Prints one line of JSON: wall times in seconds, medians over PAIRS runs each, and the wrapper's own CPU time as a share
of the wall time. The load is one busy Python process of about LOAD_S seconds, the same number of steps each time.
"""
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LOAD = 'import sys\ndef load(steps):\n    for _ in range(steps): pass\nload(int(sys.argv[1]))'


def main(arguments):
    folder, pairs, load_s, sampling_s = arguments[0], int(arguments[1]), float(arguments[2]), float(arguments[3])
    command = [sys.executable, '-c', LOAD, str(_steps_in(load_s))]
    _bare(command)  # what is read from disk for the first time counts for neither
    bare, wrapped, own_cpu, own_memory = [], [], [], []
    for number in range(pairs):
        for kind in ('bare', 'wrapped') if number % 2 == 0 else ('wrapped', 'bare'):
            if kind == 'bare':
                bare.append(_bare(command))
                continue
            exited = _wrapped(command, os.path.join(folder, str(number)), sampling_s)
            totals = exited['totals']
            wrapped.append(totals['wall_s']['value'])
            own_cpu.append(totals['wrapper_cpu_s']['value'] / totals['wall_s']['value'] * 100)
            own_memory.append(totals['wrapper_memory_peak_bytes']['value'])
    print(json.dumps({
        'pairs': pairs,
        'sampling_s': sampling_s,
        'bare_wall_s': _median(bare),
        'wrapped_wall_s': _median(wrapped),
        'wall_percent': (_median([w / b for w, b in zip(wrapped, bare)]) - 1) * 100,
        'cpu_percent': _median(own_cpu),
        'memory_peak_bytes': max(own_memory),
    }))


def _steps_in(seconds):
    """How many steps of the load take so long here, from the fastest of three tries."""
    steps = 200000
    best = None
    for _ in range(3):
        began = time.perf_counter()
        for _ in range(steps):
            pass
        took = time.perf_counter() - began
        best = took if best is None else min(best, took)
    return max(1, int(steps * seconds / best))


def _bare(command):
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        os.execv(command[0], command)
    _, status = os.waitpid(child, 0)
    took = time.monotonic() - began
    if status != 0:
        raise SystemExit('the load ended with status {}'.format(status))
    return took


def _wrapped(command, folder, sampling_s):
    os.makedirs(folder)
    try:
        with open(os.path.join(folder, 'role.json'), 'w') as file:
            json.dump(dict(
                run_id='overhead', trial=1, repeat=0, warmup=False, role='load', rank=0, count=1, command=command,
                directory=folder, parameters={}, peers=[], ports={}, ready=None, sampling_s=sampling_s,
                timeout_s=600, stop_grace_s=5, network_namespace='shared', cgroup='shared'), file)
        child = os.fork()
        if child == 0:
            os.execv(sys.executable, [sys.executable, os.path.join(HERE, 'wrapper.py'), folder])
        os.waitpid(child, 0)
        with open(os.path.join(folder, 'exit.json')) as file:
            return json.load(file)
    finally:
        _remove(folder)


def _remove(folder):
    for base, folders, files in os.walk(folder, topdown=False):
        for name in files:
            os.remove(os.path.join(base, name))
        for name in folders:
            os.rmdir(os.path.join(base, name))
    os.rmdir(folder)


def _median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


if __name__ == '__main__':
    main(sys.argv[1:])
