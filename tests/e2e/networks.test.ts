import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { TestWorkspace, type Ended } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
let ended: Ended;
let run: string;
beforeAll(async () => {
  ended = await workspace.collab('run', 'networks');
  run = workspace.newestRun('networks');
});

function rowsOf(role: string): Record<string, unknown>[] {
  const lines = readFileSync(join(run, 'trials/1', role, 'results.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
function exitOf(role: string) {
  return JSON.parse(readFileSync(join(run, 'trials/1', role, 'exit.json'), 'utf8')) as {
    totals: Record<string, { kind: string; source?: string }>;
    unopened_ports?: unknown;
  };
}

describe('network: host', () => {
  it('lets two ranks on two devices meet at ports that nobody knows beforehand', () => {
    expect(ended.code, ended.stderr).toBe(0);
    const [[zero], [one]] = [rowsOf('rank-0'), rowsOf('rank-1')];
    expect(zero).toMatchObject({ total: 3, same: true });
    expect(one).toMatchObject({ total: 3, same: true, address: zero?.other, other: zero?.address });
    expect(zero?.address).not.toBe(zero?.other);
  });

  it('is said by the plan and by run.json, and its bytes are an estimate, while a network of its own is measured', async () => {
    expect(ended.stderr).toMatch(/rank-0 on edge\d, in its network/);
    const { placement } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as {
      placement: { role: string; network?: string }[];
    };
    expect(placement.map(({ role, network = '' }) => `${role} ${network}`)).toEqual([
      'rank host',
      'rank host',
      'receiver ',
      'deaf ',
    ]);
    const { network_sent_bytes: shared } = exitOf('rank-0').totals;
    expect(`${shared?.kind}: ${shared?.source}`).toMatch(/^estimated: .*shares with its host/);
    expect(exitOf('receiver-0').totals.network_sent_bytes?.kind).toBe('measured');
    const plan = await workspace.collab('run', 'networks', '--dry-run');
    expect(plan.stdout).toMatch(/^rank-1 +edge\d, in its network$/m);
    expect(plan.stdout).toMatch(/^note: network: host for rank: .*Network metrics count all programs there/m);
  });
});

describe('datagrams', () => {
  it('all arrive, at a port for UDP and at one that names no protocol, which serves TCP too', () => {
    const ten = { from_0: 10, from_1: 10, from_2: 10, connections: 2 };
    expect(rowsOf('receiver-0')).toEqual(
      ['any', 'rtp'].map((port) => expect.objectContaining({ port, ...ten }) as unknown),
    );
  });

  it('that cannot arrive make the run doubtful, with what to declare', async () => {
    expect(rowsOf('deaf-0')).toMatchObject([{ got: false }]);
    expect(exitOf('receiver-0')).not.toHaveProperty('unopened_ports');
    const shown = await workspace.collab('show');
    expect(shown.stdout).toMatch(
      /! ports: A program opened 5008\/udp, but .* declares rtp \(5008\/tcp\).*deaf-0/,
    );
    expect(shown.stdout).toMatch(/! ports: No program opened the declared port spare \(5010\/udp\).*deaf-0/);
  });
});
