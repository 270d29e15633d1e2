import { CollabError, ExitCode } from '../../errors.js';
import { type BrokerAdmin, connectAdmin } from '../broker/index.js';
import type { OwnedFleet } from '../credentials/index.js';
import { makeStore, readStoreRecord, type StoreRecord } from '../files/index.js';
import { keeperAccess } from './broker-access.js';
import { writeFleetRecord } from './fleet-file.js';
import type { FleetContext } from './open-site.js';
import type { FleetRecord } from './record.js';

/** The record of a fleet's store, as the fleet's settings want it. */
export const storeRecordOf = (fleet: FleetRecord, state: StoreRecord['state'] = 'ready'): StoreRecord => ({
  format: 1,
  fleet: fleet.name,
  state,
  keep: fleet.settings.keep,
  replace_after_s: fleet.settings.replace_after_s,
  replicas: Math.min(3, fleet.keepers.ids.length),
});

export type StoreAct = 'make' | 'change' | 'keep';

/**
 * What `fleet up` does about the store, from what is there.
 * @param isNew whether the user wants an empty store in place of one that is gone
 * @throws CollabError `store-missing`: a store that was lost is made anew only if the user says so
 */
export function planStore(fleet: FleetRecord, there: StoreRecord | null, isNew: boolean): StoreAct {
  if (there === null) {
    if (fleet.store_made && !isNew) throw storeGone(fleet);
    return 'make';
  }
  // One that is being filled belongs to a change of keepers, which finishes it.
  if (there.state === 'filling') return 'keep';
  const wanted = storeRecordOf(fleet);
  const isSame =
    there.keep === wanted.keep &&
    there.replace_after_s === wanted.replace_after_s &&
    there.replicas === wanted.replicas;
  return isSame ? 'keep' : 'change';
}

/**
 * Makes the store of a fleet whose keepers are there, or gives it the fleet's settings. Nothing else ever makes one.
 * @throws CollabError `store-missing`, `store-unreachable`, `store-refused`
 */
export async function ensureStore(
  { record, credentials }: { record: FleetRecord; credentials: OwnedFleet },
  isNew: boolean,
  { emit, signal }: Pick<FleetContext, 'emit' | 'signal'>,
): Promise<void> {
  const access = await keeperAccess({ record, credentials });
  await using broker: BrokerAdmin = await connectAdmin(access);
  const act = planStore(record, await readStoreRecord(broker, signal), isNew);
  if (act !== 'keep') {
    emit({ kind: act === 'make' ? 'fleet.store-making' : 'fleet.store-changing', fleet: record.name });
    await makeStore(broker, storeRecordOf(record));
  }
  if (!record.store_made) await writeFleetRecord(credentials.folder, { ...record, store_made: true });
}

function storeGone({ name }: FleetRecord): CollabError {
  return new CollabError('store-missing', {
    what: `The store of the fleet ${name} is gone, with all its files.`,
    why: 'The fleet had one. Its keepers hold nothing now: their state was removed, or they are not those that had it.',
    next: 'If a keeper with its state is only away, bring it back, and run collab fleet up again. To begin with an empty store: collab fleet up --new-store',
    exitCode: ExitCode.usage,
  });
}
