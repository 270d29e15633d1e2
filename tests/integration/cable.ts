import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach } from 'vitest';
import { exitRecord, type ExitRecord } from '../../src/logs/records/role-records.js';
import { wrapperFolder } from '../fixtures/run-wrapper.js';

/** Two machines, joined by a cable: the namespaces of a role and of its peer. Needs root. */
export const role = `cd${process.pid}-role`;
export const peer = `cd${process.pid}-peer`;
const program = '/usr/sbin/ip';
const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0).reverse()) one();
});

const ip = (...words: string[]) => execFileSync(program, words, { stdio: 'pipe' });
/** Runs tc in one of the two namespaces. @returns what it prints */
export const tc = (name: string, ...words: string[]) =>
  execFileSync(program, ['netns', 'exec', name, 'tc', ...words], { encoding: 'utf8' });
/** Takes away the role's network, as an engine does when a container has ended. */
export const cut = () => ip('-n', peer, 'link', 'delete', 'cable');

/** Lays the cable; the end of the test takes everything away. */
export function connect(): void {
  for (const name of [role, peer]) {
    ip('netns', 'add', name);
    undo.push(() => ip('netns', 'delete', name));
  }
  ip('link', 'add', 'eth0', 'netns', role, 'type', 'veth', 'peer', 'name', 'cable', 'netns', peer);
  for (const [name, device, address] of [
    [role, 'eth0', '10.78.1.2/24'],
    [peer, 'cable', '10.78.1.1/24'],
  ] as const) {
    ip('-n', name, 'address', 'add', address, 'dev', device);
    ip('-n', name, 'link', 'set', device, 'up');
  }
}

const inSpace = (name: string, ...words: string[]) => {
  const child = spawn(program, ['netns', 'exec', name, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  undo.push(() => void child.kill('SIGKILL'));
  return child;
};

/** Starts Python on the peer; `line()` is what it prints next. */
export function startPeer(code: string): { child: ChildProcess; line: () => Promise<string> } {
  const child = inSpace(peer, 'python3', '-uc', code);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, line: async () => String((await lines.next()).value) };
}

/** Starts Python as a role with a network of its own. @param more keys of its role.json */
export function startRole(code: string, more: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'collab-delivery-'));
  undo.push(() => rmSync(folder, { recursive: true }));
  const told = { run_id: 'r', trial: 1, repeat: 0, warmup: false, role: 'client', rank: 0, count: 1 };
  const own = { network_namespace: 'own', cgroup: 'shared', sampling_s: 0.05, stop_grace_s: 1 };
  const order = { ...told, ...own, ...more, command: ['python3', '-uc', code], directory: '/tmp' };
  writeFileSync(join(folder, 'role.json'), JSON.stringify(order));
  const child = inSpace(role, 'python3', '-B', join(wrapperFolder, 'wrapper.py'), folder);
  const ended = new Promise<ExitRecord>((resolve) =>
    child.on('close', () => {
      resolve(exitRecord.parse(JSON.parse(readFileSync(join(folder, 'exit.json'), 'utf8'))));
    }),
  );
  return { child, folder, ended };
}
