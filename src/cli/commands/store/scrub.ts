import { CollabError, ExitCode } from '../../../index.js';
import { fleetOnly, type FleetOptions, withStore } from '../../session/index.js';
import { scrubbedText } from '../../text/index.js';

/** `collab store scrub`: the leader reads all replicas of everything, and repairs what differs. */
export async function storeScrub(flags: FleetOptions): Promise<void> {
  await withStore('', flags, 'events', async (named, { emit, signal, print }) => {
    const fleet = fleetOnly(named, 'S3 looks after its own disks.');
    const found = await fleet.scrub({ emit, signal });
    const { files, versions, bytes, damaged, repaired, lost } = found;
    print(scrubbedText(found), { files, versions, read_bytes: bytes, damaged, repaired, lost });
    if (lost > 0) throw lostParts(lost);
  });
}

function lostParts(lost: number): CollabError {
  return new CollabError('store-lost', {
    what: `${lost} ${lost === 1 ? 'part is' : 'parts are'} lost: no replica has them as they were put.`,
    next: 'Put these files again, or delete them. Other versions of them may be whole: collab store versions <name>',
    exitCode: ExitCode.deviceUnreachable,
  });
}
