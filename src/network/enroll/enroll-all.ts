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

/** What only a user can say when devices are let in. */
export interface EnrollPrompts {
  /** Shown the host keys that are new, before any login is tried. */
  confirmTrust: ConfirmTrust;
  /**
   * Asked where no key opens, one device at a time; null gives up. The password is used once, to install the
   * workspace's own key, and kept nowhere. Left out: no password is asked for.
   */
  askPassword?: (login: EnrollTarget, attempt: number) => Promise<string | null>;
}

export interface EnrollAllOptions extends EnrollPrompts {
  workspace: Workspace;
  knownHosts: KnownHosts;
  emit: Emit<EnrollEvent>;
  signal?: AbortSignal;
}

/** A target and what became of it. */
export type Enrolled =
  { target: EnrollTarget; device: Device } | { target: EnrollTarget; error: CollabError };

const devicesAtOnce = 8;
/** As ssh does. */
const mostPasswords = 3;
const noKeyOpens = new Set(['key-refused', 'no-login-key']);

/**
 * Lets devices in: host keys that are new are shown, and recorded when they are trusted; then all are logged in to by
 * key; those that no key opens are asked for a password, one by one, get the workspace's own key and are logged in to
 * by it.
 * @throws CollabError `not-trusted`; a device that fails is an answer
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
    const closed = 'error' in answer && noKeyOpens.has(answer.error.name);
    if (!closed) enrolled.push(answer);
    else {
      const { target, error } = answer;
      enrolled.push(
        await answerOf(target, () => letIn(target, error, { ...options, workspace, askPassword })),
      );
    }
  }
  return enrolled;
}

/** The question itself came to no end: the user has left. That is no fault of a device. */
class Unanswered extends Error {}

async function answerOf(target: EnrollTarget, work: () => Promise<Device>): Promise<Enrolled> {
  try {
    return { target, device: await work() };
  } catch (error) {
    if (error instanceof Unanswered) throw error.cause;
    return { target, error: failureOf(error) };
  }
}

async function letIn(
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
  await byPassword(target, refused, askPassword, options, publicLine);
  options.emit({ kind: 'network.key-installed', address, user, key: path });
  try {
    return await enroll({ ...target, keyPath: path }, options);
  } catch (error) {
    const isClosed = error instanceof CollabError && noKeyOpens.has(error.name);
    throw isClosed ? keyNotAccepted(target, error) : error;
  }
}

async function byPassword(
  target: EnrollTarget,
  refused: CollabError,
  askPassword: NonNullable<EnrollPrompts['askPassword']>,
  options: EnrollOptions,
  publicLine: string,
): Promise<void> {
  let last = refused;
  for (let attempt = 1; attempt <= mostPasswords; attempt += 1) {
    const password = await askPassword(target, attempt).catch((error: unknown) => {
      throw new Unanswered('left', { cause: error });
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
    next: 'Try again; --debug shows more.',
    exitCode: ExitCode.internal,
    cause: error,
  });
}

function notTrusted(targets: readonly EnrollTarget[]): CollabError {
  const names = targets.map(({ host }) => host).join(', ');
  return new CollabError('not-trusted', {
    what: `Nothing was saved: the host keys of ${names} were not trusted, and no login was tried there.`,
    next: 'Compare the fingerprints (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on each), then try again.',
    exitCode: ExitCode.usage,
  });
}
