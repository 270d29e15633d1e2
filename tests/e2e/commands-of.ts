import type { Command } from 'commander';

/** Names of all commands with --json: `device list`, and `runs`, which has commands below it. */
export function commandsOf(one: Command, path = ''): string[] {
  const below = one.commands.flatMap((sub) => commandsOf(sub, `${path} ${sub.name()}`.trim()));
  return one.options.some(({ long }) => long === '--json') ? [path, ...below] : below;
}

/** Called in tests/long/store.test.ts, where a keeper can be replaced, and in tests/e2e/local/. */
export const calledElsewhere = ['fleet replace', 'fleet drain', 'init', 'docs', 'completion', 'dashboard'];
