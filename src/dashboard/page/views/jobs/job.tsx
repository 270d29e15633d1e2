import { useSignal } from '@preact/signals';
import type { JobEntry } from '../../../live/index.js';
import { useAsked } from '../../asked.js';
import { named, told } from '../../call.js';
import { known } from '../../connection.js';
import { Act, FaultText, JobState, Table } from '../../parts.js';
import { Link } from '../../route.js';
import type { Task } from './task-reader.js';
import { bytesText, countText } from '../../words.js';
import { TaskBar } from './jobs.js';
import { memberNames } from '../member-names.js';
import { Ago } from '../state.js';
import { chosenTasks, TaskChoice } from './task-choice.js';
import { TaskOutput } from './task-output.js';
import { TaskStream } from './task-stream.js';
import { useTasks } from './use-tasks.js';

const filesAtMost = 500;

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

function TaskTable({ job, tasks }: { job: JobEntry; tasks: readonly Task[] }) {
  const open = useSignal<number | null>(null);
  const names = memberNames.value;
  const { shown } = chosenTasks(tasks);
  return (
    <>
      <TaskChoice job={job} tasks={tasks} />
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
              <td>{member === null ? '' : (names.get(member) ?? member)}</td>
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
    </>
  );
}

interface StoredFile {
  readonly name: string;
  readonly kind: string;
  readonly size_bytes: number;
}

/** What the tasks left in the store. A job may leave many files, so they are asked for when somebody wants to see them. */
function Outputs({ job }: { job: JobEntry }) {
  const isOpen = useSignal(false);
  const hasEnded = job.counts.done + job.counts.failed > 0;
  if (!hasEnded) return null;
  return (
    <details onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
      <summary>Files that its tasks left</summary>
      {isOpen.value ? <OutputList key={job.endedMs} job={job} /> : null}
    </details>
  );
}

function OutputList({ job }: { job: JobEntry }) {
  const pattern = encodeURIComponent(`${job.folder}/trials/**`);
  const { data, fault } = useAsked<{ files: StoredFile[] }>(`/v1/files?pattern=${pattern}`, null);
  if (fault !== null) return <FaultText fault={fault} />;
  if (data === null) return <p role="status">Asking the store…</p>;
  const found = outputsFirst(data.files.filter(({ kind }) => kind === 'file'));
  return (
    <>
      <p>{countText(found.length, 'file')}</p>
      <ul class="files">
        {found.slice(0, filesAtMost).map(({ name, size_bytes: size }) => (
          <li key={name}>
            <a href={`/v1/files/${named(name)}`} download={name.split('/').at(-1)}>
              {name.slice(`${job.folder}/trials/`.length)}
            </a>{' '}
            <span class="muted">{bytesText(size)}</span>
          </li>
        ))}
      </ul>
      {found.length > filesAtMost ? (
        <p>
          The first {filesAtMost} are shown. All of them: <code>collab job output {job.id}</code>
        </p>
      ) : null}
    </>
  );
}

/** What tasks wrote themselves comes before what was measured of them. */
function outputsFirst(files: readonly StoredFile[]): StoredFile[] {
  const isOutput = ({ name }: StoredFile) => name.includes('/outputs/');
  return [...files.filter(isOutput), ...files.filter((file) => !isOutput(file))];
}
