import { useAsked } from '../../asked.js';
import { told } from '../../call.js';
import { about, known } from '../../connection.js';
import { FaultText, JobState, Table } from '../../parts.js';
import { Link } from '../../route.js';
import { countText } from '../../words.js';
import { RateChart } from './rate-chart.js';

/** Queries per second of a model, as the API gives them. */
export interface ModelRate {
  readonly model: string;
  readonly jobs: readonly string[];
  readonly live: boolean;
  readonly completed: number;
  readonly queries: number;
  readonly since: string;
  readonly recent_per_s: number;
  readonly per_s: number;
  readonly stretch_s: number;
  readonly completions: readonly number[];
}

interface ModelTimes {
  readonly model: string;
  readonly n: number;
  readonly mean_s: number | null;
  readonly deviation_s: number | null;
  readonly p50_s: number | null;
  readonly p95_s: number | null;
  readonly p99_s: number | null;
}

interface Batch {
  readonly device: string;
  readonly job: string;
  readonly job_name: string;
  readonly model: string;
  readonly batch: number;
  readonly attempt: number;
  readonly first_image: number;
  readonly last_image: number;
}

const againMs = 2000;

/** Models at work: rates, times, sizes of batches, and who works on what. */
export function Inference() {
  const rates = useAsked<{ models: ModelRate[] }>('/v1/inference/rate', againMs);
  const times = useAsked<{ models: ModelTimes[] }>('/v1/inference/times', againMs);
  const sizes = useAsked<{ sizes: { model: string; size: number }[] }>('/v1/inference/batch-sizes', againMs);
  const batches = useAsked<{ batches: Batch[] }>('/v1/inference/assignments', againMs);
  const models = rates.data?.models ?? [];
  return (
    <section aria-labelledby="inference-title">
      <h1 id="inference-title">Inference</h1>
      {rates.fault === null ? null : (
        <p class="notice">
          <FaultText fault={rates.fault} />
        </p>
      )}
      {rates.data === null ? (
        <p role="status">Asking the fleet…</p>
      ) : models.length === 0 ? (
        <p>
          No images were submitted yet. Submit some with: <code>collab infer submit resnet50 photos/</code>
        </p>
      ) : (
        <>
          <Models
            models={models}
            times={times.data?.models ?? []}
            sizes={sizes.data?.sizes ?? []}
            onChange={sizes.again}
          />
          <RateChart models={models} />
          <InferenceJobs />
          <Batches batches={batches.data?.batches ?? []} />
        </>
      )}
    </section>
  );
}

const secondsText = (value: number | null | undefined): string =>
  value == null ? '-' : `${value.toPrecision(3)} s`;

function Models(props: {
  models: readonly ModelRate[];
  times: readonly ModelTimes[];
  sizes: readonly { model: string; size: number }[];
  onChange: () => void;
}) {
  const headings = [
    'Model',
    'Done',
    'Last 10 s',
    'Since start',
    'Time of a batch',
    'p50',
    'p95',
    'p99',
    'Batch size',
  ];
  return (
    <Table label="Models" headings={headings}>
      {props.models.map((rate) => {
        const times = props.times.find(({ model }) => model === rate.model);
        return (
          <tr key={rate.model}>
            <th scope="row">
              {rate.model} {rate.live ? null : <span class="tag">ended</span>}
            </th>
            <td class="number">
              {rate.completed} of {rate.queries}
            </td>
            <td class="number">{rate.recent_per_s.toFixed(1)} /s</td>
            <td class="number">{rate.per_s.toFixed(1)} /s</td>
            <td class="number">
              {secondsText(times?.mean_s)}
              {times?.deviation_s == null ? '' : ` ± ${times.deviation_s.toPrecision(2)} s`}
            </td>
            <td class="number">{secondsText(times?.p50_s)}</td>
            <td class="number">{secondsText(times?.p95_s)}</td>
            <td class="number">{secondsText(times?.p99_s)}</td>
            <td>
              <BatchSize
                model={rate.model}
                size={props.sizes.find(({ model }) => model === rate.model)?.size ?? null}
                onChange={props.onChange}
              />
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

/** Sets how many images are in a batch, from the next batch on. */
function BatchSize({ model, size, onChange }: { model: string; size: number | null; onChange: () => void }) {
  if (about.value?.read_only === true) return <>{size ?? 'as its file says'}</>;
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = Number(new FormData(event.currentTarget).get('size'));
        void told('PUT', `/v1/inference/batch-sizes/${encodeURIComponent(model)}`, {
          json: { size: wanted },
        }).then(onChange);
      }}
    >
      <input
        key={size}
        name="size"
        type="number"
        min={1}
        required
        defaultValue={size === null ? '' : String(size)}
        placeholder="as its file says"
        aria-label={`Images in a batch of ${model}`}
      />
      <button>Set</button>
    </form>
  );
}

function InferenceJobs() {
  const jobs = Object.values(known.jobs.value.entries)
    .filter(({ model }) => model !== null)
    .sort((a, b) => b.submittedMs - a.submittedMs);
  return (
    <>
      <h2>Jobs</h2>
      <ul class="files">
        {jobs.slice(0, 20).map((job) => (
          <li key={job.id}>
            <Link to={`/jobs/${job.id}`}>{job.name}</Link> <span class="tag">{job.model}</span>{' '}
            <JobState state={job.state} /> <Link to={`/inference/${job.id}`}>Images and answers</Link>
          </li>
        ))}
      </ul>
    </>
  );
}

function Batches({ batches }: { batches: readonly Batch[] }) {
  return (
    <>
      <h2>Who works on what</h2>
      {batches.length === 0 ? (
        <p>No device works on a batch now.</p>
      ) : (
        <Table label="Batches" headings={['Device', 'Model', 'Job', 'Batch', 'Images']}>
          {batches.map((one) => (
            <tr key={`${one.job} ${one.batch}`}>
              <th scope="row">{one.device}</th>
              <td>{one.model}</td>
              <td>
                <Link to={`/jobs/${one.job}`}>{one.job_name}</Link>
              </td>
              <td class="number">
                {one.batch}
                {one.attempt === 1 ? '' : ` (attempt ${one.attempt})`}
              </td>
              <td class="number">
                {one.first_image} to {one.last_image} (
                {countText(one.last_image - one.first_image + 1, 'image')})
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}
