import { inTurn, type Take } from '../in-turn.js';
import type { Measurement } from '../measurement.js';
import { needPrograms } from '../programs.js';
import { say, type BenchOptions } from '../run-bench.js';
import { commands, type TrialsBed } from './bed.js';
import { overheadS } from './overhead.js';
import { Peers } from './peers.js';

const note =
  'Seconds from the start of one trial to that of the next, less the 0.5 s of its command. collab also measures each trial, ' +
  'fetches its logs and keeps a journal; the others only run the command, in containers of the same image on the same ' +
  'devices.';
const target = { of: 'value', atMost: 0.45 } as const;
const localTarget = { of: 'value', atMost: 0.15 } as const;

/** Trials in fresh containers on the devices of a Lab: one role, and a service with its client. */
export async function onLab(bed: TrialsBed, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  needPrograms('ssh', 'ansible');
  const trials = sizes.trials ?? 10;
  const lab = await bed.lab();
  const peers = new Peers(lab, trials);
  const ours = (experiment: string) => oursBy({ folder: lab.folder, experiment, trials, flags: [] });
  say('   images for the devices');
  for (const experiment of ['one', 'two']) await ours(experiment).now();
  const one = await inTurn(repeats, {
    ...ours('one'),
    ssh: () => peers.oneBySsh(),
    ansible: () => peers.oneByAnsible(),
  });
  const two = await inTurn(repeats, { ...ours('two'), ssh: () => peers.twoBySsh() });
  const line = (what: string, values: readonly number[], peer: Measurement['peer']): Measurement => ({
    what: `${what}, fresh containers on a Lab`,
    unit: 's',
    ours: values,
    ...(peer && { peer }),
    target,
    note,
  });
  return [
    line('one role', one.now, { name: 'ssh docker run', values: one.ssh }),
    line('one role', one.now, { name: 'ansible, raw docker run', values: one.ansible }),
    line('service and client', two.now, { name: 'ssh docker run, three times', values: two.ssh }),
    ...beforeLines('one role, fresh containers on a Lab', one),
    ...beforeLines('service and client, fresh containers on a Lab', two),
  ];
}

/** Trials as plain processes of this machine. */
export async function local(bed: TrialsBed, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  const trials = sizes.trials ?? 10;
  const ours = (experiment: string) =>
    oursBy({ folder: bed.onThisMachine(), experiment, trials, flags: ['--local'] });
  const one = await inTurn(repeats, ours('one'));
  const two = await inTurn(repeats, ours('two'));
  const what = { one: 'one role, --local', two: 'service and client, --local' };
  const line = (name: string, values: readonly number[]): Measurement => ({
    what: name,
    unit: 's',
    ours: values,
    target: localTarget,
    note,
  });
  return [
    line(what.one, one.now),
    line(what.two, two.now),
    ...beforeLines(what.one, one),
    ...beforeLines(what.two, two),
  ];
}

type Asked = Parameters<typeof overheadS>[1];

/** The command of this checkout, and that of the version before where there is one. */
function oursBy(asked: Asked): { now: Take; before: Take | null } {
  const { now, before } = commands;
  return {
    now: () => overheadS(now, asked),
    before: before === null ? null : () => overheadS(before, asked),
  };
}

function beforeLines(what: string, values: { now: number[]; before: number[] }): Measurement[] {
  if (values.before.length === 0) return [];
  return [
    { what, unit: 's', ours: values.now, peer: { name: 'collab before', values: values.before }, note },
  ];
}
