import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestWorkspace } from './workspace.js';

/** The words of a command on the fleet of this machine. Those before `--` are its own, those after it the command of a job. */
export function localWords(words: readonly string[]): string[] {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  return [...words.slice(0, end), '--local', ...words.slice(end)];
}

/** The result of such a command of two words (`job submit`) with --json, also of one that fails after its result. */
export async function localResult<T>(workspace: TestWorkspace, ...words: string[]): Promise<T> {
  const [first = '', second = '', ...rest] = localWords(words);
  const { stdout, stderr } = await workspace.collab(first, second, '--json', ...rest);
  const lines = stdout.trim().split('\n');
  const found = lines
    .map((line) => JSON.parse(line) as { kind: string })
    .find(({ kind }) => kind === 'result');
  if (found === undefined) throw new Error(`no result of ${words.join(' ')}: ${stdout}${stderr}`);
  return found as T;
}

/** The members that the fleet's record names. */
export function localMembers({ folder }: TestWorkspace): { id: string; name: string }[] {
  const known = readFileSync(join(folder, '.collab/fleets/local/fleet.json'), 'utf8');
  return (JSON.parse(known) as { members: { id: string; name: string }[] }).members;
}

/** The pid of a program of a member. @throws if it has none */
export function localPid(
  workspace: TestWorkspace,
  name: string,
  service: 'agent' | 'member' | 'nats',
): number {
  const id = localMembers(workspace).find((one) => one.name === name)?.id ?? '';
  const path = join(workspace.folder, '.collab/members/local', id, 'running.json');
  const { services } = JSON.parse(readFileSync(path, 'utf8')) as {
    services: Record<string, { pid: number }>;
  };
  const pid = services[service]?.pid;
  if (pid === undefined) throw new Error(`${name} has no ${service}`);
  return pid;
}
