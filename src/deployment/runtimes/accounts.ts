import { createHash } from 'node:crypto';
import { attemptName } from '../../logs/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import type { Engine } from '../engine/index.js';
import type { RoleOrder } from './runtime.js';

/** Where a role's home is: any user may write there. */
export const roleHome = '/tmp';

/** For an image without such a file. */
const usual = {
  passwd: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n',
  group: 'root:x:0:\nnogroup:x:65534:\n',
};
const names = ['passwd', 'group'] as const;

/** What is known of a role and its image. */
export interface ImageUse {
  engine: Engine;
  /** Id of the image. */
  image: string;
  order: RoleOrder;
  labels: Readonly<Record<string, string>>;
}

interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The passwd and group file of a role: those of its image, and the login. A role runs under the login's uid, which an
 * image does not know, and programs ask for the name and the home of their user (Python's `getpass`, torch.compile, ssh).
 */
export class AccountFiles {
  private readonly placed = new Map<string, Promise<string>>();

  /**
   * Writes the files, once per folder and image.
   * @param above folder of the device
   * @returns mounts for the role's container
   */
  async mounts(connected: ConnectedDevice, above: string, use: ImageUse) {
    const hash = createHash('sha256').update(use.image).digest('hex').slice(0, 16);
    const at = `${above}/accounts/${hash}`;
    const key = `${connected.device.name} ${at}`;
    const place = this.placed.get(key) ?? this.place(connected, at, use);
    this.placed.set(key, place);
    const folder = await place.catch((error: unknown) => {
      this.placed.delete(key);
      throw error;
    });
    return names.map((name) => ({
      kind: 'folder' as const,
      source: `${folder}/${name}`,
      target: `/etc/${name}`,
      readOnly: true,
    }));
  }

  private async place(
    connected: ConnectedDevice,
    folder: string,
    { engine, image, order, labels }: ImageUse,
  ): Promise<string> {
    const name = `collab-${order.run_id}-${attemptName(order)}-${order.role}-${order.rank}-accounts`;
    const { user } = connected.device.facts;
    // Only a container gives files of an image; this one never starts.
    const command = ['true'];
    const container = await engine.create({ name, image, command, labels, capabilities: [] });
    try {
      const [passwd, group] = await Promise.all(
        names.map(async (file) => (await engine.readFile(container, `/etc/${file}`))?.toString()),
      );
      await connected.shell.write(`${folder}/passwd`, withUser(passwd ?? usual.passwd, user), 0o644);
      await connected.shell.write(`${folder}/group`, withGroup(group ?? usual.group, user), 0o644);
    } finally {
      await engine.remove(container).catch(() => undefined);
    }
    return folder;
  }
}

/** A passwd file with the account in front, so that its uid has its name even if the image names it differently. */
export function withUser(passwd: string, { name, uid, gid }: Account): string {
  const plain = plainName(name);
  return (
    [`${plain}:x:${uid}:${gid}:${plain}:${roleHome}:/bin/sh`, ...others(passwd, plain)].join('\n') + '\n'
  );
}

/** A group file in which the account's group has a name: the image's, otherwise that of the account. */
export function withGroup(group: string, { name, gid }: Account): string {
  const plain = plainName(name);
  if (group.split('\n').some((line) => line.split(':')[2] === String(gid))) return group;
  return [`${plain}:x:${gid}:`, ...others(group, plain)].join('\n') + '\n';
}

const plainName = (name: string) => name.replace(/[:\s]/g, '_');

function others(file: string, name: string): string[] {
  return file.split('\n').filter((line) => line !== '' && line.split(':')[0] !== name);
}
