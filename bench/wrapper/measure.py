"""One figure for the wrapper's benchmark, as a line of JSON. WRAPPER is the built wrapper.py.

    cost WHICH HZ SECONDS WRAPPER LOAD...   `cpu_percent` of the sampler while it samples, its own `peak_bytes`,
                                            and `rate_hz` that it reached (mprof writes in blocks)
    end WHICH HZ WRAPPER LOAD...            what the sampler reports at the end, and what the load printed
    bare                                    `peak_bytes` of an interpreter that does nothing
    samples COUNT WRAPPER                   CPU microseconds per sample near the start and at the end of COUNT samples
                                            (the best of five blocks each)

WHICH is wrapper, wrapper-cgroup (in a separate cgroup, as in a container), psutil or mprof.
"""
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = '/usr/bin/python3'
CGROUPS = [os.path.join('/sys/fs/cgroup', name, 'collab-bench') for name in ('cpuacct', 'memory')]


def load_command(words):
    """A load of loads.py, without the modules that Python imports at startup."""
    return [PYTHON, '-S', '-E', '-B', os.path.join(HERE, 'loads.py')] + words


class Sampler(object):
    """One sampler with one load, in a separate folder."""

    def __init__(self, which, hz, wrapper, load):
        self.which = which
        self.folder = tempfile.mkdtemp(prefix='collab-bench-')
        self.out = os.path.join(self.folder, 'out')
        printed = open(os.path.join(self.folder, 'stdout.log'), 'w')
        command = load_command(load)
        if which.startswith('wrapper'):
            role = {'run_id': 'bench', 'trial': 1, 'repeat': 0, 'warmup': False, 'role': 'load', 'rank': 0, 'count': 1,
                    'command': command, 'directory': self.folder, 'sampling_s': 1.0 / hz,
                    'cgroup': 'own' if which == 'wrapper-cgroup' else 'shared'}
            with open(os.path.join(self.folder, 'role.json'), 'w') as file:
                json.dump(role, file)
            words = [PYTHON, '-B', wrapper, self.folder]
        elif which == 'psutil':
            words = [PYTHON, '-B', os.path.join(HERE, 'samplers.py'), 'psutil', str(hz), self.out, '--'] + command
        else:
            words = ['/usr/bin/python3-mprof', 'run', '--include-children', '--interval', str(1.0 / hz),
                     '--output', self.out] + command
        enter = _into_cgroup if which == 'wrapper-cgroup' else None
        self.process = subprocess.Popen(
            words, cwd=self.folder, stdout=printed, stderr=subprocess.PIPE, preexec_fn=enter)

    def cpu_s(self):
        """CPU time of the sampler so far, from the scheduler's statistics in nanoseconds."""
        with open('/proc/{}/schedstat'.format(self.process.pid)) as file:
            return int(file.read().split()[0]) / 1e9

    def peak_bytes(self):
        """Its peak resident set so far."""
        with open('/proc/{}/status'.format(self.process.pid)) as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith('VmHWM'))

    def end(self):
        """Waits for it; raises RuntimeError with its output if it failed."""
        _, errors = self.process.communicate()
        if self.process.returncode != 0:
            raise RuntimeError('{} failed: {}'.format(self.which, errors.decode('utf-8', 'replace')[-2000:]))

    def printed(self):
        """What the load printed, as a number."""
        with open(os.path.join(self.folder, 'stdout.log')) as file:
            return float(file.read().split()[-1])

    def result(self):
        """(CPU seconds or None, peak bytes) as reported by the sampler."""
        if self.which.startswith('wrapper'):
            with open(os.path.join(self.folder, 'exit.json')) as file:
                totals = json.load(file)['totals']
            cpu_s = totals['cpu_user_s']['value'] + totals['cpu_system_s']['value']
            return cpu_s, totals['memory_peak_process_bytes']['value']
        with open(self.out) as file:
            lines = [line.split() for line in file]
        if self.which == 'psutil':
            values = {words[0]: float(words[1]) for words in lines[-2:]}
            return values['cpu'], values['peak']
        return None, max(float(words[1]) for words in lines if words[0] in ('MEM', 'CHLD')) * (1 << 20)

    def samples(self):
        """Number of samples that it has written."""
        if self.which.startswith('wrapper'):
            with open(os.path.join(self.folder, 'samples.jsonl')) as file:
                return sum(1 for _ in file)
        with open(self.out) as file:
            if self.which == 'psutil':
                return sum(1 for line in file if line.count(',') == 3)
            return sum(1 for line in file if line.startswith('MEM'))

    def clear(self):
        """Removes its files."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _into_cgroup():
    for folder in CGROUPS:
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, 'cgroup.procs'), 'w') as file:
            file.write(str(os.getpid()))


def _leave_cgroups():
    for folder in CGROUPS:
        try:
            os.rmdir(folder)
        except OSError:
            pass


def cost(which, hz, seconds, wrapper, *load):
    """Excludes the first second, in which programs start."""
    sampler = Sampler(which, float(hz), wrapper, list(load) + [str(float(seconds) + 2.5)])
    try:
        time.sleep(1.5)
        began_s, before_s, written = time.monotonic(), sampler.cpu_s(), sampler.samples()
        time.sleep(float(seconds))
        used_s, took_s = sampler.cpu_s() - before_s, time.monotonic() - began_s
        peak_bytes, rate_hz = sampler.peak_bytes(), (sampler.samples() - written) / took_s
        sampler.end()
        return {'cpu_percent': 100 * used_s / took_s, 'peak_bytes': peak_bytes, 'rate_hz': rate_hz}
    finally:
        sampler.clear()


def end(which, hz, wrapper, *load):
    """The final report of the sampler, and the true value."""
    sampler = Sampler(which, float(hz), wrapper, list(load))
    try:
        sampler.end()
        cpu_s, peak_bytes = sampler.result()
        return {'truth': sampler.printed(), 'cpu_s': cpu_s, 'peak_bytes': peak_bytes}
    finally:
        sampler.clear()


def bare():
    """An idle interpreter."""
    pid = os.spawnv(os.P_NOWAIT, PYTHON, [PYTHON, '-B', '-c', 'pass'])
    return {'peak_bytes': os.wait4(pid, 0)[2].ru_maxrss * 1024}


def samples(count, wrapper):
    """Samples of a running process, without pauses."""
    sys.path.insert(0, os.path.dirname(wrapper))
    from collab_wrapper.linux import ProcessTree
    from collab_wrapper.measure import Instruments, ProcessRows, read_metrics
    from collab_wrapper.measure import Sampler as OwnSampler
    from collab_wrapper.run import Command, Lines, Role, StateLog
    folder = tempfile.mkdtemp(prefix='collab-bench-')
    try:
        role = Role(folder, {
            'run_id': 'bench', 'trial': 1, 'repeat': 0, 'role': 'load', 'rank': 0, 'count': 1,
            'command': ['sleep', '600'], 'directory': folder, 'sampling_s': 0.01,
        })
        tree = ProcessTree(os.getpid())
        command = Command(tree)
        instruments = Instruments(role, read_metrics(os.path.dirname(wrapper)), tree, command, dict(os.environ))
        rows = ProcessRows(Lines(role.path('processes.jsonl')), tree)
        lines, states = Lines(role.path('samples.jsonl')), StateLog(role.path('state.jsonl'))
        sampler = OwnSampler(instruments.probes, tree, lines, rows, states)
        command.start(role.command, folder, dict(os.environ), role.path('stdout.log'), role.path('stderr.log'))
        sampler.begin(time.monotonic(), 0.01)
        block = max(1, int(count) // 20)
        costs = []
        for _ in range(20):
            before_s = time.process_time()
            for _ in range(block):
                sampler.take(False)
            costs.append((time.process_time() - before_s) / block * 1e6)
            if len(costs) == 1:
                early_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - early_kib) * 1024
        os.kill(command.pid, 9)
        os.waitpid(command.pid, 0)
        return {'first_us': min(costs[1:6]), 'last_us': min(costs[-5:]), 'grown_bytes': grown}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    try:
        print(json.dumps({'cost': cost, 'end': end, 'bare': bare, 'samples': samples}[sys.argv[1]](*sys.argv[2:])))
    finally:
        _leave_cgroups()
