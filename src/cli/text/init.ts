import type { InitResult } from '../../index.js';

const whatIs: Readonly<Record<string, string>> = {
  'README.md': 'what is where, and the commands to begin with',
  'Logs/.gitignore': 'keeps the results of runs out of git',
  'TestCases/hello/': 'an experiment that runs at once',
  'TestCases/split-inference/': 'ResNet-18 split between two devices',
  'examples/linear-regression/': 'a job: a fit of a small table',
  'examples/film-thumbnails/': 'a job: pictures of a film',
};

/** What `collab init` made and kept, and what to do next. @param way to the workspace from here; empty if it is here */
export function initText({ folder, existed, made, kept }: InitResult, way: string): string {
  const width = Math.max(0, ...made.map((path) => path.length));
  const next: [string, string][] = [
    ...(way === '' ? [] : ([[`cd ${typed(way)}`, '']] satisfies [string, string][])),
    ['collab run hello --local', 'run it on this machine'],
    ['collab new my-experiment', 'an experiment of your own'],
    ['collab setup', 'find your devices'],
  ];
  return [
    existed ? `${folder} is a workspace already.` : `Made a workspace in ${folder}`,
    ...(existed && made.length > 0 ? ['Added to it:'] : []),
    ...made.map((path) => `  ${path.padEnd(width)}  ${whatIs[path] ?? ''}`.trimEnd()),
    ...(kept.length === 0 ? [] : [`Left as it was: ${kept.join(', ')}`]),
    '',
    'Next:',
    ...next.map(([command, what]) => `  ${command.padEnd(26)}${what}`.trimEnd()),
  ].join('\n');
}

/** A path as it is typed in a shell. */
const typed = (path: string): string =>
  /^[\w./@%+,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
