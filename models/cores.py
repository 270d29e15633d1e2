"""Cores that this process may use: not all of the machine's, in a container with a part of them."""

import os

_ROOT = "/sys/fs/cgroup"
_GROUPS = "/proc/self/cgroup"


def usable(root=_ROOT, groups=_GROUPS):
    """How many: those on which the kernel lets it run, but no more than the whole ones of its groups' quotas; at least 1."""
    count = len(os.sched_getaffinity(0))
    quotas = [quota for folder in _folders(root, groups) for quota in (_quota_v2(folder), _quota_v1(folder)) if quota]
    return max(1, int(min([count] + quotas)))


def _folders(root, groups):
    """Folders of the groups of this process and of those around them. A container often sees its own as the root."""
    try:
        with open(groups) as file:
            lines = [line.rstrip("\n").split(":", 2) for line in file]
    except OSError:
        return
    for line in lines:
        if len(line) != 3 or not (line[1] == "" or "cpu" in line[1].split(",")):
            continue
        parts = [part for part in line[2].split("/") if part]
        for length in range(len(parts), -1, -1):
            for mount in ("", "cpu", "cpu,cpuacct"):
                yield os.path.join(root, mount, *parts[:length])


def _quota_v2(folder):
    """Cores, or None if there is no limit. `cpu.max` has two words: microseconds, or max, of a period."""
    words = _words(folder, "cpu.max")
    return None if len(words) != 2 or words[0] == "max" else int(words[0]) / float(words[1])


def _quota_v1(folder):
    words = _words(folder, "cpu.cfs_quota_us") + _words(folder, "cpu.cfs_period_us")
    return None if len(words) != 2 or int(words[0]) <= 0 else int(words[0]) / float(words[1])


def _words(folder, name):
    try:
        with open(os.path.join(folder, name)) as file:
            return file.read().split()
    except OSError:
        return []
