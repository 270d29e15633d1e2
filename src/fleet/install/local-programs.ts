import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import {
  buildImage,
  controllerEngine,
  LayerStore,
  planBase,
  readFlavor,
  readProgram,
} from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import { LocalShell, ownArchitecture } from '../../network/index.js';
import { sha256OfFiles } from '../../workspace/index.js';
import type { FleetContext } from './open-site.js';
import type { LocalPrograms } from './process-site.js';

/** JetStream of earlier versions could lose streams after a kill. */
const leastNats = [2, 10, 27] as const;

/**
 * The programs of a fleet on this machine: from the fleet image where there is an engine, else from PATH.
 * @throws CollabError `fleet-programs`
 */
export async function localPrograms(context: FleetContext): Promise<LocalPrograms> {
  const here = await controllerEngine();
  if (here === null) return programsInPath();
  const { engine, architecture } = here;
  const { workspace, emit, signal } = context;
  const flavor = await readFlavor(workspace, 'fleet');
  const image = flavor.images.find(
    ({ arch }) => arch === undefined || arch.some((one) => one === architecture),
  );
  if (image === undefined) return programsInPath();
  const { plan, sources, ref } = await planBase(flavor, image, architecture);
  await buildImage(engine, plan, sources, { emit, signal, onController: true, store: new LayerStore() });
  return {
    member: await readProgram(engine, ref, '/usr/local/bin/member'),
    natsServer: await readProgram(engine, ref, '/usr/sbin/nats-server'),
    architecture,
    hash: ref,
  };
}

async function programsInPath(): Promise<LocalPrograms> {
  const member = await inPath('member');
  const natsServer = await inPath('nats-server');
  const version = natsServer === null ? '' : await versionOf(natsServer);
  const lacks = [
    ...(member === null ? ['member is not in PATH'] : []),
    ...(natsServer === null ? ['nats-server is not in PATH'] : []),
    ...(natsServer !== null && !isRecent(version)
      ? [`${natsServer} is ${version || 'of an unknown version'}`]
      : []),
  ];
  if (member !== null && natsServer !== null && lacks.length === 0) {
    const hash = (await sha256OfFiles([member, natsServer])).join(' ');
    return { member, natsServer, architecture: ownArchitecture, hash };
  }
  throw new CollabError('fleet-programs', {
    what: 'The programs of a fleet are not on this machine.',
    why: `There is no Docker Engine here to build them, and ${lacks.join(', and ')}.`,
    next: `Start a Docker Engine. Or put nats-server ${leastNats.join('.')} or later (https://github.com/nats-io/nats-server/releases) and member (compiled with Go, see collab docs fleet) into PATH.`,
    exitCode: ExitCode.usage,
  });
}

async function inPath(name: string): Promise<string | null> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (
      folder !== '' &&
      (await access(path, constants.X_OK).then(
        () => true,
        () => false,
      ))
    )
      return path;
  }
  return null;
}

/** E.g. `2.10.27`, from `nats-server: v2.10.27`. */
async function versionOf(natsServer: string): Promise<string> {
  const { stdout } = await new LocalShell().exec([natsServer, '--version']);
  return /v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? '';
}

/** Whether a version is at least the one that was tried. */
export function isRecent(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [at, least] of leastNats.entries()) {
    const part = parts[at] ?? -1;
    if (part !== least) return part > least;
  }
  return true;
}
