import type { Command } from 'commander';

/**
 * Examples of each command, which its --help ends with: what most users want first. The path of a command, without
 * `collab`, is its key; the lines are without it too.
 */
export const examples: Readonly<Record<string, readonly string[]>> = {
  dashboard: ['dashboard', 'dashboard --local --read-only', 'dashboard --link'],
  run: [
    'run hello --local',
    'run hello --set frames=10,20 --repeats 5',
    'run hello --only nano1,nano2 --dry-run',
  ],
  compare: [
    'compare 20261201-093000 20261201-101500',
    'compare 20261201-101500 20261201-112000 --baseline 20261201-093000',
    'compare 20261201-093000 20261201-101500 20261201-112000 --open',
  ],
  report: ['report --open', 'report --format table', 'report 20261201-093000-hello --format xlsx,parquet'],
  runs: ['runs', 'runs hello --all', "runs --filter state=complete --filter 'duration>60' --sort duration"],
  'runs edit': ['runs edit 20261201-093000-a1b2 --name baseline --tag paper'],
  'runs remove': ['runs remove baseline --dry-run', 'runs remove --filter state=failed --older-than 30d'],
  logs: ['logs --follow', 'logs baseline --role client --trial 3 --tail 20'],
  show: ['show', 'show 20261201-093000-hello'],
};

/** Adds the examples to the help of each command. */
export function addExamples(one: Command, path = ''): void {
  for (const child of one.commands) addExamples(child, `${path} ${child.name()}`.trim());
  const lines = Object.hasOwn(examples, path) ? (examples[path] ?? []) : [];
  if (lines.length === 0) return;
  one.addHelpText('after', `\nExamples:\n${lines.map((line) => `  collab ${line}`).join('\n')}`);
}
