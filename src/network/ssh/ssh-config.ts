import { homedir, hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { Shell } from '../shell/index.js';
import type { Login } from './login.js';

/** A host as the user typed it: an alias from ssh_config, a host name or an address. */
export interface TypedPlace {
  host: string;
  /** Null if not typed: the value from ssh_config, otherwise the name of this user and port 22. */
  user: string | null;
  port: number | null;
}

export interface SshConfigOptions {
  /** Runs `ssh` on this machine. */
  shell: Pick<Shell, 'exec'>;
  /** A file to use instead of ~/.ssh/config and the system's. */
  configPath?: string | null;
  signal?: AbortSignal | undefined;
}

/** Limits nested jump hosts, because a configuration may contain a loop. */
const maxHops = 8;

/** Whether OpenSSH's client is installed on this machine. */
export async function hasOpenSsh(shell: Pick<Shell, 'exec'>): Promise<boolean> {
  return (await shell.exec(['ssh', '-V'])).code === 0;
}

/**
 * Resolves a typed host with `ssh -G`, so that OpenSSH's configuration applies, with Include and Match: HostName, Port,
 * User, IdentityFile, IdentitiesOnly, ProxyJump and HostKeyAlias. A typed user or port takes precedence.
 * @throws CollabError `ssh-config` if the configuration cannot be used, `bad-host` for a name that looks like an option
 */
export async function resolvePlace(place: TypedPlace, options: SshConfigOptions): Promise<Login> {
  return resolveHop(place, options, 0);
}

async function resolveHop(place: TypedPlace, options: SshConfigOptions, depth: number): Promise<Login> {
  const { host, user, port } = place;
  if (/^-|[\s\0]/.test(host) || user?.startsWith('-'))
    throw badHost(user === null ? host : `${user}@${host}`);
  if (depth > maxHops) throw tooManyHops(host);
  const values = await ask(place, options);
  const [name = host] = values.get('hostname') ?? [];
  const login = {
    host: name,
    port: port ?? Number(values.get('port')?.[0] ?? 22),
    user: user ?? values.get('user')?.[0] ?? userInfo().username,
  };
  const command = values.get('proxycommand')?.[0] ?? 'none';
  if (command !== 'none') throw proxyCommand(host, command);
  const jumps = (values.get('proxyjump')?.[0] ?? 'none').split(',').filter((jump) => jump !== 'none');
  const via: Login[] = [];
  for (const [index, jump] of jumps.entries()) {
    const { via: before = [], ...hop } = await resolveHop(parseJump(jump), options, depth + 1);
    // As with ssh -J: the first host keeps its own jump hosts, each further one is reached through the previous one.
    via.push(...(index === 0 ? before : []), hop);
  }
  const defaults = await defaultIdentities(options);
  const files = values.get('identityfile') ?? [];
  const isOwn = files.join('\n') !== defaults.join('\n');
  const hostKeyAlias = values.get('hostkeyalias')?.[0] ?? null;
  return {
    ...login,
    hostKeyAlias: hostKeyAlias === 'none' ? null : hostKeyAlias,
    via,
    ...(isOwn && { identities: files.map((file) => expandPath(file, { ...login, typed: host })) }),
    identitiesOnly: isOwn && values.get('identitiesonly')?.[0] === 'yes',
  };
}

async function ask({ host, user, port }: TypedPlace, { shell, configPath, signal }: SshConfigOptions) {
  const argv = [
    'ssh',
    ...(configPath ? ['-F', resolve(configPath)] : []),
    '-G',
    ...(user === null ? [] : ['-l', user]),
    ...(port === null ? [] : ['-p', String(port)]),
    '--',
    host,
  ];
  const { code, stdout, stderr } = await shell.exec(argv, { timeoutMs: 15_000, ...(signal && { signal }) });
  if (code === 0) return parseSshG(stdout);
  throw new CollabError('ssh-config', {
    what: `OpenSSH's configuration cannot be used for ${host}.`,
    why: plainText(stderr).trim() || `ssh -G exited with code ${String(code)}.`,
    next: `Check it with: ssh -G ${host}`,
    exitCode: ExitCode.usage,
  });
}

/** The default values of IdentityFile, without any configuration. */
async function defaultIdentities({ shell }: SshConfigOptions): Promise<string[]> {
  const { stdout } = await shell.exec(['ssh', '-F', 'none', '-G', '--', 'localhost'], { timeoutMs: 15_000 });
  return parseSshG(stdout).get('identityfile') ?? [];
}

/** Parses the output of `ssh -G`: values by keyword. */
export function parseSshG(text: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, keyword, value] = /^(\w+) (.*)$/.exec(line) ?? [];
    if (keyword === undefined || value === undefined) continue;
    values.set(keyword, [...(values.get(keyword) ?? []), value]);
  }
  return values;
}

/** Parses one host of ProxyJump: `[user@]host[:port]`, optionally with `ssh://`. @throws CollabError `ssh-config` */
export function parseJump(text: string): TypedPlace {
  const match = /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:@[\]/]+))(?::(\d{1,5}))?\/?$/.exec(text.trim());
  const host = match?.[2] ?? match?.[3];
  if (host !== undefined) {
    return { host, user: match?.[1] ?? null, port: match?.[4] === undefined ? null : Number(match[4]) };
  }
  throw new CollabError('ssh-config', {
    what: `ProxyJump names ${JSON.stringify(text)}, which is not a host.`,
    next: 'Use the form user@host:port; see ssh_config(5).',
    exitCode: ExitCode.usage,
  });
}

/** Expands `~`, `${NAME}` and the tokens of ssh_config(5) in a path. */
export function expandPath(
  path: string,
  { host, port, user, typed }: Pick<Login, 'host' | 'port' | 'user'> & { typed: string },
): string {
  const own = userInfo();
  const tokens: Record<string, string> = {
    '%': '%',
    d: homedir(),
    u: own.username,
    i: String(own.uid),
    r: user,
    h: host,
    n: typed,
    p: String(port),
    l: hostname(),
    L: hostname().split('.', 1)[0] ?? '',
  };
  const plain = path
    .replace(/^"(.*)"$/, '$1')
    .replace(/\$\{(\w+)\}/g, (whole, name: string) => process.env[name] ?? whole)
    .replace(/%(.)/g, (whole, letter: string) => tokens[letter] ?? whole);
  return plain.startsWith('~/') ? join(homedir(), plain.slice(2)) : resolve(plain);
}

function badHost(text: string): CollabError {
  return new CollabError('bad-host', {
    what: `${JSON.stringify(text)} is not a valid host name.`,
    why: 'It looks like an option of ssh, or contains spaces.',
    next: 'Use user@host, user@host:port, or a Host from your ssh_config.',
    exitCode: ExitCode.usage,
  });
}

function tooManyHops(host: string): CollabError {
  return new CollabError('ssh-config', {
    what: `The route to ${host} goes through more than ${maxHops} jump hosts.`,
    why: 'A ProxyJump in your ssh_config may lead back to itself.',
    next: `Check it with: ssh -G ${host}. To break a loop, set "ProxyJump none" for the first jump host.`,
    exitCode: ExitCode.usage,
  });
}

function proxyCommand(host: string, command: string): CollabError {
  return new CollabError('proxy-command', {
    what: `Your ssh_config uses a ProxyCommand for ${host}, which collab does not support.`,
    why: `ProxyCommand ${plainText(command)}`,
    next: 'Use ProxyJump instead ("ProxyCommand ssh -W %h:%p gateway" is the same as "ProxyJump gateway").',
    exitCode: ExitCode.usage,
  });
}
