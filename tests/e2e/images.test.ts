import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { BlobExperiment } from './blob-experiment.js';
import { labName } from './lab-setup.js';
import { program, TestWorkspace } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const onDevice = (name: string, script: string) =>
  program('docker', 'exec', `collab-${labName}-${name}`, 'sh', '-c', script);
const megabytes = 1e6;
const baseBytes = 24 * megabytes;

/** Layers that only these tests use, and that are removed afterwards. */
const cache = mkdtempSync(join(tmpdir(), 'collab-cache-'));
let blob: BlobExperiment;
let other: BlobExperiment;
beforeAll(() => {
  process.env.COLLAB_CACHE = cache;
  blob = new BlobExperiment(workspace, 'blob', baseBytes);
  other = new BlobExperiment(workspace, 'blob-too', 10 * megabytes);
});
afterAll(async () => {
  delete process.env.COLLAB_CACHE;
  await blob.clear();
  await other.clear();
  await workspace.collab('images', 'prune', '--yes');
  rmSync(cache, { recursive: true, force: true });
});

describe('what each change sends', () => {
  it('everything at first, then nothing', async () => {
    const first = await blob.sent('--only', 'edge1');
    expect(first.edge1).toBeGreaterThan(baseBytes);
    expect(first.edge1).toBeLessThan(1.05 * baseBytes);
    expect(await blob.sent('--only', 'edge1')).toEqual({ edge1: 0 });
    expect((await blob.asSeenOn(`collab-${labName}-edge1`)).sha256).toBe(blob.sha256);
  });

  it('a changed line sends only the code', async () => {
    blob.script('second');
    expect((await blob.sent('--only', 'edge1')).edge1).toBeLessThan(4000);
    expect((await blob.asSeenOn(`collab-${labName}-edge1`)).script).toContain('second');
  });

  it('only the changed file of a large folder; a deleted file disappears', async () => {
    blob.file('weights.bin', Buffer.alloc(2 * megabytes, 'w'));
    blob.file('old.py', 'pass');
    await blob.sent('--only', 'edge1');
    blob.script('third');
    rmSync(join(workspace.folder, 'TestCases/blob/old.py'));
    expect((await blob.sent('--only', 'edge1')).edge1).toBeLessThan(4000);
    const { names } = await blob.asSeenOn(`collab-${labName}-edge1`);
    expect(names).toEqual(['experiment/experiment.yaml', 'experiment/main.py', 'experiment/weights.bin']);
  });
});

it('pushes two experiments to one device at once', async () => {
  const [one, two] = await Promise.all([blob.sent('--only', 'edge2'), other.sent('--only', 'edge2')]);
  expect([one.edge2, two.edge2].every((bytes) => (bytes ?? 0) > 10 * megabytes)).toBe(true);
  const edge2 = `collab-${labName}-edge2`;
  expect((await blob.asSeenOn(edge2)).sha256).toBe(blob.sha256);
  expect((await other.asSeenOn(edge2)).sha256).toBe(other.sha256);
});

it('a lost connection and a killed engine never leave an incomplete delivery; the next push repairs it', async () => {
  const edge2 = `collab-${labName}-edge2`;
  const start =
    '(dockerd >>/var/log/dockerd.log 2>&1 &); until docker info >/dev/null 2>&1; do sleep 0.2; done';
  const cuts = { connection: 'pkill -u collab sshd', engine: 'pkill -9 dockerd' };
  for (const [what, cut] of Object.entries(cuts)) {
    await onDevice('edge2', 'docker rmi -f $(docker images -aq)');
    const cutShort = await blob.cutPush(() => onDevice('edge2', cut), '--only', 'edge2');
    if (what === 'engine') await onDevice('edge2', `rm -f /var/run/docker.pid; ${start}`);
    if (cutShort.code !== 0) {
      expect(cutShort.code, `${what}: ${cutShort.stderr}`).toBe(4);
      expect(cutShort.stderr).not.toContain('received');
      expect((await blob.push('--only', 'edge2')).code).toBe(0);
    }
    expect((await blob.asSeenOn(edge2)).sha256, what).toBe(blob.sha256);
  }
});

describe('images on the devices', () => {
  interface Listed {
    devices: { device: string; images: { kind: string; size_bytes: number; own_bytes: number }[] }[];
  }

  it('are listed, with their shared layers', async () => {
    const listed = await workspace.collab('images', 'list', '--only', 'edge2', '--json');
    const { devices } = JSON.parse(listed.stdout) as Listed;
    const code = devices[0]?.images.filter(({ kind }) => kind === 'code') ?? [];
    expect(code.length).toBeGreaterThan(0);
    for (const image of code) expect(image.own_bytes).toBeLessThan(image.size_bytes / 2);
    const bases = await workspace.collab('images', 'list', '--bases', '--json');
    expect(Object.keys(JSON.parse(bases.stdout) as object)).toEqual(['kind', 'bases']);
    expect((await workspace.collab('images', 'list')).stdout).toMatch(/edge2 +code +collab\/blob:/);
  });

  it('that no experiment needs are removed on confirmation', async () => {
    const before = (await onDevice('edge1', 'docker images -q collab/blob')).stdout.trim().split('\n').length;
    expect(before).toBeGreaterThan(1);
    const dry = await workspace.collab('images', 'prune', '--only', 'edge1', '--dry-run');
    expect(dry.stderr).toMatch(/edge1 +code +collab\/blob:/);
    const asked = await workspace.collab('images', 'prune', '--only', 'edge1');
    expect([asked.code, asked.stderr.includes('--yes')]).toEqual([2, true]);
    const neighbor = TestWorkspace.make();
    cpSync(join(workspace.folder, '.collab'), join(neighbor.folder, '.collab'), { recursive: true });
    const theirs = await neighbor.collab('images', 'prune', '--only', 'edge1', '--dry-run', '--json');
    const result = JSON.parse(theirs.stdout.trim().split('\n').at(-1) ?? '') as Record<
      string,
      { refs: string[]; workspace: string }[]
    >;
    const kept = result.kept_for?.find(({ refs }) => refs.some((ref) => ref.startsWith('collab/blob:')));
    expect(kept?.workspace).toBe(workspace.folder);
    expect(result.would_remove?.flatMap(({ refs }) => refs)).not.toEqual(
      expect.arrayContaining(kept?.refs ?? []),
    );
    const all = await neighbor.collab('images', 'prune', '--only', 'edge1', '--dry-run', '--all');
    expect(all.stderr).toContain(`used by ${workspace.folder}`);
    rmSync(neighbor.folder, { recursive: true });
    expect((await workspace.collab('images', 'prune', '--only', 'edge1', '--yes')).code).toBe(0);
    const after = (await onDevice('edge1', 'docker images -q collab/blob')).stdout.trim().split('\n');
    expect(after).toHaveLength(1);
    expect(await blob.sent('--only', 'edge1')).toEqual({ edge1: 0 });
  });
});
