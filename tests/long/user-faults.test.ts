import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { labName } from '../e2e/lab-setup.js';
import { parseCsv } from '../e2e/read-csv.js';
import { program, TestWorkspace, type Ended } from '../e2e/workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const lanFile = join(workspace.folder, '.collab/lans/lab.json');
const knownHosts = join(workspace.folder, '.collab/lans/lab.known_hosts');
const inDevice = (name: string, ...command: string[]) =>
  program('docker', 'exec', `collab-${labName}-${name}`, ...command);

/** One clear error with a next step, and no stack trace. */
function expectError(ended: Ended, code: number, what: RegExp): void {
  expect(ended.stderr).toMatch(what);
  expect(ended.code, ended.stderr).toBe(code);
  expect(ended.stderr.match(/^error: /gm)).toHaveLength(1);
  expect(ended.stderr).toMatch(/^next: {2}\S/m);
  expect(ended.stderr).not.toMatch(/^\s+at .*[(:]\d+/m);
}

/** Containers of runs that remain on a device. */
async function leftOn(device: string): Promise<string> {
  return (await inDevice(device, 'docker', 'ps', '-aq', '--filter', 'label=collab.run')).stdout;
}

describe('an experiment that cannot be run', () => {
  it('is missing', async () => {
    const ended = await workspace.collab('run', 'helo');
    expectError(ended, 2, /There is no experiment "helo"\..*hello/);
  });

  it('is invalid: every fault at once, with its line', async () => {
    const ended = await workspace.collab('validate', 'broken');
    expectError(ended, 2, /faults/);
    for (const place of [
      /experiment\.yaml:4 .*bse/,
      /experiment\.yaml:6 .*grpc/,
      /experiment\.yaml:8 .*sever/,
      /experiment\.yaml:9 .*command/,
      /experiment\.yaml:10 .*repeats/,
    ]) {
      expect(ended.stderr).toMatch(place);
    }
    expectError(await workspace.collab('run', 'broken'), 2, /faults/);
  });

  it('needs a device that no LAN has: a reason for every device', async () => {
    const ended = await workspace.collab('run', 'too-big');
    expectError(ended, 2, /No device fits the role giant/);
    expect(ended.stderr).toMatch(/edge1: has 1\.\d GB of memory, the role asks for at least 900/);
    expect(ended.stderr).toMatch(/edge2: has 1\.\d GB of memory/);
  });

  it('names a missing script', async () => {
    expectError(await workspace.collab('run', 'no-script'), 2, /fault/);
  });

  it('is given a parameter that it does not have', async () => {
    expectError(await workspace.collab('run', 'hello', '--set', 'colour=red'), 2, /no parameter "colour"/);
  });

  it('is run with an unknown flag', async () => {
    const ended = await workspace.collab('run', 'hello', '--fast');
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("unknown option '--fast'");
  });
});

describe('a role that fails', () => {
  it('exits with 1: its last lines are reported, the others stopped, the log kept', async () => {
    const ended = await workspace.collab('run', 'faulty', '--set', 'how=exit-1');
    expectError(ended, 3, /Role worker-0 on edge\d failed in trial 1: it exited with code 1\./);
    expect(ended.stderr).toContain('the worker cannot go on');
    const run = workspace.newestRun('faulty');
    expect(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'))).toMatchObject({ state: 'failed' });
    expect(readFileSync(join(run, 'trials/1/worker-0/stdout.log'), 'utf8')).toContain('worker at work');
    expect(JSON.parse(readFileSync(join(run, 'trials/1/watcher-0/exit.json'), 'utf8'))).toMatchObject({
      reason: 'stopped',
    });
    expect(await leftOn('edge1')).toBe('');
    expect(await leftOn('edge2')).toBe('');
    const report = await workspace.collab('report', '--format', 'csv', '--output', 'failed');
    expect(report.code).toBe(0);
    const rows = parseCsv(readFileSync(join(workspace.folder, 'failed/results.csv'), 'utf8'));
    expect(rows.some((row) => row.how === 'exit-1')).toBe(true);
  });

  it('runs past its timeout', async () => {
    const ended = await workspace.collab('run', 'faulty', '--set', 'how=hang');
    expectError(ended, 3, /Role (worker|watcher)-0 .* ran past its timeout of 6 s/);
    expect(await leftOn('edge1')).toBe('');
    expect(await leftOn('edge2')).toBe('');
  });

  it('is never ready', async () => {
    const ended = await workspace.collab('run', 'faulty', '--set', 'how=never-ready');
    expectError(ended, 3, /Role watcher-0 .* failed in trial 1/);
    expect(ended.stderr).toContain('no wish to start');
  });

  it('takes more memory than its device has', async () => {
    const ended = await workspace.collab('run', 'faulty', '--set', 'how=hog');
    expectError(ended, 3, /Role worker-0 .*(SIGKILL|out of memory)/);
  });

  it('fails after others have completed', async () => {
    const ended = await workspace.collab('run', 'faulty', '--set', 'how=fine,exit-1');
    expectError(ended, 6, /failed in trial 2/);
  });
});

describe('Ctrl-C', () => {
  it('stops all roles everywhere, collects their data and exits with 130', async () => {
    const started = workspace.start('run', 'faulty', '--set', 'how=long');
    let said = '';
    started.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await expect.poll(() => said, { timeout: 60_000 }).toContain('worker-0 ready');
    const followed = () =>
      readFileSync(join(workspace.newestRun('faulty'), 'trials/1/worker-0/results.jsonl'), 'utf8');
    await expect.poll(() => followed().split('\n').length, { timeout: 10_000 }).toBeGreaterThan(5);
    const code = new Promise((resolve) => started.once('exit', resolve));
    started.kill('SIGINT');
    expect(await code).toBe(130);
    expect(said).toMatch(/interrupted/i);
    const run = workspace.newestRun('faulty');
    expect(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'))).toMatchObject({ state: 'interrupted' });
    expect(existsSync(join(run, 'trials/1/worker-0/exit.json'))).toBe(true);
    expect(await leftOn('edge1')).toBe('');
    expect(await leftOn('edge2')).toBe('');
    expect((await workspace.collab('report', '--output', 'interrupted')).code).toBe(0);
  });
});

describe('a device that cannot be used', () => {
  const saved = { lan: readFileSync(lanFile, 'utf8'), hosts: readFileSync(knownHosts, 'utf8') };
  afterEach(() => {
    writeFileSync(lanFile, saved.lan);
    writeFileSync(knownHosts, saved.hosts);
  });
  type Lan = {
    devices: {
      name: string;
      id: string;
      address: string;
      port: number;
      key_path: string;
      facts: { macs: unknown[] };
    }[];
  };
  /** Nothing answers there, and no device with its key or MACs is found elsewhere. */
  const isGone = (device: Lan['devices'][number]) =>
    Object.assign(device, {
      port: 2222,
      id: 'SHA256:gone' + device.name,
      facts: { ...device.facts, macs: [] },
    });
  const editDevices = (change: (device: Lan['devices'][number]) => void) => {
    const lan = JSON.parse(saved.lan) as Lan;
    lan.devices.forEach(change);
    writeFileSync(lanFile, JSON.stringify(lan));
  };

  it('does not answer', async () => {
    editDevices(isGone);
    const ended = await workspace.collab('run', 'hello');
    expectError(ended, 4, /2 devices that the experiment needs cannot be used/);
  });

  it('does not answer, while another can take its role', async () => {
    editDevices((device) => {
      if (device.name === 'edge2') isGone(device);
    });
    const ended = await workspace.collab('run', 'hello', '--set', 'size_bytes=64', '--repeats', '1');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toMatch(/edge2: left out, it is not ready \(reachable\)\. .*port 2222/);
    expect(ended.stderr).toMatch(/^ {2}do: Start ssh on the device/m);
  });

  it('refuses the key', async () => {
    const other = join(workspace.folder, 'other-key');
    await program('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', other);
    const address = (JSON.parse(saved.lan) as Lan).devices[0]?.address ?? '';
    const ended = await workspace.collab(
      'setup',
      '--device',
      `collab@${address}`,
      '--key',
      other,
      '--lan',
      'refused',
      '--yes',
    );
    expectError(ended, 4, /refuse/i);
    expect(existsSync(join(workspace.folder, '.collab/lans/refused.json'))).toBe(false);
  });

  it('has changed its host key: a hard stop with file, line and both fingerprints', async () => {
    const lines = saved.hosts.trim().split('\n');
    const [first = '', second = ''] = lines;
    const swapped = [`${first.split(' ')[0] ?? ''} ${second.split(' ').slice(1).join(' ')}`, second];
    writeFileSync(knownHosts, `${swapped.join('\n')}\n`);
    const ended = await workspace.collab('run', 'hello');
    expectError(ended, 4, /host key/i);
    expect(ended.stderr).toMatch(/known_hosts/);
    expect(ended.stderr).toMatch(/line 1/);
    expect(ended.stderr.match(/SHA256:[A-Za-z0-9+/]{43}/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('has no running engine', async () => {
    for (const name of ['edge1', 'edge2']) {
      await inDevice(name, 'pkill', '-x', 'dockerd');
      await expect
        .poll(async () => (await inDevice(name, 'pgrep', '-x', 'dockerd')).stdout, { timeout: 20_000 })
        .toBe('');
    }
    try {
      const ended = await workspace.collab('run', 'hello');
      expectError(ended, 4, /cannot be used|no Docker Engine/);
      expect(ended.stderr).toMatch(/edge1 has no running Docker Engine/i);
    } finally {
      for (const name of ['edge1', 'edge2']) {
        await inDevice(name, 'sh', '-c', 'rm -f /var/run/docker.pid; (dockerd >/var/log/dockerd.log 2>&1 &)');
        await expect
          .poll(async () => (await inDevice(name, 'docker', 'info')).code, { timeout: 30_000 })
          .toBe(0);
      }
    }
  });

  it('has no space for a role: reports the free space, and runs again when there is space', async () => {
    const short = ['--set', 'size_bytes=64', '--set', 'messages=3', '--repeats', '1'];
    const fill = 'mount -t tmpfs -o size=16k,uid=1000 tmpfs "$0" && dd if=/dev/zero of="$0"/fill bs=1k; true';
    const folder = '/home/collab/.collab';
    await inDevice('edge1', 'install', '-d', '-o', 'collab', '-g', 'collab', folder);
    await inDevice('edge1', 'sh', '-c', fill, folder);
    try {
      const ended = await workspace.collab('run', 'hello', ...short, '--place', 'client=edge1');
      expectError(ended, 4, /The disk of collab@\S+ is full: \S+ could not be written/);
      expect(ended.stderr).toContain(`0 bytes are free on ${folder}.`);
    } finally {
      await inDevice('edge1', 'umount', folder);
    }
    const again = await workspace.collab('run', 'hello', ...short, '--place', 'client=edge1');
    expect(again.code, again.stderr).toBe(0);
  });

  it('belongs to no LAN, because none is set up', async () => {
    const own = TestWorkspace.make();
    expectError(await own.collab('run', 'hello'), 2, /No LAN is set up/);
    expectError(await own.collab('report'), 2, /There is no run yet/);
    cpSync(lanFile, join(own.folder, 'not-a-lan.json'));
  });
});
