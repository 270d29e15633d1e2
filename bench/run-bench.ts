import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { judge, type Measurement } from './measurement.js';
import { machineText } from './machine.js';
import { benchTable } from './table.js';

/** A part of a benchmark, which `--only` can select. */
export interface Part<Context> {
  name: string;
  measure: (context: Context, options: BenchOptions) => Promise<Measurement[]>;
}

export interface BenchOptions {
  /** Number of repeats of each measurement. */
  repeats: number;
  /** Other numeric flags by name: `--sessions 20`. */
  sizes: Record<string, number>;
}

export interface Bench<Context> {
  /** As in `npm run bench:<name>`. */
  name: string;
  /** Default number of repeats. */
  repeats: number;
  /** Numeric flags with their defaults. */
  sizes?: Record<string, number>;
  parts: readonly Part<Context>[];
  /** Sets up what all parts need, such as a Lab, and installs programs. */
  prepare: (options: BenchOptions) => Promise<Context>;
  /** Cleans up, also after a failure. */
  clear: (context: Context) => Promise<void>;
  /** Programs whose versions are printed below the table. */
  programs?: Record<string, readonly string[]>;
}

/** Prints progress to stderr; stdout has only the table. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * Runs the parts selected with `--only`, prints their table to stdout, and sets the exit code: 1 if a target was missed or a
 * part failed, 2 for a usage error. The other parts run even if one fails.
 */
export async function runBench<Context>(bench: Bench<Context>): Promise<void> {
  const [busy = 0] = loadavg();
  const chosen = chooseParts(bench);
  if (chosen === null) return;
  const { parts, options } = chosen;
  const context = await bench.prepare(options);
  const measured: Measurement[] = [];
  try {
    for (const part of parts) {
      say(`== ${bench.name}: ${part.name}`);
      try {
        measured.push(...(await part.measure(context, options)));
      } catch (error) {
        process.exitCode = 1;
        say(
          `FAILED: ${part.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      }
    }
  } finally {
    await bench.clear(context);
  }
  if (measured.some((one) => judge(one).met === false)) process.exitCode = 1;
  process.stdout.write(`${benchTable(measured)}\n\n${machineText(busy, bench.programs)}\n`);
}

/** Parses the flags; null if they are invalid, or after `--help`. */
function chooseParts<Context>({
  name,
  parts,
  ...defaults
}: Bench<Context>): { parts: readonly Part<Context>[]; options: BenchOptions } | null {
  const names = parts.map((part) => part.name);
  const sizes = Object.entries(defaults.sizes ?? {});
  const flags = [['repeats', defaults.repeats] as const, ...sizes];
  const usage = `usage: npm run bench:${name} -- [--only ${names.join(',')}]${flags
    .map(([flag, value]) => ` [--${flag} ${value}]`)
    .join('')}`;
  const wrong = (text: string) => {
    process.exitCode = 2;
    say(`${text}\n${usage}`);
    return null;
  };
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        help: { type: 'boolean' },
        ...Object.fromEntries(flags.map(([flag]) => [flag, { type: 'string' as const }])),
      },
    });
    if (values.help) {
      say(usage);
      return null;
    }
    const given = flags.map(
      ([flag, value]) => [flag, Number((values as Record<string, unknown>)[flag] ?? value)] as const,
    );
    const none = given.find(([, value]) => !Number.isInteger(value) || value < 1);
    if (none) return wrong(`--${none[0]} must be an integer of at least 1`);
    const { repeats = 1, ...rest } = Object.fromEntries(given);
    const only = values.only?.split(',') ?? names;
    const unknown = only.find((one) => !names.includes(one));
    if (unknown !== undefined) return wrong(`There is no part "${unknown}".`);
    return {
      parts: parts.filter((part) => only.includes(part.name)),
      options: { repeats, sizes: rest },
    };
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}
