import { CollabError, Controller, formatBytes, setupLan } from '../../index.js';
import { entrance, type EntranceOptions } from '../entrance.js';
import { openSession } from '../session.js';
import { chooseTargets, type TargetOptions } from '../setup-targets.js';
import { table } from '../table.js';

export interface SetupOptions extends TargetOptions, EntranceOptions {
  lan: string;
  json?: boolean;
}

/** `collab setup`: finds the devices, logs in, reads their facts and saves them as a LAN. */
export async function setup(options: SetupOptions): Promise<void> {
  const session = openSession(options);
  const { workspace, emit, signal, say, print } = session;
  const targets = await chooseTargets(options, session);
  const controller = await Controller.read();
  const { lan, failures } = await setupLan({
    name: options.lan,
    ...entrance(options),
    workspace,
    targets,
    controller,
    emit,
    signal,
  });
  const rows = lan.devices.map(({ name, address, facts }) => [
    name,
    address,
    facts.architecture,
    facts.cores,
    formatBytes(facts.memoryBytes),
    facts.engine.available ? `Docker ${facts.engine.version}` : facts.engine.reason,
  ]);
  if (lan.devices.length > 0) {
    say(`LAN ${lan.name} is saved and in use. Next: collab run hello`);
    print(table(['NAME', 'ADDRESS', 'ARCH', 'CORES', 'MEMORY', 'ENGINE'], rows), lan.toJSON());
  }
  const [first] = failures;
  if (first === undefined) return;
  if (failures.length === 1) throw first.error;
  throw new CollabError('devices-failed', {
    what: `${failures.length} of ${targets.length} devices could not be set up.`,
    why: failures.map(({ error }) => [error.what, error.why].filter(Boolean).join('\n  ')).join('\n'),
    next: first.error.next,
    exitCode: first.error.exitCode,
  });
}
