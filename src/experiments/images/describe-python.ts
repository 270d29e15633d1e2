import { createHash } from 'node:crypto';
import { packagesHere } from '../../deployment/index.js';
import { messageOf } from '../../errors.js';
import type { Clock } from '../../events.js';
import type { ImageFile, PythonRecord } from '../../logs/index.js';
import type { Shell } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import { keepImage, keptImage, packagesSummary } from '../kept/index.js';

/** The python3 of this machine, which runs roles without images, and its packages. The list is kept once per content. */
export async function describePython(
  workspace: Workspace,
  shell: Pick<Shell, 'exec'>,
  clock: Clock,
): Promise<PythonRecord> {
  const packages = await packagesHere(shell);
  if ('unavailable' in packages) return packages;
  const hash = createHash('sha256').update(JSON.stringify(packages)).digest('hex');
  const file: ImageFile = {
    format: 1,
    id: `python-${hash}`,
    read_at: clock.now().toISOString(),
    packages,
  };
  const { version, executable } = packages.python;
  try {
    if ((await keptImage(workspace, file.id)) === null) await keepImage(workspace, file);
    return { version, executable, packages: packagesSummary(file) };
  } catch (error) {
    return { version, executable, packages: { unavailable: messageOf(error) } };
  }
}
