import { CollabError, ExitCode, makeApiToken, openFleet } from '../../../index.js';
import { chosenFleet, type FleetOptions, openSession } from '../../session/index.js';
import { tokenText } from '../../text/index.js';

export interface TokenFlags extends FleetOptions {
  days: number;
}

const mostDays = 366;

/** `collab api token`: a token for the API of the keepers, signed with the key of this user. */
export async function apiToken(flags: TokenFlags): Promise<void> {
  const { workspace, clock, print } = openSession(flags);
  if (flags.days < 1 || flags.days > mostDays) throw badDays(flags.days);
  const known = await openFleet(workspace, await chosenFleet(workspace, flags));
  const { token, user, expires, addresses } = await makeApiToken(known, flags.days, clock.now());
  print(tokenText(token, user, expires, addresses), {
    token,
    fleet: known.name,
    user,
    expires_at: expires.toISOString(),
    addresses,
  });
}

function badDays(days: number): CollabError {
  return new CollabError('usage', {
    what: `A token cannot be valid for ${days} days.`,
    why: 'It cannot be taken back without a new key of its user.',
    next: `Choose a number from 1 to ${mostDays}: --days 30`,
    exitCode: ExitCode.usage,
  });
}
