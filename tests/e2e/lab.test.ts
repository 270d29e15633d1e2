import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { freeSubnets } from '../../src/lab/lab-plan.js';
import { labName } from './lab-setup.js';
import { program, TestWorkspace } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
/** A Lab that is started and removed within one test. */
const passing = `${labName.slice(0, 5)}dn`;
const device = (name: string) => `collab-${labName}-${name}`;
const inDevice = (name: string, ...command: string[]) => program('docker', 'exec', device(name), ...command);

/** A network without containers, on the subnet that a new Lab would choose. Its interface is down. */
async function networkOnNextSubnet(): Promise<{ name: string; subnet: string }> {
  const name = `${passing}-unused`;
  for (const subnet of freeSubnets([])) {
    const { code } = await program('docker', 'network', 'create', '--internal', '--subnet', subnet, name);
    if (code === 0) return { name, subnet };
  }
  throw new Error('no subnet is free');
}

interface Status {
  interface: string;
  subnet: string;
  devices: { name: string; address: string; running: boolean; cpus: number; memoryBytes: number }[];
}

describe('a Lab', () => {
  it('has devices with their own addresses, on an isolated bridge', async () => {
    const answer = await workspace.collab('lab', 'status', '--name', labName, '--json');
    const status = JSON.parse(answer.stdout) as Status;
    expect(status.devices.map(({ name, running }) => ({ name, running }))).toEqual([
      { name: 'edge1', running: true },
      { name: 'edge2', running: true },
    ]);
    const prefix = status.subnet.replace(/\.0\/24$/, '.');
    expect(status.devices.every(({ address }) => address.startsWith(prefix))).toBe(true);
    expect(new Set(status.devices.map(({ address }) => address)).size).toBe(2);
    const network = await program('docker', 'network', 'inspect', '-f', '{{.Internal}}', `collab-${labName}`);
    expect(network.stdout.trim()).toBe('true');
  });

  it('is already up when it is started again', async () => {
    const again = await workspace.collab('lab', 'up', '--name', labName);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('edge1: is up at');
    expect(again.stderr).not.toContain('starting');
  });

  it('rejects other limits while it is up, and says what to do', async () => {
    const other = await workspace.collab('lab', 'up', '--name', labName, '--memory', '2g');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('is up with other settings');
    expect(other.stderr).toContain(`collab lab down --name ${labName}`);
  });

  it('accepts neither passwords nor root logins', async () => {
    const settings = await inDevice('edge1', '/usr/sbin/sshd', '-T');
    expect(settings.stdout).toContain('passwordauthentication no');
    expect(settings.stdout).toContain('permitrootlogin no');
  });

  it('enforces its memory limit', async () => {
    const limit = await inDevice('edge1', 'cat', '/sys/fs/cgroup/memory/memory.limit_in_bytes');
    const limitV2 = await inDevice('edge1', 'cat', '/sys/fs/cgroup/memory.max');
    expect([limit.stdout.trim(), limitV2.stdout.trim()]).toContain(String(2 ** 30));
    const eaten = await inDevice(
      'edge2',
      'sh',
      '-c',
      `head -c ${3 * 2 ** 30} /dev/zero | tail -c ${3 * 2 ** 30} | wc -c`,
    );
    expect(eaten.stdout.trim()).toBe('0');
    expect(eaten.stderr).toContain('Killed');
  });

  it('enforces its limit of one core', async () => {
    const cores = await inDevice('edge1', 'nproc');
    expect(cores.stdout.trim()).toBe('1');
    const busy = 'for one in 1 2 3; do timeout 2 sh -c "while :; do :; done" & done; wait; times';
    const usedS = [...(await inDevice('edge1', 'sh', '-c', busy)).stdout.matchAll(/(\d+)m([\d.]+)s/g)].map(
      ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
    );
    const total = usedS.reduce((sum, one) => sum + one, 0);
    expect(total).toBeGreaterThan(0.2);
    expect(total).toBeLessThan(2.4);
  });

  it('was found by mDNS under its own name, with the host keys recorded in the workspace', () => {
    const { stderr } = inject('labSetup');
    expect(stderr).toMatch(/edge1\.local at [\d.]+:22 \(mdns\)/);
    expect(stderr).toMatch(/edge2\.local at [\d.]+:22 \(mdns\)/);
    expect(stderr).toMatch(/host key SHA256:/);
    const known = join(workspace.folder, '.collab/lans/lab.known_hosts');
    expect(readFileSync(known, 'utf8').trim().split('\n')).toHaveLength(2);
    expect(statSync(known).mode & 0o777).toBe(0o600);
    expect(statSync(join(workspace.folder, '.collab')).mode & 0o777).toBe(0o700);
  });

  it('is listed with its facts', async () => {
    const text = await workspace.collab('device', 'list');
    expect(text.stdout).toMatch(/edge1 +collab@[\d.]+ +\S+ +Debian GNU\/Linux 13 .* 1 +1\.1 GB +Docker 26/);
    const { devices } = JSON.parse((await workspace.collab('device', 'list', '--json')).stdout) as {
      devices: { id: string; facts: { cores: number; memoryBytes: number; macs: { mac: string }[] } }[];
    };
    expect(devices).toHaveLength(2);
    for (const { id, facts } of devices) {
      expect(id).toMatch(/^SHA256:/);
      expect(facts).toMatchObject({ cores: 1, memoryBytes: 2 ** 30 });
      expect(facts.macs[0]?.mac).toMatch(/^[0-9a-f:]{17}$/);
    }
  });

  it('avoids subnets of networks that no container uses, and leaves nothing behind when it is shut down', async () => {
    const own = TestWorkspace.make();
    const unused = await networkOnNextSubnet();
    const up = await own.collab('lab', 'up', '--name', passing, '--devices', '1', '--memory', '512m');
    expect(up.code, up.stderr).toBe(0);
    const status = await own.collab('lab', 'status', '--name', passing, '--json');
    expect((JSON.parse(status.stdout) as Status).subnet).not.toBe(unused.subnet);
    await program('docker', 'network', 'rm', unused.name);
    const down = await own.collab('lab', 'down', '--name', passing);
    expect(down.code).toBe(0);
    for (const kind of ['container', 'volume', 'network']) {
      const left = await program('docker', kind, 'ls', '-q', '--filter', 'label=collab.lab=' + passing);
      expect(left.stdout, kind).toBe('');
    }
    expect(existsSync(`/sys/class/net/collab-${passing}`)).toBe(false);
    expect(existsSync(join(own.folder, `.collab/lab/${passing}`))).toBe(false);
    expect((await own.collab('lab', 'status', '--name', passing)).stdout).toContain('is down');
  });
});
