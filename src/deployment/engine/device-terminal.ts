import { CollabError, ExitCode } from '../../errors.js';
import {
  canOpenTerminal,
  type ConnectedDevice,
  type Terminal,
  type TerminalOptions,
} from '../../network/index.js';
import { programText } from '../../package-folder.js';
import { deviceEngine } from './dockerode.js';

/** The command that opens a shell in a container of an image, with the rights of a role: none beyond its user's. */
export function containerShell(imageId: string): string[] {
  const rights = ['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--pids-limit', '4096'];
  const start = ['docker', 'run', '-it', '--rm', '--pull', 'never', '--label', 'collab.shell=1'];
  const script = programText('deployment/engine/container-shell.sh');
  return [...start, ...rights, '--entrypoint', 'sh', imageId, '-c', script];
}

/**
 * Opens a terminal on a device: its login shell, or a shell in a new container of an image on the device.
 * @throws CollabError `no-image` when the device's engine does not have the image, `no-docker-command` without one
 */
export async function openDeviceTerminal(
  connected: ConnectedDevice,
  { image, ...options }: Omit<TerminalOptions, 'argv'> & { image?: string | undefined },
): Promise<Terminal> {
  const { device, shell } = connected;
  if (!canOpenTerminal(shell)) throw new TypeError(`${device.name} has no terminals`);
  if (image === undefined) return shell.openTerminal(options);
  const engine = await deviceEngine(connected);
  const imageId = isReference(image) ? await engine.imageId(image) : null;
  if (imageId === null) throw noImage(device.name, image);
  const { code } = await shell.exec(['sh', '-c', 'command -v docker']);
  if (code !== 0) throw noDockerCommand(device.name);
  return shell.openTerminal({ ...options, argv: containerShell(imageId) });
}

/** Whether a text has the form of an image name, digest or id. */
const isReference = (text: string) => /^[A-Za-z0-9][A-Za-z0-9._/:@-]*$/.test(text);

function noImage(device: string, image: string): CollabError {
  return new CollabError('no-image', {
    what: `${device} does not have the image ${JSON.stringify(image)}.`,
    why: 'Images are not pulled for a shell: it opens only images that a run has delivered.',
    next: `List its images: collab device shell ${device}, then docker image ls. A run of the experiment delivers its images.`,
    exitCode: ExitCode.usage,
  });
}

function noDockerCommand(device: string): CollabError {
  return new CollabError('no-docker-command', {
    what: `${device} has an engine, but no docker command to open a container.`,
    next: `Install it on ${device}: sudo apt-get install docker-cli (or docker.io), then try again.`,
    exitCode: ExitCode.deviceUnreachable,
  });
}
