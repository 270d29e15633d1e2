import { Lab, localEngine } from '../../../index.js';
import { openSession } from '../../session/index.js';
import { labText } from '../../text/index.js';

/** `collab lab status`: the virtual devices and their limits. */
export async function labStatus(options: { name: string; json?: boolean }): Promise<void> {
  const { workspace, clock, print } = openSession(options);
  const status = await new Lab(options.name, await localEngine(), workspace, clock).status();
  print(labText(status), status);
}
