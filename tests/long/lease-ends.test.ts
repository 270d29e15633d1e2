import { afterEach, expect, inject, it } from 'vitest';
import { labName } from '../e2e/lab-setup.js';
import { patientRun } from '../e2e/patient-run.js';
import { program, TestWorkspace } from '../e2e/workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const clean = 'docker ps -aq --filter label=collab.run | xargs -r docker rm -f';

afterEach(async () => {
  for (const name of ['edge1', 'edge2'])
    await program('docker', 'exec', `collab-${labName}-${name}`, 'sh', '-c', clean);
  await workspace.collab('device', 'unlock', 'edge1', 'edge2', '--kick');
});

it('the lease of a killed controller expires', async () => {
  const first = await patientRun(workspace);
  first.run.kill('SIGKILL');
  await first.ended;
  const lock = () => workspace.collab('device', 'lock', 'edge1', 'edge2');
  expect((await lock()).code).toBe(5);
  await expect.poll(async () => (await lock()).code, { timeout: 75_000, interval: 3000 }).toBe(0);
}, 200_000);
