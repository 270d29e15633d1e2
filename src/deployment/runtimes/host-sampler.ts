import { createHash } from 'node:crypto';
import { CollabError, ExitCode } from '../../errors.js';
import { type ConnectedDevice, type DeviceFacts, hostOnlySensors } from '../../network/index.js';
import { contentOf, type TarFile } from '../archives/index.js';
import { putFiles, startInBackground } from './on-device.js';
import { ownFolder } from './own-folder.js';

/**
 * A program on a device that reads sensors that a container cannot: a Raspberry Pi's firmware, RAPL, a GPU that the
 * role does not use. It writes `host.jsonl` into the role's folder, which the wrapper in the container reads, and ends
 * with the role. Its files stay on the device, in a folder named by their hash.
 */
export class HostSampler {
  private readonly placed = new Map<string, Promise<string>>();

  constructor(private readonly wrapperFiles: readonly TarFile[]) {}

  /** Whether a device has such sensors, and Python. */
  isFor(facts: DeviceFacts): boolean {
    return facts.python !== null && hostOnlySensors(facts).length > 0;
  }

  /** Starts it for a role. The folder must hold role.json. */
  async start(connected: ConnectedDevice, folder: string): Promise<void> {
    const { name } = connected.device;
    const place = this.placed.get(name) ?? this.place(connected, `${ownFolder(connected)}/sampler`);
    this.placed.set(name, place);
    const wrapper = `${await place}/wrapper.py`;
    const started = await startInBackground(connected, folder, ['python3', wrapper, '--sensors', folder]);
    if (typeof started === 'number') return;
    throw new CollabError('role-not-started', {
      what: `The sensors of ${name} cannot be read: their sampler did not start.`,
      why: started.why,
      next: 'Check the device and run again.',
      exitCode: ExitCode.experimentFailed,
    });
  }

  private async place(connected: ConnectedDevice, above: string): Promise<string> {
    const contents = await Promise.all(this.wrapperFiles.map(contentOf));
    const hash = createHash('sha256');
    this.wrapperFiles.forEach((file, at) => hash.update(`${file.name}\0`).update(contents[at] ?? ''));
    const folder = `${above}/${hash.digest('hex').slice(0, 16)}`;
    if ((await connected.shell.read(`${folder}/whole`)) !== null) return folder;
    await connected.shell.remove(above); // of another version, or cut off
    await putFiles(connected, this.wrapperFiles, folder);
    await connected.shell.write(`${folder}/whole`, '');
    return folder;
  }
}
