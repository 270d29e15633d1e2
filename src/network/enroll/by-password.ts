import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { Workspace } from '../../workspace/index.js';
import type { Device } from '../lan/index.js';
import {
  connectSsh,
  installKey,
  keyNotAccepted,
  keysOnlyServer,
  loginMethods,
  Semaphore,
  workspaceKey,
} from '../ssh/index.js';
import { enroll, type EnrollOptions, type EnrollTarget } from './enroll.js';

/** A target and its result. */
export type Enrolled =
  { target: EnrollTarget; device: Device } | { target: EnrollTarget; error: CollabError };

/**
 * Asks for a password of devices that accept no key; null gives up. It is asked once for all of them, and then for each that
 * refuses it. The password is used once, to install the workspace's key, and never stored.
 * @param attempt how many passwords were tried on them, plus 1
 */
export type AskPassword = (logins: readonly EnrollTarget[], attempt: number) => Promise<string | null>;

interface Options extends EnrollOptions {
  workspace: Workspace;
  askPassword: AskPassword;
}

const devicesAtOnce = 8;
/** The same as ssh. */
const maxPasswords = 3;
const keyErrors = new Set(['key-refused', 'no-login-key']);

/** A device that accepts no key, its last error, and how many passwords were tried. */
interface Locked {
  target: EnrollTarget;
  error: CollabError;
  tried: number;
}

/** Sets up by password what accepts no key and takes a password; other results stay what they are. */
export async function withPasswords(
  answers: readonly Enrolled[],
  { askPassword, ...options }: Options,
): Promise<Enrolled[]> {
  const ended = new Map<EnrollTarget, Enrolled>();
  let locked: Locked[] = [];
  const judgements = await atOnce(answers, options.signal, (answer) => judged(answer, options));
  for (const one of judgements) {
    if ('tried' in one) locked.push(one);
    else ended.set(one.target, one);
  }
  const ask = async (those: readonly Locked[]): Promise<Locked[] | null> => {
    options.signal?.throwIfAborted();
    const attempt = Math.max(...those.map(({ tried }) => tried)) + 1;
    const password = await askPassword(
      those.map(({ target }) => target),
      attempt,
    );
    if (password === null) return null;
    // Before the devices, which are tried at once: it is made when it is first needed.
    const key = await workspaceKey(options.workspace);
    const tried = await atOnce(those, options.signal, (one) => tryPassword(one, password, key, options));
    for (const one of tried) if (!('tried' in one)) ended.set(one.target, one);
    return tried.filter((one) => 'tried' in one);
  };
  if (locked.length > 1) locked = (await ask(locked)) ?? locked;
  for (const one of locked) {
    let left: Locked | undefined = one;
    while (left !== undefined && left.tried < maxPasswords) {
      const refused: Locked[] | null = await ask([left]);
      if (refused === null) break;
      left = refused[0];
    }
    if (left !== undefined) ended.set(left.target, { target: left.target, error: left.error });
  }
  return answers.map((answer) => ended.get(answer.target) ?? answer);
}

/** Works on all devices, some of them at a time. */
async function atOnce<T, R>(
  items: readonly T[],
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const semaphore = new Semaphore(devicesAtOnce);
  return Promise.all(
    items.map(async (item) => {
      const release = await semaphore.acquire(signal);
      return work(item).finally(release);
    }),
  );
}

/** Whether a password can help: the server is asked what it takes, and nothing is offered to it. */
async function judged(answer: Enrolled, options: Omit<Options, 'askPassword'>): Promise<Enrolled | Locked> {
  if (!('error' in answer) || !keyErrors.has(answer.error.name)) return answer;
  const { target, error } = answer;
  const methods = await loginMethods({ ...target, ...options, trust: 'known-only' });
  const takesPassword =
    methods === null || methods.includes('password') || methods.includes('keyboard-interactive');
  return takesPassword ? { target, error, tried: 0 } : { target, error: keysOnlyServer(target, error) };
}

async function tryPassword(
  { target, tried }: Locked,
  password: string,
  { path, publicLine }: { path: string; publicLine: string },
  options: EnrollOptions,
): Promise<Enrolled | Locked> {
  const { host: address, user } = target;
  try {
    const shell = await connectSsh({ ...target, ...options, password, trust: 'known-only' });
    await installKey(shell, publicLine).finally(() => shell.close());
    options.emit({ kind: 'network.key-installed', address, user, key: path });
    return { target, device: await enrollByKey({ ...target, keyPath: path }, options) };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.name !== 'password-refused') return { target, error: failure };
    options.emit({ kind: 'network.password-refused', address, user });
    return { target, error: failure, tried: tried + 1 };
  }
}

async function enrollByKey(target: EnrollTarget, options: EnrollOptions): Promise<Device> {
  try {
    return await enroll(target, options);
  } catch (error) {
    const isRefused = error instanceof CollabError && keyErrors.has(error.name);
    throw isRefused ? keyNotAccepted(target, error) : error;
  }
}

export function failureOf(error: unknown): CollabError {
  if (error instanceof CollabError) return error;
  return new CollabError('device-failed', {
    what: 'The device could not be set up.',
    why: messageOf(error),
    next: 'Try again with --debug for details.',
    exitCode: ExitCode.internal,
    cause: error,
  });
}
