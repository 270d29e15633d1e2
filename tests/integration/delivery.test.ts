import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sampleRecord } from '../../src/logs/records/role-records.js';
import { connect, cut, startPeer, startRole } from './cable.js';

const sentBytes = 400_000;
const send = `import socket
sender = socket.create_connection(("10.78.1.1", 5000))
sender.sendall(b"x" * ${sentBytes})
sender.close()`;
const listen = `import socket, sys, time
listener = socket.socket(); listener.bind(("10.78.1.1", 5000)); listener.listen(1); print("up")
taker, _ = listener.accept()
def read():
    got = 0
    while True:
        data = taker.recv(65536)
        if not data: return got
        got += len(data)`;

it('what a role sent before it ended arrives, however late its peer reads', async () => {
  connect();
  const reader = startPeer(`${listen}\ntime.sleep(1.5)\nprint(read(), "end")`);
  await reader.line();
  const { folder, ended } = startRole(send);
  const exit = await ended;
  cut();
  expect(await reader.line()).toBe(`${sentBytes} end`);
  expect(exit).toMatchObject({ code: 0, undelivered_bytes: 0, unconfirmed_ends: 0, closed_unread: 0 });
  expect(exit.drain_s).toBeGreaterThan(0.3);
  const samples = readFileSync(join(folder, 'samples.jsonl'), 'utf8').trim().split('\n');
  const last = sampleRecord.parse(JSON.parse(samples.at(-1) ?? ''));
  expect(last.monotonic_s).toBeLessThan(exit.ended_monotonic_s + 0.2); // the wait has no samples
  expect(exit.totals.wall_s?.value).toBeCloseTo(exit.ended_monotonic_s - exit.started_monotonic_s, 4);
  expect(exit.totals.network_sent_bytes?.value).toBeGreaterThan(sentBytes); // all of it, and headers
});

it('a peer that never reads ends the wait, and what it did not get is counted to the byte', async () => {
  connect();
  const reader = startPeer(
    `${listen}\nsys.stdin.readline(); taker.settimeout(1)\ngot = 0\ntry:\n    while True: got += len(taker.recv(65536))\nexcept OSError: print(got)`,
  );
  await reader.line();
  const exit = await startRole(send).ended;
  cut();
  reader.child.stdin?.write('\n');
  const got = Number(await reader.line());
  expect(got).toBeGreaterThan(0);
  expect(exit.undelivered_bytes).toBe(sentBytes - got);
  expect(exit.drain_s).toBeGreaterThan(9.9);
  expect(exit.drain_s).toBeLessThan(15);
}, 30_000);

it('a role that is stopped waits for 2 s without progress, and ends within its grace period', async () => {
  connect();
  const reader = startPeer(`${listen}\ntime.sleep(60)`);
  await reader.line();
  const { child, folder, ended } = startRole(
    `${send.replace('sender.close()', 'print("sent")')}\nimport time\ntime.sleep(60)`,
  );
  await expect
    .poll(() => readFileSync(join(folder, 'stdout.log'), { encoding: 'utf8', flag: 'a+' }), {
      timeout: 10_000,
    })
    .toContain('sent');
  const askedAt = Date.now();
  child.kill('SIGTERM');
  const exit = await ended;
  expect(exit).toMatchObject({ reason: 'stopped', signal: 'SIGTERM' });
  expect(exit.undelivered_bytes).toBeGreaterThan(0);
  expect(exit.drain_s).toBeCloseTo(2, 0);
  expect((Date.now() - askedAt) / 1000).toBeLessThan(1 + 5); // stop_grace_s + 5: then the controller kills it
}, 30_000);

it('a peer that has gone costs 2 s, and is no loss if it has all bytes', async () => {
  connect();
  const { ended, folder } = startRole(`import socket, time
listener = socket.socket(); listener.bind(("10.78.1.2", 5000)); listener.listen(1); print("up")
taker, _ = listener.accept()
while taker.recv(100): pass
print("all"); time.sleep(1); taker.close()`);
  const said = () => readFileSync(join(folder, 'stdout.log'), { encoding: 'utf8', flag: 'a+' });
  await expect.poll(said, { timeout: 10_000 }).toContain('up');
  startPeer('import socket; socket.create_connection(("10.78.1.2", 5000)).sendall(b"bye")');
  await expect.poll(said, { timeout: 10_000 }).toContain('all');
  cut();
  const exit = await ended;
  expect(exit).toMatchObject({ code: 0, undelivered_bytes: 0, unconfirmed_ends: 1 });
  expect(exit.drain_s).toBeLessThan(4);
}, 30_000);

it('counts the answers that nobody has the port of a datagram open, and names the ports that the role never opened', async () => {
  connect();
  const code = `import socket, time
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); sender.bind(("10.78.1.2", 5006))
for number in range(3): sender.sendto(b"x", ("10.78.1.1", 5004)); time.sleep(0.2)`;
  const ports = { rtp: 5004, control: 5006, spare: 5008 };
  const declared = { ports, port_protocols: { rtp: 'udp', control: 'tcp' } };
  const exit = await startRole(code, declared).ended;
  cut();
  expect(exit.code).toBe(0);
  expect(exit.unreachable_answers).toBe(3);
  expect(exit.unopened_ports).toEqual([
    { name: 'control', port: 5006, protocol: 'tcp', opened: 'udp' },
    { name: 'rtp', port: 5004, protocol: 'udp', opened: null },
    { name: 'spare', port: 5008, protocol: null, opened: null },
  ]);
});

it('counts the datagrams that arrive while the role has no socket for them', async () => {
  connect();
  const { ended, folder } = startRole('import time; print("up"); time.sleep(1.5)');
  const said = () => readFileSync(join(folder, 'stdout.log'), { encoding: 'utf8', flag: 'a+' });
  await expect.poll(said, { timeout: 10_000 }).toContain('up');
  const send = 'socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("10.78.1.2", 5004))';
  expect(await startPeer(`import socket\n${send}; ${send}\nprint("sent")`).line()).toBe('sent');
  const exit = await ended;
  cut();
  expect(exit).toMatchObject({ code: 0, unclaimed_datagrams: 2, unreachable_answers: 0 });
});
