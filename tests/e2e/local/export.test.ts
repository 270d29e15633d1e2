import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import {
  author,
  bundle,
  canaries,
  code,
  exported,
  hashOf,
  home,
  limit,
  makeRun,
  secretEnvironment,
  withRun,
  writeParcel,
} from '../bundle-bed.js';

let run = '';
beforeAll(async () => {
  run = await makeRun();
}, 60_000);

it('writes the experiment, the same bytes each time', limit, async () => {
  const first = await exported();
  expect(first, first.stderr).toMatchObject({ code: 0 });
  expect(first.stdout).toContain(hashOf(bundle));
  expect(first.stderr).toContain('names an address or a folder of this machine, and travels as it is');
  const before = hashOf(bundle);
  const again = await exported();
  expect(again.code).toBe(0);
  expect(again.stdout).toContain('with the same bytes');
  rmSync(bundle);
  await exported();
  expect(hashOf(bundle)).toBe(before);
});

it('replaces another file only if asked', limit, async () => {
  const file = join(author.folder, 'other.tar.gz');
  writeFileSync(file, 'mine');
  const refused = await exported('--output', 'other.tar.gz');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('--force');
  expect(readFileSync(file, 'utf8')).toBe('mine');
  expect((await exported('--output', 'other.tar.gz', '--force')).code).toBe(0);
  expect(hashOf(file)).toBe(hashOf(bundle));
  expect(readdirSync(author.folder).filter((name) => name.startsWith('.other'))).toEqual([]);
});

it('keeps secrets, addresses, logins and folders here', limit, async () => {
  const { code: ended, stderr } = await exported('--with-run', run, '--output', withRun);
  expect(ended, stderr).toBe(0);
  const plain = gunzipSync(readFileSync(withRun)).toString('latin1');
  // The code was written with them, and is what ran.
  const text = plain.replaceAll(code, '');
  for (const [what, canary] of Object.entries(canaries)) {
    expect(canary.length, what).toBeGreaterThan(6);
    expect(text.includes(canary), what).toBe(false);
  }
  expect(text).not.toContain(author.folder);
  expect(text).not.toContain(`"${homedir()}`);
  const { mac, address } =
    Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.internal === false) ?? {};
  for (const own of [mac, address]) if (own !== undefined) expect(text.includes(own), own).toBe(false);
  expect(text).toContain('I talk to user@edge21.invalid and edge22.invalid from mac-');
  expect(text).toContain('in /home/user/models and /workspace/TestCases');
  expect(text).toContain('"hostname": "controller.invalid"');
  expect(readdirSync(join(author.folder, '.collab')).filter((name) => name.startsWith('export-'))).toEqual(
    [],
  );
});

it.each([
  ['the value of the environment variable MY_TOKEN', () => canaries.environment],
  ['the login in the environment variable HTTPS_PROXY', () => canaries.proxy],
  ['a secret of .collab/fleets/shelf/token', () => canaries.token],
  ['a secret of .collab/lans/shelf.known_hosts', () => canaries.hostKey],
  ['a secret of .collab/id_ed25519', () => readFileSync(join(author.folder, '.collab/id_ed25519'), 'utf8')],
  ['a secret of .collab/id_ed25519', () => canaries.key],
])('stops at %s', limit, async (what, secret) => {
  const file = join(home, 'notes.bin');
  // Over the border of two pieces that are read.
  writeFileSync(file, Buffer.concat([Buffer.alloc((1 << 20) - 5), Buffer.from(secret())]));
  try {
    const { code: ended, stdout, stderr } = await exported('--output', 'stopped.tar.gz');
    expect({ ended, stdout }).toEqual({ ended: 2, stdout: '' });
    expect(stderr).toContain(`experiment/notes.bin holds ${what}`);
    expect(stderr).not.toContain(secret().trim());
    expect(existsSync(join(author.folder, 'stopped.tar.gz'))).toBe(false);
  } finally {
    rmSync(file);
  }
});

it('stops at a secret that a role printed', limit, async () => {
  writeParcel(join(author.folder, 'TestCases/leaky'), `print("${canaries.environment}")\n`.repeat(2));
  writeFileSync(
    join(author.folder, 'TestCases/leaky/experiment.yaml'),
    'name: leaky\nroles: { a: { command: [sh, -c, "echo canary-of-$PART"] } }\nidle: 0s\n',
  );
  rmSync(join(author.folder, 'TestCases/leaky/a.py'));
  await author.collabWith({ PART: 'the-environment-4711' }, 'run', 'leaky', '--local');
  const leaky = author.newestRun('leaky').split('/').at(-1) ?? '';
  const { code: ended, stderr } = await author.collabWith(
    secretEnvironment,
    'export',
    'leaky',
    '--with-run',
    leaky,
  );
  expect(ended).toBe(2);
  expect(stderr).toMatch(
    /run\/trials\/1\/a-0\/stdout\.log holds the value of the environment variable MY_TOKEN/,
  );
});

it('gives the code that ran, and says that it was changed', limit, async () => {
  writeFileSync(join(home, 'a.py'), 'print("new")\n');
  const { code: ended, stderr } = await exported('--with-run', run, '--output', 'changed.tar.gz');
  writeFileSync(join(home, 'a.py'), code);
  expect(ended, stderr).toBe(0);
  expect(stderr).toContain('was changed since this run');
  expect(hashOf(join(author.folder, 'changed.tar.gz'))).toBe(hashOf(withRun));
  const other = await author.collab('export', 'hello', '--with-run', run);
  expect(other.code).toBe(2);
  expect(other.stderr).toContain('is not a run of hello');
});
