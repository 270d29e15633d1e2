import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ComparisonOfMany } from '../compare/index.js';
import type { Performance } from '../opening/index.js';
import { shellText, writeWhole } from './format/index.js';
import { comparisonPage } from './html/index.js';
import { notWritten, type WrittenReport } from './write-report.js';

/**
 * Writes a comparison as `comparison.html` to a folder, which is created if needed.
 * @param performance what was compared
 * @throws CollabError `report-not-written`; a page that fails leaves no file
 */
export async function writeComparison(
  comparison: ComparisonOfMany,
  { runs, notes }: Performance,
  outputDir: string,
): Promise<WrittenReport> {
  try {
    await mkdir(outputDir, { recursive: true });
    const path = join(outputDir, 'comparison.html');
    const files = await writeWhole([path], async ([temporary = '']) =>
      writeFile(temporary, await comparisonPage(comparison, runs)),
    );
    return { format: 'html', files, load: `python3 -m webbrowser ${shellText(path)}`, notes };
  } catch (error) {
    throw notWritten(error, 'html', outputDir);
  }
}
