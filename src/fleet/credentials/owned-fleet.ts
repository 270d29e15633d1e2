import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { readFileIfThere } from '../../workspace/index.js';
import { withBrokerKey, withMembers } from './access-changes.js';
import { type Access, type AccessMember, firstAccess, readAccess, signAccess } from './access.js';
import { makeBrokerKey, publicKeyOf } from './broker-keys.js';
import {
  belongTogether,
  isAuthority,
  isCurrent,
  type KeyPair,
  makeAuthority,
  makeMemberCertificate,
} from './certificates.js';
import {
  fleetBroken,
  fleetFiles,
  memberFileNames,
  memberSeedName,
  readFleetFile,
  readSeed,
  readToken,
} from './fleet-files.js';
import { gossipKeysText, makeGossipKey, parseGossipKeys, rotation } from './gossip-keys.js';
import { memberId } from './member-id.js';
import { type PrivateFile, writePrivate } from './placed-folder.js';
import { type RandomBytes, systemRandom } from './randomness.js';
import { makeToken, tokenSha256 } from './tokens.js';

/** A file of a member's `--state`. */
export interface MemberFile {
  name: string;
  content: string;
  mode: number;
}

/** A fleet whose authority's key is here: this user decides who belongs to it. */
export class OwnedFleet {
  readonly kind = 'owner';

  private constructor(
    readonly fleet: string,
    readonly folder: string,
    private readonly authority: KeyPair,
  ) {}

  /** The files of a new fleet, with this user as its admin. */
  static async newFiles(fleet: string, user: string, random: RandomBytes): Promise<PrivateFile[]> {
    const authority = await makeAuthority(fleet, random);
    const token = makeToken(random);
    const { seed, publicKey } = makeBrokerKey();
    const admin = { name: user, tokenSha256: tokenSha256(token), brokerKey: publicKey };
    const access = firstAccess(fleet, admin);
    return [
      { path: fleetFiles.authority, content: authority.certificate },
      { path: fleetFiles.authorityKey, content: authority.key },
      { path: fleetFiles.gossipKeys, content: gossipKeysText([makeGossipKey(random)]) },
      { path: fleetFiles.access, content: signAccess(access, authority.key) },
      { path: fleetFiles.token, content: `${token}\n` },
      { path: fleetFiles.brokerSeed, content: `${seed}\n` },
    ];
  }

  /** @throws CollabError `fleet-broken`, `access-broken`, `gossip-keys-broken` if what is there does not fit together */
  static async open(fleet: string, folder: string): Promise<OwnedFleet> {
    const certificate = await readFleetFile(folder, fleetFiles.authority);
    const key = await readFleetFile(folder, fleetFiles.authorityKey);
    if (!isAuthority(certificate) || !belongTogether({ certificate, key }))
      throw fleetBroken(folder, `${fleetFiles.authority} and ${fleetFiles.authorityKey} do not fit together`);
    const opened = new OwnedFleet(fleet, folder, { certificate, key });
    const access = await opened.access();
    if (access.fleet !== fleet)
      throw fleetBroken(folder, `its access document is of the fleet ${access.fleet}`);
    await opened.gossipKeys();
    await opened.token();
    await opened.brokerSeed();
    return opened;
  }

  /** Certificate of the fleet's authority, PEM. */
  get ca(): string {
    return this.authority.certificate;
  }

  /** This user's own token. */
  async token(): Promise<string> {
    return readToken(this.folder);
  }

  async setToken(token: string): Promise<void> {
    await this.#write(fleetFiles.token, `${token}\n`);
  }

  /** Seed of this user's own key for the brokers; null in a fleet of an earlier version, until `ensureMembers` makes it. */
  async brokerSeed(): Promise<string | null> {
    return readSeed(this.folder, fleetFiles.brokerSeed);
  }

  /** Who this user is in the fleet; null if the fleet does not know this user's token any more. */
  async user(): Promise<string | null> {
    const sha256 = tokenSha256(await this.token());
    return (await this.access()).users.find((user) => user.tokenSha256 === sha256)?.name ?? null;
  }

  async access(): Promise<Access> {
    return readAccess(await readFleetFile(this.folder, fleetFiles.access), this.ca);
  }

  /** Signs and saves a later version. @throws CollabError `access-changed` if another command saved one meanwhile */
  async setAccess(access: Access): Promise<void> {
    const saved = await this.access();
    if (access.fleet !== this.fleet) throw new RangeError(`the access document is of ${access.fleet}`);
    if (access.version <= saved.version) {
      throw new CollabError('access-changed', {
        what: `The users of the fleet ${this.fleet} were changed by another command.`,
        why: `Version ${saved.version} is saved; the change would make version ${access.version}.`,
        next: 'Do it again.',
        exitCode: ExitCode.usage,
      });
    }
    await this.#write(fleetFiles.access, signAccess(access, this.authority.key));
  }

  async gossipKeys(): Promise<string[]> {
    return parseGossipKeys(await readFleetFile(this.folder, fleetFiles.gossipKeys));
  }

