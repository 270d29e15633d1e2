import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { TestWorkspace, type Ended } from './workspace.js';

declare module 'vitest' {
  export interface ProvidedContext {
    labWorkspace: string;
    labUp: Ended;
    labSetup: Ended;
  }
}

/** Name of the tests' Lab, so that the user's own Lab is not touched. COLLAB_TEST_LAB overrides it. */
export const labName = process.env.COLLAB_TEST_LAB ?? 'e2e';

/** Starts a Lab of two devices and sets it up as a LAN, once for all end-to-end tests; removes it at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const workspace = TestWorkspace.make();
  const down = () => workspace.collab('lab', 'down', '--name', labName);
  await down();
  const up = await workspace.collab('lab', 'up', '--name', labName);
  if (up.code !== 0) throw new Error(`the Lab did not come up:\n${up.stderr}`);
  const lan = await workspace.collab(
    'setup',
    '--lan',
    'lab',
    '--interface',
    `collab-${labName}`,
    '--expect',
    '2',
    '--yes',
    '--timeout',
    '10',
    '--key',
    `.collab/lab/${labName}/id_ed25519`,
  );
  if (lan.code !== 0) throw new Error(`the Lab could not be set up as a LAN:\n${lan.stderr}`);
  project.provide('labWorkspace', workspace.folder);
  project.provide('labUp', up);
  project.provide('labSetup', lan);
  return async () => {
    await down();
    rmSync(workspace.folder, { recursive: true, force: true });
  };
}
