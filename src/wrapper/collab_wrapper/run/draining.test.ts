import { describe, expect, it } from 'vitest';
import { machinesInPython } from '../../../../tests/fixtures/machines-in-python.js';

/** Sockets that owe, by the second; `stop_s` is when the role is asked to stop, with a grace of 10 s. */
const drain = (owed: string, limitS = 'float("inf")', stopping = 'False') =>
  machinesInPython(`
from types import SimpleNamespace as Of
from collab_wrapper.run.draining import Draining
clock = [100.0]
def sockets():
    role, ends = (${owed})(clock[0] - 100)
    return Of(of_role=role, of_wrapper=0, ends=ends, left=role + ends)
def sleep_until(monotonic_s): clock[0] = monotonic_s
draining = Draining(sleep_until, lambda: 100 + ${limitS}, sockets, lambda: clock[0], lambda: ${stopping})
draining.wait()
result = [round(draining.seconds, 2), draining.sockets.of_role, draining.sockets.ends]`) as number[];

describe('the wait for what a role sent', () => {
  it('takes no time if nothing is left', () => {
    expect(drain('lambda s: (0, 0)')).toEqual([0, 0, 0]);
  });

  it('ends when everything has arrived', () => {
    const [seconds, bytes] = drain('lambda s: (max(0, int(400000 - 100000 * s)), 0)');
    expect(bytes).toBe(0);
    expect(seconds).toBeGreaterThanOrEqual(4);
    expect(seconds).toBeLessThan(4.2);
  });

  it('ends 10 s after the last progress, with what is left', () => {
    expect(drain('lambda s: (max(270000, int(400000 - 50000 * s)), 0)')).toEqual([
      expect.closeTo(12.6, 0) as number,
      270_000,
      0,
    ]);
  });

  it('ends after a minute even with progress', () => {
    const [seconds, bytes] = drain('lambda s: (int(10**9 - 1000 * s), 0)');
    expect(seconds).toBeCloseTo(60, 0);
    expect(bytes).toBeGreaterThan(0);
  });

  it('waits only 2 s for the end of a connection whose bytes have arrived', () => {
    expect(drain('lambda s: (0, 1)')).toEqual([2, 0, 1]);
  });

  it('waits only 2 s without progress for a service that was stopped: its peers have ended', () => {
    expect(drain('lambda s: (5, 0)', 'float("inf")', 'True')).toEqual([2, 5, 0]);
  });

  it('ends in time for the request to stop', () => {
    expect(drain('lambda s: (5, 0)', '3.0')).toEqual([3, 5, 0]);
  });
});

describe('the sockets of a namespace', () => {
  it('counts what orphans owe, apart from the ends, the listeners and the sockets of the wrapper', () => {
    const line = (state: string, waiting: string, inode: number) =>
      `   0: 0100007F:1B58 0100007F:897C ${state} ${waiting}:00000000 01:00000014 00000000 0 0 ${inode} 1 000000006928ccdd 20 0 0 10 -1`;
    const tcp = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      line('0A', '00000003', 11), // a listener with three connections that wait
      line('04', '00000101', 0), // FIN_WAIT1: 256 bytes and the end
      line('0B', '00000001', 0), // CLOSING: the end alone
      line('09', '00000011', 0), // LAST_ACK: 16 bytes and the end
      line('01', '00000005', 22), // the wrapper's own
      line('08', '00000007', 33), // CLOSE_WAIT: a process that could not be ended
      line('05', '00000000', 0), // FIN_WAIT2
      line('06', '00000000', 0), // TIME_WAIT
      line('02', '00000001', 44), // SYN_SENT of a process that could not be ended
    ].join('\n');
    expect(
      machinesInPython(`
import os
from collab_wrapper.linux import UnsentSockets
with open(os.path.join(os.environ['ROOT'], 'tcp'), 'w') as file: file.write(${JSON.stringify(`${tcp}\n`)})
sockets = UnsentSockets({22}, os.environ['ROOT'])
result = [sockets.of_role, sockets.of_wrapper, sockets.ends, sockets.left]`),
    ).toEqual([256 + 16 + 7, 5, 1, 256 + 16 + 7 + 5 + 1]);
  });

  it('knows connections that were closed with unread data', () => {
    expect(
      machinesInPython(`
import os, socket
from collab_wrapper.linux import ClosedUnread
path = os.path.join(os.environ['ROOT'], 'netstat')
def write(on_close, on_data):
    with open(path, 'w') as file:
        file.write('TcpExt: TW TCPAbortOnData TCPAbortOnClose\\nTcpExt: 1 {} {}\\n'.format(on_data, on_close))
        file.write('IpExt: InNoRoutes\\nIpExt: 0\\n')
write(3, 4); recorded = ClosedUnread(path); write(5, 5)
here = ClosedUnread()
listener = socket.socket(); listener.bind(('127.0.0.1', 0)); listener.listen(1)
one = socket.create_connection(listener.getsockname())
other, _ = listener.accept()
one.sendall(b'data'); other.recv(2); other.close()
result = [recorded.connections(), here.connections() >= 1]`),
    ).toEqual([3, true]);
  });
});
