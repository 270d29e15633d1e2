import {
  CollabError,
  ExitCode,
  findRun,
  type FoundRun,
  listRuns,
  parseDurationS,
  planRunRemoval,
  removeRuns,
  selectRuns,
} from '../../../index.js';
import { agrees, openSession, type Session } from '../../session/index.js';
import { removalQuestion, removalResult, removalText, removedRunsText } from '../../text/index.js';

export interface RunsRemoveOptions {
  filter: string[];
  tag: string[];
  olderThan?: string;
  force?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** `collab runs remove <run>...`: removes runs that are over, with what only they used. */
export async function runsRemove(names: string[], options: RunsRemoveOptions): Promise<void> {
  const session = openSession(options);
  const { workspace, signal, say, print } = session;
  const { dryRun = false, force = false } = options;
  const isNamed = names.length > 0;
  const runs = isNamed ? await named(session, names, options) : await selected(session, options);
  const request = { workspace, runs, skipUnderWay: !isNamed, force };
  const plan = await planRunRemoval(request);
  if (plan.runs.length > 0) say(removalText(plan));
  for (const note of plan.notes) say(`note: ${note}`);
  const agreed =
    plan.runs.length > 0 &&
    !dryRun &&
    (await agrees(options.yes, 'Removing runs needs confirmation', removalQuestion(plan)));
  signal.throwIfAborted();
  const nothing = { runs: [], parts: [], notes: plan.notes };
  const removed = agreed ? await removeRuns({ ...request, runs: plan.runs }) : nothing;
  print(
    agreed ? removedRunsText(removed) : runs.length === 0 ? 'No run is like that.' : 'Nothing was removed.',
    {
      removed: removalResult(removed),
      ...(dryRun && { would_remove: removalResult(plan) }),
    },
  );
}

/** Runs of `Logs/` only: what is elsewhere is not ours to remove. */
async function named(
  { workspace: { logs } }: Session,
  names: readonly string[],
  { filter, tag, olderThan }: RunsRemoveOptions,
): Promise<FoundRun[]> {
  if (filter.length + tag.length > 0 || olderThan !== undefined)
    throw usage('Runs were named, and filters were given.', 'Give the one or the other.');
  const all = await listRuns(logs);
  const found = new Set<FoundRun>();
  for (const name of names) {
    const folder = await findRun(logs, name);
    const run = all.find((one) => one.folder === folder);
    if (run === undefined)
      throw usage(
        `${folder} is not in ${logs}.`,
        'Only runs of this workspace are removed. Remove that folder by hand.',
      );
    found.add(run);
  }
  return [...found];
}

async function selected(
  { workspace: { logs }, clock }: Session,
  { filter, tag, olderThan }: RunsRemoveOptions,
): Promise<FoundRun[]> {
  if (filter.length + tag.length === 0 && olderThan === undefined)
    throw usage(
      'Which runs are to be removed?',
      'Name them, or give --filter, --tag or --older-than. List them with: collab runs',
    );
  const filters = [...filter];
  if (olderThan !== undefined) {
    const before = new Date(clock.now().getTime() - ageS(olderThan) * 1000);
    filters.push(`started<${before.toISOString().slice(0, 19)}`);
  }
  const { runs } = await selectRuns(await listRuns(logs), { filters, tags: tag });
  return runs.map(({ run_id: runId, experiment, folder }) => ({ runId, experiment, folder }));
}

function ageS(text: string): number {
  const days = /^(\d+(?:\.\d+)?) ?(d|w)$/.exec(text);
  const seconds = days === null ? parseDurationS(text) : Number(days[1]) * (days[2] === 'w' ? 7 : 1) * 86_400;
  if (seconds !== null) return seconds;
  throw usage(`'${text}' is no age.`, 'Give a number and a unit, such as 30d, 2w or 12h.');
}

function usage(what: string, next: string): CollabError {
  return new CollabError('runs-to-remove', { what, next, exitCode: ExitCode.usage });
}
