import { CollabError, ExitCode } from '../../errors.js';

export function noFile(place: string, name: string, why?: string): CollabError {
  return new CollabError('store-no-file', {
    what: `${place} has no file or folder ${JSON.stringify(name)}.`,
    why,
    next: 'See what it has: collab store ls-all',
    exitCode: ExitCode.usage,
  });
}
