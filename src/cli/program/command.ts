import { InvalidArgumentError, type Command } from 'commander';

/** A command with the options that all have. */
export function command(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option('--json', 'machine-readable: events as NDJSON, results as JSON')
    .option('--debug', 'print the stack of an error')
    .exitOverride()
    .showHelpAfterError(
      `(collab ${parent.name() === 'collab' ? '' : `${parent.name()} `}${name} --help tells more)`,
    );
}

/** Gathers the values of an option that may be given again. */
export const again = (value: string, before: string[]): string[] => [...before, value];

/** Words between commas; an option that is given again adds to them. */
export function list(text: string, before: string[] = []): string[] {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length === 0) throw new InvalidArgumentError('It must name at least one.');
  return [...before, ...words];
}

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

export function number(text: string): number {
  if (text.trim() === '' || !Number.isFinite(Number(text)))
    throw new InvalidArgumentError('It must be a number.');
  return Number(text);
}
