"""A role whose process is started for one trial."""
from .process_run import NEVER, ProcessRun
from .stretch import Ended, Stretch


class RoleRun(ProcessRun):
    """One trial, from the start of the command to its end."""

    def __init__(self, role, metrics, wakeups, module_folder, told):
        super().__init__(role, metrics, wakeups, module_folder, told)
        self._stretch = Stretch(role, self.bench)
        self.state = self._stretch.state
        self.deadline_s = NEVER
        if role.meeting and role.meeting.get('listen'):
            self.open_meeting(role.meeting)
            self._stretch.delivery.meeting = self.meeting

    @property
    def next_s(self):
        """When something is due."""
        return self._stretch.next_s

    def starting(self):
        """Just before the command starts."""
        self._stretch.arm()

    def started(self, fields):
        """The command runs."""
        self._stretch.begin(**fields)
        self.deadline_s = self._stretch.deadline_s

    def attend(self, now_s):
        """Does what is due."""
        self._stretch.tick(now_s)

    def stopping(self, now_s):
        """The command is asked to stop."""
        self._stretch.delivery.stopping(now_s)
        self.state.write('stopping', reason=self.reason)

    def never_ran(self, how):
        """The command was not started."""
        self._stretch.write_exit(how, NEVER)

    def ended(self, ended_s):
        """The command has ended."""
        stretch = self._stretch
        stretch.end(ended_s)
        stretch.measure(self.end_the_rest())
        message = stretch.what_ran_out(self.was_stopped)
        stretch.deliver(self.deadline_s)
        how = Ended(self.command.code, self.command.signal, self.reason, message)
        stretch.write_exit(how, self.deadline_s, **self.finalize())
