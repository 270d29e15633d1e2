// Reports what a test run leaves behind. `leftovers.ts before <folder> <file>` writes the state of the machine to a file;
// `leftovers.ts after <folder> <file>` compares the current state with it and exits with 1 if anything was added. The
// folder is the run's temporary folder; its path, in COLLAB_TEST_RUN, marks the run's processes.
import { readFileSync, writeFileSync } from 'node:fs';
import { leftBehind, type MachineState } from './checks/leftovers.js';
import { machineState } from './checks/machine-state.js';

const [when, folder = '', file = ''] = process.argv.slice(2);
const state = machineState(folder, folder);
if (when === 'before') writeFileSync(file, JSON.stringify(state));
else {
  const left = leftBehind(JSON.parse(readFileSync(file, 'utf8')) as MachineState, state);
  for (const line of left) process.stderr.write(`left behind: ${line}\n`);
  process.exitCode = left.length > 0 ? 1 : 0;
}
