/** What came of a row. */
export interface Outcome {
  name: string;
  promise: string;
  seen: string;
  samplesLost: number;
  /** Results that are wrong or doubled. */
  wrong: number;
  /** Lines of journals that cannot be read. */
  unreadable: number;
  /** What is left after `collab clean`. */
  orphans: readonly string[];
  kept: boolean;
}

/** The outcomes as a table in Markdown. */
export function faultsTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((one) => [
    one.name,
    one.promise,
    one.seen.replace(/\s+/g, ' ').replaceAll('|', '/'),
    String(one.samplesLost),
    String(one.wrong),
    String(one.unreadable),
    String(one.orphans.length),
    one.kept ? 'yes' : '**no**',
  ]);
  const headings = [
    'fault',
    'promise',
    'seen',
    'samples lost',
    'wrong or doubled results',
    'unreadable lines',
    'orphans after clean',
    'kept',
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}
