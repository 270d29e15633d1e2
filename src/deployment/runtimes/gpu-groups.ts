import type { Shell } from '../../network/index.js';

/** What a Jetson's GPU is reached by; a group of the device owns them (`video`, `render`). Elsewhere anyone may. */
const nodes = ['/dev/nvmap', '/dev/nvhost-ctrl-gpu', '/dev/nvhost-gpu', '/dev/dri/renderD128'];

/**
 * Ids of the groups that own the GPU's device files, so that a role that runs under the login's uid may open them. Names
 * of groups would be looked up in the image, whose numbers are its own.
 */
export async function gpuGroups(shell: Shell): Promise<string[]> {
  const { stdout } = await shell.exec(['stat', '-c', '%g', ...nodes]);
  const ids = stdout.split('\n').filter((line) => /^[1-9]\d*$/.test(line));
  return [...new Set(ids)].sort();
}
