import { inference } from '../../../index.js';
import { type FleetOptions, withJobs } from '../../session/index.js';
import { timesText } from '../../text/index.js';

/** `collab infer times [job]`: how long processes work on a batch of each model. */
export async function inferTimes(wanted: string | undefined, flags: FleetOptions): Promise<void> {
  await withJobs(flags, 'result', async (jobs, { signal, print }) => {
    const times = inference.modelTimes(await new inference.BatchEnds(jobs).read(wanted, { signal }));
    print(timesText(times), { models: times.map(inference.timesToAnswer) });
  });
}
