import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectedTo, deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { jobId } from '../../../tests/fixtures/work-leader.js';
import { FakeRuntime } from '../../deployment/runtimes/fake-runtime.js';
import type { FileStore, FileVersion } from '../../fleet/index.js';
import { LocalShell } from '../../network/shell/local-shell.js';
import { JobFolders } from './job-folders.js';

const place = { job: jobId, owner: 'ann', folder: `jobs/${jobId}` };
const { signal } = new AbortController();
let state: string;
let clock: SteppedClock;
let asked: string[];
/** Lets a file of the job fail. */
let fault: Error | null;
let folders: JobFolders;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'jobs-'));
  clock = new SteppedClock();
  asked = [];
  fault = null;
  const user = { name: 'pi', uid: 1000, gid: 1000, home: state };
  const connected = connectedTo(deviceOf('nano1', { facts: factsOf({ user }) }), new LocalShell());
  const openStore = (owner: string) => {
    asked.push(owner);
    return Promise.resolve(storeOf(['a', 'b']));
  };
  const openRuntime = () => Promise.resolve(new FakeRuntime(() => undefined));
  folders = new JobFolders(
    { connected, state, openStore, openRuntime },
    { clock, log: () => undefined, signal },
  );
});
afterEach(() => rm(state, { recursive: true }));

function storeOf(names: readonly string[]): FileStore {
  const files = names.map((name): FileVersion => ({
    name: `jobs/${jobId}/files/${name}`,
    version: 1,
    kind: 'file',
    sizeBytes: 1,
    sha256: null,
    mode: 0o644,
    owner: 'ann',
    putAt: new Date(0),
    target: null,
  }));
  const store: Pick<FileStore, 'place' | 'list' | 'open'> = {
    place: 'a store',
    async *list() {
      await Promise.resolve();
      yield* files;
    },
    open(name) {
      const file = files.find((one) => one.name === name);
      if (file === undefined) throw new Error(`there is no ${name}`);
      const content = async function* () {
        await Promise.resolve();
        if (fault !== null && name.endsWith('b')) throw fault;
        yield Buffer.from('x');
      };
      return Promise.resolve({ file, content });
    },
  };
  return store as FileStore;
}

test('files are fetched once, for all tasks that want them at the same time', async () => {
  const [one, two] = await Promise.all([folders.take(place, signal), folders.take(place, signal)]);
  expect(one).toBe(two);
  expect(asked).toEqual(['ann']);
  folders.release(jobId, true);
  expect(await folders.take(place, signal)).not.toBe(one);
  expect(asked).toEqual(['ann']);
});

test('files are there whole or not at all', async () => {
  fault = new Error('damaged');
  await expect(folders.take(place, signal)).rejects.toThrow('damaged');
  expect(existsSync(join(state, 'jobs', jobId, 'files'))).toBe(false);
  fault = null;
  await folders.take(place, signal);
  expect(readdirSync(join(state, 'jobs', jobId))).toEqual(['files']);
  expect(readdirSync(join(state, 'jobs', jobId, 'files'))).toEqual(['a', 'b']);
});

test('a task that is stopped does not wait for files', async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(folders.take(place, stop.signal)).rejects.toThrow('not waited for');
  await folders.take(place, signal);
  expect(asked).toEqual(['ann']);
});

test('files of a job are removed an hour after their last use', async () => {
  await folders.take(place, signal);
  await clock.sleep(7_200_000);
  await folders.removeUnused();
  expect(existsSync(join(state, 'jobs', jobId))).toBe(true);
  folders.release(jobId);
  await clock.sleep(3_500_000);
  await folders.removeUnused();
  expect(existsSync(join(state, 'jobs', jobId))).toBe(true);
  await clock.sleep(200_000);
  await folders.removeUnused();
  expect(existsSync(join(state, 'jobs', jobId))).toBe(false);
  await folders.take(place, signal);
  expect(asked).toEqual(['ann', 'ann']);
});
