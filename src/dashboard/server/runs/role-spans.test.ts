import { expect, it } from 'vitest';
import type { JournalEvent } from '../../../index.js';
import { RoleSpans } from './role-spans.js';

const at = (second: number) => new Date(second * 1000).toISOString();
const server = { role: 'server', rank: 0, device: 'nano1' };
const client = { role: 'client', rank: 0, device: 'nano2' };

function after(...events: (readonly [second: number, event: JournalEvent])[]): RoleSpans {
  const spans = new RoleSpans();
  for (const [second, event] of events) spans.take({ ...event, time: at(second) });
  return spans;
}
const short = (spans: RoleSpans) =>
  spans
    .changes()
    .map(({ id, device, fromMs, readyMs, untilMs, outcome }) => [
      id,
      device,
      fromMs / 1000,
      readyMs === null ? null : readyMs / 1000,
      untilMs === null ? null : untilMs / 1000,
      outcome,
    ]);

it('says who ran when on which device, and tells each change once', () => {
  const spans = after(
    [1, { kind: 'role.starting', trial: 1, ...server }],
    [2, { kind: 'role.ready', trial: 1, ...server }],
    [2, { kind: 'role.starting', trial: 1, ...client }],
    [5, { kind: 'role.ended', trial: 1, ...client, code: 0, signal: null, reason: 'exited' }],
  );
  expect(short(spans)).toEqual([
    ['1.1 server-0', 'nano1', 1, 2, null, 'running'],
    ['1.1 client-0', 'nano2', 2, null, 5, 'done'],
  ]);
  expect(short(spans)).toEqual([]);
  spans.take({
    kind: 'role.ended',
    trial: 1,
    ...server,
    code: null,
    signal: 'SIGTERM',
    reason: 'stopped',
    time: at(6),
  });
  expect(short(spans)).toEqual([['1.1 server-0', 'nano1', 1, 2, 6, 'stopped']]);
});

it('a role whose end was not heard of ends with its trial, as unknown', () => {
  const spans = after(
    [1, { kind: 'role.starting', trial: 1, ...server }],
    [4, { kind: 'trial.ended', trial: 1, of: 2, state: 'lost', seconds: 3 }],
    [5, { kind: 'role.starting', trial: 1, attempt: 2, ...server }],
  );
  expect(short(spans)).toEqual([
    ['1.1 server-0', 'nano1', 1, null, 4, 'unknown'],
    ['1.2 server-0', 'nano1', 5, null, null, 'running'],
  ]);
  spans.lose(7000);
  expect(short(spans)).toEqual([['1.2 server-0', 'nano1', 5, null, 7, 'unknown']]);
});

it('roles that another controller takes over go on, from when they began', () => {
  const spans = after(
    [1, { kind: 'role.starting', trial: 1, ...server }],
    [9, { kind: 'trial.adopted', trial: 1, of: 1, roles: [server, client] }],
  );
  expect(short(spans)).toEqual([
    ['1.1 server-0', 'nano1', 1, null, null, 'running'],
    ['1.1 client-0', 'nano2', 9, null, null, 'running'],
  ]);
});
