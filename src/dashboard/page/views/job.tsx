import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { JobEntry } from '../../live/index.js';
import { call, named, told } from '../call.js';
import { known } from '../connection.js';
import { Act, JobState, Table } from '../parts.js';
import { Link } from '../route.js';
import { bytesText, countText } from '../words.js';
import { TaskBar } from './jobs.js';
import { Ago } from './state.js';
import { TaskOutput } from './task-output.js';
import { type Task, TaskStream } from './task-stream.js';

const againMs = 2000;
const pageSize = 1000;
const rowsAtMost = 500;

/** One job: its progress, which worker does what when, its tasks with their output, and its files. */
export function Job({ id }: { id: string }) {
  const job = known.jobs.value.entries[id];
  if (job === undefined)
    return (
      <section>
        <h1>{id}</h1>
        <p role="status">
          {known.jobs.value.heardMs === null ? 'Asking the fleet…' : 'The fleet has no job of this id.'}{' '}
          <Link to="/jobs">Jobs</Link>
        </p>
      </section>
    );
  return <Known key={id} job={job} />;
}

function Known({ job }: { job: JobEntry }) {
  const tasks = useTasks(job);
  const hasEnded = job.endedMs !== null;
  const base = `/v1/jobs/${job.id}`;
  return (
    <section aria-labelledby="job-title">
      <p>
        <Link to="/jobs">Jobs</Link> /
      </p>
      <h1 id="job-title">{job.name}</h1>
      <p>
        <JobState state={job.state} /> {job.waitsFor} <TaskBar job={job} />
      </p>
      <p class="row">
        {hasEnded ? null : (
          <Act
            ask={{
              title: `Cancel ${job.name}?`,
              text: 'Tasks that run are stopped, and no other task begins.',
              yes: 'Cancel the job',
            }}
            act={() => told('POST', `${base}/cancel`)}
          >
            Cancel
          </Act>
        )}
        {job.counts.failed > 0 ? (
          <Act act={() => told('POST', `${base}/retry`)}>Try failed tasks again</Act>
        ) : null}
      </p>
      <dl class="facts">
        {(
          [
            ['Id', job.id],
            ['Owner', job.owner],
            [
              'Submitted',
              <>
                <Ago ms={job.submittedMs} /> ago
              </>,
            ],
            ['Pool', job.pool.length === 0 ? 'any device' : job.pool.join(', ')],
            ['Command', <code>{job.command.join(' ')}</code>],
          ] as [string, preact.ComponentChildren][]
        ).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h2>Tasks of each worker over time</h2>
      <TaskStream tasks={tasks} until={job.endedMs} />
      <h2>Tasks</h2>
      <TaskTable job={job} tasks={tasks} />
      <Outputs job={job} />
    </section>
  );
}

/** All tasks of a job, read again while it goes on. */
function useTasks({ id, endedMs, counts }: JobEntry): readonly Task[] {
  const tasks = useSignal<readonly Task[]>([]);
  const version = `${String(endedMs)} ${JSON.stringify(counts)}`;
  useEffect(() => {
    const ending = new AbortController();
    const read = async () => {
      const all: Task[] = [];
      for (let from: number | null = 0; from !== null;) {
        const answer: Awaited<ReturnType<typeof call<{ tasks: Task[]; next: number | null }>>> = await call(
          'GET',
          `/v1/jobs/${id}/tasks?from=${from}&limit=${pageSize}`,
          { signal: ending.signal },
        );
        if (!('data' in answer)) return;
        all.push(...answer.data.tasks);
        from = answer.data.next;
      }
      tasks.value = all;
    };
    const timer = setTimeout(() => void read(), tasks.value.length === 0 ? 0 : againMs);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [id, version]);
  return tasks.value;
}

function TaskTable({ job, tasks }: { job: JobEntry; tasks: readonly Task[] }) {
  const open = useSignal<number | null>(null);
  const names = known.members.value.entries;
  const shown = tasks.slice(0, rowsAtMost);
  return (
    <>
      <Table label="Tasks" headings={['Task', 'State', 'Attempts', 'Device', 'Parameters', 'Output']}>
        {shown.map((task) => {
          const last = task.ends.at(-1);
          const member = task.member ?? last?.member ?? null;
          return (
            <tr key={task.task}>
              <th scope="row">{task.task}</th>
              <td>
                <JobState state={task.state} />
                {last?.reason == null ? null : <small>{last.reason}</small>}
              </td>
              <td class="number">{task.attempt ?? last?.attempt ?? 0}</td>
              <td>{member === null ? '' : (names[member]?.name ?? member)}</td>
              <td>
                {Object.entries(task.parameters)
                  .map(([name, value]) => `${name}=${String(value)}`)
                  .join(' ')}
              </td>
              <td>
                {last === undefined && task.attempt === null ? null : (
                  <button
                    type="button"
                    aria-expanded={open.value === task.task}
                    onClick={() => (open.value = open.value === task.task ? null : task.task)}
                  >
                    {open.value === task.task ? 'Hide' : 'Show'}
                  </button>
                )}
                {open.value === task.task ? <TaskOutput job={job.id} task={task} /> : null}
              </td>
            </tr>
          );
        })}
      </Table>
      {shown.length < tasks.length ? (
        <p>
          {tasks.length - shown.length} more tasks are not shown. See them with:{' '}
          <code>collab job show {job.id}</code>
        </p>
      ) : null}
    </>
  );
}

interface StoredFile {
  readonly name: string;
  readonly kind: string;
  readonly size_bytes: number;
}

/** What the tasks left in the store. */
function Outputs({ job }: { job: JobEntry }) {
  const files = useSignal<readonly StoredFile[] | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    const pattern = encodeURIComponent(`${job.folder}/trials/**`);
    void call<{ files: StoredFile[] }>('GET', `/v1/files?pattern=${pattern}`, { signal: ending.signal }).then(
      (answer) => {
        if ('data' in answer)
          files.value = outputsFirst(answer.data.files.filter(({ kind }) => kind === 'file'));
      },
    );
    return () => ending.abort();
  }, [job.folder, job.counts.done]);
  const found = files.value;
  if (found === null || found.length === 0) return null;
  return (
    <details>
      <summary>{countText(found.length, 'file')} that its tasks left</summary>
      <ul class="files">
        {found.slice(0, rowsAtMost).map(({ name, size_bytes: size }) => (
          <li key={name}>
            <a href={`/v1/files/${named(name)}`} download={name.split('/').at(-1)}>
              {name.slice(`${job.folder}/trials/`.length)}
            </a>{' '}
            <span class="muted">{bytesText(size)}</span>
          </li>
        ))}
      </ul>
      {found.length > rowsAtMost ? (
        <p>
          All of them: <code>collab job output {job.id}</code>
        </p>
      ) : null}
    </details>
  );
}

/** What tasks wrote themselves comes before what was measured of them. */
function outputsFirst(files: readonly StoredFile[]): StoredFile[] {
  const isOutput = ({ name }: StoredFile) => name.includes('/outputs/');
  return [...files.filter(isOutput), ...files.filter((file) => !isOutput(file))];
}
