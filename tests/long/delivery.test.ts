import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlobExperiment } from '../e2e/blob-experiment.js';
import { labName } from '../e2e/lab-setup.js';
import { program, TestWorkspace } from '../e2e/workspace.js';

const cache = mkdtempSync(join(tmpdir(), 'collab-cache-'));
beforeAll(() => {
  process.env.COLLAB_CACHE = cache;
});
afterAll(() => {
  delete process.env.COLLAB_CACHE;
  rmSync(cache, { recursive: true, force: true });
});

/** A small disk for the device's images: larger than the delivery, but quickly full. */
const disk = '/small';
const start =
  `rm -f /var/run/docker.pid /var/run/docker/containerd/containerd.pid; ` +
  `(dockerd --data-root ${disk} >>/var/log/dockerd.log 2>&1 &); until docker info >/dev/null 2>&1; do sleep 0.2; done`;
const cuts = {
  'the connection is killed': { cut: 'pkill -u collab sshd', repair: 'true' },
  'the engine is killed': { cut: 'pkill -9 dockerd; pkill -9 containerd; true', repair: start },
  'the disk is full': {
    cut: `head -c 1000000000 /dev/zero >${disk}/fill; true`,
    repair: `rm -f ${disk}/fill`,
  },
};
const kinds = Object.entries(cuts);
const blobBytes = 20e6;
/** The latest moment of a cut: slightly before everything is sent, at 12.5 MB/s. */
const longestMs = 0.9 * (blobBytes / 12.5e3);

/** Reproducible pseudorandom numbers from 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

describe.each([
  ['classic', 20],
  ['containerd', 9],
] as const)('to a device with a %s store, over 100 Mbit/s, cut at %i random moments', (store, times) => {
  const lab = `${labName.slice(0, 6)}${store.slice(0, 2)}`;
  const device = `collab-${lab}-edge1`;
  const onDevice = (script: string) => program('docker', 'exec', device, 'sh', '-c', script);
  const workspace = TestWorkspace.make();
  const blob = new BlobExperiment(workspace, `cut-${store}`, blobBytes);

  beforeAll(async () => {
    const up = ['lab', 'up', '--name', lab, '--devices', '1', '--rate', '100mbit', '--store', store];
    expect((await workspace.collab(...up)).code).toBe(0);
    await onDevice(
      `mkdir ${disk} && mount -t tmpfs -o size=200m tmpfs ${disk} && pkill dockerd; sleep 2; ${start}`,
    );
    const key = ['--key', `.collab/lab/${lab}/id_ed25519`];
    const setup = ['setup', '--lan', lab, '--interface', `collab-${lab}`, '--expect', '1', '--yes'];
    expect((await workspace.collab(...setup, '--timeout', '10', ...key)).code).toBe(0);
    expect((await blob.push()).code).toBe(0);
  });
  afterAll(async () => {
    await workspace.collab('lab', 'down', '--name', lab);
    await blob.clear();
    rmSync(workspace.folder, { recursive: true, force: true });
  });

  it('is never reported complete when it is not, and the next push repairs it', async () => {
    const seed = Number(process.env.COLLAB_TEST_SEED ?? Date.now() % 100_000) + 1;
    const random = randomFrom(seed);
    random();
    let cutShort = 0;
    for (let time = 1; time <= times; time += 1) {
      const [kind = '', { cut, repair } = { cut: '', repair: '' }] = kinds[time % kinds.length] ?? [];
      const afterMs = Math.round(random() * longestMs);
      const told = `seed ${seed}, ${time}: ${kind} ${afterMs} ms after it was begun to be sent`;
      await onDevice('docker rmi -f $(docker images -aq)');
      const ended = await blob.cutPush(async () => {
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        await onDevice(cut);
      });
      await onDevice(repair);
      if (ended.code === 0) expect((await blob.asSeenOn(device)).sha256, told).toBe(blob.sha256);
      else {
        cutShort += 1;
        expect(ended.code, `${told}\n${ended.stderr}`).toBe(4);
        expect(ended.stderr, told).not.toContain('received');
        expect(ended.stderr, told).toMatch(/error: .*\n/);
        expect(ended.stderr, told).not.toMatch(/^ +at /m);
      }
      const healed = await blob.push();
      expect(healed.code, `${told}\nhealing: ${healed.stderr}`).toBe(0);
      expect((await blob.asSeenOn(device)).sha256, told).toBe(blob.sha256);
    }
    expect(cutShort, `seed ${seed}`).toBeGreaterThan(times / 3);
  });
});
