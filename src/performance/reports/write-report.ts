import { mkdir } from 'node:fs/promises';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { Performance } from '../performance.js';
import { reportFormats } from './registry.js';

/**
 * Writes a report into a folder, which is made if need be.
 * @param format name of one of `reportFormats`
 * @returns the paths of the files
 * @throws CollabError `no-such-format` or `report-not-written`; a report that fails leaves no file
 */
export async function writeReport(
  performance: Performance,
  format: string,
  outputDir: string,
): Promise<string[]> {
  const chosen = reportFormats.find(({ name }) => name === format);
  if (chosen === undefined) {
    throw new CollabError('no-such-format', {
      what: `There is no report format '${format}'.`,
      next: `Choose one of: ${reportFormats.map(({ name }) => name).join(', ')}`,
      exitCode: ExitCode.usage,
    });
  }
  try {
    await mkdir(outputDir, { recursive: true });
    return await chosen.write(performance, outputDir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new CollabError('report-not-written', {
      what: `The ${format} report could not be written to ${outputDir}.`,
      why: messageOf(error),
      next: 'Choose another folder with --output, or make room and rights there.',
      exitCode: ExitCode.usage,
      cause: error,
    });
  }
}
