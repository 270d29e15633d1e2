import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchLab } from '../bench-lab.js';
import { median, type Measurement } from '../measurement.js';
import { say, type BenchOptions } from '../run-bench.js';
import { DeviceCpu } from './device-cpu.js';
import type { WrapperBench } from './python.js';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const device = 'edge1';
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const yaml = `name: followed
roles: { worker: { base: python, command: [python3, main.py] } }
parameters: { processes: [1], seconds: [10] }
sampling: 100 ms
timeout: 600 s
`;
const main = `import collab, loads
loads.tree(collab.parameter('processes'), collab.parameter('seconds'))
`;

interface Costs {
  /** Of the device without its containers, in percent of a core: with no role, one that nobody follows, a followed one. */
  idle: number;
  unfollowed: number;
  followed: number;
  /** Of the wrapper in its container. */
  wrapper: number;
}

/**
 * What it costs a device that a run follows its role: sshd, engine, leases and clocks. The same role is measured with
 * its controller and after it was killed, so that only the controller differs.
 */
export async function following(_: WrapperBench, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  const lab = await BenchLab.up({ devices: 1, cpus: 2, memory: '1g' });
  try {
    const folder = join(lab.folder, 'TestCases/followed');
    mkdirSync(folder);
    writeFileSync(join(folder, 'experiment.yaml'), yaml);
    writeFileSync(join(folder, 'main.py'), main);
    cpSync(fileURLToPath(new URL('loads.py', import.meta.url)), join(folder, 'loads.py'));
    await lab.collab('run', 'followed', '--set', 'seconds=1'); // delivers the image
    const cpu = await DeviceCpu.of(lab, device);
    const windowS = (sizes.seconds ?? 5) * 4;
    const lines: Measurement[] = [];
    for (const [name, processes] of [
      ['one process', 1],
      ['a tree of 20', 20],
    ] as const) {
      const costs: Costs[] = [];
      for (let time = 1; time <= Math.min(repeats, 5); time += 1) {
        const measured = await once(lab, cpu, processes, windowS);
        const { idle, unfollowed, followed, wrapper } = measured;
        const figures = [idle, unfollowed, followed, wrapper].map((one) => `${one.toFixed(3)} %`).join(', ');
        say(`   ${time} ${name}: no role, not followed, followed, wrapper: ${figures}`);
        costs.push(measured);
      }
      lines.push(...linesOf(name, costs, processes === 1, windowS));
    }
    return lines;
  } finally {
    await lab.down();
  }
}

function linesOf(name: string, costs: readonly Costs[], isOne: boolean, windowS: number): Measurement[] {
  const added = costs.map(({ followed, unfollowed }) => followed - unfollowed);
  const idle = median(costs.map((one) => one.idle)).toFixed(2);
  const unfollowed = median(costs.map((one) => one.unfollowed)).toFixed(2);
  return [
    {
      what: `CPU of the device for following: ${name}, 10 Hz`,
      unit: '%',
      ours: added,
      target: { of: 'value', atMost: 0.2 },
      note: `Of one core, over ${windowS} s: the device without its containers, less the same role when nobody follows it (${unfollowed} %; without a role ${idle} %).`,
    },
    {
      what: `... and of the wrapper: ${name}, 10 Hz`,
      unit: '%',
      ours: costs.map(({ wrapper }, at) => wrapper + (added[at] ?? NaN)),
      ...(isOne && { target: { of: 'value', atMost: 0.7 } }),
      note: `The wrapper alone: ${median(costs.map((one) => one.wrapper)).toFixed(3)} %.`,
    },
  ];
}

/** Measures a device without a role, with one that is followed, and with the same one after its controller is killed. */
async function once(lab: BenchLab, cpu: DeviceCpu, processes: number, windowS: number): Promise<Costs> {
  const percent = async () => {
    const [before, startedMs] = [cpu.seconds(), performance.now()];
    await pause(windowS);
    return (100_000 * (cpu.seconds() - before)) / (performance.now() - startedMs);
  };
  const idle = await percent();
  const settleS = 3;
  const lastsS = 2 * windowS + 4 * settleS;
  const set = [`processes=${processes}`, `seconds=${lastsS}`].flatMap((one) => ['--set', one]);
  const run = spawn(process.execPath, [command, 'run', 'followed', ...set], { cwd: lab.folder });
  const ended = new Promise<void>((resolve) => run.once('close', () => resolve()));
  let said = '';
  run.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  try {
    while (!said.includes('worker-0 ready')) {
      if (run.exitCode !== null) throw new Error(`the run ended too early:\n${said}`);
      await pause(0.1);
    }
    await pause(settleS);
    const followed = await percent();
    run.kill('SIGKILL');
    await ended;
    await pause(settleS);
    const unfollowed = await percent();
    await pause(3 * settleS);
    return { idle, unfollowed, followed, wrapper: await wrapperPercent(lab) };
  } finally {
    run.kill('SIGKILL');
    await lab.onDevice(device, 'sh', '-c', 'docker rm -f $(docker ps -aq --filter label=collab.run) >&2');
    await lab.collab('device', 'unlock', device, '--kick');
  }
}

/** Of the newest run, from the device: nobody collected it. */
async function wrapperPercent(lab: BenchLab): Promise<number> {
  const run = readdirSync(join(lab.folder, 'Logs/followed')).sort().at(-1) ?? '';
  const path = `/home/collab/.collab/runs/${run}/1/worker-0/exit.json`;
  const { totals } = JSON.parse((await lab.onDevice(device, 'cat', path)).stdout) as {
    totals: Record<string, { value: number }>;
  };
  return (100 * (totals.wrapper_cpu_s?.value ?? NaN)) / (totals.wall_s?.value ?? NaN);
}
