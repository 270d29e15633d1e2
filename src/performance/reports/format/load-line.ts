import { basename } from 'node:path';

/** The file that a reader most likely wants: results, unless they were left out. */
export function mainFile(paths: readonly string[]): string {
  return paths.find((path) => basename(path).startsWith('results.')) ?? paths[0] ?? '';
}

/** Text as a Python literal. */
export function pythonText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}
