import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../errors.js';

/** The variables that the docker CLI passes to builds, and their keys in its config.json (docker/cli, configfile/file.go). */
const variables = {
  HTTP_PROXY: 'httpProxy',
  HTTPS_PROXY: 'httpsProxy',
  FTP_PROXY: 'ftpProxy',
  ALL_PROXY: 'allProxy',
  NO_PROXY: 'noProxy',
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxies of a build. */
export interface BuildProxies {
  /** In both cases, as programs disagree on it. The engine stores these build arguments in no image. */
  args: Record<string, string>;
  /** Why the settings of the docker CLI are not used; null when they are, or when there are none. */
  remark: string | null;
}

/** A machine whose engine builds. */
export interface BuildMachine {
  /** Address of its engine, as the docker CLI writes it: a key of `proxies` in config.json. */
  daemon: string;
  /** Whether it is another machine than this one, where a proxy on this one's loopback address cannot be reached. */
  remote: boolean;
}

/**
 * The proxies of this environment and of the docker CLI, for builds on a machine. A variable of the environment replaces
 * the CLI's setting of the same name; one that is empty in both cases turns it off.
 */
export async function readProxies(
  machine: BuildMachine,
  environment: Environment = process.env,
): Promise<BuildProxies> {
  const { DOCKER_CONFIG: folder = '' } = environment;
  const path = join(folder === '' ? join(homedir(), '.docker') : folder, 'config.json');
  try {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if ((error as { code?: string }).code === 'ENOENT') return '{}';
      throw error;
    });
    return { args: proxyArgs(environment, JSON.parse(text), machine), remark: null };
  } catch (error) {
    // The message of a syntax error quotes the file, which may hold logins of registries.
    const why = error instanceof SyntaxError ? 'it is not valid JSON' : messageOf(error);
    const remark = `The proxies of the docker CLI are not used, because ${path} cannot be read: ${why}`;
    return { args: proxyArgs(environment, {}, machine), remark };
  }
}

/** The build arguments. @param config content of the docker CLI's config.json, of any form */
export function proxyArgs(
  environment: Environment,
  config: unknown,
  { daemon, remote }: BuildMachine,
): Record<string, string> {
  const proxies = objectAt(config, 'proxies');
  const own = objectAt(proxies, daemon) ?? objectAt(proxies, 'default') ?? {};
  const args: Record<string, string> = {};
  for (const [upper, key] of Object.entries(variables)) {
    const lower = upper.toLowerCase();
    const here = [environment[upper], environment[lower]];
    const isSet = here.some((value) => value !== undefined);
    const either = isSet ? here.find((value) => value !== undefined && value !== '') : own[key];
    for (const [index, name] of [upper, lower].entries()) {
      const value = here[index] === '' ? either : (here[index] ?? either);
      if (typeof value !== 'string' || value === '') continue;
      if (remote && key !== 'noProxy' && isLoopback(value)) continue;
      args[name] = value;
    }
  }
  return args;
}

/** A text without the logins of these proxies. */
export function withoutLogins(text: string, args: Readonly<Record<string, string>>): string {
  const logins = Object.values(args).flatMap(
    (value) => /^(?:[a-z0-9+.-]+:\/\/)?([^/\s]+)@/i.exec(value)?.[1] ?? [],
  );
  return logins.reduce((left, login) => left.replaceAll(`${login}@`, '***@'), text);
}

/** Whether an address of a proxy, with or without a scheme, is on the machine that uses it. */
function isLoopback(proxy: string): boolean {
  const host = /^(?:[a-z0-9+.-]+:\/\/)?(?:[^/]*@)?(\[[^\]]*\]|[^:/]*)/i.exec(proxy)?.[1] ?? '';
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/i.test(host);
}

function objectAt(value: unknown, key: string): Record<string, unknown> | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
  const found = (value as Record<string, unknown>)[key];
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : null;
}
