/** One line of the table: what collab says, what is true, and how the truth is known. */
export interface Truth {
  area: Area;
  /** What was tried, e.g. `children that nobody waits for`. */
  tried: string;
  unit: string;
  /** What collab says; text if it says that it could not measure it. */
  claim: number | string;
  /** Whether it may say so on this machine: for a case in which the kernel does not tell. */
  mayBeUnknown?: boolean;
  truth: number;
  /** The claim may differ from the truth by this much, in its unit: the stated bound, or the resolution of the source. */
  allowed: number;
  /** How the truth was obtained, and where `allowed` comes from. */
  how: string;
}

export const areas = [
  'cpu',
  'memory',
  'disk',
  'network',
  'clock',
  'ledger',
  'statistics',
  'verdict',
  'compare',
] as const;
export type Area = (typeof areas)[number];

/** Text says that there is no figure: it is not wrong, but a figure that should be there is missing. */
export function holds({ claim, truth, allowed, mayBeUnknown = false }: Truth): boolean {
  return typeof claim === 'string' ? mayBeUnknown : Math.abs(claim - truth) <= allowed;
}

const headings = ['area', 'tried', 'claim', 'truth', 'deviation', 'bound', 'holds'];

/** A Markdown table, aligned for terminals, with numbered notes on how each truth was obtained. */
export function truthTable(truths: readonly Truth[]): string {
  const notes = [...new Set(truths.map(({ how }) => how))];
  const rows = truths.map((one) => {
    const { area, tried, unit, claim, truth, allowed, how } = one;
    const figure = (value: number) => `${short(value)} ${unit}`.trim();
    return [
      area,
      `${tried} (${notes.indexOf(how) + 1})`,
      typeof claim === 'string' ? claim : figure(claim),
      figure(truth),
      typeof claim === 'string' ? '' : deviation(claim, truth, figure),
      `±${figure(allowed)}`,
      holds(one) ? 'yes' : '**no**',
    ];
  });
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [
    line(headings),
    rule,
    ...rows.map(line),
    '',
    ...notes.map((note, index) => `${index + 1}. ${note}`),
  ].join('\n');
}

function deviation(claim: number, truth: number, figure: (value: number) => string): string {
  const share = truth === 0 ? '' : ` (${short((100 * (claim - truth)) / Math.abs(truth))} %)`;
  return `${figure(claim - truth)}${share}`;
}

/** Four significant digits, and whole numbers in full. */
function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
