import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tried, type Tried } from './tried.js';

/** Of the Lab: enough for a fleet whose files have a majority when one is lost. */
const devices = 3;

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A run of the command in the background. */
export interface Started {
  child: ChildProcess;
  /** Everything that it has printed so far. */
  said: () => string;
  /** Its exit code; as of a shell if a signal ended it. */
  code: Promise<number>;
  /** From the fault until the loss was said. */
  noticedMs?: number;
}

export interface Counting {
  onLoss?: 'stop' | 'continue' | 'wait';
  trials?: number;
  /** Of each trial; one takes 0.1 s. */
  steps?: number;
  /** What the counter does at a step, by the number of the trial: Python. */
  then?: string;
  /** Also a second role, which counts as well. */
  roles?: number;
  timeoutS?: number;
}

/** Where faults are tried: a workspace with an experiment that counts and, if asked for, a Lab. */
export class Bed {
  readonly steps = 20;

  /** @param folder the workspace */
  constructor(
    readonly lab: string,
    readonly folder: string,
    readonly random: () => number,
    /** How many random moments are tried; null for as many as the row says. */
    readonly times: number | null,
  ) {
    mkdirSync(join(this.folder, 'TestCases'), { recursive: true });
  }

  async up(): Promise<void> {
    await this.must('lab', 'up', '--name', this.lab, '--devices', String(devices));
    if (existsSync(join(this.folder, '.collab/lans', 'faults.json'))) return;
    const key = `.collab/lab/${this.lab}/id_ed25519`;
    const on = ['--lan', 'faults', '--interface', `collab-${this.lab}`, '--expect', String(devices)];
    await this.must('setup', ...on, '--yes', '--timeout', '10', '--key', key);
  }

  async down(isLabUp: boolean): Promise<void> {
    if (isLabUp) await this.collab('lab', 'down', '--name', this.lab);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs the command to its end. */
  collab(...args: string[]): Promise<Tried> {
    return tried([process.execPath, command, ...args], this.folder);
  }

  private async must(...args: string[]): Promise<void> {
    const { code, said } = await this.collab(...args);
    if (code !== 0) throw new Error(`collab ${args.join(' ')}: ${said}`);
  }

  start(...args: string[]): Started {
    const child = spawn(process.execPath, [command, ...args], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const take = (chunk: Buffer) => void (said += chunk.toString());
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const code = new Promise<number>((resolve) => {
      child.once('exit', (ended, signal) =>
        resolve(ended ?? (signal === 'SIGINT' ? 130 : signal === 'SIGHUP' ? 129 : 137)),
      );
    });
    return { child, said: () => said, code };
  }

  /** Writes the experiment: each counter records its steps, so that one that is missing or doubled is seen. */
  experiment({
    onLoss = 'stop',
    trials = 1,
    steps = this.steps,
    then = '',
    roles = 1,
    timeoutS = 60,
  }: Counting): void {
    const folder = join(this.folder, 'TestCases/counting');
    mkdirSync(folder, { recursive: true });
    const names = ['counter', 'other'].slice(0, roles);
    const values = Array.from({ length: trials }, (_, at) => at + 1).join(', ');
    const role = (name: string) => `  ${name}: { base: python, command: [python3, counter.py] }\n`;
    writeFileSync(
      join(folder, 'experiment.yaml'),
      `name: counting\nroles:\n${names.map(role).join('')}parameters: { number: [${values}] }\nsampling: 100 ms\ntimeout: ${timeoutS} s\non_loss: ${onLoss}\non_failure: continue\n`,
    );
    writeFileSync(
      join(folder, 'counter.py'),
      [
        'import os, sys, time',
        'import collab',
        'number = collab.parameter("number")',
        `for step in range(${steps}):`,
        '    collab.record(step=step)',
        ...then.split('\n').map((line) => `    ${line}`),
        '    time.sleep(0.1)',
        '',
      ].join('\n'),
    );
  }

  onDevice(device: string, ...argv: string[]): Promise<Tried> {
    return tried(['docker', 'exec', this.container(device), ...argv]);
  }

  container(device: string): string {
    return `collab-${this.lab}-${device}`;
  }

  /** Folders of the runs, oldest first. */
  runs(): string[] {
    const logs = join(this.folder, 'Logs/counting');
    return existsSync(logs)
      ? readdirSync(logs)
          .sort()
          .map((run) => join(logs, run))
      : [];
  }

  newestRun(): string {
    const run = this.runs().at(-1);
    if (run === undefined) throw new Error('there is no run');
    return run;
  }

  /** How the run of a folder stands, as run.json has it. */
  record(folder = this.newestRun()): {
    state: string;
    trials: { number: number; state: string; attempt?: number }[];
  } {
    return JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as never;
  }
}

/** Waits until something holds. @throws Error if it does not in time */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await sleep(50);
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
