"""Starting a program with fork and exec. The subprocess module would cost 2 MB of memory."""
import errno
import os
import signal

from .prctl import die_with

_RESTORED = ('SIGTERM', 'SIGINT', 'SIGHUP', 'SIGCHLD', 'SIGPIPE', 'SIGXFSZ')


class NotStarted(Exception):
    """The program could not be started; the message is the system's."""


def spawn(words, directory, environment, stdout, stderr, before_exec=None):
    """Starts a program in a new session, with no input, and returns its pid. The kernel kills it when the wrapper dies.

    `words` is the program and its arguments. `stdout` and `stderr` are descriptors. `before_exec(pid)` runs in the
    wrapper while the child waits. Raises NotStarted.
    """
    parent = os.getpid()
    error_reader, error_writer = os.pipe()
    gate_reader, gate_writer = os.pipe()
    every = set(range(1, signal.NSIG)) - {32, 33}  # those two belong to the C library
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, every)
    pid = os.fork()
    if pid == 0:
        gate = (gate_reader, gate_writer)
        _run_child(words, directory, environment, stdout, stderr, parent, mask, error_writer, gate)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    os.close(error_writer)
    os.close(gate_reader)
    try:
        if before_exec is not None:
            before_exec(pid)
    finally:
        os.close(gate_writer)
        error = os.read(error_reader, 4096)
        os.close(error_reader)
    if error:
        os.waitpid(pid, 0)
        raise NotStarted(error.decode('utf-8', 'replace'))
    return pid


def _bytes(text):
    """UTF-8, as in role.json. Python 3.6 would use the encoding of the locale, which may be ASCII."""
    return text.encode('utf-8', 'surrogateescape')


def _run_child(words, directory, environment, stdout, stderr, parent, mask, error_writer, gate):
    """The child. It never returns: it executes the program, or reports why it cannot and exits."""
    subject = ''
    try:
        signal.set_wakeup_fd(-1)
        for name in _RESTORED:
            signal.signal(getattr(signal, name), signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.setsid()
        die_with(parent)
        gate_reader, gate_writer = gate
        os.close(gate_writer)
        os.read(gate_reader, 1)  # returns once the wrapper closes its end
        null = os.open(os.devnull, os.O_RDONLY)
        # Move them above 2 first: the wrapper may have been started with one of 0 to 2 closed.
        files = [os.dup(null), os.dup(stdout), os.dup(stderr)]
        while min(files) < 3:
            files = [os.dup(one) for one in files]
        for number, descriptor in enumerate(files):
            os.dup2(descriptor, number)
        subject = directory
        os.chdir(_bytes(directory))
        subject = words[0]
        environment = {_bytes(name): _bytes(value) for name, value in environment.items()}
        os.execvpe(_bytes(words[0]), [_bytes(word) for word in words], environment)
    except OSError as error:
        missing = subject == directory and error.errno in (errno.ENOENT, errno.ENOTDIR)
        message = '{}: {}'.format(subject, 'no such folder' if missing else error.strerror)
    except BaseException as error:  # the wrapper's code must not continue in the child
        message = '{}: {}'.format(words[0], error)
    try:
        os.write(error_writer, message.encode('utf-8', 'replace')[:4096])
    finally:
        os._exit(127)
