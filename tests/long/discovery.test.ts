import { afterAll, beforeAll, expect, it } from 'vitest';
import { discover } from '../../src/network/index.js';
import { program } from '../e2e/workspace.js';
import { Responders } from '../fixtures/responders.js';

const bridge = 'collab-tlossy';
const names = Array.from({ length: 20 }, (_, index) => `board${index + 1}`);
const everyFifth = [
  '-p',
  'udp',
  '-m',
  'statistic',
  '--mode',
  'nth',
  '--every',
  '5',
  '--packet',
  '0',
  '-j',
  'DROP',
];
const rules = [
  ['INPUT', '-i', bridge, ...everyFifth],
  ['OUTPUT', '-o', bridge, ...everyFifth],
];
let responders: Responders;

beforeAll(async () => {
  responders = await Responders.start(
    bridge,
    '10.213.202.0/24',
    names.map((name): [string, 'both'] => [name, 'both']),
  );
});
afterAll(async () => {
  for (const rule of rules) await program('iptables', '-D', ...rule);
  await responders.stop();
});

const findAll = () => discover({ interfaces: [bridge], expect: names.length, timeoutMs: 5000 });

it('finds 20 devices 20 times out of 20', async () => {
  for (let time = 0; time < 20; time += 1) expect(await findAll()).toHaveLength(names.length);
});

it('finds all 20 devices within 5 s with 20% packet loss in both directions', async () => {
  for (const rule of rules) {
    const { code, stderr } = await program('iptables', '-I', ...rule);
    expect(code, stderr).toBe(0);
  }
  for (let time = 0; time < 10; time += 1)
    expect(await findAll(), `search ${time + 1}`).toHaveLength(names.length);
  for (const [chain = ''] of rules) {
    const { stdout } = await program('iptables', '-L', chain, '-v', '-n', '-x');
    const dropped = Number(new RegExp(`^ *(\\d+) .*${bridge}`, 'm').exec(stdout)?.[1]);
    expect(dropped, `packets dropped in ${chain}`).toBeGreaterThan(0);
  }
});
