import type { BenchLab } from '../bench-lab.js';
import { inTurn } from '../in-turn.js';
import type { Measurement } from '../measurement.js';
import { needPrograms } from '../programs.js';
import type { BenchOptions } from '../run-bench.js';
import { Sessions } from './peers.js';

const note =
  'Whole programs from start to end; each session logs in on a separate connection and runs `true`; ' +
  '16 at once (ssh, ansible); same key, host keys checked, no shared connection. A session that fails fails the part.';

/** Many sessions to a few sshds with default limits, all of which must succeed. */
export async function connect(lab: BenchLab, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  needPrograms('ssh', 'ansible');
  const count = sizes.sessions ?? 100;
  const sessions = new Sessions(lab, count);
  const { ours, ssh, ansible } = await inTurn(repeats, {
    ours: sessions.collab('connect'),
    ssh: sessions.openssh(),
    ansible: sessions.ansible('-m', 'raw', '-a', 'true'),
  });
  const what = `${count} sessions to ${lab.lan.devices.length} devices`;
  const line = { what, unit: 'ms', ours, note };
  return [
    { ...line, peer: { name: 'xargs -P16 ssh', values: ssh }, target: { of: 'ratio', atMost: 0.35 } },
    { ...line, peer: { name: 'ansible -m raw', values: ansible }, target: { of: 'ratio', atMost: 0.25 } },
  ];
}
