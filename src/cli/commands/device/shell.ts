import { CollabError, connectDevices, ExitCode, openDeviceTerminal } from '../../../index.js';
import { attachTerminal, chosenLan, openSession, sizeOf } from '../../session/index.js';

export interface ShellOptions {
  lan?: string;
  image?: string;
}

/** `collab device shell <name>`: a terminal on a device, or in a container on it. Exits with its exit code. */
export async function deviceShell(name: string, options: ShellOptions): Promise<void> {
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
    say(
      `Connected to ${name}${options.image === undefined ? '' : `, in ${options.image}`}. Type exit to leave.`,
    );
    process.exitCode = await attachTerminal(terminal, { stdin, stdout, end: signal });
  } finally {
    await connected.close();
  }
}

function noTerminal(name: string): CollabError {
  return new CollabError('no-terminal', {
    what: 'collab device shell needs a terminal.',
    why: 'Standard input or standard output is a pipe or a file.',
    next: `Run it in a terminal. For a single command: ssh <user>@<address of ${name}> <command>`,
    exitCode: ExitCode.usage,
  });
}
