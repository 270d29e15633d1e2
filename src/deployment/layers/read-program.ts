import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { cacheFolder, fileSize, writeFileAtomic } from '../../workspace/index.js';
import type { Engine } from '../engine/index.js';

/**
 * Copies a program out of an image into a folder of this machine, so that it can run here without a container. It is
 * copied once for each content of the image.
 * @param path in the image, absolute
 * @returns path of the executable file
 * @throws CollabError `no-program`
 */
export async function readProgram(
  engine: Engine,
  ref: string,
  path: string,
  folder = join(cacheFolder(), 'programs'),
): Promise<string> {
  const image = await engine.image(ref);
  if (image === null) throw noProgram(engine.device, ref, path, 'The image does not exist there.');
  const kept = join(folder, image.content.slice(0, 16), path);
  if ((await fileSize(kept)) !== null) return kept;
  const container = await engine.create({
    name: `collab-read-${randomBytes(6).toString('hex')}`,
    image: ref,
    command: ['true'],
    labels: { 'collab.read': ref },
    capabilities: [],
  });
  const program = await engine.readFile(container, path).finally(() => engine.remove(container));
  if (program === null) throw noProgram(engine.device, ref, path, 'The image has no such file.');
  await writeFileAtomic(kept, program, 0o755);
  return kept;
}

function noProgram(device: string, ref: string, path: string, why: string): CollabError {
  return new CollabError('no-program', {
    what: `The program ${path} cannot be read from the image ${ref} on ${device}.`,
    why,
    next: `Build the image again: docker image rm ${ref}, then run the same command again.`,
    exitCode: ExitCode.experimentFailed,
  });
}
