import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { sha256 } from '../fixtures/raw-bundle.js';
import { TestWorkspace } from './workspace.js';

export const limit = { timeout: 60_000 };
export const author = TestWorkspace.make();
export const home = join(author.folder, 'TestCases/parcel');
export const bundle = join(author.folder, 'parcel.collab.tar.gz');
export const withRun = join(author.folder, 'with-run.collab.tar.gz');

/** Everything that must stay with the author, by what it is. */
export const canaries = {
  environment: 'canary-of-the-environment-4711',
  proxy: 'canary-of-the-proxy',
  key: '',
  hostKey: 'AAAAC3NzaC1lZDI1NTE5AAAAIcanaryOfKnownHosts0000000000000000000000000',
  token: 'canary-token-of-a-fleet-00000000000000000000',
  address: '192.168.77.21',
  host: 'edge-21.canary.example',
  user: 'canaryuser',
  home: '/home/canaryuser',
  mac: '02:ca:fe:00:00:21',
};
export const secretEnvironment = {
  MY_TOKEN: canaries.environment,
  HTTPS_PROXY: `http://canary:${canaries.proxy}@proxy.invalid:3128`,
};

export const code = `import sys, collab
print("I talk to canaryuser@192.168.77.21 and edge-21.canary.example from 02:ca:fe:00:00:21")
print("in /home/canaryuser/models and ${author.folder}/TestCases", file=sys.stderr)
for number in range(int(collab.parameters["n"])):
    collab.record(number_ms=number, peer="192.168.77.21")
open(f"{collab.outputs}/seen.txt", "w").write("192.168.77.21\\n")
`;
const yaml = `name: parcel
description: For tests of bundles.
roles:
  a: { command: [python3, a.py], ports: { talk: 7001 }, dependencies: { pip: [numpy] } }
parameters: { n: [3, 4] }
idle: 0s
`;

export function writeParcel(folder: string, text = code): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'experiment.yaml'), yaml);
  writeFileSync(join(folder, 'a.py'), text);
}

/** A LAN with a device, a key, a known host and a fleet, as collab keeps them. */
function fillPrivate(): void {
  const at = (...path: string[]) => join(author.folder, '.collab', ...path);
  mkdirSync(at('lans'), { recursive: true, mode: 0o700 });
  mkdirSync(at('fleets/shelf'), { recursive: true, mode: 0o700 });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('id_ed25519')]);
  canaries.key = readFileSync(at('id_ed25519'), 'utf8').split('\n').slice(3, 5).join('').slice(0, 70);
  writeFileSync(at('lans/shelf.known_hosts'), `192.168.77.21 ssh-ed25519 ${canaries.hostKey}\n`, {
    mode: 0o600,
  });
  writeFileSync(at('fleets/shelf/token'), `${canaries.token}\n`, { mode: 0o600 });
  const facts = {
    hostname: canaries.host,
    architecture: 'arm64',
    os: { id: 'debian', version: '12', name: 'Debian' },
    kernel: '6.1',
    model: null,
    cores: 4,
    memoryBytes: 4e9,
    diskFreeBytes: 1e9,
    diskTotalBytes: 2e9,
    macs: [{ interface: 'eth0', mac: canaries.mac }],
    accelerators: [],
    cudaDevices: [],
    jetson: null,
    cgroupVersion: '2',
    ntp: 'synchronized',
    init: 'systemd',
    powerSensors: [],
    python: '3.11.2',
    user: { name: canaries.user, uid: 1000, gid: 1000, home: canaries.home },
    engine: { available: false, reason: 'missing' },
  };
  const device = (name: string, address: string) => ({
    name,
    id: `SHA256:${name}`,
    address,
    port: 2221,
    user: canaries.user,
    key_path: at('id_ed25519'),
    tags: [],
    facts,
  });
  const lan = {
    format: 1,
    name: 'shelf',
    controller: { ...device('pc', '127.0.0.1'), id: canaries.mac },
    devices: [device('edge21', canaries.address), device('edge22', canaries.host)],
  };
  writeFileSync(at('lans/shelf.json'), JSON.stringify(lan), { mode: 0o600 });
}

export const exported = (...args: string[]) =>
  author.collabWith(secretEnvironment, 'export', 'parcel', ...args);
export const hashOf = (file: string) => sha256(readFileSync(file));
export const trusted = (file: string) => ['--yes', '--trust', hashOf(file)];
export const another = () => {
  const workspace = new TestWorkspace();
  mkdirSync(join(workspace.folder, 'TestCases'));
  return workspace;
};
export interface Shown {
  validity: { verdict: string };
  combinations: unknown;
  usage: unknown;
  experiment: string;
}
export const tables = async (workspace: TestWorkspace, run: string) => {
  const { code: ended, stderr } = await workspace.collab(
    'report',
    '--format',
    'csv',
    '--output',
    'tables',
    run,
  );
  expect(ended, stderr).toBe(0);
  const all = readdirSync(join(workspace.folder, 'tables'), { recursive: true, encoding: 'utf8' });
  const texts = all.filter((name) => /(results|samples|spans|trials|summary)[^/]*\.csv$/.test(name)).sort();
  return texts.map((name) => [name, readFileSync(join(workspace.folder, 'tables', name), 'utf8')] as const);
};

/** Makes the experiment, what is private, and a run. @returns its id */
export async function makeRun(): Promise<string> {
  writeParcel(home);
  fillPrivate();
  const { code: ended, stderr, stdout } = await author.collab('run', 'parcel', '--local', '--repeats', '2');
  expect(ended, stderr).toBe(0);
  return stdout.trim().split('/').at(-1) ?? '';
}
