import { CollabError, ExitCode } from '../../errors.js';

/** Which machine builds the images of an architecture. */
export type Builder = { kind: 'controller' } | { kind: 'device'; device: string } | { kind: 'emulation' };

export interface Builders {
  /** Architecture of this machine's engine; null without an engine. */
  controller: string | null;
  /** Devices with an engine, in their order. */
  devices: readonly { device: string; architecture: string }[];
  /** Whether this machine can run programs of another architecture. */
  emulates: (architecture: string) => boolean;
}

/**
 * Chooses the controller if it has the architecture, else the first device that has it, else emulation, which takes
 * some eight times as long.
 * @throws CollabError `no-builder`
 */
export function chooseBuilder(architecture: string, builders: Builders): Builder {
  const { controller, devices, emulates } = builders;
  if (controller === architecture) return { kind: 'controller' };
  const native = devices.find((one) => one.architecture === architecture);
  if (native !== undefined) return { kind: 'device', device: native.device };
  if (controller !== null && emulates(architecture)) return { kind: 'emulation' };
  const here = controller === null ? 'This machine has no engine' : `This machine is ${controller}`;
  const emulation = controller === null ? '' : ', and cannot emulate that architecture';
  throw new CollabError('no-builder', {
    what: `No machine can build an image for ${architecture}.`,
    why: `${here}${emulation}; no device of this LAN is ${architecture}.`,
    next: `Add a device of that architecture (collab setup), or as root on Debian: apt-get install qemu-user-static binfmt-support`,
    exitCode: ExitCode.deviceUnreachable,
  });
}
