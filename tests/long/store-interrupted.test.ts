import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestWorkspace } from '../e2e/workspace.js';

/** Commands that are killed, on a fleet of three processes on this machine. */
const workspace = TestWorkspace.make();
const at = (name: string) => join(workspace.folder, name);
const result = <T>(...args: string[]) => workspace.result<T>('store', ...args, '--local');
const versionsOf = async (name: string): Promise<number[]> => {
  const { versions } = await result<{ versions: { version: number }[] }>('versions', name);
  return versions.map(({ version }) => version).sort((a, b) => a - b);
};
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

function random(name: string, bytes: number): string {
  writeFileSync(at(name), randomBytes(bytes));
  return sha256(at(name));
}

beforeAll(async () => {
  const up = await workspace.collab('fleet', 'up', '--local', '--profile', 'fast');
  expect(up.code, up.stderr).toBe(0);
}, 600_000);
afterAll(() => workspace.collab('fleet', 'down', '--local', '--purge'));

it('a put killed at random moments is a version or nothing, and the next one is whole', async () => {
  const shas = new Map<number, string>();
  let killed = 0;
  for (let round = 1; round <= 10; round += 1) {
    const sha = random('killed', 60_000_000);
    const putting = workspace.start(
      'store',
      'put',
      'killed',
      'killed.bin',
      '--keep',
      '30',
      '--local',
      '--json',
    );
    const ended = once(putting, 'exit');
    await once(putting.stdout ?? process.stdin, 'data');
    setTimeout(() => putting.kill('SIGKILL'), Math.random() * 2500);
    const [code] = (await ended) as [number | null];
    if (code === null) killed += 1;
    const there = (await workspace.collab('store', 'versions', 'killed.bin', '--local')).code === 0;
    const versions = there ? await versionsOf('killed.bin') : [];
    if (code === 0) expect(versions).toHaveLength(shas.size + 1);
    // The kill may come between the version and the answer.
    for (const version of versions) if (!shas.has(version)) shas.set(version, sha);
    expect(versions).toEqual([...shas.keys()]);
  }
  expect(killed).toBeGreaterThan(3);
  for (const [version, sha] of shas) {
    await result('get', 'killed.bin', 'killed.back', '--version', String(version));
    expect(sha256(at('killed.back'))).toBe(sha);
  }
  expect(readdirSync(workspace.folder).filter((name) => name.startsWith('.killed'))).toEqual([]);
});

it('a change of keepers that is killed at any step loses nothing, and the next one goes on', async () => {
  const shas = new Map<number, string>();
  const put = async (): Promise<boolean> => {
    const sha = random('kept', 2_000_000);
    const { code, stdout } = await workspace.collab(
      'store',
      'put',
      'kept',
      'kept.bin',
      '--keep',
      '100',
      '--local',
      '--json',
    );
    if (code !== 0) return false;
    const { files } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { files: { version: number }[] };
    shas.set(files[0]?.version ?? 0, sha);
    return true;
  };
  const checkAll = async () => {
    expect(await versionsOf('kept.bin')).toEqual([...shas.keys()]);
    for (const [version, sha] of shas) {
      await result('get', 'kept.bin', 'kept.back', '--version', String(version));
      expect(sha256(at('kept.back'))).toBe(sha);
    }
  };
  random('bulk', 100_000_000);
  await result('put', 'bulk', 'bulk.bin');
  await put();
  let putWhileBroken = 0;
  for (let round = 0; round < 12; round += 1) {
    const keepers = round % 2 === 0 ? 'm2' : 'm1,m2,m3';
    const args = ['fleet', 'up', '--local', '--keepers', keepers, '--yes', '--json'];
    const changing = workspace.start(...args);
    const ended = once(changing, 'exit');
    await once(changing.stdout ?? process.stdin, 'data');
    setTimeout(() => changing.kill('SIGKILL'), 200 + round * 700);
    await ended;
    // What is accepted meanwhile must be there afterwards; it may also be refused.
    if (await put()) putWhileBroken += 1;
    await workspace.result(...args.slice(0, -1));
    await checkAll();
    expect(await put()).toBe(true);
  }
  console.log(`${putWhileBroken} of 12 puts were accepted while a change was interrupted`);
});
