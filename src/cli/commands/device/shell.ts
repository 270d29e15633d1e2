import { CollabError, connectDevices, ExitCode, openDeviceTerminal } from '../../../index.js';
import { attachTerminal, chosenLan, openSession, sizeOf } from '../../session/index.js';

/** `collab device shell <name>`: a terminal there, or in a container there; its exit code is handed on. */
export async function deviceShell(name: string, options: { lan?: string; image?: string }): Promise<void> {
  const { workspace, emit, signal, say } = openSession({});
  const lan = await chosenLan(workspace, options.lan);
  const { stdin, stdout, env } = process;
  if (!stdin.isTTY || !stdout.isTTY) throw noTerminal(name);
  const [answer] = await connectDevices([lan.device(name)], { lan, workspace, emit, signal });
  if (!answer || !('connected' in answer)) throw answer?.error as Error;
  const { connected } = answer;
  try {
    const terminal = await openDeviceTerminal(connected, {
      image: options.image,
      term: env.TERM ?? 'xterm',
      size: sizeOf(stdout),
    });
    say(`On ${name}${options.image === undefined ? '' : `, in ${options.image}`}; leave it with: exit`);
    process.exitCode = await attachTerminal(terminal, { stdin, stdout });
  } finally {
    await connected.close();
  }
}

function noTerminal(name: string): CollabError {
  return new CollabError('no-terminal', {
    what: 'A shell on a device needs a terminal here.',
    why: 'Standard input or output is a pipe or a file.',
    next: `Start it in a terminal. For one command: ssh <user>@<address of ${name}> <command>`,
    exitCode: ExitCode.usage,
  });
}
