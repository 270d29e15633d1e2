import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from '../measurement.js';
import { p95 } from '../p95.js';
import { type BenchOptions, say } from '../run-bench.js';
import type { JobsBed } from './jobs-bed.js';
import { pause, type ShownEnd } from './jobs-fleet.js';

const withinMs = 60_000;
const tasksPerKill = 40;

/** How soon a task runs again after its worker was killed. */
export async function workerKilled(bed: JobsBed, { sizes }: BenchOptions): Promise<Measurement[]> {
  const { kills = 10 } = sizes;
  const fleet = await bed.local();
  const tookS: number[] = [];
  for (let at = 1; at <= kills; at += 1) {
    const file = join(fleet.folder, `begun-${at}`);
    const script = `echo "$(date +%s.%N) $PWD" >>'${file}'; exec sleep 600`;
    const id = await fleet.submit(['sh', '-c', script], ...fleet.three);
    const [[, where = ''] = []] = await begun(file, 1);
    await pause(1000 + 97 * at);
    const victim = fleet.memberOf(where);
    const killedS = Date.now() / 1000;
    process.kill(fleet.agentOf(victim), 'SIGKILL');
    const [, [againS = ''] = []] = await begun(file, 2);
    tookS.push(Number(againS) - killedS);
    say(`   ${at}/${kills} ${victim}: again after ${(tookS.at(-1) ?? NaN).toFixed(1)} s`);
    await fleet.collab('job', 'cancel', id);
    await fleet.again();
  }
  return [
    {
      what: 'task runs again after kill -9 of its worker, p95',
      unit: 's',
      ours: [p95(tookS)],
      target: { of: 'value', atMost: 15 },
      note: `${kills} kills of the agent of a member, each while it ran a task; until the command of the task runs on another one.`,
    },
  ];
}

/** How soon tasks are given out again after the leader was killed, and whether all are done once. */
export async function leaderKilled(bed: JobsBed, { sizes }: BenchOptions): Promise<Measurement[]> {
  const { kills = 10 } = sizes;
  const fleet = await bed.local();
  const tookS: number[] = [];
  let lost = 0;
  for (let at = 1; at <= kills; at += 1) {
    const id = await fleet.submit(['sleep', '1'], '--count', String(tasksPerKill));
    await pause(3000 + 131 * at);
    const victim = await fleet.leader();
    const killedMs = Date.now();
    process.kill(fleet.agentOf(victim), 'SIGKILL');
    const { task_list: tasks } = await fleet.done(id);
    const given = tasks.flatMap(({ ends }) => ends.map((end) => Date.parse(end.assigned_at)));
    tookS.push((Math.min(...given.filter((one) => one > killedMs)) - killedMs) / 1000);
    lost += tasks.filter(({ ends }) => ends.filter(isDone).length !== 1).length;
    say(`   ${at}/${kills} ${victim}: gives out tasks after ${(tookS.at(-1) ?? NaN).toFixed(1)} s`);
    await fleet.again();
  }
  const note = `${kills} kills of the agent that led, each while four workers ran a job of ${tasksPerKill} tasks; until another leader gives out a task.`;
  return [
    {
      what: 'tasks are given out again after kill -9 of the leader, p95',
      unit: 's',
      ours: [p95(tookS)],
      target: { of: 'value', atMost: 15 },
      note,
    },
    {
      what: 'tasks without exactly one result after that',
      unit: '',
      ours: [lost],
      target: { of: 'value', atMost: 0 },
      note,
    },
  ];
}

const isDone = ({ outcome }: ShownEnd) => outcome === 'done';

/** Waits for so many lines of a file. @returns their words */
async function begun(file: string, count: number): Promise<string[][]> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
    if (lines.length >= count) return lines.map((line) => line.split(' '));
    if (Date.now() > endMs) throw new Error(`the task did not begin within ${withinMs / 1000} s`);
    await pause(20);
  }
}
