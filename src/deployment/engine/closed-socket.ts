import { CollabError, ExitCode } from '../../errors.js';
import type { ConnectedDevice } from '../../network/index.js';

/** What keeps a login from an engine's socket: it is not there, not the login's to open, or nobody listens. */
const look =
  'if [ ! -S "$1" ]; then echo missing; elif [ ! -w "$1" ]; then echo denied; else echo silent; fi';

/**
 * Across ssh a socket that is not there, not listened to, or not ours to open looks the same: asks the device which it
 * is, and gives the error that says so. Any other error is given back as it is.
 */
export async function explainClosedSocket(
  { device, shell }: ConnectedDevice,
  socketPath: string,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof CollabError) || error.name !== 'no-engine') return error;
  const { name, user } = device;
  const state = await shell.exec(['sh', '-c', look, 'sh', socketPath], { timeoutMs: 10_000 }).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  const parts = { exitCode: ExitCode.deviceUnreachable, cause: error };
  switch (state) {
    case 'missing':
      return new CollabError('no-engine', {
        ...parts,
        what: `${name} has no Docker Engine that answers.`,
        why: `There is no socket ${socketPath}: none is installed, or none has been started.`,
        next: `On ${name}: start it (sudo systemctl enable --now docker), or install one (Debian: sudo apt-get install docker.io).`,
      });
    case 'denied':
      return new CollabError('engine-refused', {
        ...parts,
        what: `The Docker Engine of ${name} may not be used by the login ${user}.`,
        why: `${user} may not open ${socketPath}.`,
        next: `On ${name}: sudo usermod -aG docker ${user}. It holds from the next login on.`,
      });
    case 'silent':
      return new CollabError('no-engine', {
        ...parts,
        what: `${name} has no Docker Engine that answers.`,
        why: `${socketPath} is there, and nobody listens: the engine has stopped.`,
        next: `On ${name}: sudo systemctl restart docker; why it stopped: sudo journalctl -u docker -n 50`,
      });
    default:
      return error;
  }
}
