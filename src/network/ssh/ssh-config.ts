import { homedir, hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { Shell } from '../shell/index.js';
import type { Login } from './login.js';

/** What a user writes to name a place: an alias of ssh_config, a host name or an address. */
export interface TypedPlace {
  host: string;
  /** Null where the user said nothing: ssh_config decides, then this user's name and port 22. */
  user: string | null;
  port: number | null;
}

export interface SshConfigOptions {
  /** Runs `ssh` on this machine. */
  shell: Pick<Shell, 'exec'>;
  /** Another file than ~/.ssh/config and the system's. */
  configPath?: string | null;
  signal?: AbortSignal | undefined;
}

/** Hosts on the way to hosts on the way end somewhere, also in a configuration that goes in circles. */
const mostHops = 8;

/** Whether OpenSSH's client is here to ask. */
export async function hasOpenSsh(shell: Pick<Shell, 'exec'>): Promise<boolean> {
  return (await shell.exec(['ssh', '-V'])).code === 0;
}

/**
 * Asks OpenSSH's own `ssh -G` what its configuration makes of a name: HostName, Port, User, IdentityFile,
 * IdentitiesOnly, ProxyJump and HostKeyAlias, wherever Include and Match put them. What the user typed comes first.
 * @throws CollabError `ssh-config` when the configuration cannot be used, `bad-host` for a name that looks like an option
 */
export async function resolvePlace(place: TypedPlace, options: SshConfigOptions): Promise<Login> {
  return resolveHop(place, options, 0);
}

async function resolveHop(place: TypedPlace, options: SshConfigOptions, depth: number): Promise<Login> {
  const { host, user, port } = place;
  if (/^-|[\s\0]/.test(host) || user?.startsWith('-'))
    throw badHost(user === null ? host : `${user}@${host}`);
  if (depth > mostHops) throw tooManyHops(host);
  const said = await ask(place, options);
  const [name = host] = said.get('hostname') ?? [];
  const login = {
    host: name,
    port: port ?? Number(said.get('port')?.[0] ?? 22),
    user: user ?? said.get('user')?.[0] ?? userInfo().username,
  };
  const command = said.get('proxycommand')?.[0] ?? 'none';
  if (command !== 'none') throw proxyCommand(host, command);
  const jumps = (said.get('proxyjump')?.[0] ?? 'none').split(',').filter((jump) => jump !== 'none');
  const via: Login[] = [];
  for (const [index, jump] of jumps.entries()) {
    const { via: before = [], ...hop } = await resolveHop(parseJump(jump), options, depth + 1);
    // As for ssh -J: what leads to the first one holds, the others are reached through the one before.
    via.push(...(index === 0 ? before : []), hop);
  }
  const usual = await usualIdentities(options);
  const files = said.get('identityfile') ?? [];
  const isOwn = files.join('\n') !== usual.join('\n');
  const hostKeyAlias = said.get('hostkeyalias')?.[0] ?? null;
  return {
    ...login,
    hostKeyAlias: hostKeyAlias === 'none' ? null : hostKeyAlias,
    via,
    ...(isOwn && { identities: files.map((file) => expandPath(file, { ...login, typed: host })) }),
    identitiesOnly: isOwn && said.get('identitiesonly')?.[0] === 'yes',
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
    why: plainText(stderr).trim() || `ssh -G ended with code ${String(code)}.`,
    next: `Look at it with: ssh -G ${host}`,
    exitCode: ExitCode.usage,
  });
}

/** What IdentityFile is when no configuration names any. */
async function usualIdentities({ shell }: SshConfigOptions): Promise<string[]> {
  const { stdout } = await shell.exec(['ssh', '-F', 'none', '-G', '--', 'localhost'], { timeoutMs: 15_000 });
  return parseSshG(stdout).get('identityfile') ?? [];
}

/** The lines of `ssh -G`, values by keyword. */
export function parseSshG(text: string): Map<string, string[]> {
  const said = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, keyword, value] = /^(\w+) (.*)$/.exec(line) ?? [];
    if (keyword === undefined || value === undefined) continue;
    said.set(keyword, [...(said.get(keyword) ?? []), value]);
  }
  return said;
}

/** A host of ProxyJump: `[user@]host[:port]`, or `ssh://` before it. @throws CollabError `ssh-config` */
export function parseJump(text: string): TypedPlace {
  const match = /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:@[\]/]+))(?::(\d{1,5}))?\/?$/.exec(text.trim());
  const host = match?.[2] ?? match?.[3];
  if (host !== undefined) {
    return { host, user: match?.[1] ?? null, port: match?.[4] === undefined ? null : Number(match[4]) };
  }
  throw new CollabError('ssh-config', {
    what: `ProxyJump names ${JSON.stringify(text)}, which is no host.`,
    next: 'Write user@host:port there; see ssh_config(5).',
    exitCode: ExitCode.usage,
  });
}

/** Pure but for this machine's names: `~`, `${NAME}` and the tokens of ssh_config(5) in a path. */
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
    what: `${JSON.stringify(text)} cannot be the name of a host.`,
    why: 'It looks like an option of ssh, or has spaces.',
    next: 'Write user@host, user@host:port, or a Host of your ssh_config.',
    exitCode: ExitCode.usage,
  });
}

function tooManyHops(host: string): CollabError {
  return new CollabError('ssh-config', {
    what: `The way to ${host} goes through more than ${mostHops} hosts.`,
    why: 'A ProxyJump of your ssh_config may lead back to itself.',
    next: `Look at it with: ssh -G ${host}; "ProxyJump none" in the first one ends a circle.`,
    exitCode: ExitCode.usage,
  });
}

function proxyCommand(host: string, command: string): CollabError {
  return new CollabError('proxy-command', {
    what: `Your ssh_config reaches ${host} by a ProxyCommand, which collab does not run.`,
    why: `ProxyCommand ${plainText(command)}`,
    next: 'Name the host in between by ProxyJump instead ("ProxyCommand ssh -W %h:%p gateway" is "ProxyJump gateway").',
    exitCode: ExitCode.usage,
  });
}
