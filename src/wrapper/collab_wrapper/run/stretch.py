"""One trial of a role: its files, and what is measured from its start to its end."""
import os
import time

from ..measure import DeviceLoad, OutOfMemory, ProcessRows, RunTotals, Sampler, Totals
from .declared_ports import DeclaredPorts
from .delivery import Delivery
from .parameter_reads import parameters_read
from .readiness import readiness
from .records import ExitFile, Lines, StateLog
from .written import LONGEST_S, full_disk, written

_NEVER = float('inf')


class Bench(object):
    """What the stretches of one process share."""

    def __init__(self, metrics, wakeups, tree, command, instruments, told, given):
        self.metrics = metrics
        self.wakeups = wakeups
        self.tree = tree
        self.command = command
        self.instruments = instruments
        self.told = told
        self.given = given


class Ended(object):
    """How a trial ended: `code` or `signal`, `reason` as in exit.json, and `message`, None or text."""

    def __init__(self, code, signal, reason, message=None):
        self.code = code
        self.signal = signal
        self.reason = reason
        self.message = message


class Stretch(object):
    """A role that is started for each trial has one; a role that stays for the run has one after the other.

    In this order: `arm` reads the counters, `begin` takes the first sample, `tick` does what is due at `next_s`, `end`
    takes the last sample, `measure` fills in the totals, and `write_exit` writes exit.json.
    """

    def __init__(self, role, bench, before=None):
        """Creates the files in the role's folder; raises OSError. What shows that it is ready may be in that of `before`."""
        self.role = role
        self._bench = bench
        self.state = StateLog(role.path('state.jsonl'), bench.told)
        self._exit = ExitFile(role.path('exit.json'), bench.told)
        self._totals = Totals(bench.metrics)
        self._otherwise = 'the command was not started'
        self._lines = [Lines(role.path('processes.jsonl')), Lines(role.path('samples.jsonl'))]
        rows = ProcessRows(self._lines[0], bench.tree)
        self._sampler = Sampler(bench.instruments.probes, bench.tree, self._lines[1], rows, self.state)
        self.delivery = Delivery(role, bench.wakeups, self.state)
        self._ports = DeclaredPorts(role)
        checks = [readiness(one, bench.tree) for one in (role, before) if one is not None]
        self._is_ready = lambda: any(check() for check, _ in checks)
        self._ready_interval_s = checks[0][1]
        self._next_ready_s = 0.0
        self.ready = False
        self._run_totals = self._out_of_memory = None
        self._load = None
        self.started_realtime_s, self.started_s = time.time(), time.monotonic()
        self.ended_s = self.started_s
        os.makedirs(role.path('outputs'), exist_ok=True)

    def arm(self):
        """Reads what the totals are compared with. The trial starts now."""
        instruments, command = self._bench.instruments, self._bench.command
        self._run_totals = RunTotals(instruments, command)
        self._out_of_memory = OutOfMemory(instruments.cgroup.memory)
        self._load = DeviceLoad(instruments, self._bench.tree, command.reaped)
        self.started_realtime_s, self.started_s = time.time(), time.monotonic()

    @property
    def deadline_s(self):
        """When the role's timeout is over."""
        return _NEVER if self.role.timeout_s is None else self.started_s + self.role.timeout_s

    def begin(self, running=False, **fields):
        """Writes that it started, with `fields`, and takes the first sample. `running`: its process was there before."""
        self._otherwise = 'not read'
        self.state.write('started', self.started_s, pid=self._bench.command.pid, **fields)
        self._bench.tree.changed.update(self._bench.tree.processes)
        self._sampler.begin(self.started_s, self.role.sampling_s, running)
        self._sampler.announce(self._bench.instruments.refused, self._bench.instruments.absent)

    @property
    def next_s(self):
        """When to `tick` next."""
        return min(self._sampler.next_s, self._next_ready_s, self._ports.next_s)

    def tick(self, now_s):
        """Takes a sample, and looks whether the role is ready and has opened its ports, if that is due."""
        if now_s >= self._next_ready_s:
            self.check_ready(now_s)
        if now_s >= self._ports.next_s:
            self._ports.look(now_s)
        self._sampler.tick()

    def check_ready(self, now_s):
        """Writes that the role is ready once it is."""
        if not self.ready and self._is_ready():
            self.is_ready()
        self._next_ready_s = _NEVER if self.ready else now_s + self._ready_interval_s

    def is_ready(self):
        """Writes that the role is ready, whatever its rule."""
        if not self.ready:
            self.ready = True
            self._next_ready_s = _NEVER
            self.state.write('ready')

    def end(self, ended_s):
        """The trial ended at that time; takes the last sample."""
        self.ended_s = ended_s
        self._load.end()
        self._ports.look(ended_s)
        self.check_ready(ended_s)
        self._sampler.end()

    def measure(self, left_over):
        """Fills in the totals. `left_over` is how many processes could not be ended that should have."""
        self._run_totals.fill(self._totals, self.ended_s - self.started_s, left_over)
        for metric, how in self._run_totals.lower_bounds():
            self.state.write('estimated', metric=metric, reason=how)

    def what_ran_out(self, was_stopped):
        """A sentence if memory ran out, or if the command failed on a full disk, else None."""
        command = self._bench.command
        message = self._out_of_memory.verdict(command, was_stopped)
        if message is None and command.ended and command.code and not was_stopped:
            message = full_disk(self.role.folder)
        return message

    def deliver(self, deadline_s):
        """Waits until what the role sent has arrived: its network ends with its process."""
        self.delivery.wait(deadline_s)
        self._run_totals.fill_network(self._totals)

    def look(self):
        """Says what has not arrived yet: the process lives on, and its network too."""
        self.delivery.look()
        self._run_totals.fill_network(self._totals)

    def totals_are(self, otherwise):
        """Why the totals that nobody filled in are not there."""
        self._otherwise = otherwise

    def write_exit(self, how, deadline_s, reads=parameters_read, **fields):
        """Writes the last line of state.jsonl, then exit.json, and closes the files; raises OSError."""
        self.state.write('exited', self.ended_s, reason=how.reason)
        record = {'code': how.code, 'signal': how.signal, 'reason': how.reason}
        if how.message is not None:
            record['message'] = how.message
        record.update(fields)
        record.update({
            'started_monotonic_s': round(self.started_s, 6),
            'ended_monotonic_s': round(self.ended_s, 6),
            'started_realtime_s': round(self.started_realtime_s, 6),
            'missed_samples': self._sampler.missed,
            'given': self._bench.given.record(),
        })
        record['parameters_read'] = reads(self.role)
        record.update(self.delivery.record)
        record.update(self._ports.record())
        load = {'boot_id': None, 'reason': self._otherwise} if self._load is None else self._load.record()
        record.update({'totals': self._totals.entries(self._otherwise), 'device_load': load})
        counting_s = self.delivery.counting_s(deadline_s, LONGEST_S)
        record.update(written(self.role, self._left(), counting_s))
        self._exit.write(record)
        for file in self._lines + [self.state]:
            file.close()

    def _left(self):
        command = self._bench.command
        return command.left() if command.ended else 0
