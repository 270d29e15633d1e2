import { join } from 'node:path';
import { messageOf } from '../errors.js';
import {
  type AgentConfig,
  type Broker,
  connectAdmin,
  connectBroker,
  connectMqtt,
  connectSystem,
  openStore,
} from '../fleet/index.js';
import { BrokerUsers } from './broker-users.js';
import { type AgentContext, repeat } from './duty.js';
import { removeFormerStores } from './former-stores.js';
import { Keeper } from './keeper.js';
import { serveKeeperApi } from './keeper-api.js';
import { runDashboard } from './keeper-dashboard.js';
import { brokerAccess, readOwnAccess, readSecret } from './own-access.js';
import {
  hasStore,
  removeOldStores,
  renewRemovedServer,
  removeStaleFiles,
  serverProcess,
} from './own-server.js';
import { replicasFor } from './replace.js';
import { runTasks } from './run-tasks.js';
import { doorFolder, doorSocket, TaskDoor } from './task-door.js';

const usersEveryMs = 1000;
const connectEveryMs = 5000;
const beforeServerMs = 3000;
const formerEveryMs = 60_000;
const apiEveryMs = 10_000;
const dashboardEveryMs = 10_000;

/**
 * The agent of a member, until the signal aborts: runs tasks of jobs, opens the store to the tasks of this device and, on a keeper,
 * takes care of the broker's users and server. One of the keepers' agents leads.
 * @param own paths of the files that it was started with
 */
export async function runAgent(
  config: AgentConfig,
  { program, settings }: { program: string; settings: string },
  context: AgentContext,
): Promise<void> {
  const server = serverProcess(config.nats_pid_file);
  const users = new BrokerUsers(config, settings, server, context.log);
  const duties: Promise<void>[] = [];
  if (config.keeper)
    duties.push(repeat('the users of the broker', usersEveryMs, context, () => users.look()));
  const { dashboard } = config;
  if (dashboard !== null)
    duties.push(
      repeat('the dashboard', dashboardEveryMs, context, () =>
        runDashboard([dashboard.program, settings], context),
      ),
    );
  duties.push(
    repeat('the broker', connectEveryMs, context, async () => {
      const programs = dashboard === null ? [program] : [program, dashboard.program];
      await removeStaleFiles(config, { agent: [...programs, settings], pid: await server.pid() });
      if (config.keeper) await removeOldStores(config);
      await withBroker(config, server, context);
    }),
  );
  await Promise.all(duties);
}

/**
 * Gives the server of this keeper a new name before it starts, if it was removed from the cluster while it was away. Under the old
 * name, for a second even, it would be a peer again. If the other keepers do not answer soon, it starts as it is, because they may
 * all be starting.
 */
export async function beforeServer(config: AgentConfig, context: AgentContext): Promise<void> {
  const others = config.keepers.filter(({ id }) => id !== config.member.id);
  if (!config.keeper || others.length === 0 || !(await hasStore(config))) return;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(beforeServerMs)]);
  try {
    const access = await brokerAccess({ ...config, keepers: others });
    await using broker = await connectBroker(access, { patienceMs: beforeServerMs });
    const noServer = { pid: () => Promise.resolve(null), signal: () => undefined };
    await renewRemovedServer(config, broker, noServer, { ...context, signal });
  } catch {
    // The agent looks again when it runs.
  }
}

/** Connects, and does what needs a broker until the signal aborts. */
async function withBroker(
  config: AgentConfig,
  server: ReturnType<typeof serverProcess>,
  context: AgentContext,
): Promise<void> {
  if (!config.keeper) {
    await using broker = await connectBroker(await brokerAccess(config));
    await serveTasks(config, broker, context, async () => {
      await Promise.all([formerStores(broker), runTasks(config, broker, context)]);
    });
    return;
  }
  await using broker = await connectAdmin(await brokerAccess(config));
  const replicas = replicasFor(config.keepers.length);
  await using mqtt = config.mqtt ? await connectMqtt(await brokerAccess(config), replicas) : null;
  const keeper = new Keeper(
    {
      config,
      broker,
      server,
      system: async () =>
        connectSystem({ ...(await brokerAccess(config)), seed: await readSecret(config, 'system.password') }),
      access: () => readOwnAccess(config),
      mqtt,
      nowMs: () => performance.now(),
    },
    context,
  );
  await serveTasks(config, broker, context, async () => {
    await Promise.all([
      keeper.run(),
      formerStores(broker),
      runTasks(config, broker, context),
      repeat('the api', apiEveryMs, context, () =>
        serveKeeperApi({ config, broker, access: () => readOwnAccess(config) }, context),
      ),
    ]);
  });

  function formerStores(connected: Broker): Promise<void> {
    return repeat('what other keepers have now', formerEveryMs, context, () =>
      removeFormerStores(config, connected, server, context),
    );
  }
}

async function serveTasks(
  { state, member }: AgentConfig,
  broker: Broker,
  { signal, log }: AgentContext,
  act: () => Promise<void>,
): Promise<void> {
  await using door = new TaskDoor(join(state, doorFolder, doorSocket), () =>
    openStore(broker, { kind: 'member', id: member.id, name: member.name }),
  );
  // Without it, everything else goes on.
  await door.open().catch((error: unknown) => log(`tasks here cannot use the store: ${messageOf(error)}`));
  await act();
  signal.throwIfAborted();
}
