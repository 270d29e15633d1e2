import { CollabError, ExitCode } from '../../errors.js';
import type { RoleDefinition } from '../definition/index.js';

/** A role, or one of its instances, that must be played by one device. */
export interface Pin {
  role: string;
  /** Null for every instance of the role. */
  rank: number | null;
  device: string;
}

/**
 * Reads `role=device` and `role/rank=device`. A pin of one instance takes precedence over one of its whole role.
 * @throws CollabError `bad-pin` for a malformed pin, an unknown role or rank, and two pins of one instance
 */
export function parsePins(roles: readonly RoleDefinition[], texts: readonly string[]): Pin[] {
  const pins: Pin[] = [];
  for (const text of texts) {
    const match = /^([^=/]+)(?:\/(\d{1,6}))?=([^=]+)$/.exec(text.trim());
    if (!match) throw badPin(text, 'It must be role=device, or role/rank=device for one instance.', roles);
    const [, name = '', rankText, device = ''] = match;
    const rank = rankText === undefined ? null : Number(rankText);
    const role = roles.find((one) => one.name === name);
    if (role === undefined) throw badPin(text, `The experiment has no role ${name}.`, roles);
    const most = role.most ?? role.count;
    if (rank !== null && rank >= most) {
      const ranks = most === 1 ? 'rank 0 only' : `ranks 0 to ${most - 1}`;
      throw badPin(text, `The role ${name} has ${ranks}.`, roles);
    }
    const before = pins.find((pin) => pin.role === name && pin.rank === rank);
    if (before && before.device !== device) {
      throw badPin(text, `It is pinned to ${before.device} already.`, roles);
    }
    if (!before) pins.push({ role: name, rank, device });
  }
  return pins;
}

/** The pin of a role instance; null when any device that fits may play it. */
export function pinOf(pins: readonly Pin[], role: string, rank: number): Pin | null {
  const own = pins.filter((pin) => pin.role === role);
  return own.find((pin) => pin.rank === rank) ?? own.find((pin) => pin.rank === null) ?? null;
}

/** As it is typed after `--place`. */
export function pinText({ role, rank, device }: Pin): string {
  return `${role}${rank === null ? '' : `/${rank}`}=${device}`;
}

function badPin(text: string, why: string, roles: readonly RoleDefinition[]): CollabError {
  return new CollabError('bad-pin', {
    what: `The pin ${JSON.stringify(text)} cannot be used.`,
    why: `${why} Roles: ${roles.map(({ name, count }) => (count === 1 ? name : `${name} (${count})`)).join(', ')}`,
    next: 'Write, for example: --place server=nano1 --place client/1=nano2',
    exitCode: ExitCode.usage,
  });
}
