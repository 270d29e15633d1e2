import { CollabError, ExitCode } from '../../errors.js';
import { programText } from '../../package-folder.js';
import type { ConnectedDevice } from '../../network/index.js';

/**
 * Over ssh, a missing socket, one without a listener and one without permission fail alike: asks the device which it
 * is, and returns an error that says so. Returns other errors unchanged.
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
        what: `${name} has no running Docker Engine.`,
        why: `The socket ${socketPath} does not exist: no engine is installed, or it was not started.`,
        next: `On ${name}: start it (sudo systemctl enable --now docker), or install one (Debian: sudo apt-get install docker.io).`,
      });
    case 'denied':
      return new CollabError('engine-refused', {
        ...parts,
        what: `The Docker Engine of ${name} does not accept the login ${user}.`,
        why: `${user} has no permission to open ${socketPath}.`,
        next: `On ${name}: sudo usermod -aG docker ${user}. It takes effect at the next login.`,
      });
    case 'silent':
      return new CollabError('no-engine', {
        ...parts,
        what: `${name} has no running Docker Engine.`,
        why: `${socketPath} exists, but nothing listens on it: the engine has stopped.`,
        next: `On ${name}: sudo systemctl restart docker. To see why it stopped: sudo journalctl -u docker -n 50`,
      });
    case 'listening':
      return new CollabError('engine-refused', {
        ...parts,
        what: `The ssh server of ${name} does not forward the socket of its Docker Engine.`,
        why: `An engine listens on ${socketPath}, and ${user} may open it. AllowStreamLocalForwarding or DisableForwarding in the server's sshd_config, or a restriction of the key in authorized_keys, prevents the stream to it.`,
        next: `On ${name}: set AllowStreamLocalForwarding yes in /etc/ssh/sshd_config, then: sudo systemctl restart ssh`,
      });
    default:
      return error;
  }
}
