import { fleetStatus as askFleet, openOwnFleet } from '../../../index.js';
import { chosenFleet, type FleetOptions, openSession } from '../../session/index.js';
import { fleetStatusText, leaseResult, loadResult, storeHealthResult } from '../../text/index.js';

/** `collab fleet status`: what each member says, and what the others say of it. */
export async function fleetStatus(flags: FleetOptions): Promise<void> {
  const { workspace, signal, print } = openSession(flags);
  const name = await chosenFleet(workspace, flags);
  const { record, credentials } = await openOwnFleet(workspace, name);
  const status = await askFleet(record, credentials, signal);
  print(fleetStatusText(status), {
    fleet: name,
    replicated: status.replicated,
    view_of: status.viewOf,
    store: storeHealthResult(status),
    store_error: status.storeFault && { name: status.storeFault.name, what: status.storeFault.what },
    members: status.members.map(({ member, info, error, seen, broker }) => ({
      id: member.id,
      name: member.name,
      state: seen?.state ?? null,
      state_s: seen?.stateS ?? null,
      heard_s: seen?.heardS ?? null,
      drained: status.drains?.some((one) => one.member === member.id) ?? null,
      address: seen?.address ?? `${member.address}:${member.gossip_port}`,
      version: info?.self.version ?? seen?.version ?? null,
      phase: info?.phase ?? null,
      keeper: record.keepers.ids.includes(member.id),
      broker: broker && { answers: broker.answers, why: broker.why, version: broker.version },
      load: info === null ? null : loadResult(info),
      lease: info === null ? null : leaseResult(info),
      error: error === null ? null : { name: error.name, what: error.what, why: error.why ?? null },
    })),
    strangers: status.strangers.map(({ id, name: stranger, address, state }) => ({
      id,
      name: stranger,
      address,
      state,
    })),
  });
}
