import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { Workspace } from '../../workspace/index.js';
import type { Device } from '../lan/index.js';
import { enroll, type EnrollEvent, type EnrollOptions, type EnrollTarget } from './enroll.js';
import {
  connectSsh,
  installKey,
  trustNewHosts,
  keyNotAccepted,
  type KnownHosts,
  type ConfirmTrust,
  Semaphore,
  workspaceKey,
  workspaceKeyPath,
} from '../ssh/index.js';

/** Questions to the user during enrollment. */
export interface EnrollPrompts {
  /** Called with new host keys, before any login is tried. */
  confirmTrust: ConfirmTrust;
  /**
   * Asks for the password of a device that accepts no key, for one device at a time; null gives up. The password is used
   * once, to install the workspace's key, and never stored. Default: no passwords.
   */
  askPassword?: (login: EnrollTarget, attempt: number) => Promise<string | null>;
}

export interface EnrollAllOptions extends EnrollPrompts {
  workspace: Workspace;
  knownHosts: KnownHosts;
  emit: Emit<EnrollEvent>;
  signal?: AbortSignal;
}

/** A target and its result. */
export type Enrolled =
  { target: EnrollTarget; device: Device } | { target: EnrollTarget; error: CollabError };

const devicesAtOnce = 8;
/** The same as ssh. */
const maxPasswords = 3;
const keyErrors = new Set(['key-refused', 'no-login-key']);

/**
 * Enrolls devices. Asks the user to trust new host keys, then logs in to all devices by key. For each device that accepts
 * no key, asks for the password, installs the workspace's key and logs in with it.
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
  const enrolled: Enrolled[] = [];
  for (const answer of answers) {
    rest.signal?.throwIfAborted();
    const needsPassword = 'error' in answer && keyErrors.has(answer.error.name);
    if (!needsPassword) enrolled.push(answer);
    else {
      const { target, error } = answer;
      enrolled.push(
        await answerOf(target, () => enrollByPassword(target, error, { ...options, workspace, askPassword })),
      );
    }
  }
  return enrolled;
}

/** The user aborted the password question. This is not an error of the device. */
class QuestionAborted extends Error {}

async function answerOf(target: EnrollTarget, work: () => Promise<Device>): Promise<Enrolled> {
  try {
    return { target, device: await work() };
  } catch (error) {
    if (error instanceof QuestionAborted) throw error.cause;
    return { target, error: failureOf(error) };
  }
}

async function enrollByPassword(
  target: EnrollTarget,
  refused: CollabError,
  {
    workspace,
    askPassword,
    ...options
  }: EnrollOptions & { workspace: Workspace; askPassword: NonNullable<EnrollPrompts['askPassword']> },
): Promise<Device> {
  const { host: address, user } = target;
  const { path, publicLine } = await workspaceKey(workspace);
  await installKeyByPassword(target, refused, askPassword, options, publicLine);
  options.emit({ kind: 'network.key-installed', address, user, key: path });
  try {
    return await enroll({ ...target, keyPath: path }, options);
  } catch (error) {
    const isRefused = error instanceof CollabError && keyErrors.has(error.name);
    throw isRefused ? keyNotAccepted(target, error) : error;
  }
}

async function installKeyByPassword(
  target: EnrollTarget,
  refused: CollabError,
  askPassword: NonNullable<EnrollPrompts['askPassword']>,
  options: EnrollOptions,
  publicLine: string,
): Promise<void> {
  let last = refused;
  for (let attempt = 1; attempt <= maxPasswords; attempt += 1) {
    const password = await askPassword(target, attempt).catch((error: unknown) => {
      throw new QuestionAborted('aborted', { cause: error });
    });
    if (password === null) break;
    try {
      const shell = await connectSsh({ ...target, ...options, password, trust: 'known-only' });
      await installKey(shell, publicLine).finally(() => shell.close());
      return;
    } catch (error) {
      if (!(error instanceof CollabError) || error.name !== 'password-refused') throw error;
      last = error;
      options.emit({ kind: 'network.password-refused', address: target.host, user: target.user });
    }
  }
  throw last;
}

function failureOf(error: unknown): CollabError {
  if (error instanceof CollabError) return error;
  return new CollabError('device-failed', {
    what: 'The device could not be set up.',
    why: messageOf(error),
    next: 'Try again with --debug for details.',
    exitCode: ExitCode.internal,
    cause: error,
  });
}

function notTrusted(targets: readonly EnrollTarget[]): CollabError {
  const names = targets.map(({ host }) => host).join(', ');
  return new CollabError('not-trusted', {
    what: `Nothing was saved: the host keys of ${names} were not trusted, so no login was tried.`,
    next: 'Compare the fingerprints (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on each), then try again.',
    exitCode: ExitCode.usage,
  });
}
