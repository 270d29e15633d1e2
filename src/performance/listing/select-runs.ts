import type { FoundRun } from '../../logs/index.js';
import { readFacts, type RunFacts, type RunOverview, withVerdict } from '../opening/index.js';
import { parseRunFilter, refuseUnknown } from './run-filter.js';
import { type RunOrder, sortRuns } from './run-order.js';

/** Which runs of a list are meant, and in which order. */
export interface RunSelection {
  readonly experiment?: string | undefined;
  /** All of them. */
  readonly tags?: readonly string[];
  /** `state=complete` and the like, see `parseRunFilter`: all of them. */
  readonly filters?: readonly string[];
  readonly sort?: RunOrder | undefined;
  readonly reverse?: boolean;
  /** No more than the first so many. */
  readonly most?: number;
}

/** Records that are read at once, and verdicts, each of which may take a pass over a whole log. */
const [recordsAtOnce, verdictsAtOnce] = [16, 4];

export interface SelectedRuns {
  readonly runs: readonly RunFacts[];
  /** How many the selection means. */
  readonly all: number;
}

/**
 * The runs that a selection means. Verdicts, for which the files of a run are looked at, are read where the selection asks.
 * @param found the newest first, as `listRuns` gives them
 * @throws CollabError `bad-filter`
 */
export async function selectRuns(found: readonly FoundRun[], selection: RunSelection): Promise<SelectedRuns> {
  const { experiment, tags = [], filters = [], sort = 'started', reverse = false, most } = selection;
  const tests = filters.map(parseRunFilter);
  const named = found.filter((run) => experiment === undefined || run.experiment === experiment);
  if (tests.length + tags.length === 0 && sort === 'started') {
    // What is not shown need not be read.
    const shown = (reverse ? named.toReversed() : named).slice(0, most);
    const runs = await inTurns(shown, verdictsAtOnce, (run) => readFacts(run, true));
    return { runs, all: named.length };
  }
  const facts = await inTurns(named, recordsAtOnce, (run) => readFacts(run));
  refuseUnknown(tests, facts);
  const ofVerdict = tests.filter(({ needsVerdict }) => needsVerdict);
  const ofFacts = tests.filter((test) => !ofVerdict.includes(test));
  const byFacts = facts.filter(
    (run) => tags.every((tag) => run.tags.includes(tag)) && ofFacts.every(({ keeps }) => keeps(run)),
  );
  const needsVerdict = ofVerdict.length > 0 || sort === 'verdict';
  const known = needsVerdict ? await inTurns(byFacts, verdictsAtOnce, judged) : byFacts;
  const kept = known.filter((run) => ofVerdict.every(({ keeps }) => keeps(run)));
  return { runs: sortRuns(kept, sort, reverse).slice(0, most), all: kept.length };
}

const judged = async (run: RunFacts): Promise<RunFacts> => ({ ...run, ...(await withVerdict(run)) });

/** The overviews of selected runs, each with its verdict. */
export function overviewsOf(runs: readonly RunFacts[]): Promise<RunOverview[]> {
  return inTurns(runs, verdictsAtOnce, withVerdict);
}

/** Some at a time, in order: a run of many trials takes memory while it is read. */
async function inTurns<In, Out>(
  all: readonly In[],
  atOnce: number,
  read: (one: In) => Promise<Out>,
): Promise<Out[]> {
  const done: Out[] = [];
  for (let from = 0; from < all.length; from += atOnce)
    done.push(...(await Promise.all(all.slice(from, from + atOnce).map(read))));
  return done;
}
