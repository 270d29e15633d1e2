import type { OpenedRun } from '../../tables/index.js';
import type { Performance } from '../../opening/index.js';
import { deviceFacts } from '../../reading/index.js';

type Fact = readonly [section: string, name: string | null, value: unknown];

/** Facts about each run for the first sheet of a workbook. Times are UTC. */
export function runFacts({ runs }: Performance): Fact[] {
  return runs.flatMap(factsOf);
}

function factsOf({ record: run, notes, validity }: OpenedRun): Fact[] {
  const facts: Fact[] = [
    ['run', 'id', run.run_id],
    ['run', 'experiment', run.experiment.name],
    ['run', 'experiment id', run.experiment.id === '' ? 'not known' : run.experiment.id],
    ['run', 'state', run.state],
    ['run', 'verdict', validity.verdict],
    ['run', 'started (UTC)', time(run.started_at)],
    ['run', 'ended (UTC)', time(run.ended_at)],
    ['run', 'runtime', run.runtime],
    ['run', 'LAN', run.lan ?? 'none (local run)'],
    ['run', 'trials', run.trials.length],
  ];
  if (run.job !== undefined)
    facts.push([
      'run',
      'job',
      `of ${run.job.owner} on the fleet ${run.job.fleet}, fetched at ${run.job.asked_at}`,
    ]);
  if (run.git !== null)
    facts.push(['run', 'git commit', `${run.git.commit}${run.git.dirty ? ' with changes' : ''}`]);
  if (run.failure !== undefined) facts.push(['run', 'failure', run.failure.what]);
  for (const { level, text } of validity.findings) facts.push([level, null, text]);
  for (const note of notes) facts.push(['note', null, note]);
  for (const { name, id, address, clock, facts: known } of run.devices) {
    const section = `device ${name}`;
    facts.push([section, 'id', id], [section, 'address', address === '' ? 'not known' : address]);
    facts.push([section, 'clock offset ms', clock?.offset_ms ?? 'not measured']);
    if (clock !== null) facts.push([section, 'clock error ms', clock.error_ms]);
    for (const [key, value] of Object.entries(deviceFacts(known))) facts.push([section, key, value]);
  }
  for (const { role, rank, device } of run.placement) facts.push(['placement', `${role}-${rank}`, device]);
  for (const { role, device, ref, image_id: id } of run.images)
    facts.push(['image', `${role} on ${device}`, `${ref} ${id}`]);
  for (const [name, version] of Object.entries(run.versions)) facts.push(['version', name, version]);
  return facts;
}

function time(iso: string | null): Date | string | null {
  if (iso === null) return null;
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date;
}
