import { createHash } from 'node:crypto';
import type { ConnectedDevice } from '../../network/index.js';
import { type TarFile, wrapperFiles } from '../archives/index.js';
import type { ContainerSpec } from '../engine/index.js';
import { AccountFiles, type ImageUse } from './accounts.js';
import { putFiles } from './on-device.js';
import { deviceRunFolder } from './runtime.js';
import { cacheTarget, compilesWrapper, wrapperTarget } from './wrapper-program.js';

const compileMs = 60_000;

/** Where the wrapper is in a folder of shared files. */
export const wrapperIn = (folder: string): string => `${folder}/collab`;

type Mounts = NonNullable<ContainerSpec['mounts']>;

/**
 * What roles share on a device, each made once: the wrapper, what Python compiles of it, and the account files of images. They are in
 * the run's folder, and go with it; or in a folder of the device that runs of one agent share.
 */
export class SharedFiles {
  private readonly made = new Map<string, Promise<string>>();
  private readonly accountFiles = new AccountFiles();

  /** @param folder for all runs; null for a folder of each run */
  constructor(
    private readonly files: readonly TarFile[],
    private readonly folder: string | null = null,
  ) {}

  /** Files that all runs have in a folder of the device. */
  static async in(folder: string): Promise<SharedFiles> {
    return new SharedFiles(await wrapperFiles(), folder);
  }

  /** Puts the wrapper on the device. @returns its folder */
  wrapper(connected: ConnectedDevice, runId: string): Promise<string> {
    const folder = this.wrapperFolder(connected, runId);
    return this.once(connected, folder, () => putFiles(connected, this.files, folder));
  }

  /** Where the wrapper is, if it was put there. */
  wrapperFolder(connected: ConnectedDevice, runId: string): string {
    return wrapperIn(this.folderFor(connected, runId));
  }

  /** The same if all runs share it; null if each has its own. */
  get sharedWrapper(): string | null {
    return this.folder === null ? null : wrapperIn(this.folder);
  }

  /** Gives an image the passwd and group file with the login. */
  accounts(connected: ConnectedDevice, use: ImageUse): Promise<Mounts> {
    return this.accountFiles.mounts(connected, this.folderFor(connected, use.order.run_id), use);
  }

  /**
   * The folder for the compiled wrapper, so that not every container compiles it again. The roles of a run write it. Where runs share
   * it, no role may change what another one executes, and a container of its own writes it.
   */
  async compiled(connected: ConnectedDevice, use: ImageUse): Promise<Mounts[number]> {
    const hash = createHash('sha256').update(use.image).digest('hex').slice(0, 16);
    const folder = `${this.folderFor(connected, use.order.run_id)}/compiled/${hash}`;
    const source = await this.once(connected, folder, async () => {
      await connected.shell.makeFolder(folder);
      if (this.folder !== null) await this.compile(connected, use, folder);
    });
    return { kind: 'folder', source, target: cacheTarget, ...(this.folder !== null && { readOnly: true }) };
  }

  private async compile(connected: ConnectedDevice, use: ImageUse, folder: string): Promise<void> {
    const { engine, image, labels, order } = use;
    const { uid, gid } = connected.device.facts.user;
    const container = await engine.create({
      name: `collab-${order.run_id}-compiled-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`,
      image,
      command: compilesWrapper,
      user: `${uid}:${gid}`,
      labels,
      mounts: [
        {
          kind: 'folder',
          source: await this.wrapper(connected, order.run_id),
          target: wrapperTarget,
          readOnly: true,
        },
        { kind: 'folder', source: folder, target: cacheTarget },
      ],
      capabilities: [],
    });
    try {
      await engine.start(container);
      // If it fails, each role compiles for itself.
      await engine.waitForEnd(container, AbortSignal.timeout(compileMs));
    } finally {
      await engine.remove(container);
    }
  }

  /** @returns the path */
  private async once({ device }: ConnectedDevice, path: string, make: () => Promise<void>): Promise<string> {
    const key = `${device.name} ${path}`;
    const making = this.made.get(key) ?? make().then(() => path);
    this.made.set(key, making);
    return making.catch((error: unknown) => {
      this.made.delete(key);
      throw error;
    });
  }

  private folderFor(connected: ConnectedDevice, runId: string): string {
    return this.folder ?? deviceRunFolder(connected, runId);
  }
}
