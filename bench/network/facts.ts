import type { BenchLab } from '../bench-lab.js';
import { inTurn } from '../in-turn.js';
import type { Measurement } from '../measurement.js';
import { needPrograms, program } from '../programs.js';
import { say, type BenchOptions } from '../run-bench.js';
import { Sessions } from './peers.js';

const note =
  'Whole programs; each session logs in on a separate connection. Ours asks by one POSIX script, the engine ' +
  'included; ansible sends its module to python3 (pipelining on, 16 at once).';

/** Facts of devices, read over many sessions. */
export async function facts(lab: BenchLab, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  needPrograms('ansible');
  await givePython(lab);
  const count = sizes.sessions ?? 100;
  const sessions = new Sessions(lab, count);
  const { ours, ansible } = await inTurn(Math.min(repeats, 3), {
    ours: sessions.collab('facts'),
    ansible: sessions.ansible('-m', 'setup'),
  });
  const peer = { name: 'ansible -m setup', values: ansible };
  const what = `facts over ${count} sessions to ${lab.lan.devices.length} devices`;
  return [{ what, unit: 'ms', ours, peer, target: { of: 'ratio', atMost: 0.25 }, note }];
}

/** Lab devices have neither python3 nor internet access: another container downloads it once, and each device installs it. */
async function givePython(lab: BenchLab): Promise<void> {
  say('   python3 for the devices');
  const fetcher = `${lab.interface}-python`;
  const first = `${lab.interface}-${lab.lan.devices[0]?.name ?? ''}`;
  const image = (await program(['docker', 'inspect', '-f', '{{.Image}}', first])).stdout.trim();
  const fetch = 'apt-get update -q && apt-get install -y -q --no-install-recommends --download-only python3';
  try {
    await program(
      ['docker', 'run', '--name', fetcher, '--network', 'host', '--entrypoint', 'sh', image].concat(
        '-c',
        fetch,
      ),
    );
    for (const { name } of lab.lan.devices) {
      const copy = 'docker cp "$0":/var/cache/apt/archives - | docker cp - "$1":/tmp';
      await program(['sh', '-ec', copy, fetcher, `${lab.interface}-${name}`]);
      await lab.onDevice(
        name,
        'sh',
        '-c',
        'dpkg --force-depends --unpack /tmp/archives/*.deb && dpkg --configure -a && rm -r /tmp/archives',
      );
    }
  } finally {
    await program(['docker', 'rm', '-f', '-v', fetcher]);
  }
}
