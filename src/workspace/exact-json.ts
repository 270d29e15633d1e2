import { numberOf } from './written-number.js';

const aNumber = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
/** A number that a double may change, as far as its form shows. */
const mayChange = /[:[,]\s*(?:-0|-?\d{16,}|-?\d+\.\d*0|-?0\.0{6}\d+|-?\d+(?:\.\d+)?[eE][-+]?\d+)(?=[\s,\]}])/;

/** Keys below which an experiment's parameters have values, wherever they are stored; the first is there in any case. */
const exactBelow = new Set(['parameters', 'combinations', 'exclude']);

/**
 * JSON.parse, except that numbers below `parameters`, and below `combinations` and `exclude` of a text that has parameters,
 * are as they were written: see WrittenNumber.
 * @throws SyntaxError when the text is not JSON
 */
export function parseJson(text: string): unknown {
  if (!text.includes('"parameters"') || !mayChange.test(text)) return JSON.parse(text);
  let mark = 'number:';
  while (text.includes(mark)) mark += ':';
  const marked = outsideStrings(text, (part) =>
    part.replace(aNumber, (found) => (String(Number(found)) === found ? found : `"${mark}${found}"`)),
  );
  return restored(JSON.parse(marked), mark, false);
}

/** Changes what is outside of the strings of a JSON text. A regular expression would overflow at strings of megabytes. */
function outsideStrings(json: string, change: (part: string) => string): string {
  const parts: string[] = [];
  for (let at = 0; at < json.length;) {
    const start = json.indexOf('"', at);
    parts.push(change(json.slice(at, start < 0 ? undefined : start)));
    if (start < 0) break;
    let end = json.indexOf('"', start + 1);
    while (end > 0 && isEscaped(json, end)) end = json.indexOf('"', end + 1);
    at = end < 0 ? json.length : end + 1;
    parts.push(json.slice(start, at));
  }
  return parts.join('');
}

function isEscaped(json: string, at: number): boolean {
  let first = at;
  while (json[first - 1] === '\\') first -= 1;
  return (at - first) % 2 === 1;
}

/** Puts numbers into the places of the texts that stand for them. */
function restored(value: unknown, mark: string, exact: boolean): unknown {
  if (typeof value === 'string') {
    if (!value.startsWith(mark)) return value;
    const written = value.slice(mark.length);
    return exact ? numberOf(written) : Number(written);
  }
  if (Array.isArray(value)) return value.map((one) => restored(one, mark, exact));
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record))
    record[key] = restored(record[key], mark, exact || exactBelow.has(key));
  return record;
}
