import { heldByMember, sharesOf } from '../../../index.js';
import { fleetOnly, type FleetOptions, withStore } from '../../session/index.js';
import { sharesText, shareText } from '../../text/index.js';

/** `collab store store [device]`: what each device holds, or one by name. */
export async function storeStore(device: string | undefined, flags: FleetOptions): Promise<void> {
  await withStore('', flags, 'result', async (named, { signal, print }) => {
    const fleet = fleetOnly(named, 'S3 does not say where it keeps a file.');
    const placement = await fleet.placement(signal);
    if (device === undefined) {
      const shares = await sharesOf(fleet.records('', signal), placement);
      print(sharesText(shares, fleet.memberName), {
        devices: shares.map((one) => ({
          id: one.member,
          name: fleet.memberName(one.member),
          files: one.files,
          versions: one.versions,
          content_bytes: one.bytes,
          used_bytes: one.usedBytes,
          free_bytes: one.freeBytes,
          answers: !one.isOffline,
        })),
      });
      return;
    }
    const member = fleet.memberNamed(device);
    const held = await heldByMember(fleet.records('', signal), member, placement);
    print(shareText(held), { id: member, name: fleet.memberName(member), files: held });
  });
}
