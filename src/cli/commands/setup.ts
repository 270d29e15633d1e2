import { CollabError, Controller, ExitCode, formatBytes, setupLan } from '../../index.js';
import { canAsk, cannotAsk, confirm } from '../prompts.js';
import { openSession } from '../session.js';
import { chooseTargets, type TargetOptions } from '../setup-targets.js';
import { table } from '../table.js';

export interface SetupOptions extends TargetOptions {
  lan: string;
  json?: boolean;
}

/** `collab setup`: finds the devices, logs in, reads their facts and saves them as a LAN. */
export async function setup(options: SetupOptions): Promise<void> {
  const session = openSession(options);
  const { workspace, emit, signal, say, print } = session;
  const targets = await chooseTargets(options, session);
  if (options.yes !== true && !canAsk())
    throw cannotAsk('Whether to trust these devices on first use', '--yes');
  if (
    options.yes !== true &&
    !(await confirm('Trust the host keys of these devices on first use, and record them?'))
  ) {
    throw new CollabError('not-trusted', {
      what: 'Nothing was saved: the devices were not trusted.',
      next: 'Compare their fingerprints (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on each), then set up again.',
      exitCode: ExitCode.usage,
    });
  }
  const controller = await Controller.read();
  const { lan, failures } = await setupLan({
    name: options.lan,
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
