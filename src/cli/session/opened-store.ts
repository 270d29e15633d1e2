import {
  CollabError,
  ExitCode,
  type FileStore,
  type FleetStore,
  openFleet,
  openFleetStore,
  parseS3Name,
  S3Store,
} from '../../index.js';
import { chosenFleet, type FleetOptions } from './chosen-fleet.js';
import { openSession, type Session } from './session.js';
import { untilAborted } from './until-aborted.js';

/** A store, and a name in it as the user typed it, without a slash at its end. */
export interface NamedStore extends AsyncDisposable {
  store: FileStore;
  /** Null if it is in S3. */
  fleet: FleetStore | null;
  name: string;
  /** Whether the typed name ended with a slash, or named a whole bucket. */
  isFolder: boolean;
}

/** Opens the store of the chosen fleet, or of S3 for a name such as `s3://bucket/key`. */
export async function openNamed(
  typed: string,
  flags: FleetOptions,
  { workspace, signal }: Pick<Session, 'workspace' | 'signal'>,
): Promise<NamedStore> {
  const s3 = parseS3Name(typed);
  if (s3 !== null) return named(await S3Store.open(s3.bucket), null, s3.key);
  const known = await openFleet(workspace, await chosenFleet(workspace, flags));
  const fleet = await untilAborted(openFleetStore(known), signal);
  return named(fleet.files, fleet, typed);
}

function named(store: FileStore, fleet: FleetStore | null, typed: string): NamedStore {
  return {
    store,
    fleet,
    name: typed.replace(/\/+$/, ''),
    isFolder: typed === '' || typed.endsWith('/'),
    [Symbol.asyncDispose]: () => (fleet ?? store)[Symbol.asyncDispose](),
  };
}

/** Carries out a command on a store, and closes the store afterwards. */
export async function withStore(
  typed: string,
  flags: FleetOptions,
  output: 'events' | 'result',
  work: (named: NamedStore, session: Session) => Promise<void>,
): Promise<void> {
  const session = openSession(flags, output);
  await using opened = await openNamed(typed, flags, session);
  await work(opened, session);
}

/** The store of a fleet, where S3 cannot answer. @throws CollabError `store-not-s3` */
export function fleetOnly({ fleet, store }: NamedStore, why: string): FleetStore {
  if (fleet !== null) return fleet;
  throw new CollabError('store-not-s3', {
    what: `${store.place} cannot answer that.`,
    why,
    next: 'Ask for a name in the store of a fleet.',
    exitCode: ExitCode.usage,
  });
}
