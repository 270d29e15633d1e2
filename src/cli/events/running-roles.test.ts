import { expect, test } from 'vitest';
import type { CollabEvent } from '../../index.js';
import { RunningRoles } from './running-roles.js';

const controller = {
  host: 'pc',
  machine: null,
  boot_id: null,
  pid_namespace: null,
  pid: 7,
  start_ticks: null,
};
const resumed: CollabEvent = { kind: 'run.resumed', run_id: 'r1', folder: '/logs/r1', controller, trials: 2 };
const role = { trial: 3, attempt: 2, rank: 0, device: 'nano1' };

test('names what runs on when the user leaves at once, and how to go on', () => {
  const roles = new RunningRoles();
  expect(roles.farewell()).toEqual([]);
  const events: CollabEvent[] = [
    resumed,
    { kind: 'images.deployed', images: [] },
    { kind: 'role.starting', ...role, role: 'server' },
    { kind: 'role.starting', ...role, role: 'client' },
    { kind: 'role.ended', ...role, role: 'client', code: 0, signal: null, reason: 'exited' },
  ];
  for (const event of events) roles.take(event);
  expect(roles.farewell().slice(1, 3)).toEqual([
    '  server-0 of trial 3.2 on nano1: container collab-r1-3.2-server-0',
    'To go on with the run: collab resume r1',
  ]);
  roles.take({ kind: 'trial.ended', trial: 3, of: 4, state: 'interrupted', seconds: 1 });
  expect(roles.farewell()[0]).toContain('No role was known to run');
});

test('names roles that were taken over, and processes where there are no containers', () => {
  const roles = new RunningRoles();
  roles.take(resumed);
  roles.take({ kind: 'trial.adopted', trial: 1, of: 2, roles: [{ role: 'client', rank: 0, device: 'pc' }] });
  expect(roles.farewell()[1]).toBe('  client-0 of trial 1 on pc: a process in ~/.collab/runs/r1');
});

test('names a process that stays for all trials, also between two of them', () => {
  const roles = new RunningRoles();
  const placement = [{ role: 'server', rank: 0, device: 'nano1', restart: 'run' as const }];
  const events: CollabEvent[] = [
    resumed,
    { kind: 'run.placed', placement },
    { kind: 'images.deployed', images: [] },
    { kind: 'role.starting', ...role, role: 'server' },
    { kind: 'trial.ended', trial: 3, of: 4, state: 'complete', seconds: 1 },
  ];
  for (const event of events) roles.take(event);
  expect(roles.farewell()[1]).toBe(
    '  server-0 on nano1, for all trials: container collab-r1-warm-server-0, or .2 and so on',
  );
});
