import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Access, checkDevices } from '../../src/deployment/index.js';
import { connectSsh, readFacts, showLease } from '../../src/network/index.js';
import { claimant } from '../../src/network/leases/claim.js';
import { takeLease } from '../../src/network/leases/take-lease.js';
import type { SshShell } from '../../src/network/ssh/ssh-shell.js';
import { connectedTo, deviceOf } from '../fixtures/connected-device.js';
import { faketime } from '../fixtures/faketime.js';
import { startSshd, type Sshd } from './sshd.js';

/** A device on which every program sees a time five years ago. */
let sshd: Sshd;
let shell: SshShell;
let leases: string;

beforeAll(async () => {
  sshd = await startSshd([], faketime('-5y'));
  shell = await connectSsh(sshd.options());
  leases = mkdtempSync(join(tmpdir(), 'leases-'));
});
afterAll(() => {
  shell.close();
  sshd.stop();
  rmSync(leases, { recursive: true });
});

it('the device is wrong by five years', async () => {
  const { stdout } = await shell.exec(['date', '+%Y']);
  expect(new Date().getFullYear() - Number(stdout)).toBeGreaterThanOrEqual(4);
});

it('is reported by the check, with its offset and what to do; facts are read anyway', async () => {
  const device = deviceOf('old');
  const keep: string[] = [];
  const answer = { device, connected: connectedTo(device, shell) };
  const access: Access = {
    connect: () => Promise.resolve([answer]),
    each: async (_devices, work) => [await work(answer)],
    keep: (read) => {
      keep.push(...read.map(({ name }) => name));
      return Promise.resolve();
    },
  };
  const [checked] = await checkDevices([device], { access });
  const clock = checked?.check.hindrances.find(({ step }) => step === 'clock');
  expect(clock?.what).toMatch(/^The clock of old is [45]\.\d years behind this machine's\.$/);
  expect(clock?.next).toContain('timedatectl');
  expect(checked?.check.remedies.find(({ lack }) => lack === 'clock')?.commands[0]?.argv).toEqual([
    'date',
    '--utc',
    '--set',
    expect.stringMatching(/^\+15\d{7}\.\d{3} seconds$/) as string,
  ]);
  expect(keep).toEqual(['old']);
  expect(checked?.device.facts.hostname).toBe((await readFacts(shell)).hostname);
});

it('times leases by the time since boot, which no clock change affects', async () => {
  const claim = { ...claimant(), run: 'r1', reason: null, termS: 60 };
  const first = await takeLease(shell, claim, leases);
  if (!first.taken) throw new Error('the device is free');
  const second = await takeLease(shell, { ...claim, run: 'r2' }, leases);
  expect(second).toMatchObject({ taken: false, holder: { run: 'r1' } });
  expect(await first.lease.renew()).toBe(true);
  const holder = await showLease(shell, leases);
  expect(holder?.heldS).toBeLessThan(30);
  expect(holder?.leftS).toBeGreaterThan(30);
  await first.lease[Symbol.asyncDispose]();
  expect(await showLease(shell, leases)).toBeNull();
});
