import { expect, it } from 'vitest';
import { connect, peer, role, startPeer, startRole, tc } from './cable.js';

/** Bytes that left a limited link: the limiter knows the size of each segment on the cable. */
function throughLimiter(name: string, device: string): number {
  const shown = tc(name, '-s', '-j', 'qdisc', 'show', 'dev', device);
  return (JSON.parse(shown) as { bytes: number }[])[0]?.bytes ?? NaN;
}

function limit(name: string, device: string): void {
  const limiter = ['tbf', 'rate', '400mbit', 'burst', '64kb', 'latency', '100ms'];
  tc(name, 'qdisc', 'add', 'dev', device, 'root', ...limiter);
}

const bulk = `import socket
listener = socket.socket(); listener.bind(("10.78.1.1", 5000)); listener.listen(1); print("up")
taker, _ = listener.accept()
if taker.recv(1) == b"s":
    while taker.recv(65536): pass
else: taker.sendall(b"x" * 20000000)
taker.close()`;

it.each([
  ['sends', 'connection.sendall(b"s" + b"x" * 20000000); connection.shutdown(1); connection.recv(1)'],
  ['receives', 'connection.sendall(b"r")\nwhile connection.recv(65536): pass'],
])(
  'a role that %s 20 MB: the estimate is what the cable carries, the plain count is below it',
  async (_, act) => {
    connect();
    limit(role, 'eth0');
    limit(peer, 'cable');
    await startPeer(bulk).line();
    const before = [throughLimiter(role, 'eth0'), throughLimiter(peer, 'cable')];
    const { ended } = startRole(
      `import socket\nconnection = socket.create_connection(("10.78.1.1", 5000))\n${act}`,
    );
    const { totals } = await ended;
    const carried = [throughLimiter(role, 'eth0'), throughLimiter(peer, 'cable')].map(
      (bytes, at) => bytes - (before[at] ?? NaN),
    );
    const [sent = NaN, received = NaN] = carried;
    const of = (name: string) => totals[name]?.value ?? NaN;
    for (const [name, truth] of [
      ['sent', sent],
      ['received', received],
    ] as const) {
      expect(totals[`network_wire_${name}_bytes`]).toMatchObject({ kind: 'estimated' });
      // ARP and neighbor discovery before and after the role are on the cable, too.
      expect(Math.abs(of(`network_wire_${name}_bytes`) - truth), name).toBeLessThan(0.0005 * truth + 1000);
      expect(of(`network_${name}_bytes`), name).toBeLessThanOrEqual(truth + 1000);
    }
    const most = act.includes('"s"') ? 'sent' : 'received';
    // How much the kernel merges depends on load; that it merges does not.
    expect(of(`network_${most}_bytes`)).toBeLessThan(of(`network_wire_${most}_bytes`) - 1000);
    expect(totals[`network_${most}_bytes`]?.source).toContain('counts its headers once');
  },
);
