import { expect, it } from 'vitest';
import { deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { CollabError } from '../../errors.js';
import { judge, type Seen } from './judge.js';

const device = deviceOf('nano1');
const clock = (offset_ms: number) => ({ offset_ms, error_ms: 0.4, measured_at: '2026-11-21T12:00:00Z' });
const fault = (name: string) =>
  new CollabError(name, { what: 'What.', why: 'Why.', next: 'Do.', exitCode: 4 });
const well: Extract<Seen, { facts: unknown }> = {
  device,
  engine: { version: '26.1.5' },
  facts: factsOf(),
  files: { error: null, printed: '', homeFreeBytes: 5e9 },
  clock: clock(3),
  holder: null,
  now: new Date('2026-11-21T12:00:00Z'),
};
const quiet = well.files;
const ana = { who: 'ana', host: 'desk', run: 'r1', reason: null, heldS: 60, leftS: 40, own: false };
const steps = (seen: Seen) => {
  const { ready, hindrances, notes } = judge(seen);
  return { ready, hindrances: hindrances.map(({ step }) => step), notes: notes.map(({ step }) => step) };
};

it('a device that lacks nothing is ready', () => {
  expect(judge(well)).toMatchObject({
    device: 'nano1',
    address: '127.0.0.9',
    user: 'pi',
    ready: true,
    hindrances: [],
    notes: [],
    engine: '26.1.5',
    python: '3.13.5',
    diskFreeBytes: 10_000_000_000,
    clock: { offset_ms: 3 },
  });
});

it.each([
  ['device-unreachable', 'reachable'],
  ['connection-lost', 'reachable'],
  ['host-key-changed', 'host key'],
  ['other-device', 'host key'],
  ['device-installed-anew', 'host key'],
  ['key-refused', 'login'],
  ['no-login-key', 'login'],
])('reports %s as %s, with why and what to do', (name, step) => {
  const check = judge({ device, error: fault(name) });
  expect(check).toMatchObject({ ready: false, engine: null, clock: null });
  expect(check.hindrances).toEqual([{ step, what: 'What.', why: 'Why.', next: 'Do.' }]);
});

it('names all obstacles at once', () => {
  const seen = { ...well, engine: { error: fault('no-engine') }, facts: factsOf({ diskFreeBytes: 2e8 }) };
  expect(steps(seen)).toEqual({ ready: false, hindrances: ['engine', 'disk'], notes: [] });
  expect(judge(seen).hindrances[1]?.what).toBe(
    'nano1 has 0.20 GB of disk left for images; at least 1 GB is needed.',
  );
});

it.each([
  ['a login shell that prints', { files: { ...quiet, error: fault('login-prints') } }, false, 'files'],
  ['an ssh server without SFTP', { files: { ...quiet, error: fault('channel-refused') } }, false, 'files'],
  ['a file that cannot be written', { files: { ...quiet, error: fault('device-full') } }, false, 'disk'],
  ['a login shell that prints beside SFTP: a note', { files: { ...quiet, printed: 'Hello' } }, true, 'files'],
  ['a full home folder', { files: { ...quiet, homeFreeBytes: 2e7 } }, false, 'disk'],
  [
    'no python3 on a Raspberry Pi: a note',
    { facts: factsOf({ python: null, model: 'Raspberry Pi 4' }) },
    true,
    'python',
  ],
  ['a clock that is seconds off: a note', { clock: clock(-5000) }, true, 'clock'],
  ['a clock that is years off', { clock: clock(3e11) }, false, 'clock'],
  ['a clock that cannot be read: a note', { clock: null }, true, 'clock'],
  ['an unsynchronized clock: a note', { facts: factsOf({ ntp: 'not-synchronized' }) }, true, 'clock'],
  ['a device in use by another user: a note', { holder: ana }, true, 'lease'],
  ['a device that cannot keep a lease', { holder: { error: fault('lease-failed') } }, false, 'lease'],
])('%s', (_, change, ready, step) => {
  const found = steps({ ...well, ...change });
  expect(found.ready).toBe(ready);
  expect(ready ? found.notes : found.hindrances).toEqual([step]);
});

it.each([
  ['18.09.1', true],
  ['19.03.15', true],
  ['20.10.7', true],
  ['20.10.9+azure', true],
  ['20.10.10', false],
  ['20.10.24+dfsg1', false],
  ['23.0.1', false],
  ['28.2.2', false],
  ['dev', false],
])('Docker %s may be too old for Debian 13: %s', (version, isOld) => {
  const { ready, notes, engine } = judge({ ...well, engine: { version } });
  expect({ ready, engine }).toEqual({ ready: true, engine: version });
  expect(notes.map(({ step }) => step)).toEqual(isOld ? ['engine'] : []);
  if (isOld) expect(notes[0]?.what).toContain(`nano1 has Docker ${version}; base images with Debian 13 need`);
});

it('does not ask for python3 where it would read nothing', () => {
  const check = judge({ ...well, facts: factsOf({ python: null }) });
  expect(check).toMatchObject({ ready: true, notes: [], remedies: [], python: null });
});

it('says which way a clock is off', () => {
  expect(judge({ ...well, clock: clock(-5000) }).notes[0]?.what).toContain("5.0 s behind this machine's");
  expect(judge({ ...well, clock: clock(5000) }).notes[0]?.what).toContain("5.0 s ahead of this machine's");
});

it('says how far a clock is off in a readable unit, and whose clock to check', () => {
  const years = judge({ ...well, clock: clock(-5 * 365.25 * 86_400_000) });
  expect(years.hindrances[0]?.what).toContain("5.0 years behind this machine's");
  expect(years.hindrances[0]?.next).toContain('collab device check nano1 --fix');
  expect(years.remedies.map(({ lack }) => lack)).toEqual(['clock']);
  const kept = judge({ ...well, facts: factsOf({ ntp: 'synchronized' }), clock: clock(4 * 86_400_000) });
  expect(kept.hindrances[0]?.what).toContain('4.0 days ahead');
  expect(kept.hindrances[0]?.next).toContain('check the clock of this machine');
  expect(kept.remedies).toEqual([]);
});

it("says who has used a device since when, and how to release one's own lock", () => {
  const held = judge({ ...well, holder: ana });
  expect(held.holder).toEqual(ana);
  expect(held.notes[0]?.what).toBe('nano1 has been held by ana on desk since 2026-11-21 11:59:00 UTC.');
  const own = judge({ ...well, holder: { ...ana, run: null, own: true } });
  expect(own.notes[0]).toMatchObject({
    what: 'nano1 is locked by you since 2026-11-21 11:59:00 UTC.',
    next: 'To let others use it: collab device unlock nano1',
  });
});
