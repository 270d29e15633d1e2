"""Running one role: its command from start to end, and the files that it leaves."""
from .command import Command
from .fifo import Told
from .hold import wait_for_go
from .records import Lines, StateLog
from .role import Role, RoleFault, read_role
from .role_run import RoleRun
from .wakeups import Wakeups

__all__ = ['Command', 'Lines', 'Role', 'RoleFault', 'RoleRun', 'StateLog', 'Told', 'Wakeups', 'read_role',
           'wait_for_go']
