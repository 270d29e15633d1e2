"""Programs for the wrapper whose use of the machine is known. The last line is a JSON list: the truth, and the seconds
that a hypervisor took from the machine meanwhile. They end without the interpreter's own end, which none could count.

    cpu MS          a child and its two children, each of which works MS of CPU time; all are waited for
    short N MS      N children one after another, each MS of CPU time
    unwaited N MS   the same, with SIGCHLD ignored: the kernel adds their time to nobody's
    memory MIB MS   MIB of memory for MS, between two samples
    disk MIB        a file of MIB, written to the disk
    network BYTES   BYTES over TCP on loopback
"""
import json
import os
import resource
import signal
import socket
import struct
import sys
import tempfile
import time

HEADERS = 20 + 32  # bytes that IPv4, and TCP with its timestamps, add to a segment; `lo` counts no Ethernet header


def work(milliseconds):
    """Works until this process has used so much CPU time, and returns it in seconds."""
    while time.process_time() < milliseconds / 1000.0:
        pass
    return time.process_time()


def used_s():
    own, waited = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + waited.ru_utime + waited.ru_stime


def stolen_s():
    with open('/proc/stat') as file:
        return int(file.readline().split()[8]) / float(os.sysconf('SC_CLK_TCK'))


def child(task):
    """Runs a task in a child process; returns its id."""
    pid = os.fork()
    if pid == 0:
        try:
            task()
        finally:
            os._exit(0)
    return pid


def cpu(milliseconds):
    def family():
        pids = [child(lambda: work(milliseconds)) for _ in range(2)]
        work(milliseconds)
        for pid in pids:
            os.waitpid(pid, 0)
    os.waitpid(child(family), 0)
    return used_s()


def short(count, milliseconds):
    for _ in range(count):
        os.waitpid(child(lambda: work(milliseconds)), 0)
    return used_s()


def unwaited(count, milliseconds):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    total_s = 0.0
    for _ in range(count):
        out, into = os.pipe()
        child(lambda: os.write(into, repr(work(milliseconds)).encode()))
        os.close(into)
        total_s += float(os.read(out, 64))
        os.read(out, 1)  # until it has ended
        os.close(out)
    return total_s + used_s()


def memory(mebibytes, milliseconds):
    time.sleep(0.53)
    block = bytearray(b'x') * (mebibytes << 20)
    time.sleep(milliseconds / 1000.0)
    del block
    time.sleep(0.3)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def disk(mebibytes):
    with tempfile.NamedTemporaryFile(dir='.') as file:
        for _ in range(mebibytes):
            file.write(os.urandom(1 << 20))
        file.flush()
        os.fsync(file.fileno())
    return mebibytes << 20


def tcp_sent(connection):
    """The bytes and the segments that the kernel sent for a connection, those sent again included (tcp(7), TCP_INFO)."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 208)
    return struct.unpack_from('=Q', info, 200)[0], struct.unpack_from('=I', info, 136)[0]


def network(size):
    """The bytes that `lo` carries. On a busy machine, TCP sends some segments again, and shorter ones."""
    listening = socket.socket()
    listening.bind(('127.0.0.1', 0))
    listening.listen(1)
    told, tell = os.pipe()

    def sender():
        peer = socket.create_connection(listening.getsockname())
        peer.sendall(bytes(size))
        peer.shutdown(socket.SHUT_WR)
        peer.recv(1)  # the other side closes when it has everything
        os.write(tell, struct.pack('=QI', *tcp_sent(peer)))
    pid = child(sender)
    peer, _ = listening.accept()
    while peer.recv(1 << 20):
        pass
    _, acknowledgements = tcp_sent(peer)
    peer.close()
    os.waitpid(pid, 0)
    sent, segments = struct.unpack('=QI', os.read(told, 12))
    return sent + (segments + acknowledgements) * HEADERS


TASKS = {'cpu': cpu, 'short': short, 'unwaited': unwaited, 'memory': memory, 'disk': disk, 'network': network}
before_s = stolen_s()
truth = TASKS[sys.argv[1]](*[int(word) for word in sys.argv[2:]])
print(json.dumps([truth, stolen_s() - before_s]))
sys.stdout.flush()
os._exit(0)
