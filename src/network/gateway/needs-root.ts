import { CollabError, ExitCode } from '../../errors.js';

/** The error when this machine's network is to be changed and we may not. */
export function needsRoot(command: string): CollabError {
  return new CollabError('needs-root', {
    what: 'The network of this machine can be changed by root only.',
    why: 'You are not root, and sudo asks for a password.',
    next: `Unlock sudo for this terminal, then try again: sudo -v && ${command}`,
    exitCode: ExitCode.internal,
  });
}
