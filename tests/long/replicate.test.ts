import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { ReplicationRecord } from '../../src/logs/records/replication-record.js';
import { labName } from '../e2e/lab-setup.js';
import { TestWorkspace } from '../e2e/workspace.js';

/** A run of one lab, which travels as a bundle and is replicated in another workspace on other devices. */
const first = new TestWorkspace(inject('labWorkspace'));
const second = TestWorkspace.make();
/** A Lab of one device with a fifth of a core and less memory. */
const slowLab = `${labName.slice(0, 5)}sl`;
const code = `import hashlib, time, collab
digest = hashlib.sha256(b'collab').hexdigest()
started = time.monotonic()
time.sleep(0.5)
waited = time.monotonic()
for _ in range(400000):
    digest = hashlib.sha256(digest.encode()).hexdigest()
done = time.monotonic()
collab.record(digest=digest, wait_ms=(waited - started) * 1000, work_ms=(done - waited) * 1000)
`;
let original: string;
/** The bundle, and its hash. */
let bundle: { file: string; sha256: string };

interface Replicated {
  code: number | null;
  said: string;
  judged: ReplicationRecord;
}
async function replicate(wanted: string, ...args: string[]): Promise<Replicated> {
  const { code: exit, stdout, stderr } = await second.collab('replicate', wanted, ...args, '--json');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const result = lines.find(({ kind }) => kind === 'result');
  expect(result, stderr).toBeDefined();
  return { code: exit, said: stderr, judged: result?.replication as ReplicationRecord };
}
async function setup(lan: string, lab: string, devices: number, key: string): Promise<void> {
  const words = ['--lan', lan, '--interface', `collab-${lab}`, '--expect', String(devices), '--key', key];
  const { code: exit, stderr } = await second.collab('setup', ...words, '--yes', '--timeout', '10');
  expect(exit, stderr).toBe(0);
}

beforeAll(async () => {
  const folder = join(first.folder, 'TestCases/digest');
  mkdirSync(folder);
  writeFileSync(join(folder, 'digest.py'), code);
  writeFileSync(
    join(folder, 'experiment.yaml'),
    'name: digest\nroles: { worker: { command: [python3, digest.py] } }\nprimary: wait_ms\nequal: digest\nrepeats: 5\n',
  );
  const ran = await first.collab('run', 'digest', '--only', 'edge1');
  expect(ran.code, ran.stderr).toBe(0);
  original = basename(first.newestRun('digest'));
  const file = join(second.folder, 'digest.collab.tar.gz');
  bundle = await first.result('export', 'digest', '--with-run', original, '--output', file);
  await setup('bench', labName, 2, join(first.folder, `.collab/lab/${labName}/id_ed25519`));
});
afterAll(() => second.collab('lab', 'down', '--name', slowLab));

it('REPRODUCED from a bundle, on another device of another LAN', async () => {
  const {
    code: exit,
    judged,
    said,
  } = await replicate(bundle.file, '--yes', '--trust', bundle.sha256, '--only', 'edge2');
  expect(judged, said).toMatchObject({
    verdict: 'REPRODUCED',
    equal: [{ finding: 'equal', compared: 5 }],
    original: { run_id: original, lan: 'lab' },
    replication: { lan: 'bench' },
  });
  expect(exit).toBe(0);
  // The packages have travelled too, and are the same.
  expect((await second.collab('show', original, '--provenance')).stdout).toMatch(/packages/);
  expect(judged.differs.map(({ about }) => about)).not.toContain('packages');
  expect(judged.differs).toContainEqual(
    expect.objectContaining({ about: 'placement', original: 'edge1', replication: 'edge2' }),
  );
});

it('DIFFERENT on a slower device, with what differs in it', async () => {
  const up = await second.collab(
    'lab',
    'up',
    '--name',
    slowLab,
    '--devices',
    '1',
    '--cpus',
    '0.2',
    '--memory',
    '768m',
  );
  expect(up.code, up.stderr).toBe(0);
  await setup('slow', slowLab, 1, `.collab/lab/${slowLab}/id_ed25519`);
  const { code: exit, judged, said } = await replicate(original, '--lan', 'slow', '--metric', 'work_ms');
  expect(judged, said).toMatchObject({ verdict: 'DIFFERENT', equal: [{ finding: 'equal' }] });
  expect(exit).toBe(3);
  expect(judged.reasons.join('\n')).toMatch(/worker\.work_ms is \d+(\.\d+)? % higher .*: beyond 10 %/);
  expect(judged.differs).toContainEqual(
    expect.objectContaining({ about: 'devices', what: 'worker-0: memory_bytes' }),
  );
});
