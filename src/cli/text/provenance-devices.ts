import { formatBytes, type Provenance } from '../../index.js';
import type { Field } from './fields.js';

type Device = Provenance['run']['devices'][number];
type Board = NonNullable<NonNullable<Device['board']>['before']>;

const notRecorded = 'not recorded';

/** What a run recorded of a device. */
export function deviceFields(device: Device): Field[] {
  const { facts, clock } = device;
  const memory = factOf(facts, 'memoryBytes');
  return [
    ['model', textOf(factOf(facts, 'model'))],
    ['architecture', textOf(factOf(facts, 'architecture'))],
    ['cores', textOf(factOf(facts, 'cores'))],
    ['memory', typeof memory === 'number' ? formatBytes(memory) : notRecorded],
    ['kernel', textOf(factOf(facts, 'kernel'))],
    ['OS', textOf(nameOf(factOf(facts, 'os')))],
    ['engine', engineText(factOf(facts, 'engine'))],
    ['CPU clock', boardText(device)],
    [
      'its time',
      clock === null ? notRecorded : `${signed(clock.offset_ms)} +- ${clock.error_ms.toFixed(1)} ms`,
    ],
  ];
}

/** Facts have the names of the code, or of run folders that other programs wrote. */
function factOf(facts: Readonly<Record<string, unknown>>, name: string): unknown {
  return name in facts ? facts[name] : facts[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

function textOf(value: unknown): string {
  if (value === null) return 'unknown';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : notRecorded;
}

const nameOf = (os: unknown) => (isRecord(os) ? (os.name ?? os.id) : undefined);

function engineText(engine: unknown): string {
  if (!isRecord(engine)) return notRecorded;
  if (engine.available === false) return `none: ${textOf(engine.reason)}`;
  return `Docker ${textOf(engine.version)}`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Governor and limits before the first trial, and after the last if they differ. */
function boardText({ board }: Device): string {
  if (board === undefined) return notRecorded;
  const before = board.before === null ? 'could not be read' : settingsText(board.before);
  const after = board.after === null ? 'could not be read' : settingsText(board.after);
  return before === after ? `${before}, before and after` : `${before} before; ${after} after`;
}

function settingsText({ cpu_policies: policies, nvpmodel }: Board): string {
  const each = policies.map(
    ({ name, governor, min_khz: min, max_khz: max }) =>
      `${name} ${governor ?? '(governor unknown)'} ${megahertz(min)} to ${megahertz(max)}`,
  );
  const clocks = each.length === 0 ? 'no governor to read' : each.join(', ');
  return nvpmodel === null ? clocks : `${clocks}, nvpmodel ${nvpmodel}`;
}

const megahertz = (khz: number | null) => (khz === null ? '?' : `${Math.round(khz / 1000)} MHz`);
const signed = (ms: number) => `${ms < 0 ? '-' : '+'}${Math.abs(ms).toFixed(1)} ms`;
