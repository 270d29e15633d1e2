import { computed } from '@preact/signals';
import type { JobEntry } from '../../../live/index.js';
import { about, known } from '../../connection.js';
import { Bar, JobState, Table } from '../../parts.js';
import { Link, place } from '../../route.js';
import { countText } from '../../words.js';
import { Ago } from '../state.js';
import { Submit } from './submit.js';

const shownAtFirst = 100;

/** The newest first. */
const jobs = computed(() =>
  Object.values(known.jobs.value.entries).sort((a, b) => b.submittedMs - a.submittedMs),
);

/** The jobs of all users, and a form for another one. */
export function Jobs() {
  const isAll = place.value.query.get('all') === '1';
  const shown = isAll ? jobs.value : jobs.value.slice(0, shownAtFirst);
  const { heardMs, fault } = known.jobs.value;
  return (
    <section aria-labelledby="jobs-title">
      <h1 id="jobs-title">Jobs</h1>
      {fault === null ? null : <p class="notice">{fault}</p>}
      {about.value?.read_only === true ? null : <Submit />}
      {heardMs === null ? (
        <p role="status">Asking the fleet…</p>
      ) : shown.length === 0 ? (
        <p>There are no jobs yet.</p>
      ) : (
        <JobTable jobs={shown} />
      )}
      {shown.length < jobs.value.length ? (
        <p>
          <Link to="/jobs?all=1">Show all {jobs.value.length} jobs</Link>
        </p>
      ) : null}
    </section>
  );
}

function JobTable({ jobs: shown }: { jobs: readonly JobEntry[] }) {
  return (
    <Table label="List of jobs" headings={['Job', 'State', 'Tasks', 'Owner', 'Submitted', 'Took']}>
      {shown.map((job) => (
        <tr key={job.id}>
          <th scope="row">
            <Link to={`/jobs/${job.id}`}>{job.name}</Link>{' '}
            {job.model === null ? null : <span class="tag">{job.model}</span>}
          </th>
          <td>
            <JobState state={job.state} />
            {job.waitsFor === null ? null : <small>{job.waitsFor}</small>}
          </td>
          <td>
            <TaskBar job={job} />
          </td>
          <td>{job.owner}</td>
          <td>
            <Ago ms={job.submittedMs} /> ago
          </td>
          <td>{job.endedMs === null ? '' : `${((job.endedMs - job.submittedMs) / 1000).toFixed(1)} s`}</td>
        </tr>
      ))}
    </Table>
  );
}

/** How many tasks are in which state. */
export function TaskBar({ job: { counts, tasks } }: { job: JobEntry }) {
  const parts = (['done', 'running', 'failed', 'cancelled'] as const).map(
    (state) => [state, counts[state]] as const,
  );
  const words = [...parts, ['queued', counts.queued] as const]
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
  return (
    <>
      <Bar parts={parts} whole={tasks} label={`${words} of ${countText(tasks, 'task')}`} />
      <small>{words}</small>
    </>
  );
}
