import { gatewayOff as turnOff, LanStore, planOff } from '../../../index.js';
import { failForRoutes, gatewayPlanText } from '../../text/index.js';
import { openSession } from '../../session/index.js';

/** `collab gateway off`: everything as it was found. */
export async function gatewayOff(options: { dryRun?: boolean; json?: boolean }): Promise<void> {
  const { workspace, emit, signal, print } = openSession(options);
  if (options.dryRun === true) {
    const plan = await planOff(workspace);
    const text = plan === null ? 'The gateway of this workspace is off.' : gatewayPlanText(plan);
    print(text, { kind: 'result', dry_run: true, ...(plan ?? { here: [], devices: [] }) });
    return;
  }
  const lans = new LanStore(workspace);
  const lanOf = async (name: string) => ((await lans.list()).includes(name) ? lans.load(name) : null);
  const left = await turnOff({ workspace, emit, signal }, lanOf);
  const text = left === null ? 'The gateway of this workspace was off already.' : 'The gateway is off.';
  print(text, { kind: 'result', was_on: left !== null, not_routed: left ?? [] });
  failForRoutes(left ?? [], 'The gateway is off');
}
