"""Starting a program: fork and exec, without what the subprocess module brings along (2 MB)."""
import errno
import os
import signal

from .prctl import die_with

_RESTORED = ('SIGTERM', 'SIGINT', 'SIGHUP', 'SIGCHLD', 'SIGPIPE', 'SIGXFSZ')


class NotStarted(Exception):
    """The program could not be started; the message is what the system said."""


def spawn(words, directory, environment, stdout, stderr, before_exec=None):
    """Starts a program in a session of its own, without input, killed when the wrapper dies; returns its pid.

    `stdout` and `stderr` are descriptors. `before_exec(pid)` runs here while the child waits. Raises NotStarted.
    """
    parent = os.getpid()
    told, tell = os.pipe()
    held, let_go = os.pipe()
    every = set(range(1, signal.NSIG)) - {32, 33}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, every)
    pid = os.fork()
    if pid == 0:
        _become(words, directory, environment, stdout, stderr, parent, before, tell, (held, let_go))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    os.close(tell)
    os.close(held)
    try:
        if before_exec is not None:
            before_exec(pid)
    finally:
        os.close(let_go)
        said = os.read(told, 4096)
        os.close(told)
    if said:
        os.waitpid(pid, 0)
        raise NotStarted(said.decode('utf-8', 'replace'))
    return pid


def _bytes(text):
    """As role.json says it: Python 3.6 would write it in the encoding of the locale, which may be ASCII."""
    return text.encode('utf-8', 'surrogateescape')


def _become(words, directory, environment, stdout, stderr, parent, mask, tell, gate):
    """The child: never returns."""
    said = ''
    try:
        signal.set_wakeup_fd(-1)
        for name in _RESTORED:
            signal.signal(getattr(signal, name), signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.setsid()
        die_with(parent)
        held, let_go = gate
        os.close(let_go)
        os.read(held, 1)
        null = os.open(os.devnull, os.O_RDONLY)
        # Away from 0 to 2 first: the wrapper may have been started with one of them closed.
        files = [os.dup(null), os.dup(stdout), os.dup(stderr)]
        while min(files) < 3:
            files = [os.dup(one) for one in files]
        for number, descriptor in enumerate(files):
            os.dup2(descriptor, number)
        said = directory
        os.chdir(_bytes(directory))
        said = words[0]
        environment = {_bytes(name): _bytes(value) for name, value in environment.items()}
        os.execvpe(_bytes(words[0]), [_bytes(word) for word in words], environment)
    except OSError as error:
        missing = said == directory and error.errno in (errno.ENOENT, errno.ENOTDIR)
        message = '{}: {}'.format(said, 'no such folder' if missing else error.strerror)
    except BaseException as error:  # nothing of the wrapper may go on in the child
        message = '{}: {}'.format(words[0], error)
    try:
        os.write(tell, message.encode('utf-8', 'replace')[:4096])
    finally:
        os._exit(127)
