import type { RoleOrder } from '../../deployment/index.js';
import { attemptName, roleFolder } from '../../logs/index.js';
import { parametersIn } from '../definition/index.js';
import { hostNames, type RoleInstance } from '../plan/index.js';
import { commandsOf } from './commands-of.js';
import { published } from './published.js';
import { RoleWatch } from './role-watch.js';
import type { TrialAttempt, TrialContext, TrialInProgress } from './trial-context.js';

/** With what the runtime adds, roles end within 10 s of Ctrl-C. */
const stopGraceS = 5;

/** Starts a role instance for one attempt at a trial, and begins to watch it. */
export async function startRole(
  instance: RoleInstance,
  trial: TrialAttempt,
  context: TrialInProgress,
): Promise<RoleWatch> {
  const { definition, plan, runId, runFolder, clock, pause } = context;
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
  const { attempt } = trial;
  const about = { trial: trial.number, attempt, role: role.name, rank, device };
  await context.record({ kind: 'role.starting', ...about, ...(filled && { command }) });
  const running = await context.runtime.start({
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
  });
  const local = roleFolder(runFolder, { trial: trial.number, attempt }, role.name, rank);
  return new RoleWatch(running, device, role.service, local, () => clock.now().getTime(), pause.hurry);
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
