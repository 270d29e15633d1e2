import { CollabError, ExitCode } from '../errors.js';
import type { Clock, Emit } from '../events.js';
import { connectSsh, type KnownHosts } from '../network/index.js';
import type { LabEvent } from './events.js';
import type { LabDevicePlan } from './lab-plan.js';

const patienceMs = 60_000;
const againMs = 300;
/** While sshd is not up, or is up before its key is installed. */
const notYet = new Set(['device-unreachable', 'key-refused', 'connection-lost']);

/** Waits until a device accepts the login and its engine answers. */
export async function awaitDevice(request: {
  device: LabDevicePlan;
  keyPath: string;
  knownHosts: KnownHosts;
  clock: Clock;
  signal: AbortSignal;
  emit: Emit<LabEvent>;
}): Promise<void> {
  const { device, clock, signal } = request;
  const deadline = clock.now().getTime() + patienceMs;
  let last = 'it did not answer';
  while (clock.now().getTime() < deadline) {
    signal.throwIfAborted();
    const engine = await ask(request).catch((error: unknown) => {
      if (!(error instanceof CollabError) || !notYet.has(error.name)) throw error;
      last = error.why ?? error.what;
      return null;
    });
    if (engine?.version !== undefined) {
      request.emit({
        kind: 'lab.ready',
        device: device.name,
        address: device.address,
        engine: engine.version,
      });
      return;
    }
    last = engine?.said ?? last;
    await clock.sleep(againMs, signal);
  }
  throw new CollabError('lab-device-down', {
    what: `The virtual device ${device.name} did not come up within ${patienceMs / 1000} s.`,
    why: last,
    next: `Look at what it printed (docker logs ${device.container}; docker exec ${device.container} cat /var/log/dockerd.log), then: collab lab down`,
    exitCode: ExitCode.deviceUnreachable,
  });
}

async function ask(request: {
  device: LabDevicePlan;
  keyPath: string;
  knownHosts: KnownHosts;
  signal: AbortSignal;
}): Promise<{ version?: string; said: string }> {
  const { device, keyPath, knownHosts, signal } = request;
  const shell = await connectSsh({
    host: device.address,
    port: 22,
    user: 'collab',
    keyPath,
    knownHosts,
    trust: 'first-use',
    signal,
  });
  try {
    const answer = await shell.exec(['docker', 'version', '--format', '{{.Server.Version}}'], {
      timeoutMs: 10_000,
    });
    const said = answer.stderr.trim();
    return answer.code === 0 ? { version: answer.stdout.trim(), said } : { said };
  } finally {
    shell.close();
  }
}
