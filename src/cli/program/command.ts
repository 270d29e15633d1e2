import { type Command, type CommandOptions, InvalidArgumentError, Option } from 'commander';

/** A command that holds other commands. */
export function group(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).exitOverride();
}

export function command(
  parent: Command,
  name: string,
  description: string,
  options: CommandOptions = {},
): Command {
  const path = parent.name() === 'collab' ? name : `${parent.name()} ${name}`;
  return parent
    .command(name, options)
    .description(description)
    .exitOverride()
    .showHelpAfterError(`(see collab ${path} --help)`);
}

const interactive = new WeakSet<Command>();

/** A command that hands the terminal to another program, so that it has no --json. */
export function interactiveCommand(parent: Command, name: string, description: string): Command {
  const made = command(parent, name, description);
  interactive.add(made);
  return made;
}

/** Adds the options that all commands have, after the others so that help lists them last. */
export function addGlobalOptions(one: Command): void {
  const help = new Option('-h, --help', 'Show this help');
  one.addHelpOption(help);
  one.commands.forEach(addGlobalOptions);
  // What only holds other commands takes no arguments; `runs` does, and has commands below it.
  if (one.commands.length > 0 && one.registeredArguments.length === 0) return;
  const heading = 'Global options:';
  const json = new Option('--json', 'Print results as JSON, and events as NDJSON');
  const debug = new Option('--debug', 'Print the stack trace of an error');
  if (!interactive.has(one)) one.addOption(json.helpGroup(heading));
  one.addOption(debug.helpGroup(heading));
  help.helpGroup(heading);
}

/** An option of commands that carry out a run. Without a run there is nothing to tell. */
export const notifyOption = (): Option =>
  new Option('--notify <command>', 'Run this here when the run has ended (see below)')
    .argParser((command: string) => {
      if (command.trim() === '') throw new InvalidArgumentError('It must be a command.');
      return command;
    })
    .conflicts('dryRun');

/** What `--notify` gives its command, for the end of a help. */
export const notifyHelp = `
The command of --notify has COLLAB_RUN, COLLAB_RUN_FOLDER, COLLAB_EXPERIMENT,
COLLAB_STATE (complete, partial, failed or interrupted) and COLLAB_VERDICT in
its environment. It has 60 s, and changes no exit code.`;

export const onLan = (one: Command): Command =>
  one.option('--lan <name>', 'LAN to use (default: the current LAN)');

/** Options that select a fleet. */
export const onFleet = (one: Command): Command =>
  one
    .option('--fleet <name>', 'Fleet to use (default: that of the current LAN)')
    .option('--local', 'Use the fleet on this machine');

/** Options that select devices of a LAN. */
export const onDevices = (one: Command): Command =>
  onLan(one)
    .option('--only <devices>', 'Use only these devices, e.g. nano1,nano2', list)
    .addOption(repeatable('--device-tag <tag>', 'Use only devices with this tag'));

/** Options that label the run that a command makes. */
export const withLabels = (one: Command): Command =>
  one
    .option('--name <name>', 'Name to find the run by')
    .option('--note <text>', 'What is to be remembered of the run')
    .addOption(repeatable('--tag <tag>', 'Tag of the run, e.g. paper'));

/** An option that can be given several times; its value is a list. */
export const repeatable = (flags: string, description: string): Option =>
  new Option(flags, `${description} (repeatable)`)
    .argParser((value: string, before: string[]) => [...before, value])
    .default([]);

/** Parses words separated by commas; a repeated option adds to them. */
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

export function aboveZero(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

export function number(text: string): number {
  if (text.trim() === '' || !Number.isFinite(Number(text)))
    throw new InvalidArgumentError('It must be a number.');
  return Number(text);
}

/** A percentage as a share: `10%` and `10 %` are 0.1. */
export function shareBelowOne(text: string): number {
  const percent = Number(/^(\d+(?:\.\d+)?) ?%$/.exec(text.trim())?.[1] ?? Number.NaN);
  if (!(percent > 0 && percent < 100))
    throw new InvalidArgumentError('It must be a percentage above 0 and below 100, such as 10%.');
  return percent / 100;
}
