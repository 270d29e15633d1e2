"""What the kernel says of every process that was waited for."""


class Reaped(object):
    """Usage of all processes of the command that have ended, with what they had waited for: sums, and the largest
    resident set of any one of them; `count` is how often it was waited. From wait4, so helpers of the wrapper's own stay out of it."""

    def __init__(self):
        self.count = 0
        self.user_s = self.system_s = 0.0
        self.largest_bytes = 0
        self.minor_faults = self.major_faults = 0
        self.voluntary_switches = self.involuntary_switches = 0

    def add(self, usage):
        """Takes in what wait4 told of one process."""
        self.count += 1
        self.user_s += usage.ru_utime
        self.system_s += usage.ru_stime
        self.largest_bytes = max(self.largest_bytes, usage.ru_maxrss * 1024)
        self.minor_faults += usage.ru_minflt
        self.major_faults += usage.ru_majflt
        self.voluntary_switches += usage.ru_nvcsw
        self.involuntary_switches += usage.ru_nivcsw

    @property
    def cpu_s(self):
        """User and system seconds."""
        return self.user_s + self.system_s
