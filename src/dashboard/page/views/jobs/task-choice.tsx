import type { JobEntry } from '../../../live/index.js';
import { go, place } from '../../route.js';
import type { Task } from './task-reader.js';

const perPage = 100;
const states = ['running', 'failed', 'done', 'cancelled', 'queued'] as const;

/** The tasks that are shown: a page of all, or of those in one state, as the address says. */
export function chosenTasks(tasks: readonly Task[]): { page: number; found: number; shown: readonly Task[] } {
  const { query } = place.value;
  const state = query.get('state');
  const found = state === null ? tasks : tasks.filter((task) => task.state === state);
  const last = Math.max(0, Math.ceil(found.length / perPage) - 1);
  const page = Math.min(last, Math.max(0, Math.trunc(Number(query.get('page'))) || 0));
  return { page, found: found.length, shown: found.slice(page * perPage, (page + 1) * perPage) };
}

/** Chooses them. */
export function TaskChoice({ job, tasks }: { job: JobEntry; tasks: readonly Task[] }) {
  const chosen = place.value.query.get('state');
  const { page, found, shown } = chosenTasks(tasks);
  const to = (state: string | null, next: number) => () => {
    const query = new URLSearchParams({
      ...(state !== null && { state }),
      ...(next > 0 && { page: `${next}` }),
    });
    go(`/jobs/${job.id}${query.size === 0 ? '' : `?${query.toString()}`}`, { isBelow: true });
  };
  const countOf = (state: string) => tasks.filter((task) => task.state === state).length;
  const choices = states
    .map((state) => [state, countOf(state)] as const)
    .filter(([state, count]) => count > 0 || state === chosen);
  if (tasks.length === 0) return <p role="status">Reading the tasks…</p>;
  return (
    <>
      {job.tasks === 1 ? null : (
        <div class="choice" role="group" aria-label="Show tasks that are">
          <button type="button" aria-pressed={chosen === null} onClick={to(null, 0)}>
            all {tasks.length}
          </button>
          {choices.map(([state, count]) => (
            <button type="button" key={state} aria-pressed={chosen === state} onClick={to(state, 0)}>
              {state} {count}
            </button>
          ))}
        </div>
      )}
      {tasks.length < job.tasks ? (
        <p role="status">
          Read so far: {tasks.length} of {job.tasks} tasks
        </p>
      ) : null}
      {found > perPage ? (
        <p class="row">
          <button type="button" disabled={page === 0} onClick={to(chosen, page - 1)}>
            Before
          </button>
          <span>
            {page * perPage + 1} to {page * perPage + shown.length} of {found}
          </span>
          <button type="button" disabled={(page + 1) * perPage >= found} onClick={to(chosen, page + 1)}>
            Next
          </button>
        </p>
      ) : null}
    </>
  );
}
