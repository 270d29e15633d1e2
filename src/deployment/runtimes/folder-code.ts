import type { ContainerSpec } from '../engine/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import { freshCopy, workFolder } from './experiment-copy.js';
import { deviceRunFolder, type RolePlace } from './runtime.js';
import type { SharedFiles } from './shared-files.js';
import { wrapperTarget } from './wrapper-program.js';

/** Code that roles in containers get from a folder of the device, with the wrapper: their images are bases, which have neither. */
export class FolderCode {
  constructor(
    private readonly experiment: string,
    private readonly shared: Pick<SharedFiles, 'wrapper'>,
  ) {}

  /** Makes the role's own copy of the code, into which it may write. @returns mounts for its container */
  async mounts(connected: ConnectedDevice, place: RolePlace): Promise<NonNullable<ContainerSpec['mounts']>> {
    const copy = workFolder(deviceRunFolder(connected, place.run_id), place);
    const [wrapper] = await Promise.all([
      this.shared.wrapper(connected, place.run_id),
      freshCopy(connected, this.experiment, copy),
    ]);
    return [
      { kind: 'folder', source: copy, target: '/experiment' },
      { kind: 'folder', source: wrapper, target: wrapperTarget, readOnly: true },
    ];
  }

  /** Removes the copy. No error when there is none. */
  remove(connected: ConnectedDevice, place: RolePlace): Promise<void> {
    return connected.shell.remove(workFolder(deviceRunFolder(connected, place.run_id), place));
  }
}
