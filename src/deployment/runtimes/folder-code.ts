import type { TarFile } from '../archives/index.js';
import type { ContainerSpec } from '../engine/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import { freshCopy, workFolder } from './experiment-copy.js';
import { putFiles } from './on-device.js';
import { deviceRunFolder, type RolePlace } from './runtime.js';

/** Code that roles in containers get from a folder of the device, with the wrapper: their images are bases, which have neither. */
export class FolderCode {
  /** The wrapper's folder on each device. */
  private readonly wrappers = new Map<string, Promise<string>>();

  constructor(
    private readonly experiment: string,
    private readonly wrapperFiles: readonly TarFile[],
  ) {}

  /** Makes the role's own copy of the code, into which it may write. @returns mounts for its container */
  async mounts(connected: ConnectedDevice, place: RolePlace): Promise<NonNullable<ContainerSpec['mounts']>> {
    const shared = deviceRunFolder(connected, place.run_id);
    const copy = workFolder(shared, place);
    const [wrapper] = await Promise.all([
      this.wrapperOn(connected, `${shared}/collab`),
      freshCopy(connected, this.experiment, copy),
    ]);
    return [
      { kind: 'folder', source: copy, target: '/experiment' },
      { kind: 'folder', source: wrapper, target: '/opt/collab', readOnly: true },
    ];
  }

  /** Removes the copy. No error when there is none. */
  remove(connected: ConnectedDevice, place: RolePlace): Promise<void> {
    return connected.shell.remove(workFolder(deviceRunFolder(connected, place.run_id), place));
  }

  /** Once per device. */
  private wrapperOn(connected: ConnectedDevice, folder: string): Promise<string> {
    const { name } = connected.device;
    const placing =
      this.wrappers.get(name) ?? putFiles(connected, this.wrapperFiles, folder).then(() => folder);
    this.wrappers.set(name, placing);
    placing.catch(() => this.wrappers.delete(name));
    return placing;
  }
}
