import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Engine, localEngine, runtimes, SharedFiles, venvPath } from '../deployment/index.js';
import {
  type AgentConfig,
  type Broker,
  deviceStateVariable,
  deviceTmp,
  gpuGroupsVariable,
  openStore,
  programsFolder,
  taskLabel,
} from '../fleet/index.js';
import type { ConnectedDevice } from '../network/index.js';
import { messageOf } from '../errors.js';
import { programText } from '../package-folder.js';
import { type AgentContext, repeat } from './duty.js';
import { endTasks } from './end-tasks.js';
import { TaskDoors } from './task-doors.js';
import {
  containerDevice,
  DeviceUse,
  type EnvironmentPlace,
  processDevice,
  TaskImages,
  Worker,
  type WorkerParts,
} from './worker/index.js';

const againMs = 5000;
const makeVenv = programText('agent/worker/make-venv.sh');
/** Some packages are compiled. */
const makeVenvMs = 2 * 3_600_000;
/** Below the member's state folder. */
const doorsFolder = 'doors';

/** Runs tasks of jobs on this device until the signal aborts: in containers, or as processes of this login. */
export async function runTasks(config: AgentConfig, broker: Broker, context: AgentContext): Promise<void> {
  if (config.slots === 0) return;
  const kind = config.runs === 'container' ? inContainers : asProcesses;
  // Whatever is wrong with it, the agent's other work goes on.
  await repeat('tasks', againMs, context, async () => {
    const parts = await kind(config, context);
    if (parts === null) {
      context.log('runs no tasks: there is no python3 here');
      await new Promise<void>((done) => context.signal.addEventListener('abort', () => done()));
      return;
    }
    const { id, name } = config.member;
    const open: WorkerParts['openStore'] = (jobsOf) =>
      openStore(broker, { kind: 'member', id, name, jobsOf });
    const session = randomBytes(9).toString('base64url');
    const store = () => openStore(broker, { kind: 'member', id, name });
    const doors = new TaskDoors(join(parts.state, doorsFolder), parts.images !== null, store, context.log);
    await doors.clear().catch((error: unknown) => context.log(`old sockets stay: ${messageOf(error)}`));
    const openDoor = () => doors.open();
    await new Worker({ config, broker, openStore: open, openDoor, session, ...parts }, context).run();
  });
}

type KindParts = Pick<
  WorkerParts,
  'connected' | 'state' | 'openRuntime' | 'images' | 'makeEnvironment' | 'use'
>;

/** Null where there is no Python for the wrapper. */
async function asProcesses(
  { member, fleet, state, cores }: AgentConfig,
  context: AgentContext,
): Promise<KindParts | null> {
  const connected = await processDevice(member.name, state, cores);
  if (connected === null) return null;
  const sharedFiles = await SharedFiles.in(join(state, programsFolder));
  const noEngine = () => {
    throw new Error('tasks of this agent are processes');
  };
  return {
    connected,
    state,
    images: null,
    makeEnvironment: async ({ files, requirements }, venv) => {
      const argv = ['sh', '-c', makeVenv, 'sh', venv, files, requirements];
      const { code, stdout, stderr } = await connected.shell.exec(argv, { timeoutMs: makeVenvMs });
      return { code, printed: `${stdout}${stderr}` };
    },
    openRuntime: (experimentFolder) =>
      runtimes.process.open({
        engineOf: noEngine,
        experimentFiles: () => Promise.resolve([]),
        experimentFolder,
        sharedFiles,
        clock: context.clock,
      }),
    use: new DeviceUse({ shell: connected.shell, fleet, member: member.name, takes: false }, context),
  };
}

async function inContainers(config: AgentConfig, context: AgentContext): Promise<KindParts> {
  const { member, fleet, slots, memory_bytes: memory, cores, gpu } = config;
  const state = process.env[deviceStateVariable];
  if (state === undefined)
    throw new Error(`${deviceStateVariable} is not set: start the fleet anew, collab fleet up`);
  const engine: Engine = await localEngine('unix:///var/run/docker.sock');
  await endTasks(engine, fleet);
  const gpuGroups = (process.env[gpuGroupsVariable] ?? '').split(',').filter((group) => group !== '');
  const connected = containerDevice({
    name: member.name,
    home: state,
    // Tasks that run at the same time share it.
    memoryBytes: memory === null ? null : Math.floor(memory / slots),
    cores,
    isJetson: gpu === 'nvidia-runtime',
  });
  const { shell } = connected;
  const sharedFiles = await SharedFiles.in(join(state, programsFolder));
  return {
    connected,
    state,
    images: new TaskImages(engine, context),
    makeEnvironment: (place, venv, signal) =>
      makeInContainer(place, venv, { engine, fleet, connected, signal }),
    openRuntime: (experimentFolder) =>
      runtimes.docker.open({
        engineOf: () => engine,
        experimentFiles: () => Promise.resolve([]),
        experimentFolder,
        sharedFiles,
        labels: { [taskLabel]: fleet },
        gpuGroups,
        clock: context.clock,
      }),
    use: new DeviceUse(
      { shell, fleet, member: member.name, folder: `${deviceTmp}/.collab-lease`, takes: true },
      context,
    ),
  };
}

/** Makes a virtual environment in a container of the image in which the tasks run, at the path at which they have it. */
async function makeInContainer(
  { files, requirements, imageId }: EnvironmentPlace,
  venv: string,
  {
    engine,
    fleet,
    connected,
    signal,
  }: { engine: Engine; fleet: string; connected: ConnectedDevice; signal: AbortSignal },
): Promise<{ code: number | null; printed: string }> {
  const { user, memoryBytes } = connected.device.facts;
  const target = venvPath(venv, runtimes.docker);
  const container = await engine.create({
    name: `collab-venv-${randomBytes(6).toString('hex')}`,
    image: imageId ?? '',
    command: ['sh', '-c', makeVenv, 'sh', target, '/experiment', requirements],
    user: `${user.uid}:${user.gid}`,
    env: { HOME: '/tmp' },
    labels: { [taskLabel]: fleet },
    mounts: [
      { kind: 'folder', source: venv, target },
      { kind: 'folder', source: files, target: '/experiment' },
    ],
    memoryBytes,
    pidsLimit: 4096,
    capabilities: [],
  });
  try {
    await engine.start(container);
    await engine.waitForEnd(container, signal);
    const state = await engine.inspect(container);
    return { code: state?.exitCode ?? null, printed: await engine.logs(container, 40) };
  } finally {
    await engine.remove(container);
  }
}
