import { inference } from '../../../index.js';
import { type FleetOptions, withJobs } from '../../session/index.js';
import { batchPlacesText } from '../../text/index.js';

/** `collab infer assignments [job]`: which device works on which batch of which job. */
export async function inferAssignments(wanted: string | undefined, flags: FleetOptions): Promise<void> {
  await withJobs(flags, 'result', async (jobs, { signal, print }) => {
    const places = await inference.batchPlaces(jobs, wanted, { signal });
    print(batchPlacesText(places), { batches: places.map(inference.placeToAnswer) });
  });
}
