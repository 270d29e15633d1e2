import { describe, expect, it } from 'vitest';
import { runOf } from '../../../tests/fixtures/run-folder.js';
import { drawRun, plainProgress, plainRole } from './draw.js';
import { LiveRun } from '../../index.js';
import { clip, glyphsFor } from '../text/index.js';

const glyphs = glyphsFor({ LC_ALL: 'C.UTF-8' });

const about = { trial: 2, role: 'server', rank: 0, device: 'nano1' };
const runOfFour = { run_id: 'r1', folder: '/logs' };
const ended = { code: 0, signal: null, reason: 'exited' };
const trialOf = (trial: number) => ({ trial, of: 4, parameters: {}, repeat: 0, warmup: false });
const sample = (monotonic_s: number, received: number, change: object = {}) => ({
  kind: 'role.sampled' as const,
  ...about,
  monotonic_s,
  metrics: {
    cpu_percent: 50,
    memory_bytes: 2_000_000,
    network_received_bytes: received,
    network_sent_bytes: 500,
    ...change,
  },
});

/** The second of four trials, 3 s after its start; the first took 10 s. */
function running(): LiveRun {
  const run = new LiveRun(['power_w']);
  run.take(
    { kind: 'run.started', format: 2, ...runOfFour, experiment: 'hello', trials: 4, record: runOf() },
    0,
  );
  run.take({ kind: 'trial.started', ...trialOf(1) }, 0);
  run.take({ kind: 'trial.ended', trial: 1, of: 4, state: 'complete', seconds: 10 }, 10_000);
  run.take({ kind: 'trial.started', ...trialOf(2) }, 10_000);
  run.take({ kind: 'role.starting', ...about }, 10_000);
  return run;
}

