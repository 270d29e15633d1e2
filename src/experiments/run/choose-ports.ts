import { type PortsInUse, portsInUse } from '../../network/index.js';
import { type InstancePlan, planInstances } from '../plan/index.js';
import { withDevice } from '../trial/index.js';
import type { RunRequest } from './run-request.js';

/**
 * The instances of a trial with their ports, chosen again for each: other programs come and go.
 * @param ending those of a trial that is ending, whose ports are free when this one starts
 */
export async function choosePorts(
  { experiment, stage, plan }: Pick<RunRequest, 'experiment' | 'stage' | 'plan'>,
  ending: InstancePlan | null,
): Promise<InstancePlan> {
  const used = await Promise.all(
    stage.devices.map(async ({ name }) => {
      const connected = stage.connected(name);
      return [name, await withDevice(connected, portsInUse(connected.shell))] as const;
    }),
  );
  const taken = new Map(used.map(([name, ports]) => [name, without(ports, name, ending)]));
  return planInstances(plan.placement, experiment.definition, (device) => stage.addressOf(device), {
    runtime: stage.runtime.kind.name,
    taken: (device) => taken.get(device) ?? { tcp: new Set(), udp: new Set() },
  });
}

function without({ tcp, udp }: PortsInUse, device: string, ending: InstancePlan | null): PortsInUse {
  if (ending === null) return { tcp, udp };
  const { instances, meeting } = ending;
  const own = new Set(
    instances
      .filter((instance) => instance.device === device)
      .flatMap(({ ports }) => ports.map(({ hostPort }) => hostPort)),
  );
  if (meeting?.at.device === device) own.add(meeting.port);
  const others = (ports: ReadonlySet<number>) => new Set([...ports].filter((port) => !own.has(port)));
  return { tcp: others(tcp), udp: others(udp) };
}
