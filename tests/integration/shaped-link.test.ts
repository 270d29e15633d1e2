import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Namespaces } from './namespaces.js';

const shape = fileURLToPath(new URL('../../src/lab/image/shape.sh', import.meta.url));
const transfer = fileURLToPath(new URL('../../bench/truth/messages/transfer.py', import.meta.url));
const packetBytes = 1514;

let spaces: Namespaces;
beforeAll(async () => {
  spaces = await Namespaces.make();
  spaces.forwarding('1');
  spaces.run('inner', 'ip', 'route', 'add', '10.77.2.0/24', 'via', '10.77.1.1');
  spaces.run('outer', 'ip', 'route', 'add', '10.77.1.0/24', 'via', '10.77.2.1');
  spaces.start('outer', 'python3', transfer, 'receive', '8100');
});
afterAll(() => {
  spaces.remove();
});

const tenMbit = 10_000_000;
const shapes = {
  device: ['device', 'out0', String(tenMbit)],
  bridge: ['bridge', 'out0', '0', String(tenMbit), '10.77.2.2', '10.77.2.3'],
  uplink: ['bridge', 'out0', String(tenMbit), '0', '10.77.2.2', '10.77.2.3'],
};

/** Milliseconds of messages to `outer`: from the machine with the limit, or through it, as from a container. */
function send(from: 'gw' | 'inner', ...bytes: number[]): Record<string, number[]> {
  const argv = ['python3', transfer, 'send', '10.77.2.2', '8100', '3', ...bytes.map(String)];
  const { code, stdout, stderr } = spaces.run(from, ...argv);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, number[]>;
}

describe.each(Object.entries(shapes))('a limit of 10 Mbit/s on a %s', (_, argv) => {
  beforeAll(() => {
    expect(spaces.run('gw', 'sh', shape, ...argv)).toMatchObject({ code: 0 });
  });

  // A loaded machine can only make a message later. `npm run bench:truth` shows how exact it is in both directions.
  it.each(['gw', 'inner'] as const)(
    'holds for a small message too: no more than two packets pass early (from %s)',
    (from) => {
      const took = send(from, 10_000, 30_000, 300_000);
      for (const [bytes, times] of Object.entries(took)) {
        const leastMs = ((Number(bytes) - 2 * packetBytes) * 8e3) / tenMbit;
        expect(Math.min(...times), `${bytes} bytes`).toBeGreaterThanOrEqual(leastMs);
      }
    },
  );
});

it('a limit of 0 removes the limit', () => {
  spaces.run('gw', 'sh', shape, ...shapes.device);
  spaces.run('gw', 'sh', shape, 'device', 'out0', '0');
  expect(spaces.run('gw', 'tc', 'qdisc', 'show', 'dev', 'out0').stdout).not.toMatch(/htb|tbf/);
});

it('a rate above 200 Mbit/s passes more at once, so that a small machine reaches it', () => {
  expect(spaces.run('gw', 'sh', shape, 'device', 'out0', '1000000000').code).toBe(0);
  expect(spaces.run('gw', 'tc', 'qdisc', 'show', 'dev', 'out0').stdout).not.toContain('tbf');
});
