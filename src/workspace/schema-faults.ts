import { z } from 'zod';
import { didYouMean } from './similar.js';
import type { DocumentPath } from './yaml.js';

/** Something wrong with a file that a user writes, such as experiment.yaml or fleet.yaml. */
export interface Fault {
  /** Relative to the folder of the whole, e.g. of the experiment. */
  file: string;
  /** 1-based; null when the fault is of the file as a whole. */
  line: number | null;
  /** Where in the file, e.g. `roles.server.ready.port`; empty for the whole. */
  path: string;
  message: string;
}

/** A fault at a path of a file; its line is looked up later. */
export interface PathFault {
  path: DocumentPath;
  message: string;
}

/** One line: `experiment.yaml:12  roles.server.ready.port: there is no port "grcp".` */
export function formatFault(fault: Fault): string {
  const place = fault.line === null ? fault.file : `${fault.file}:${fault.line}`;
  return `${place}  ${fault.path === '' ? '' : `${fault.path}: `}${fault.message}`;
}

/** What a schema found, in plain words. `raw` is the value that was checked. */
export function schemaFaults(schema: z.ZodType, error: z.ZodError, raw: unknown): PathFault[] {
  return issueFaults(schema, error.issues, raw);
}

function issueFaults(whole: z.core.$ZodType, issues: readonly z.core.$ZodIssue[], raw: unknown): PathFault[] {
  return issues.flatMap((issue) => {
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(whole, key, path) }));
      case 'invalid_key':
        return [
          { path, message: issue.issues[0]?.message ?? issue.message },
          ...faultsBelow(whole, path, raw),
        ];
      default: {
        const found = valueAt(raw, path);
        if (found === undefined) return [{ path, message: 'is missing' }];
        if (found === null) return [{ path, message: 'has no value' }];
        if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) {
          return [
            { path, message: `must be ${expected[issue.expected] ?? issue.expected}, not ${kindOf(found)}` },
          ];
        }
        if (issue.code === 'too_small' && issue.message.startsWith('Too small')) {
          return [{ path, message: `must be at least ${String(issue.minimum)}` }];
        }
        if (issue.code === 'too_big' && issue.message.startsWith('Too big')) {
          return [
            {
              path,
              message: `must be at most ${String(issue.maximum)}${issue.origin === 'string' ? ' characters' : ''}`,
            },
          ];
        }
        return [{ path, message: issue.message }];
      }
    }
  });
}

/** Faults of what stands under a key with a wrong name: zod does not look at it. */
function faultsBelow(whole: z.core.$ZodType, path: DocumentPath, raw: unknown): PathFault[] {
  const schema = schemaAt(whole, path);
  const parsed = schema && z.safeParse(schema, valueAt(raw, path));
  if (parsed === undefined || parsed.success) return [];
  return issueFaults(
    whole,
    parsed.error.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] })),
    raw,
  );
}

/** The part of the schema for a path of maps; undefined if there is none. */
function schemaAt(whole: z.core.$ZodType, path: DocumentPath): z.core.$ZodType | undefined {
  return path.reduce<z.core.$ZodType | undefined>((schema, step) => schema && below(schema, step), whole);
}

function below(schema: z.core.$ZodType, step: string | number): z.core.$ZodType | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return def.shape[step];
    case 'record':
      return def.valueType;
    case 'optional':
    case 'default':
    case 'prefault':
      return below(def.innerType, step);
    default:
      return undefined;
  }
}

const expected: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
};

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? `the text ${JSON.stringify(value)}` : JSON.stringify(value);
}

function unknownKey(whole: z.core.$ZodType, key: string, parent: DocumentPath): string {
  const known = knownKeys(whole, parent);
  return `there is no such key.${didYouMean(key, known) || ` Known here: ${known.join(', ')}.`}`;
}

/** Keys that the schema knows in the map at a path. */
function knownKeys(whole: z.core.$ZodType, path: DocumentPath): string[] {
  let schema: unknown = z.toJSONSchema(whole, { io: 'input' });
  for (const step of path) {
    schema = valueAt(schema, ['properties', step]) ?? valueAt(schema, ['additionalProperties']) ?? {};
  }
  return Object.keys(valueAt(schema, ['properties']) ?? {});
}

/** The value at a path of plain data, own keys only; undefined when there is none. */
export function valueAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}
