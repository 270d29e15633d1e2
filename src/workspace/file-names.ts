import { CollabError, ExitCode } from '../errors.js';

/** Whether a name or path was valid UTF-8: Node.js puts U+FFFD where it was not, and cannot open what it then names. */
export function isUtf8(path: string): boolean {
  return !path.includes('\ufffd');
}

/** The error of a file whose name is not valid UTF-8. @param then what follows, e.g. `Nothing was sent.` */
export function badName(name: string, folder: string, path: string, then: string): CollabError {
  return new CollabError(name, {
    what: `A file name below ${folder} is not valid UTF-8: ${path}. ${then}`,
    next: 'Rename the file.',
    exitCode: ExitCode.usage,
  });
}
