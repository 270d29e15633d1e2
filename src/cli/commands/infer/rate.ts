import { inference } from '../../../index.js';
import { type FleetOptions, type Session, withJobs } from '../../session/index.js';
import { ratesText } from '../../text/index.js';

export interface RateFlags extends FleetOptions {
  watch?: boolean;
}

const refreshMs = 1000;

/** `collab infer rate [job]`: how many queries per second each model completes. */
export async function inferRate(wanted: string | undefined, flags: RateFlags): Promise<void> {
  await withJobs(flags, 'result', async (jobs, session) => {
    const ends = new inference.BatchEnds(jobs);
    const read = async () =>
      inference.modelRates(
        await ends.read(wanted, { signal: session.signal }),
        session.clock.now().getTime(),
      );
    if (flags.watch === true && flags.json !== true) await watch(read, session);
    else {
      const rates = await read();
      session.print(ratesText(rates), { models: rates.map(inference.rateToAnswer) });
    }
  });
}

/** Each second on the same lines of a terminal, elsewhere one after the other, until all jobs have ended or Ctrl-C. */
async function watch(read: () => Promise<inference.ModelRate[]>, { clock, signal }: Session): Promise<void> {
  let lines = 0;
  while (!signal.aborted) {
    const rates = await read();
    const text = ratesText(rates);
    if (process.stdout.isTTY && lines > 0) process.stdout.write(`\x1b[${lines}A\x1b[J`);
    process.stdout.write(`${text}\n`);
    lines = text.split('\n').length;
    if (!rates.some(({ live }) => live)) return;
    await clock.sleep(refreshMs, signal);
  }
}
