import { gatewayOff as turnOff, LanStore, planOff } from '../../../index.js';
import { throwIfNotRouted, gatewayPlanText } from '../../text/index.js';
import { openSession } from '../../session/index.js';

/** `collab gateway off`: restores this machine and the devices. */
export async function gatewayOff(options: { dryRun?: boolean; json?: boolean }): Promise<void> {
  const { workspace, emit, signal, print } = openSession(options, 'events');
  if (options.dryRun === true) {
    const plan = await planOff(workspace);
    const text = plan === null ? 'The gateway of this workspace is off.' : gatewayPlanText(plan);
    print(text, { dry_run: true, ...(plan ?? { here: [], devices: [] }) });
    return;
  }
  const lans = new LanStore(workspace);
  const lanOf = async (name: string) => ((await lans.list()).includes(name) ? lans.load(name) : null);
  const left = await turnOff({ workspace, emit, signal }, lanOf);
  const text = left === null ? 'The gateway of this workspace was already off.' : 'The gateway is off.';
  print(text, { was_on: left !== null, not_routed: left ?? [] });
  throwIfNotRouted(left ?? [], 'The gateway is off');
}
