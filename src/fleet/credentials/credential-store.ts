import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { deviceName } from '../../network/index.js';
import { readFileIfThere, type Workspace } from '../../workspace/index.js';
import { checkUserName } from './access-changes.js';
import { fleetFiles } from './fleet-files.js';
import { GuestFleet } from './guest-fleet.js';
import { OwnedFleet } from './owned-fleet.js';
import { placeFolder, type PlaceOptions, type PrivateFile, removeFolder } from './placed-folder.js';
import { type RandomBytes, systemRandom } from './randomness.js';

const exitCode = ExitCode.usage;

/** The fleets of a workspace: `.collab/fleets/<name>/`. Own ones have the authority's key; those of others are guests. */
export class CredentialStore {
  constructor(private readonly workspace: Workspace) {}

  /** Names of the fleets, sorted. */
  async list(): Promise<string[]> {
    const names = await readdir(this.#fleets).catch(() => []);
    return names.filter((name) => deviceName.safeParse(name).success).sort();
  }

  /** The folder of a fleet, whether it is there or not. @throws CollabError `bad-fleet-name` */
  folderOf(fleet: string): string {
    if (deviceName.safeParse(fleet).success) return join(this.#fleets, fleet);
    throw new CollabError('bad-fleet-name', {
      what: `${JSON.stringify(fleet)} is not a valid fleet name.`,
      next: 'Use letters, digits, dots, dashes and underscores.',
      exitCode,
    });
  }

  /** Makes a fleet with a new authority, and `user` as its admin. @throws CollabError `fleet-exists`, `bad-user-name` */
  async create(fleet: string, user: string, random: RandomBytes = systemRandom): Promise<OwnedFleet> {
    checkUserName(user);
    const folder = this.folderOf(fleet);
    await this.place(fleet, await OwnedFleet.newFiles(fleet, user, random), { random });
    return OwnedFleet.open(fleet, folder);
  }

  /** @throws CollabError `fleet-unknown`, or `fleet-broken` and others if it cannot be used */
  async open(fleet: string): Promise<OwnedFleet | GuestFleet> {
    if (!(await this.list()).includes(fleet)) throw await this.#unknown(fleet);
    return openFolder(fleet, this.folderOf(fleet));
  }

  /** Opens a fleet for what only its owner can do. @throws CollabError `fleet-guest`, and those of `open` */
  async openOwned(fleet: string): Promise<OwnedFleet> {
    const opened = await this.open(fleet);
    if (opened.kind === 'owner') return opened;
    throw new CollabError('fleet-guest', {
      what: `The fleet ${fleet} belongs to somebody else: you are its user ${opened.user}.`,
      why: "The key of the fleet's authority is not on this machine.",
      next: 'Ask the person who gave you the join file to do it.',
      exitCode,
    });
  }

  /** Deletes all credentials of a fleet on this machine. Its members are not changed. @throws CollabError `fleet-unknown` */
  async remove(fleet: string): Promise<void> {
    const folder = this.folderOf(fleet);
    if (!(await this.list()).includes(fleet)) throw await this.#unknown(fleet);
    await removeFolder(folder);
  }

  /** Makes the folder of a fleet, all or nothing. @throws CollabError `fleet-exists` */
  async place(fleet: string, files: readonly PrivateFile[], options: PlaceOptions = {}): Promise<void> {
    const folder = this.folderOf(fleet);
    await this.workspace.openPrivate();
    await placeFolder(folder, files, options);
  }

  get #fleets(): string {
    return join(this.workspace.private, 'fleets');
  }

  async #unknown(fleet: string): Promise<CollabError> {
    const names = await this.list();
    return new CollabError('fleet-unknown', {
      what: `This workspace has no fleet named ${JSON.stringify(fleet)}.`,
      why: names.length > 0 ? `Its fleets: ${names.join(', ')}` : 'It has no fleet yet.',
      next: 'Make one of a LAN: collab fleet up. Or use the join file that its owner gave you: collab fleet user use <file>',
      exitCode,
    });
  }
}

/** Opens a folder as the fleet of this name, as owner or guest by what is in it. */
export async function openFolder(fleet: string, folder: string): Promise<OwnedFleet | GuestFleet> {
  const isGuest = (await readFileIfThere(join(folder, fleetFiles.guest))) !== null;
  return isGuest ? GuestFleet.open(fleet, folder) : OwnedFleet.open(fleet, folder);
}
