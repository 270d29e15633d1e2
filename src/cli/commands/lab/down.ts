import { Lab, localEngine } from '../../../index.js';
import { openSession } from '../../session/index.js';

/** `collab lab down`: removes the Lab entirely. */
export async function labDown(options: { name: string; json?: boolean }): Promise<void> {
  const { workspace, clock, emit, print } = openSession(options, 'events');
  await new Lab(options.name, await localEngine(), workspace, clock).down(emit);
  print(`Lab ${options.name} is down.`, { name: options.name, devices: [] });
}