describe('drawRun', () => {
  it('shows the progress of the trials with the time left', () => {
    expect(drawRun(running(), 100, 13_000, glyphs)[0]).toBe(
      'Trial 2 of 4 ███████░░░░░░░░░░░░░ 32 %, 0:13 so far, about 0:27 left',
    );
  });

  it('shows the time so far from the first trial on, and the time left as soon as an earlier run tells it', () => {
    const run = new LiveRun([]);
    run.take(
      { kind: 'run.started', format: 2, ...runOfFour, experiment: 'hello', trials: 4, record: runOf() },
      0,
    );
    expect(drawRun(run, 100, 4000, glyphs)).toEqual([]);
    run.take({ kind: 'trial.started', ...trialOf(1) }, 5000);
    expect(drawRun(run, 100, 10_000, glyphs)).toEqual([
      'Trial 1 of 4 ░░░░░░░░░░░░░░░░░░░░ 0 %, 0:05 so far, time left unknown',
    ]);
    expect(plainProgress(run, 10_000)).toBe('Trial 1/4: 0:05 so far, time left unknown');
    run.expectTrials(20);
    expect(drawRun(run, 100, 10_000, glyphs)[0]).toContain(' 6 %, 0:05 so far, about 1:15 left');
    run.take({ kind: 'trial.ended', trial: 1, of: 4, state: 'complete', seconds: 10 }, 15_000);
    expect(plainProgress(run, 15_000)).toBe('Trial 1/4: 0:10 so far, about 0:30 left');
  });

  it('counts only the trials that are still to run, and says when the last one takes longer', () => {
    const run = running();
    run.take({ kind: 'trials.skipped', trials: [4], reason: 'tight' }, 12_000);
    expect(plainProgress(run, 13_000)).toBe('Trial 2/4: 0:13 so far, about 0:17 left');
    const controller = {
      host: 'pc',
      machine: null,
      boot_id: null,
      pid_namespace: null,
      pid: 1,
      start_ticks: null,
    };
    run.take({ kind: 'run.resumed', ...runOfFour, controller, trials: 1 }, 60_000);
    expect(plainProgress(run, 60_000)).toBeNull();
    run.take({ kind: 'trial.started', ...trialOf(2) }, 61_000);
    expect(plainProgress(run, 64_000)).toBe('Trial 2/4: 0:03 so far, about 0:07 left');
    expect(plainProgress(run, 75_000)).toBe('Trial 2/4: 0:14 so far, longer than expected');
  });

  it('takes no time of a trial that failed, and counts a trial that is tried again once', () => {
    const run = running();
    run.take({ kind: 'trial.ended', trial: 2, of: 4, state: 'lost', seconds: 1 }, 11_000);
    run.take({ kind: 'trial.started', ...trialOf(2), attempt: 2 }, 20_000);
    expect(plainProgress(run, 20_000)).toBe('Trial 2/4: 0:20 so far, about 0:30 left');
  });

  it('shows the state, newest readings, sparklines and last line of each role', () => {
    const run = running();
    run.take(sample(5, 1000), 11_000);
    run.take(sample(6, 4_001_000, { cpu_percent: 100, power_w: 4.2 }), 12_000);
    run.take(sample(7, 4_001_000), 12_250);
    run.take({ kind: 'role.ready', ...about }, 12_300);
    run.take({ kind: 'role.printed', ...about, stream: 'stdout', lines: ['epoch 1', 'epoch 2'] }, 12_400);
    expect(drawRun(run, 200, 13_000, glyphs).slice(1)).toEqual([
      `  server-0 on nano1 ready  cpu ${'▅█▅'.padStart(12)} 50 %  mem ${'███'.padStart(12)} 2.0 MB` +
        `  net ${' █▁'.padStart(12)} 0 B/s  power ${' ██'.padStart(12)} 4.20 W`,
      '    | epoch 2',
    ]);
  });

  it('has no line wider than the terminal, and drops sparklines before readings', () => {
    const run = running();
    run.take(sample(5, 1000), 11_000);
    run.take(sample(6, 2000), 11_000);
    for (const width of [20, 40, 60, 80, 120])
      for (const line of drawRun(run, width, 13_000, glyphs)) expect(line.length).toBeLessThanOrEqual(width);
    expect(drawRun(run, 64, 13_000, glyphs)[1]).toBe(
      '  server-0 on nano1 running  cpu 50 %  mem 2.0 MB  net 1.0 kB/s',
    );
  });

  it('puts the readings below the name on a narrow terminal, and drops none', () => {
    const run = running();
    run.take(sample(5, 1000), 11_000);
    run.take(sample(6, 4_001_000, { power_w: 4.2 }), 12_000);
    expect(drawRun(run, 39, 13_000, glyphs)).toEqual([
      'Trial 2/4: 32 %, 0:13, about 0:27 left',
      '  server-0 on nano1 running',
      '    cpu 50 %  mem 2.0 MB  net 4.0 MB/s',
      `    power ${'█'.padStart(12)} 4.20 W`,
    ]);
    expect(drawRun(run, 30, 13_000, glyphs)[0]).toBe('2/4: about 0:27 left');
  });

  it('clips output of a role by terminal cells', () => {
    const run = running();
    const lines = ['\tloss\t0.1 精度' + '界'.repeat(20)];
    run.take({ kind: 'role.printed', ...about, stream: 'stdout', lines }, 12_400);
    expect(drawRun(run, 24, 13_000, glyphs).at(-1)).toBe('    |  loss 0.1 精度界界');
    expect(clip('e\u0301\u0301a', 2)).toBe('e\u0301\u0301a');
  });

  it('leaves out metrics without a reading', () => {
    const run = running();
    run.take({ kind: 'role.sampled', ...about, monotonic_s: 5, metrics: { cpu_percent: 10 } }, 11_000);
    expect(drawRun(run, 120, 13_000, glyphs)[1]).not.toMatch(/mem|net|power/);
  });

  it('ignores events of earlier trials', () => {
    const run = running();
    const before = { ...about, trial: 1 };
    run.take({ kind: 'role.printed', ...before, stream: 'stdout', lines: ['done'] }, 11_000);
    run.take({ ...sample(5, 1000), ...before }, 11_000);
    run.take({ kind: 'role.ended', ...before, ...ended }, 11_000);
    expect(drawRun(run, 100, 13_000, glyphs).slice(1)).toEqual(['  server-0 on nano1 starting']);
  });

  it('is empty before the run and after it', () => {
    const run = running();
    run.take({ kind: 'run.ended', ...runOfFour, state: 'complete', seconds: 20 }, 20_000);
    expect(drawRun(run, 80, 20_000, glyphs)).toEqual([]);
    expect(drawRun(new LiveRun([]), 80, 0, glyphs)).toEqual([]);
  });
});

it('shows a role in one plain line', () => {
  const run = running();
  run.take(sample(5, 1000), 11_000);
  const role = [...run.roles.values()][0];
  expect(role && plainRole(role)).toBe('  server-0 on nano1: cpu 50 %, mem 2.0 MB');
});
