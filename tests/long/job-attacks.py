"""Tries what a task must not be able to do, and prints what each attempt got; null if it was refused.

    python3 job-attacks.py <private file> <file of a job> <ADDRESS,...>
"""
import ctypes
import glob
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys

private, of_job, addresses = sys.argv[1], sys.argv[2], sys.argv[3].split(',')
libc = ctypes.CDLL(None, use_errno=True)


def attempt(name, act):
    try:
        got, why = str(act())[:300], None
    except Exception as error:
        got, why = None, str(error)[:300]
    print(json.dumps({'name': name, 'got': got, 'why': why}), flush=True)


def read(path):
    with open(path, 'rb') as file:
        return file.read(200)


def write(path):
    with open(path, 'ab') as file:
        file.write(b'x')
    return 'written'


def call(name, *arguments):
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(os.strerror(ctypes.get_errno()))
    return 'done'


def run(*argv):
    ended = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
    if ended.returncode != 0:
        raise OSError(ended.stderr.strip())
    return ended.stdout


def reach_engine(path):
    with socket.socket(socket.AF_UNIX) as engine:
        engine.connect(path)
    return 'connected'


def reach_port(address, port):
    with socket.create_connection((address, port), 3):
        return 'connected'


class Store(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(os.environ['COLLAB_STORE'])


def store(method, path, body=None):
    connection = Store('store')
    connection.request(method, path, body)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status >= 400:
        raise OSError(f'{answer.status} {content.decode()}')
    return content or 'nothing'


def insecure():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def ask_broker(address, options):
    """What the broker says after CONNECT and a request for everything."""
    with socket.create_connection((address, 4222), 5) as plain:
        plain.settimeout(5)
        plain.recv(4096)
        with insecure().wrap_socket(plain) as broker:
            broker.sendall(f'CONNECT {json.dumps(options)}\r\nSUB > 1\r\nPING\r\n'.encode())
            said = b''
            while b'\n' not in said:
                part = broker.recv(4096)
                if not part:
                    raise OSError('it hung up')
                said += part
    if said.startswith(b'-ERR'):
        raise OSError(said.decode())
    return said


def ask_member(address, path, method='GET', token=None):
    connection = http.client.HTTPSConnection(address, 7947, timeout=5, context=insecure())
    headers = {} if token is None else {'Authorization': f'Bearer {token}'}
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status >= 400:
        raise OSError(f'{answer.status} {content.decode()}')
    return content


def foreign_processes():
    """Processes that are neither the wrapper nor of this task."""
    seen = [path for path in glob.glob('/proc/[0-9]*') if int(path[6:]) > 1]
    foreign = [path for path in seen if b'member' in read(f'{path}/cmdline') or b'agent' in read(f'{path}/cmdline')]
    if not foreign:
        raise OSError('none is seen')
    return foreign


# The engine.
for path in ('/var/run/docker.sock', '/run/docker.sock', '/run/containerd/containerd.sock'):
    attempt(f'engine: {path}', lambda: reach_engine(path))
for address in addresses:
    for port in (2375, 2376):
        attempt(f'engine: {address}:{port}', lambda: reach_port(address, port))

# Files of the agent, and of other tasks.
for path in ('agent/broker.seed', 'agent/system.password', 'member/gossip.keys', 'member/tls-key.pem'):
    attempt(f'credentials: /state/{path}', lambda: read(f'/state/{path}'))
    attempt(f'credentials: /proc/1/root/state/{path}', lambda: read(f'/proc/1/root/state/{path}'))
attempt('files: /state', lambda: os.listdir('/state'))
attempt('files: volumes of the engine', lambda: os.listdir('/var/lib/docker'))
attempt('files: /etc/shadow', lambda: read('/etc/shadow'))
attempt('files: outside of /collab', lambda: [one for one in os.listdir('/collab/../') if one.startswith('task-')][0])
attempt('processes of others', foreign_processes)

# Privileges.
attempt('privileges: setuid', lambda: os.setuid(0))
attempt('privileges: setgroups', lambda: os.setgroups([0]))
attempt('privileges: su', lambda: run('su', '-c', 'id'))
attempt('privileges: a setuid program', lambda: run('mount', '-t', 'tmpfs', 'none', '/mnt'))
attempt('privileges: mount', lambda: call('mount', b'none', b'/mnt', b'tmpfs', 0, None))
attempt('privileges: mknod', lambda: os.mknod('/tmp/disk', 0o60600, os.makedev(254, 0)))
attempt('privileges: unshare', lambda: call('unshare', 0x10000000))
attempt('privileges: chroot', lambda: os.chroot('/tmp'))
attempt('privileges: a raw socket', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))

# What other tasks use.
for path in (
    '/opt/collab/wrapper.py', '/etc/passwd', '/etc/group', '/usr/bin/python3', '/run/collab/other',
    '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/sys/fs/cgroup/memory/memory.limit_in_bytes',
    '/sys/fs/cgroup/memory.max',
):
    attempt(f'write: {path}', lambda: write(path))
attempt('write: remove the socket of the store', lambda: os.unlink(os.environ['COLLAB_STORE']))

# The store.
for name in (private, of_job, f'../{private}', f'%2e%2e/{private}', f'shared/../{private}', f'/{private}'):
    for method, kind in (('GET', 'files'), ('GET', 'versions'), ('PUT', 'files'), ('DELETE', 'files')):
        body = b'x' if method == 'PUT' else None
        attempt(f'store: {method} /{kind}/{name}', lambda: store(method, f'/{kind}/{name}', body))
for pattern in ('private/**', 'jobs/**', '**'):
    def listed():
        found = store('GET', f'/files?pattern={pattern}')
        names = [json.loads(line)['name'] for line in found.splitlines()] if found != 'nothing' else []
        return [one for one in names if one.startswith(('private/', 'jobs/'))][0]
    attempt(f'store: list {pattern}', listed)

# The network.
for address in addresses:
    for options in ({}, {'user': 'system', 'pass': ''}, {'nkey': 'U' * 56, 'sig': 'x'}):
        attempt(f'broker: {address} {json.dumps(options)}', lambda: ask_broker(address, options))
    for path in ('/members', '/info', '/events'):
        attempt(f'member: {address} {path}', lambda: ask_member(address, path))
    attempt(f'member: {address} with a wrong token', lambda: ask_member(address, '/members', token='x'))
    attempt(f'member: {address} /leave', lambda: ask_member(address, '/leave', 'POST'))

# What must go, or the others say nothing.
attempt('allowed: list shared files', lambda: store('GET', '/files'))
attempt('allowed: reach the port of a member', lambda: reach_port(addresses[0], 7947))
