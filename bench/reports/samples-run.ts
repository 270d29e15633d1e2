import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { say } from '../run-bench.js';

const startedAt = '2026-11-21T12:53:01.000Z';
const roles = ['server', 'client'];
const trials = [1, 2];

/** A workspace with runs of a given number of samples, in the wrapper's format. */
export class SampleRuns {
  readonly workspace = mkdtempSync(join(tmpdir(), 'collab-bench-reports-'));
  private readonly made = new Map<number, string>();

  /** Folder of a run with a given number of samples, over two trials of two roles. */
  async of(samples: number): Promise<string> {
    const known = this.made.get(samples);
    if (known !== undefined) return known;
    say(`   a run of ${samples} samples`);
    const folder = join(
      this.workspace,
      'Logs',
      'bench',
      `20261121-125301-${samples.toString(16).padStart(4, '0')}`,
    );
    await makeRun(folder, samples);
    this.made.set(samples, folder);
    return folder;
  }

  remove(): void {
    rmSync(this.workspace, { recursive: true, force: true });
  }
}

async function makeRun(folder: string, samples: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'run.json'), JSON.stringify(runRecord(folder.split('/').at(-1) ?? '')));
  const perRole = Math.ceil(samples / (roles.length * trials.length));
  for (const trial of trials)
    for (const role of roles) {
      const own = join(folder, 'trials', String(trial), `${role}-0`);
      mkdirSync(own, { recursive: true });
      const started = { monotonic_s: 5000, realtime_s: Date.parse(startedAt) / 1000 + 0.25 };
      writeFileSync(join(own, 'state.jsonl'), `${JSON.stringify({ state: 'started', ...started })}\n`);
      writeFileSync(join(own, 'exit.json'), JSON.stringify(exitRecord(started)));
      await pipeline(Readable.from(sampleLines(perRole)), createWriteStream(join(own, 'samples.jsonl')));
    }
}

/** A sample every 10 ms: CPU with two decimals, growing counters, and a first line without `cpu_percent`. */
function* sampleLines(count: number): Generator<string> {
  let [piece, received, sent] = ['', 0, 0];
  for (let n = 0; n < count; n++) {
    received += (n * 7919) % 1500;
    sent += (n * 104_729) % 1500;
    const cpu = n === 0 ? '' : `"cpu_percent":${((n * 37) % 40_000) / 100},`;
    piece +=
      `{"monotonic_s":${(5000 + n * 0.01).toFixed(6)},${cpu}"memory_bytes":${200_000_000 + ((n * 4096) % 50_000_000)},` +
      `"processes":${1 + (n % 4)},"network_received_bytes":${received},"network_sent_bytes":${sent}}\n`;
    if (piece.length < 1 << 20) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function runRecord(runId: string) {
  const clock = { offset_ms: 250, error_ms: 0.5, measured_at: startedAt };
  const device = (name: string) => ({ name, id: name, address: '127.0.0.1', facts: {}, clock });
  return {
    format: 1,
    run_id: runId,
    state: 'complete',
    runtime: 'docker',
    lan: 'shelf',
    images: [],
    git: null,
    experiment: { name: 'bench', id: 'bench', definition: {} },
    started_at: startedAt,
    ended_at: '2026-11-21T19:53:01.000Z',
    versions: { collab: '0.1.0' },
    devices: [device('nano1'), device('nano2')],
    placement: roles.map((role, at) => ({ role, rank: 0, device: `nano${at + 1}` })),
    trials: trials.map((number) => ({
      number,
      parameters: { split: 4 },
      repeat: number - 1,
      warmup: false,
      state: 'complete',
      started_at: startedAt,
      ended_at: startedAt,
    })),
  };
}

function exitRecord({ monotonic_s, realtime_s }: { monotonic_s: number; realtime_s: number }) {
  return {
    code: 0,
    signal: null,
    reason: 'exited',
    totals: {},
    started_monotonic_s: monotonic_s,
    ended_monotonic_s: monotonic_s + 1,
    started_realtime_s: realtime_s,
  };
}
