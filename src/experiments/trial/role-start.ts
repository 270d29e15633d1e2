import type { RoleOrder, RoleStart } from '../../deployment/index.js';
import { attemptName } from '../../logs/index.js';
import { parametersIn } from '../definition/index.js';
import { hostNames, type RoleInstance } from '../plan/index.js';
import { commandsOf } from './commands-of.js';
import { published } from './published.js';
import type { TrialAttempt, TrialContext } from './trial-context.js';

/** With what the runtime adds, roles end within 10 s of Ctrl-C. */
const stopGraceS = 5;

/**
 * What a runtime is asked to start for a role instance in one attempt at a trial.
 * @returns `filled` its command, if that differs from experiment.yaml by the values of the trial
 */
export function roleStart(
  instance: RoleInstance,
  trial: TrialAttempt,
  context: TrialContext,
): { asked: RoleStart; filled: string[] | undefined } {
  const { definition, plan, runId } = context;
  const { role, rank, device, ports } = instance;
  const data = context.dataOf(instance);
  const { command, prepare, finalize, meter, filled } = commandsOf(instance, trial, data, context);
  const order: RoleOrder = {
    run_id: runId,
    trial: trial.number,
    ...(trial.attempt !== undefined && { attempt: trial.attempt }),
    repeat: trial.repeat,
    warmup: trial.warmup,
    role: role.name,
    rank,
    count: role.count,
    command,
    parameters: trial.parameters,
    peers: plan.peers,
    ports: Object.fromEntries(ports.map((port) => [port.name, port.bindPort])),
    reads_in_command: parametersIn(
      [role.command, role.prepare ?? [], role.finalize ?? [], role.meter ?? []].flat(),
      Object.keys(trial.parameters),
    ),
    reads_declared: role.reads,
    port_protocols: role.portProtocols,
    ready: role.ready?.probe ?? null,
    sampling_s: definition.samplingS,
    metrics: definition.metrics,
    idle_s: definition.idleS,
    meter,
    prepare,
    finalize,
    meeting: meetingOf(instance, trial, context),
    timeout_s: definition.timeoutS,
    stop_grace_s: stopGraceS,
    restart: role.restart,
    service: role.service,
  };
  const asked = {
    connected: context.connected(device),
    order,
    publish: role.network === 'host' ? [] : published(ports, order.meeting),
    network: role.network,
    imageId: context.imageId(instance),
    gpu: role.gpu,
    data,
    shmBytes: role.shmBytes,
    devices: role.devices,
    hosts: hostNames(plan.instances, instance, (name) => context.connected(name).device.address),
  };
  return { asked, filled: filled ? command : undefined };
}

/** Where a role instance meets the others; the trial's own key keeps other programs out. */
function meetingOf(
  instance: RoleInstance,
  trial: TrialAttempt,
  { plan: { meeting }, runId, runtime }: TrialContext,
): RoleOrder['meeting'] {
  if (meeting === null) return null;
  const { at, host, port } = meeting;
  const listen = at === instance ? runtime.kind.listenAddress(host) : null;
  return {
    host,
    port,
    key: `${runId}/${attemptName({ trial: trial.number, attempt: trial.attempt })}`,
    listen,
  };
}
