import { importBases, localEngine } from '../../../index.js';
import { openSession } from '../../session/index.js';

/** `collab images import <file>`: base images from a machine with internet access. */
export async function imagesImport(file: string, options: { json?: boolean }): Promise<void> {
  const { workspace, emit, signal, print } = openSession(options, 'events');
  const bases = await importBases({ engine: await localEngine(), workspace, file, emit, signal });
  print(bases.map(({ ref }) => ref).join('\n'), { file, bases });
}
