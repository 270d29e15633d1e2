import { gatewayOn as turnOn, LanStore, pickDevices, planOn } from '../../../index.js';
import { throwIfNotRouted, gatewayPlanText } from '../../text/index.js';
import { openSession } from '../../session/index.js';

export interface GatewayOptions {
  from: string;
  to: string;
  lan?: string;
  only?: string[];
  deviceTag: string[];
  dryRun?: boolean;
  json?: boolean;
}

/** `collab gateway on`: this machine forwards packets for the devices. Without a LAN, no route is changed. */
export async function gatewayOn(options: GatewayOptions): Promise<void> {
  const { workspace, clock, emit, signal, say, print } = openSession(options, 'events');
  const lans = new LanStore(workspace);
  const name = options.lan ?? (await lans.currentName());
  const lan = name === null ? null : await lans.load(name);
  const devices = lan === null ? [] : pickDevices(lan, { only: options.only, tags: options.deviceTag });
  const { from, to } = options;
  if (options.dryRun === true) {
    const plan = await planOn({ from, to, devices });
    print(gatewayPlanText(plan), { dry_run: true, ...plan });
    return;
  }
  const left = await turnOn({ workspace, clock, emit, signal, lan, from, to, devices });
  if (lan === null) say('No LAN is set up, so no device routes through this machine yet.');
  print(`The gateway is on, from ${from} to ${to}. Turn it off with: collab gateway off`, {
    from,
    to,
    not_routed: left,
  });
  throwIfNotRouted(left, 'The gateway is on');
}
