"""What measuring costs on this device: the same load runs bare and under the wrapper, alternately.

It prints one line of JSON: `pairs`, `sampling_s`; `bare_wall_s` and `wrapped_wall_s` (medians, each from the start of
the load to its end); `wall_percent` (median difference of a pair, in percent of bare); `cpu_percent` (median of the
wrapper itself, 100 is one processor); `memory_peak_bytes` (largest of the wrapper itself); `bare_walls_s` and
`wrapped_walls_s` (of each pair).
"""
import json
import os
import shutil
import sys
import tempfile
import time

from ..linux import NotStarted, spawn

_LOAD = 'sum(one * one for one in range({}))'
_CALIBRATION = 200000
_DEFAULTS = (9, 1.0, 0.1)


def main(wrapper, arguments):
    """Runs the pairs and prints the result; returns the exit code. `arguments` are PAIRS SECONDS SAMPLING_S FOLDER."""
    try:
        given = [float(one) for one in arguments[:3]] + list(_DEFAULTS[len(arguments):])
        pairs, seconds, sampling_s = int(given[0]), given[1], given[2]
        if pairs < 1 or seconds <= 0 or not 0.01 <= sampling_s <= 10 or len(arguments) > 4:
            raise ValueError
    except ValueError:
        print('collab wrapper: usage: wrapper.py --overhead [PAIRS [SECONDS [SAMPLING_S [FOLDER]]]]', file=sys.stderr)
        return 2
    folder = None
    try:
        folder = tempfile.mkdtemp(prefix='collab-overhead-', dir=arguments[3] if len(arguments) > 3 else None)
        print(json.dumps(_measure(wrapper, folder, pairs, seconds, sampling_s)))
    except (NotStarted, OSError) as error:
        print('collab wrapper: cannot measure the overhead: {}'.format(error), file=sys.stderr)
        return 1
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def _measure(wrapper, folder, pairs, seconds, sampling_s):
    load = _load(seconds)
    _bare(load, folder)  # so that the first read from disk counts for neither
    bare, wrapped = [], []
    for pair in range(pairs):
        # The first of a pair alternates, so that warming up affects both.
        for is_bare in ((True, False) if pair % 2 == 0 else (False, True)):
            if is_bare:
                bare.append(_bare(load, folder))
            else:
                wrapped.append(_wrapped(wrapper, load, folder, sampling_s))
    walls = [totals['wall_s']['value'] for totals in wrapped]
    return {
        'pairs': pairs,
        'sampling_s': sampling_s,
        'bare_wall_s': round(_median(bare), 6),
        'wrapped_wall_s': round(_median(walls), 6),
        'wall_percent': round(_median([100 * (two / one - 1) for one, two in zip(bare, walls)]), 3),
        'cpu_percent': round(_median([
            100 * totals['wrapper_cpu_s']['value'] / totals['wall_s']['value'] for totals in wrapped]), 3),
        'memory_peak_bytes': max(totals['wrapper_memory_peak_bytes']['value'] for totals in wrapped),
        'bare_walls_s': [round(one, 6) for one in bare],
        'wrapped_walls_s': walls,
    }


def _load(seconds):
    """A command that keeps one processor of this device busy for about so many seconds."""
    best_s = None
    for _ in range(3):
        began_s = time.monotonic()
        sum(one * one for one in range(_CALIBRATION))
        took_s = time.monotonic() - began_s
        best_s = took_s if best_s is None else min(best_s, took_s)
    return [sys.executable, '-S', '-E', '-c', _LOAD.format(int(_CALIBRATION * seconds / best_s))]


def _bare(load, folder):
    out = os.open(os.path.join(folder, 'out'), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        began_s = time.monotonic()
        _, status = os.waitpid(spawn(load, folder, dict(os.environ), out, out), 0)
        took_s = time.monotonic() - began_s
        if status != 0:
            raise OSError('the load ended with status {}'.format(status))
        return took_s
    finally:
        os.close(out)


def _wrapped(wrapper, load, folder, sampling_s):
    role = os.path.join(folder, 'role')
    os.mkdir(role)
    order = {
        'run_id': 'overhead', 'trial': 1, 'repeat': 0, 'warmup': False, 'role': 'load', 'rank': 0, 'count': 1,
        'command': load, 'directory': folder, 'sampling_s': sampling_s,
    }
    with open(os.path.join(role, 'role.json'), 'w') as file:
        json.dump(order, file)
    out = os.open(os.path.join(folder, 'out'), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        words = [sys.executable] + (['-B'] if sys.dont_write_bytecode else []) + [wrapper, role]
        os.waitpid(spawn(words, folder, dict(os.environ), out, out), 0)
        with open(os.path.join(role, 'exit.json')) as file:
            return json.load(file)['totals']
    finally:
        os.close(out)
        shutil.rmtree(role, ignore_errors=True)


def _median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
