import { TLSSocket } from 'node:tls';
import { CollabError, ExitCode, messageOf, plainText } from '../../errors.js';
import type { Clock } from '../../events.js';
import { hostPort } from '../broker/index.js';
import { type KnownMember, serverNameOf } from '../credentials/index.js';
import { anyMember, callMember, textOf } from '../membership/index.js';
import { keeperDashboards, makeApiToken } from './api-token.js';
import type { KnownFleet } from './open-fleet.js';

/** A link to the dashboard of a keeper. */
export interface KeeperLink {
  /** Works once. */
  link: string;
  user: string;
  keeper: { id: string; name: string; address: string; port: number };
  /** SHA-256 of its certificate, as browsers show it. */
  fingerprint: string;
}

/** The token is for one request; clocks of devices differ. */
const tokenDays = 1 / 24;
const silenceMs = 5000;

/**
 * Asks a keeper for a link, as the user of this workspace.
 * @param name of the keeper, or its id; null for the first that answers
 * @throws CollabError `dashboard-not-served`, `dashboard-silent`, `fleet-member-unknown`, `store-no-key`
 */
export async function askKeeperForLink(
  known: KnownFleet,
  name: string | null,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<KeeperLink> {
  const served = await keeperDashboards(known);
  if (served.length === 0) throw notServed(known);
  const names = await namesOf(known);
  const nameOf = (id: string) => names.get(id) ?? id;
  const wanted = served.filter(({ id }) => name === null || id === name || nameOf(id) === name);
  if (wanted.length === 0)
    throw noKeeper(
      name,
      served.map(({ id }) => nameOf(id)),
    );
  const { token, user } = await makeApiToken(known, tokenDays, clock.now());
  const faults: string[] = [];
  for (const one of wanted) {
    try {
      const { link, fingerprint } = await askOne(one, token, { ca: known.credentials.ca, signal });
      const { id, address, dashboardPort: port = 0 } = one;
      const keeper = { id, name: nameOf(id), address, port };
      return { link: `https://${hostPort(address, port)}/enter#${link}`, user, keeper, fingerprint };
    } catch (error) {
      signal.throwIfAborted();
      faults.push(`${nameOf(one.id)}: ${plainText(messageOf(error))}`);
    }
  }
  throw silent(faults);
}

async function askOne(
  { id, address, dashboardPort = 0 }: KnownMember,
  token: string,
  { ca, signal }: { ca: string; signal: AbortSignal },
): Promise<{ link: string; fingerprint: string }> {
  const place = { host: address, port: dashboardPort, ca, servername: serverNameOf(id), token };
  const until = AbortSignal.any([signal, AbortSignal.timeout(silenceMs)]);
  const call = { method: 'POST' as const, path: '/links', body: {}, silenceMs, signal: until };
  const answer = await callMember(place, call);
  // It is gone when the answer was read.
  const { socket } = answer;
  const fingerprint = socket instanceof TLSSocket ? socket.getPeerCertificate().fingerprint256 : '';
  const said = JSON.parse(await textOf(answer, 100_000)) as { link?: unknown; what?: unknown };
  if (answer.statusCode === 200 && typeof said.link === 'string') return { link: said.link, fingerprint };
  throw new Error(typeof said.what === 'string' ? said.what : `HTTP ${String(answer.statusCode)}`);
}

/** Names of the members, as one of them tells them; a guest knows only their ids. */
async function namesOf({ clients, credentials }: KnownFleet): Promise<ReadonlyMap<string, string>> {
  if (credentials.kind !== 'guest') return new Map(clients.map(({ id, name }) => [id, name]));
  const asked = clients.map(({ client }) => client);
  const told = await anyMember(asked, (member) => member.members()).catch(() => null);
  return new Map(told?.members.map(({ id, name }) => [id, name]));
}

function notServed({ name, credentials }: KnownFleet): CollabError {
  const isGuest = credentials.kind === 'guest';
  return new CollabError('dashboard-not-served', {
    what: `No keeper of the fleet ${name} is known here to serve the dashboard.`,
    why: isGuest ? 'Your join file names none.' : 'fleet.yaml does not say dashboard: true.',
    next: isGuest
      ? 'Serve it yourself: collab dashboard. Or ask the owner of the fleet for dashboard: true and a new join file.'
      : 'Write dashboard: true into fleet.yaml, then: collab fleet up. Or serve it here: collab dashboard',
    exitCode: ExitCode.usage,
  });
}

function noKeeper(name: string | null, names: readonly string[]): CollabError {
  return new CollabError('fleet-member-unknown', {
    what: `No keeper "${name ?? ''}" serves the dashboard.`,
    why: `Those that do are ${names.join(', ')}.`,
    next: 'Name one of them, or none for the first that answers: collab dashboard --keeper',
    exitCode: ExitCode.usage,
  });
}

function silent(faults: readonly string[]): CollabError {
  return new CollabError('dashboard-silent', {
    what: 'No keeper gave a link to its dashboard.',
    why: faults.join('\n'),
    next: 'Try another keeper: collab dashboard --keeper <name>. Or serve it here: collab dashboard',
    exitCode: ExitCode.deviceUnreachable,
  });
}
