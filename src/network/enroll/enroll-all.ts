import { CollabError, ExitCode } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { Workspace } from '../../workspace/index.js';
import type { Device } from '../lan/index.js';
import { enroll, type EnrollEvent, type EnrollOptions, type EnrollTarget } from './enroll.js';
import { type AskPassword, type Enrolled, failureOf, withPasswords } from './by-password.js';
import {
  trustNewHosts,
  type KnownHosts,
  type ConfirmTrust,
  Semaphore,
  workspaceKeyPath,
} from '../ssh/index.js';

/** Questions to the user during enrollment. */
export interface EnrollPrompts {
  /** Called with new host keys, before any login is tried. */
  confirmTrust: ConfirmTrust;
  /** Default: no passwords. */
  askPassword?: AskPassword;
}

export interface EnrollAllOptions extends EnrollPrompts {
  workspace: Workspace;
  knownHosts: KnownHosts;
  emit: Emit<EnrollEvent>;
  signal?: AbortSignal;
}

const devicesAtOnce = 8;

/**
 * Enrolls devices. Asks the user to trust new host keys, then logs in to all devices by key. For the devices that
 * accept no key and take a password, asks for it, installs the workspace's key and logs in with it.
 * @throws CollabError `not-trusted`; the failure of a device is returned, not thrown
 */
export async function enrollAll(
  targets: readonly EnrollTarget[],
  { workspace, confirmTrust, askPassword, ...rest }: EnrollAllOptions,
): Promise<Enrolled[]> {
  await workspace.openPrivate();
  const options: EnrollOptions & { knownHosts: KnownHosts } = {
    ...rest,
    ownKeyPath: workspaceKeyPath(workspace),
  };
  const show: ConfirmTrust = (newHosts) => {
    for (const { place: address, key } of newHosts) {
      const { type, fingerprint } = key;
      rest.emit({ kind: 'network.host-key', address, type, fingerprint });
    }
    return confirmTrust(newHosts);
  };
  if (!(await trustNewHosts(targets, { ...options, confirmTrust: show }))) throw notTrusted(targets);
  const semaphore = new Semaphore(devicesAtOnce);
  const answers = await Promise.all(
    targets.map(async (target): Promise<Enrolled> => {
      const release = await semaphore.acquire(rest.signal);
      return answerOf(target, () => enroll(target, options)).finally(release);
    }),
  );
  if (askPassword === undefined) return answers;
  return withPasswords(answers, { ...options, workspace, askPassword });
}

async function answerOf(target: EnrollTarget, work: () => Promise<Device>): Promise<Enrolled> {
  try {
    return { target, device: await work() };
  } catch (error) {
    return { target, error: failureOf(error) };
  }
}

function notTrusted(targets: readonly EnrollTarget[]): CollabError {
  const names = targets.map(({ host }) => host).join(', ');
  return new CollabError('not-trusted', {
    what: `Nothing was saved: the host keys of ${names} were not trusted, so no login was tried.`,
    next: 'Compare the fingerprints (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on each), then try again.',
    exitCode: ExitCode.usage,
  });
}
