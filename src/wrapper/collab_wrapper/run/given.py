"""What the command gets of its device: thread counts, limits and shared memory."""
import os
import resource

#: Read by OpenMP and BLAS libraries, NumExpr, Numba, TensorFlow and programs in Rust. Those that are not set follow the
#: processors of the machine, which a container on a part of them sees as well.
_THREADS = ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'BLIS_NUM_THREADS', 'NUMEXPR_NUM_THREADS',
            'NUMBA_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS', 'RAYON_NUM_THREADS')
_SHARED_MEMORY = '/dev/shm'
#: The kernel's own limit (fs.nr_open). Engines differ: some give 1,024, some a billion, over which programs loop.
_OPEN_FILES = 1 << 20


class Given(object):
    """Sets what is right for the cores and the container of a role, and says what its command has."""

    def __init__(self, role, environment):
        """Adds thread counts to `environment`; a container also gets other limits."""
        self._cores = _cores(role.cores)
        # A plain process is not limited unless its machine is: its libraries know best.
        if self._cores is not None and (role.own_cgroup or self._cores < (os.cpu_count() or 1)):
            _set_threads(environment, self._cores)
        self._threads = {name: environment[name] for name in _THREADS if environment.get(name)}
        if role.own_cgroup:
            _set_limits()

    def record(self):
        """For exit.json. Shared memory is None if there is none."""
        open_files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return {
            'cores': self._cores,
            'threads': self._threads,
            'shared_memory_bytes': _shared_memory(),
            'open_files': None if open_files == resource.RLIM_INFINITY else open_files,
        }


def _cores(cores):
    """Not more than the processors on which this process may run."""
    if cores is None or not hasattr(os, 'sched_getaffinity'):
        return cores
    return max(1, min(cores, len(os.sched_getaffinity(0))))


def _set_threads(environment, cores):
    """The user's own counts stay; an empty one is none. The others get that of OpenMP if the user set it."""
    count = environment.get('OMP_NUM_THREADS', '').split(',')[0].strip() or str(cores)
    for name in _THREADS:
        if not environment.get(name):
            environment[name] = count


def _set_limits():
    """Open files: as many as the engine allows. Locked memory likewise. No core dumps into the container's disk.

    A program may raise them up to the engine's limits.
    """
    _limit(resource.RLIMIT_NOFILE, lambda hard: _OPEN_FILES if hard < 0 else min(hard, _OPEN_FILES))
    _limit(resource.RLIMIT_MEMLOCK, lambda hard: hard)
    _limit(resource.RLIMIT_CORE, lambda hard: 0)


def _limit(which, soft_of):
    hard = resource.getrlimit(which)[1]
    try:
        resource.setrlimit(which, (soft_of(hard), hard))
    except (OSError, ValueError):
        pass  # what holds is recorded


def _shared_memory():
    try:
        _, fragment_bytes, fragments = os.statvfs(_SHARED_MEMORY)[:3]
    except OSError:
        return None
    return fragment_bytes * fragments
