"""One role from start to exit.json: a loop that follows the command, takes samples and handles signals."""
import os
import signal
import time

from ..linux import NotStarted, ProcessTree, Unavailable, reason_of
from ..measure import DeviceLoad, Instruments, OutOfMemory, ProcessRows, RunTotals, Sampler, Totals
from .command import Command
from .declared_ports import DeclaredPorts
from .delivery import Delivery
from .environment import command_environment
from .given import Given
from .parameter_reads import parameters_read
from .readiness import readiness
from .records import ExitFile, Lines, StateLog
from .written import LONGEST_S, written

NOT_STARTED_CODE = 127
TIMEOUT_CODE = 124

_NEVER = float('inf')
_KILL_AGAIN_S = 0.05
_GIVE_UP_S = 10.0
_IDLE_STEP_S = 0.1


class RoleRun(object):
    """Runs a role. Everything that measures is created before the command starts, so earlier usage is subtracted."""

    def __init__(self, role, metrics, wakeups, module_folder):
        self._role = role
        self._wakeups = wakeups
        self._environment = command_environment(role, module_folder)
        self._given = Given(role, self._environment)
        self._state = StateLog(role.path('state.jsonl'))
        self._exit = ExitFile(role.path('exit.json'))
        self._totals = Totals(metrics)
        tree = ProcessTree(os.getpid())
        self._tree = tree
        self._command = Command(tree)
        self._instruments = Instruments(role, metrics, tree, self._command, self._environment)
        rows = ProcessRows(Lines(role.path('processes.jsonl')), tree)
        self._sampler = Sampler(self._instruments.probes, tree, Lines(role.path('samples.jsonl')), rows, self._state)
        self._delivery = Delivery(role, wakeups, self._state)
        self._ports = DeclaredPorts(role)
        if role.meeting and role.meeting.get('listen'):
            self._open_meeting(role.meeting, wakeups)
        self._is_ready, self._ready_interval_s = readiness(role, tree)
        self._ready = False
        self._next_ready_s = 0.0
        self._reason = 'exited'
        self._kill_at_s = _NEVER
        self._load = None
        self._deadline_s = _NEVER

    def _open_meeting(self, meeting, wakeups):
        """Serves the trial's barriers. One wrapper of the trial does: the one that has an address to listen on."""
        from .meeting import MeetingPlace  # loaded late: the other wrappers do not need sockets
        try:
            self._delivery.meeting = MeetingPlace(meeting['listen'], meeting['port'], meeting['key'])
            wakeups.watch(self._delivery.meeting)
        except OSError as error:
            self._state.write('unavailable', metric='barrier', reason=reason_of(error))

    def run(self):
        """Starts the command, follows it to its end and writes exit.json; returns the exit code."""
        try:
            return self._run()
        finally:
            self._instruments.close()

    def _run(self):
        role, instruments = self._role, self._instruments
        os.makedirs(role.path('outputs'), exist_ok=True)
        instruments.sensors.energy.begin(self._measure_idle())
        run_totals = RunTotals(instruments, self._command.reaped)
        out_of_memory = OutOfMemory(instruments.cgroup.memory)
        self._load = DeviceLoad(instruments, self._tree, self._command.reaped)
        started_realtime_s, started_s = time.time(), time.monotonic()
        try:
            if self._wakeups.stop_requested:
                return self._never_ran('stopped', 'asked to stop before the start', started_s, started_realtime_s)
            self._command.start(
                role.command, role.directory, self._environment, role.path('stdout.log'), role.path('stderr.log'),
                instruments.counters.attach if instruments.counters else None)
        except NotStarted as fault:
            return self._never_ran('not-started', str(fault), started_s, started_realtime_s)
        cgroups = instruments.made_cgroups
        self._state.write('started', started_s, pid=self._command.pid, **({'cgroups': cgroups} if cgroups else {}))
        self._sampler.begin(started_s, role.sampling_s)
        self._sampler.announce(instruments.refused, instruments.absent)
        self._deadline_s = _NEVER if role.timeout_s is None else started_s + role.timeout_s
        self._follow(self._deadline_s)
        ended_s = time.monotonic()
        self._load.end()
        self._ports.look(ended_s)
        self._check_ready(ended_s)
        self._sampler.end()
        left_over = self._end_the_rest()
        run_totals.fill(self._totals, ended_s - started_s, left_over)
        for metric, how in run_totals.lower_bounds():
            self._state.write('estimated', metric=metric, reason=how)
        message = out_of_memory.verdict(self._command, self._kill_at_s != _NEVER)
        self._delivery.wait(self._deadline_s)
        run_totals.fill_network(self._totals)
        self._write_exit(message, started_s, ended_s, started_realtime_s, 'not read')
        return TIMEOUT_CODE if self._reason == 'timeout' else self._command.exit_code

    def _measure_idle(self):
        """Reads the power sensors before the command starts; returns for how many seconds it did."""
        probes = self._instruments.sensors.energy.probes
        if not probes or self._role.idle_s <= 0:
            return 0.0
        began_s = now_s = time.monotonic()
        while now_s < began_s + self._role.idle_s and not self._wakeups.stop_requested:
            for probe in probes:
                try:
                    probe.read({}, now_s)
                except (Unavailable, OSError, ValueError):
                    pass  # reported when the run itself reads it
            self._command.reap()
            self._wakeups.sleep_until(now_s + min(_IDLE_STEP_S, self._role.idle_s))
            now_s = time.monotonic()
        return now_s - began_s

    def abandon(self):
        """Ends all processes of the command after a fault of the wrapper."""
        if self._command.pid is not None:
            self._kill_at_s = 0.0
            self._end_the_rest()
        self._instruments.close()

    def _follow(self, deadline_s):
        """Returns when the command itself has ended. Processes are reaped only after a signal: each end sends one."""
        signalled = True
        while True:
            if signalled:
                self._command.reap()
            if self._command.ended:
                return
            now_s = time.monotonic()
            if self._kill_at_s == _NEVER and (self._wakeups.stop_requested or now_s >= deadline_s):
                self._stop('stopped' if self._wakeups.stop_requested else 'timeout', now_s)
            if now_s >= self._kill_at_s:
                self._command.send(signal.SIGKILL)
                self._kill_at_s = now_s + _KILL_AGAIN_S
            if now_s >= self._next_ready_s:
                self._check_ready(now_s)
            if now_s >= self._ports.next_s:
                self._ports.look(now_s)
            self._sampler.tick()
            until_s = min(self._sampler.next_s, self._kill_at_s, self._next_ready_s, self._ports.next_s)
            signalled = self._wakeups.sleep_until(min(until_s, deadline_s if self._kill_at_s == _NEVER else _NEVER))

    def _stop(self, reason, now_s):
        self._reason = reason
        self._delivery.stopping(now_s)
        self._kill_at_s = now_s + self._role.stop_grace_s
        self._state.write('stopping', reason=reason)
        self._command.send(signal.SIGTERM)

    def _check_ready(self, now_s):
        if self._ready:
            return
        self._ready = self._is_ready()
        if self._ready:
            self._state.write('ready')
        self._next_ready_s = _NEVER if self._ready else now_s + self._ready_interval_s

    def _end_the_rest(self):
        """Ends processes that the command left behind: SIGTERM, the grace period, SIGKILL. Returns how many remain."""
        if not self._command.reap():
            return 0
        now_s = time.monotonic()
        if self._kill_at_s == _NEVER:
            self._command.send(signal.SIGTERM)
            self._kill_at_s = now_s + self._role.stop_grace_s
        give_up_s = max(now_s, self._kill_at_s) + _GIVE_UP_S
        while self._command.reap():
            now_s = time.monotonic()
            if now_s >= give_up_s:
                return self._command.left()
            if now_s >= self._kill_at_s:
                self._command.send(signal.SIGKILL)
                self._kill_at_s = now_s + _KILL_AGAIN_S
            self._wakeups.sleep_until(min(self._kill_at_s, give_up_s))
        return 0

    def _never_ran(self, reason, message, now_s, realtime_s):
        self._reason = reason
        self._write_exit(message, now_s, now_s, realtime_s, 'the command was not started')
        return NOT_STARTED_CODE if reason == 'not-started' else 128 + signal.SIGTERM

    def _write_exit(self, message, started_s, ended_s, started_realtime_s, otherwise):
        """Writes the last line of state.jsonl, then exit.json."""
        self._state.write('exited', ended_s, reason=self._reason)
        record = {'code': self._command.code, 'signal': self._command.signal, 'reason': self._reason}
        if message is not None:
            record['message'] = message
        record.update({
            'started_monotonic_s': round(started_s, 6),
            'ended_monotonic_s': round(ended_s, 6),
            'started_realtime_s': round(started_realtime_s, 6),
            'missed_samples': self._sampler.missed,
            'given': self._given.record(),
        })
        record['parameters_read'] = parameters_read(self._role)
        record.update(self._delivery.record)
        record.update(self._ports.record())
        record.update({
            'totals': self._totals.entries(otherwise),
            'device_load': self._load.record(),
        })
        counting_s = self._delivery.counting_s(self._deadline_s, LONGEST_S)
        record.update(written(self._role, self._command.left(), counting_s))
        self._exit.write(record)
