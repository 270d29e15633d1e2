import { holdingsOf } from '../../../index.js';
import { fleetOnly, type FleetOptions, withStore } from '../../session/index.js';
import { holdingsText } from '../../text/index.js';

/** `collab store ls <name>`: the devices that hold the replicas of each version. */
export async function storeLs(typed: string, flags: FleetOptions): Promise<void> {
  await withStore(typed, flags, 'result', async (named, { signal, print }) => {
    const fleet = fleetOnly(named, 'S3 does not say where it keeps a file.');
    const [record, placement] = await Promise.all([fleet.record(named.name), fleet.placement(signal)]);
    const holdings = holdingsOf(record, placement);
    print(holdingsText(holdings, fleet.memberName), {
      name: named.name,
      versions: holdings.map(({ version, parts, replicas, target, holders }) => ({
        version: version.n,
        size_bytes: version.size_bytes,
        parts,
        replicas,
        target,
        devices: holders.map((one) => ({
          id: one.member,
          name: fleet.memberName(one.member),
          parts: one.parts,
        })),
      })),
    });
  });
}
