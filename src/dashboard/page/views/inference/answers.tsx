import { useEffect, useState } from 'preact/hooks';
import { named } from '../../call.js';
import { known } from '../../connection.js';
import { go, Link, place } from '../../route.js';

/** What a model says of one image, as `collab infer output` gives it. */
interface Answered {
  readonly index: number;
  readonly image: string;
  readonly device?: string;
  readonly class?: string;
  readonly probability?: number;
  readonly error?: string | null;
  readonly boxes?: readonly {
    readonly class: string;
    readonly probability: number;
    readonly box: readonly number[];
  }[];
}

/** A line of the job's list of queries: where its image is. */
type Query = { readonly file: string } | { readonly store: string; readonly version: number };

const perPage = 48;
const againMs = 5000;

/** The images of a job with the class, or the boxes, that its model found in each. */
export function Answers({ id }: { id: string }) {
  const job = known.jobs.value.entries[id];
  const [answers, fault] = useAnswers(id, job?.counts.done ?? 0);
  const folder = job?.folder ?? '';
  const queries = useQueries(folder);
  const page = Math.max(0, Number(place.value.query.get('page') ?? 0) || 0);
  const shown = answers.slice(page * perPage, (page + 1) * perPage);
  const to = (next: number) => () => go(`/inference/${id}?page=${next}`);
  return (
    <section aria-labelledby="answers-title">
      <p>
        <Link to="/inference">Inference</Link> /
      </p>
      <h1 id="answers-title">{job?.name ?? id}</h1>
      {fault === '' ? null : <p class="notice">{fault}</p>}
      <p class="row">
        <button type="button" disabled={page === 0} onClick={to(page - 1)}>
          Before
        </button>
        <span>
          {answers.length === 0
            ? 'No answers yet'
            : `${page * perPage + 1} to ${page * perPage + shown.length} of ${answers.length}`}
        </span>
        <button type="button" disabled={(page + 1) * perPage >= answers.length} onClick={to(page + 1)}>
          Next
        </button>
      </p>
      <ul class="tiles">
        {shown.map((answer) => (
          <Tile key={answer.index} answer={answer} source={sourceOf(queries[answer.index], folder)} />
        ))}
      </ul>
    </section>
  );
}

function useAnswers(id: string, done: number): [readonly Answered[], string] {
  const [answers, setAnswers] = useState<readonly Answered[]>([]);
  const [fault, setFault] = useState('');
  useEffect(() => {
    const ending = new AbortController();
    const read = async () => {
      const answer = await fetch(`/v1/inference/${id}/output?partial=true`, { signal: ending.signal });
      const text = await answer.text();
      if (!answer.ok) {
        setFault((JSON.parse(text) as { what: string }).what);
        return;
      }
      setFault('');
      setAnswers(linesOf<Answered>(text));
    };
    const timer = setTimeout(() => void read().catch(() => undefined), answers.length === 0 ? 0 : againMs);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [id, done]);
  return [answers, fault];
}

/** Where the images of a job are. */
function useQueries(folder: string): readonly Query[] {
  const [queries, setQueries] = useState<readonly Query[]>([]);
  useEffect(() => {
    if (folder === '') return undefined;
    const ending = new AbortController();
    const read = async () => {
      const answer = await fetch(`/v1/files/${named(folder)}/files/images.jsonl`, { signal: ending.signal });
      if (answer.ok) setQueries(linesOf<Query>(await answer.text()));
    };
    void read().catch(() => undefined);
    return () => ending.abort();
  }, [folder]);
  return queries;
}

const linesOf = <T,>(text: string): T[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

function sourceOf(query: Query | undefined, folder: string): string | null {
  if (query === undefined) return null;
  if ('file' in query) return `/v1/files/${named(`${folder}/${query.file}`)}`;
  return `/v1/files/${named(query.store)}?version=${query.version}`;
}

function Tile({ answer, source }: { answer: Answered; source: string | null }) {
  const { image, device, class: name, probability, error, boxes } = answer;
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  return (
    <li class="tile">
      <div class="picture">
        {source === null ? null : (
          <img
            src={source}
            alt={image}
            loading="lazy"
            onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) =>
              setSize({ width, height })
            }
          />
        )}
        {boxes === undefined || size === null ? null : (
          <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
            {boxes.map(({ box: [left = 0, top = 0, right = 0, bottom = 0] }, at) => (
              <rect key={at} x={left} y={top} width={right - left} height={bottom - top} />
            ))}
          </svg>
        )}
      </div>
      <p>{error ?? (boxes === undefined ? `${name ?? ''} ${percent(probability)}` : boxesText(boxes))}</p>
      <p class="muted">
        {image.split('/').at(-1)}
        {device === undefined ? '' : ` on ${device}`}
      </p>
    </li>
  );
}

function boxesText(boxes: NonNullable<Answered['boxes']>): string {
  if (boxes.length === 0) return 'nothing found';
  return boxes.map((box) => `${box.class} ${percent(box.probability)}`).join(', ');
}

const percent = (share: number | undefined): string =>
  share === undefined ? '' : `${(100 * share).toFixed(1)} %`;
