import { CollabError, ExitCode } from '../../errors.js';
import { programText } from '../../package-folder.js';
import type { ConnectedDevice } from '../../network/index.js';

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
  const state = await shell
    .exec(['sh', '-c', programText('deployment/engine/socket-state.sh'), 'sh', socketPath], {
      timeoutMs: 10_000,
    })
    .then(
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
