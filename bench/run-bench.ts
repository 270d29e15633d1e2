import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { judge, type Measurement } from './measurement.js';
import { machineText } from './machine.js';
import { benchTable } from './table.js';

/** A part of a bench, which can be run on its own with `--only`. */
export interface Part<Context> {
  name: string;
  measure: (context: Context, options: BenchOptions) => Promise<Measurement[]>;
}

export interface BenchOptions {
  /** How often each thing is measured. */
  repeats: number;
  /** Numbers that the bench takes beside, by name: `--sessions 20`. */
  sizes: Record<string, number>;
}

export interface Bench<Context> {
  /** As in `npm run bench:<name>`. */
  name: string;
  /** Default number of repeats. */
  repeats: number;
  /** Numbers that may be given as flags, with their defaults. */
  sizes?: Record<string, number>;
  parts: readonly Part<Context>[];
  /** Makes what all parts stand on, such as a Lab; installs what it needs. */
  prepare: (options: BenchOptions) => Promise<Context>;
  /** Takes it down again, also after a failure. */
  clear: (context: Context) => Promise<void>;
  /** Programs whose version belongs below the table. */
  programs?: Record<string, readonly string[]>;
}

/** Tells on stderr what goes on: stdout has the table alone. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * Runs the parts that `--only` picks, prints their table on stdout, and sets the exit code: 1 when a target was missed
 * or a part failed, 2 for wrong usage. A part that fails does not keep the others from being measured.
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

/** Reads the flags; null when they are wrong, or when only the usage was asked for. */
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
    if (none) return wrong(`--${none[0]} must be a whole number from 1 on`);
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
