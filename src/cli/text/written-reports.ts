import { relative } from 'node:path';
import type { WrittenReport } from '../../index.js';

/** The format that is a page for a browser, and not loaded by a program. */
export const pageFormat = 'html';

/**
 * How to load each report, read the run in a notebook, and open the page. Code is on lines of its own, to be copied; paths are
 * as seen from here.
 */
export function usesOf(
  written: readonly WrittenReport[],
  { names, output, reader }: { names: readonly string[]; output: string; reader: string },
): string[] {
  const here = relative('', output) || '.';
  const loads = written.filter(({ format }) => format !== pageFormat);
  return [
    ...loads.flatMap(({ format, load }) => [`To load ${format}:`, load.replaceAll(output, here)]),
    'To read all of the run in a notebook:',
    reader,
    ...(loads.length < written.length
      ? [`To open the page: ${['collab report', ...names, '--open'].join(' ')}`]
      : []),
  ];
}
