import type { Engine } from '../deployment/index.js';
import { CollabError, ExitCode } from '../errors.js';
import type { Clock } from '../events.js';
import { networkName, type LabDevicePlan, type LabSettings } from './lab-plan.js';

const lookEveryMs = 100;
const patienceMs = 20_000;

/**
 * Limits the rate from this machine to each device and to all together. A container in the host's network sets the
 * limits, so that the user needs no root. They are removed with the bridge.
 */
export async function shapeBridge(
  engine: Engine,
  { name, rateBitsPerS, uplinkBitsPerS }: LabSettings,
  devices: readonly LabDevicePlan[],
  image: string,
  clock: Clock,
): Promise<void> {
  if (rateBitsPerS === null && uplinkBitsPerS === null) return;
  const limits = [uplinkBitsPerS, rateBitsPerS].map((limit) => String(limit ?? 0));
  const id = await engine.create({
    name: `${networkName(name)}-shape`,
    image,
    command: ['shape', 'bridge', networkName(name), ...limits, ...devices.map(({ address }) => address)],
    labels: { 'collab.lab.shape': name },
    network: 'host',
    capabilities: ['NET_ADMIN'],
  });
  try {
    await engine.start(id);
    const deadline = clock.now().getTime() + patienceMs;
    let state = await engine.inspect(id);
    while (state?.running === true && clock.now().getTime() < deadline) {
      await clock.sleep(lookEveryMs);
      state = await engine.inspect(id);
    }
    if (state?.exitCode === 0) return;
    throw notShaped(name, (await engine.logs(id, 5)).trim() || 'it did not finish');
  } finally {
    await engine.remove(id);
  }
}

function notShaped(name: string, why: string): CollabError {
  return new CollabError('lab-rate', {
    what: `The link of the Lab "${name}" could not be limited.`,
    why,
    next: 'The kernel of this machine needs the queueing disciplines htb and tbf (modprobe sch_htb sch_tbf). Or bring the Lab up without --rate and --uplink.',
    exitCode: ExitCode.usage,
  });
}