  /** Saves a step of a rotation, before members get it. The last step ends the rotation. */
  async setGossipKeys(keys: readonly string[]): Promise<void> {
    await this.#write(fleetFiles.gossipKeys, gossipKeysText(parseGossipKeys(gossipKeysText(keys))));
    const [next] = await this.#nextKey();
    if (keys.length === 1 && keys[0] === next)
      await rm(join(this.folder, fleetFiles.nextGossipKey), { force: true });
  }

  /** The steps to a new gossip key, or what is left of a rotation that was interrupted. */
  async rotationSteps(random: RandomBytes = systemRandom): Promise<string[][]> {
    let [next] = await this.#nextKey();
    if (next === undefined) {
      next = makeGossipKey(random);
      await this.#write(fleetFiles.nextGossipKey, gossipKeysText([next]));
    }
    return rotation(await this.gossipKeys(), next);
  }

  /** Whether a rotation began and has not ended. */
  async isRotating(): Promise<boolean> {
    return (await this.#nextKey()).length > 0;
  }

  /**
   * Makes what is missing of the members' certificates and keys, and of this user's own key for the brokers. All keys are in
   * the access document afterwards, and of members no others.
   * @param members all members of the fleet
   */
  async ensureMembers(members: readonly { id: string; addresses: readonly string[] }[]): Promise<void> {
    const known: AccessMember[] = [];
    for (const { id, addresses } of members) {
      await this.ensureMember(id, addresses);
      known.push({ id, brokerKey: publicKeyOf(await this.memberBrokerSeed(id)) });
    }
    const before = await this.access();
    const user = await this.user();
    const withOwn =
      user === null
        ? before
        : withBrokerKey(before, user, publicKeyOf(await this.#ensureSeed(fleetFiles.brokerSeed)));
    const after = withMembers(withOwn, known);
    if (after !== before) await this.setAccess(after);
  }

  /** Makes the member's key for the brokers, and its certificate, unless the one that is there is good for these addresses. @returns whether the certificate is new */
  async ensureMember(
    id: string,
    addresses: readonly string[],
    random: RandomBytes = systemRandom,
  ): Promise<boolean> {
    await this.#ensureSeed(memberPath(id, memberSeedName));
    const wanted = { id, addresses };
    const there = await this.#memberPair(id);
    if (there !== null && isCurrent(there, this.ca, wanted)) return false;
    const made = await makeMemberCertificate(this.authority, wanted, random);
    await this.#write(memberPath(id, memberFileNames.key), made.key);
    await this.#write(memberPath(id, memberFileNames.certificate), made.certificate);
    return true;
  }

  /** Seed of the key with which a member's agent enters the brokers. */
  async memberBrokerSeed(id: string): Promise<string> {
    const seed = await readSeed(this.folder, memberPath(id, memberSeedName));
    if (seed === null) throw fleetBroken(this.folder, `member ${id} has no key for the brokers`);
    return seed;
  }

  /** Ids of the members that have a certificate, sorted. */
  async memberIds(): Promise<string[]> {
    const names = await readdir(join(this.folder, fleetFiles.members)).catch(() => []);
    return names.filter((name) => memberId.safeParse(name).success).sort();
  }

  /** Removes a member's certificate and key here. Other members refuse it only once the access document says so. */
  async forgetMember(id: string): Promise<void> {
    memberId.parse(id);
    await rm(join(this.folder, fleetFiles.members, id), { recursive: true, force: true });
  }

  /** What a member needs in its `--state`. It has neither the authority's key nor a token. */
  async memberFiles(id: string): Promise<MemberFile[]> {
    const pair = await this.#memberPair(id);
    if (pair === null) throw fleetBroken(this.folder, `member ${id} has no certificate`);
    const access = await readFleetFile(this.folder, fleetFiles.access);
    const contents: [string, string][] = [
      [fleetFiles.gossipKeys, gossipKeysText(await this.gossipKeys())],
      [fleetFiles.authority, this.ca],
      [memberFileNames.key, pair.key],
      [memberFileNames.certificate, pair.certificate],
      [fleetFiles.access, access],
    ];
    return contents.map(([name, content]) => ({ name, content, mode: 0o600 }));
  }

  async #ensureSeed(path: string): Promise<string> {
    const there = await readSeed(this.folder, path);
    if (there !== null) return there;
    const { seed } = makeBrokerKey();
    await this.#write(path, `${seed}\n`);
    return seed;
  }

  async #memberPair(id: string): Promise<KeyPair | null> {
    const read = (name: string) => readFileIfThere(join(this.folder, memberPath(id, name)));
    const certificate = await read(memberFileNames.certificate);
    const key = await read(memberFileNames.key);
    return certificate === null || key === null ? null : { certificate, key };
  }

  /** The key of the rotation that is under way, or none. */
  async #nextKey(): Promise<string[]> {
    const text = await readFileIfThere(join(this.folder, fleetFiles.nextGossipKey));
    return text === null ? [] : parseGossipKeys(text);
  }

  async #write(path: string, content: string): Promise<void> {
    await writePrivate(this.folder, { path, content });
  }
}

function memberPath(id: string, name: string): string {
  return `${fleetFiles.members}/${memberId.parse(id)}/${name}`;
}
