import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTurn } from '../in-turn.js';
import type { Measurement } from '../measurement.js';
import { program } from '../programs.js';
import { say, type BenchOptions } from '../run-bench.js';
import { commands, type TrialsBed } from './bed.js';
import { newestRun, overheadS } from './overhead.js';

const note =
  'One process for all trials (`restart: run`), compared with a fresh one for each: seconds from the start of one trial to ' +
  'that of the next, less the 0.5 s of its command; the start of the process, before the first trial, is not in it.';
const target = { of: 'value', atMost: 0.05 } as const;

/** Trials of processes that stay, on the devices of a Lab. */
export async function warmOnLab(bed: TrialsBed, options: BenchOptions): Promise<Measurement[]> {
  return warm('on a Lab', (await bed.lab()).folder, [], options);
}

/** Trials of processes that stay, on this machine. */
export function warmLocal(bed: TrialsBed, options: BenchOptions): Promise<Measurement[]> {
  return warm('--local', bed.onThisMachine(), ['--local'], options);
}

async function warm(
  where: string,
  folder: string,
  flags: string[],
  { repeats, sizes }: BenchOptions,
): Promise<Measurement[]> {
  const trials = sizes.trials ?? 10;
  const experiments = ['one', 'one-warm', 'two', 'two-warm'] as const;
  const take = (experiment: string) => () => overheadS(commands.now, { folder, experiment, trials, flags });
  say('   first runs: images');
  for (const experiment of experiments) await take(experiment)();
  const values = await inTurn(repeats, {
    one: take('one'),
    'one-warm': take('one-warm'),
    two: take('two'),
    'two-warm': take('two-warm'),
  });
  const line = (what: string, ours: readonly number[], fresh: readonly number[]): Measurement => ({
    what: `${what}, warm, ${where}`,
    unit: 's',
    ours,
    peer: { name: 'fresh', values: fresh },
    target,
    note,
  });
  return [
    line('one role', values['one-warm'], values.one),
    line('service and client', values['two-warm'], values.two),
  ];
}

/**
 * split-inference on two devices, ten times its six combinations: from the start of the first trial to the end of the last,
 * by the sum of all frames and the start-up of the processes, which is what the first trial takes without its frames.
 */
export async function demo(bed: TrialsBed, { repeats }: BenchOptions): Promise<Measurement[]> {
  const { folder } = await bed.lab();
  const run = (...more: string[]) =>
    program([process.execPath, commands.now, 'run', 'split-inference', ...more, '--json'], { cwd: folder });
  say('   first run: images');
  await run('--set', 'split=9', '--set', 'codec=raw');
  const ours = await inTurn(repeats, {
    split: async () => {
      await run('--repeats', '10');
      return costRatio(folder);
    },
  });
  return [
    {
      what: '60 trials of split-inference, warm, on a Lab: time by frames and start-up',
      unit: 'x',
      ours: ours.split,
      target: { of: 'value', atMost: 1.3 },
      note: 'Frames include the two warm-up frames of each trial.',
    },
  ];
}

function costRatio(folder: string): number {
  const { at, run } = newestRun(folder, 'split-inference');
  if (run.trials.length !== 60 || run.trials.some(({ state }) => state !== 'complete'))
    throw new Error('not all of 60 trials are complete');
  const trials = run.trials
    .map(({ number, started_at, ended_at }) => ({
      startS: Date.parse(started_at) / 1000,
      endS: Date.parse(ended_at) / 1000,
      framesS: framesS(join(at, 'trials', String(number), 'client-0/spans.jsonl')),
    }))
    .sort((a, b) => a.startS - b.startS);
  const [first] = trials;
  const last = trials.at(-1);
  if (first === undefined || last === undefined) throw new Error('no trials');
  const startUpS = first.endS - first.startS - first.framesS;
  const frames = trials.reduce((sum, trial) => sum + trial.framesS, 0);
  say(`   start-up ${startUpS.toFixed(1)} s, frames ${frames.toFixed(1)} s`);
  return (last.endS - first.startS) / (frames + startUpS);
}

/** The time of all spans `frame` of a role in one trial. */
function framesS(spans: string): number {
  const lines = readFileSync(spans, 'utf8').split('\n').filter(Boolean);
  return lines
    .map((line) => JSON.parse(line) as { name: string; duration_ms: number })
    .filter(({ name }) => name === 'frame')
    .reduce((sum, { duration_ms }) => sum + duration_ms / 1000, 0);
}
