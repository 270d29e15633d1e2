import { relative } from 'node:path';
import { CollabError, ExitCode, Lab, localEngine, parseMemory } from '../../../index.js';
import { openSession } from '../../session.js';
import { labText } from './status.js';

export interface LabOptions {
  name: string;
  devices: number;
  cpus: number;
  memory: string;
  json?: boolean;
}

/** `collab lab up`: virtual devices, ready for `collab setup`. */
export async function labUp(options: LabOptions): Promise<void> {
  const { workspace, clock, emit, signal, say, print } = openSession(options);
  const memoryBytes = parseMemory(options.memory);
  if (memoryBytes === null) {
    throw new CollabError('lab-settings', {
      what: `--memory ${options.memory} is no size.`,
      next: 'Write a number with k, m or g, such as 512m or 1g.',
      exitCode: ExitCode.usage,
    });
  }
  const lab = new Lab(options.name, await localEngine(), workspace, clock);
  const status = await lab.up({ devices: options.devices, cpus: options.cpus, memoryBytes }, emit, signal);
  const key = relative(process.cwd(), status.keyPath);
  say(
    `Set it up as a LAN: collab setup --lan ${status.name} --interface ${status.interface ?? ''} --key ${key} --yes`,
  );
  print(labText(status), status);
}
