import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTurn } from '../in-turn.js';
import type { Measurement } from '../measurement.js';
import { needPrograms, program } from '../programs.js';
import type { BenchOptions } from '../run-bench.js';
import type { StoreBed } from './store-bed.js';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** What a board's SD card adds to each fsync. */
const delayMs = 20;

/** The same puts while each fsync of every broker takes 20 ms longer. strace delays that call and stops at no other. */
export async function slowDisk(bed: StoreBed, { sizes }: BenchOptions): Promise<Measurement[]> {
  needPrograms('strace');
  const { megabytes = 100 } = sizes;
  const file = bed.file(megabytes * 1e6);
  const folder = bed.folder(100, 10_000);
  const usual = new LocalFleet();
  const slow = new LocalFleet();
  try {
    await usual.up({});
    await slow.up(slow.delayed(usual.programs()));
    const put = (fleet: LocalFleet, path: string) => async () => {
      const name = bed.newName();
      const { tookMs } = await fleet.collab('store', 'put', '--local', path, name);
      await fleet.collab('store', 'delete', '--local', name, '--recursive', '--yes');
      return tookMs / 1000;
    };
    const taken = await inTurn(3, {
      large: put(usual, file),
      largeSlow: put(slow, file),
      small: put(usual, folder),
      smallSlow: put(slow, folder),
    });
    const note = `Three keepers as processes of one machine, without a link between them. Each fsync of all brokers takes ${delayMs} ms longer (strace), as on an SD card.`;
    const peer = (values: readonly number[]) => ({ name: 'the same, without the delay', values });
    const line = (what: string, ours: readonly number[], theirs: readonly number[]): Measurement => ({
      what: `put ${what}, fsync ${delayMs} ms slower`,
      unit: 's',
      ours,
      peer: peer(theirs),
      note,
    });
    return [
      line(`${megabytes} MB`, taken.largeSlow, taken.large),
      line('100 files of 10 kB', taken.smallSlow, taken.small),
    ];
  } finally {
    await usual.down();
    await slow.down();
    for (const path of [file, folder]) bed.remove(path);
  }
}

/** A fleet of three keepers on this machine, in a workspace of its own. */
class LocalFleet {
  private readonly folder = mkdtempSync(join(tmpdir(), 'collab-bench-'));
  private env: Record<string, string> = {};

  constructor() {
    mkdirSync(join(this.folder, 'TestCases'));
  }

  async up(env: Record<string, string>): Promise<void> {
    this.env = env;
    await this.collab('fleet', 'up', '--local', '--members', '3', '--keepers', 'm1,m2,m3', '--yes');
  }

  collab(...args: string[]) {
    return program([process.execPath, command, ...args], { cwd: this.folder, env: this.env });
  }

  /** The programs that its members were started from. */
  programs(): { member: string; natsServer: string } {
    const members = join(this.folder, '.collab/members/local');
    const [first = ''] = readdirSync(members);
    const { services } = JSON.parse(readFileSync(join(members, first, 'running.json'), 'utf8')) as {
      services: Record<string, { command: string[] }>;
    };
    const find = (service: string, name: string) =>
      services[service]?.command.find((word) => word.endsWith(`/${name}`)) ?? name;
    return { member: find('member', 'member'), natsServer: find('nats', 'nats-server') };
  }

  /** An environment in which these programs are found, the broker with a slower disk. */
  delayed({ member, natsServer }: { member: string; natsServer: string }): Record<string, string> {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    symlinkSync(member, join(bin, 'member'));
    const delay = `-e trace=fsync,fdatasync -e inject=fsync,fdatasync:delay_exit=${delayMs}ms`;
    const script = `#!/bin/sh\nexec strace -D -f -q --seccomp-bpf -o /dev/null ${delay} ${natsServer} "$@"\n`;
    writeFileSync(join(bin, 'nats-server'), script, { mode: 0o755 });
    return {
      PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
      DOCKER_HOST: 'unix:///nonexistent.sock',
    };
  }

  async down(): Promise<void> {
    await this.collab('fleet', 'down', '--local', '--purge', '--yes');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
