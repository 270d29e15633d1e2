import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeKeyPair } from '../../src/network/index.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const program = '/usr/sbin/ip';

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A device, a PC and an internet, each in its own network namespace: `inner` - `gw` - `outer`. Needs root. */
export class Namespaces {
  readonly folder = fs.mkdtempSync(join(tmpdir(), 'collab-gateway-'));
  readonly workspace = join(this.folder, 'workspace');
  readonly key = join(this.folder, 'login');
  readonly #tag = `cg${process.pid}`;
  readonly #children: ChildProcess[] = [];

  static async make(): Promise<Namespaces> {
    const made = new Namespaces();
    fs.mkdirSync(join(made.workspace, 'TestCases'), { recursive: true });
    for (const name of ['inner', 'gw', 'outer'] as const) ip('netns', 'add', made.#name(name));
    made.#link('inner', 'dev0', '10.77.1.2/24', 'in0', '10.77.1.1/24');
    made.#link('outer', 'net0', '10.77.2.2/24', 'out0', '10.77.2.1/24');
    for (const name of ['inner', 'gw', 'outer'] as const) made.run(name, 'ip', 'link', 'set', 'lo', 'up');
    await made.#startDevice();
    return made;
  }

  #name(space: string): string {
    return `${this.#tag}-${space}`;
  }

  #link(space: string, there: string, address: string, here: string, ours: string): void {
    const [one, two] = [this.#name(space), this.#name('gw')];
    ip('link', 'add', there, 'netns', one, 'type', 'veth', 'peer', 'name', here, 'netns', two);
    for (const [name, link, own] of [[one, there, address] as const, [two, here, ours] as const]) {
      ip('-n', name, 'address', 'add', own, 'dev', link);
      ip('-n', name, 'link', 'set', link, 'up');
    }
  }

  /** An sshd in `inner`, as on a device. */
  async #startDevice(): Promise<void> {
    fs.mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const publicKey = await makeKeyPair(this.key, 'collab test');
    fs.writeFileSync(join(this.folder, 'authorized_keys'), `${publicKey}\n`, { mode: 0o600 });
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(this.folder, 'host')]);
    const config = [
      'ListenAddress 10.77.1.2:22',
      `HostKey ${this.folder}/host`,
      `AuthorizedKeysFile ${this.folder}/authorized_keys`,
      `PidFile ${this.folder}/pid`,
      `SetEnv HOME=${this.folder}`,
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin prohibit-password',
      'Subsystem sftp internal-sftp',
    ];
    fs.writeFileSync(join(this.folder, 'config'), `${config.join('\n')}\n`);
    this.start('inner', '/usr/sbin/sshd', '-D', '-f', join(this.folder, 'config'));
  }

  start(space: 'inner' | 'gw' | 'outer', ...argv: string[]): void {
    this.#children.push(spawn(program, ['netns', 'exec', this.#name(space), ...argv], { stdio: 'ignore' }));
  }

  run(space: 'inner' | 'gw' | 'outer', ...argv: string[]): Ended {
    return this.runWith({}, space, ...argv);
  }

  runWith(env: Record<string, string>, space: 'inner' | 'gw' | 'outer', ...argv: string[]): Ended {
    const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const inside = ['netns', 'exec', this.#name(space), '/usr/bin/env', ...words, ...argv];
    try {
      const stdout = execFileSync(program, inside, {
        cwd: this.workspace,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return { code: 0, stdout, stderr: '' };
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
      return { code: status, stdout, stderr };
    }
  }

  /** The command, as on the PC. */
  collab(env: Record<string, string>, ...args: string[]): Ended {
    return this.runWith(env, 'gw', process.execPath, main, ...args);
  }

  /** The address that the internet sees for the device's request; null without an answer. */
  seenFrom(space: 'inner' | 'outer', address: string): string | null {
    const ask = `import socket; s = socket.create_connection(("${address}", 8000), 2); print(s.recv(99).decode())`;
    const { code, stdout } = this.run(space, 'python3', '-c', ask);
    return code === 0 ? stdout.trim() : null;
  }

  /** Answers every connection with its source address. */
  async listen(space: 'inner' | 'outer'): Promise<void> {
    const serve =
      'import socket; s = socket.create_server(("", 8000))\nwhile True:\n c, a = s.accept(); c.sendall(a[0].encode()); c.close()';
    this.start(space, 'python3', '-c', serve);
    for (let tries = 0; tries < 50 && this.seenFrom(space, '127.0.0.1') === null; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
  }

  forwarding(value?: '0' | '1'): string {
    const file = '/proc/sys/net/ipv4/ip_forward';
    if (value !== undefined) this.run('gw', 'sh', '-c', `echo ${value} >${file}`);
    return this.run('gw', 'cat', file).stdout.trim();
  }

  rules(): string {
    const nft = this.run('gw', 'nft', '-s', 'list', 'ruleset').stdout;
    const legacy = ['nat', 'filter'].map((table) => this.run('gw', 'iptables', '-t', table, '-S').stdout);
    return [nft.replace(/counter packets \d+ bytes \d+/g, 'counter'), ...legacy].join('\n');
  }

  remove(): void {
    for (const child of this.#children) child.kill();
    for (const name of ['inner', 'gw', 'outer']) {
      const pids = execFileSync(program, ['netns', 'pids', this.#name(name)], { encoding: 'utf8' });
      for (const pid of pids.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
      ip('netns', 'delete', this.#name(name));
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function ip(...args: string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
