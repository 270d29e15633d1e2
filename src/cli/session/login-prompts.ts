import { createInterface } from 'node:readline';
import { CollabError, ExitCode, type EnrollPrompts } from '../../index.js';
import { askSecret, canAsk, cannotAsk, confirm } from './prompts.js';

/** Flags that answer the questions of a login. */
export interface LoginFlags {
  yes?: boolean;
  /** Fingerprints of host keys to trust; `all` trusts every one. */
  trust?: string[];
  passwordStdin?: boolean;
}

/** Answers the questions of a login: from the flags, else by asking at the terminal. */
export function loginPrompts({ yes, trust = [], passwordStdin }: LoginFlags): EnrollPrompts {
  return {
    confirmTrust: async (strangers) => {
      if (yes === true || trust.includes('all')) return true;
      if (strangers.every(({ key }) => trust.includes(key.fingerprint))) return true;
      const places = strangers.map(({ place }) => place).join(', ');
      if (!canAsk())
        throw cannotAsk(
          `Trusting the host key of ${places} needs confirmation`,
          '--yes or --trust <fingerprint>.',
        );
      return confirm(
        strangers.length === 1
          ? 'Trust this host key and save it?'
          : `Trust these ${strangers.length} host keys and save them?`,
      );
    },
    ...(passwordStdin === true
      ? { askPassword: fromStandardInput() }
      : yes !== true && canAsk() && { askPassword: fromTerminal }),
  };
}

const fromTerminal: NonNullable<EnrollPrompts['askPassword']> = async (logins, attempt) => {
  const places = logins.map(({ user, host, port }) => `${user}@${host}${port === 22 ? '' : `:${port}`}`);
  const why = attempt === 1 ? 'No key is accepted. Used once, to install one' : 'Try again';
  const empty = logins.length === 1 ? 'empty to skip' : 'empty to be asked for each';
  const password = await askSecret(`Password of ${places.join(', ')} (${why}; ${empty}):`);
  return password === '' ? null : password;
};

/** One line serves all devices. Trying the same password a second time is pointless. */
function fromStandardInput(): NonNullable<EnrollPrompts['askPassword']> {
  let line: Promise<string> | null = null;
  return async (_logins, attempt) => {
    if (attempt > 1) return null;
    line ??= readLine();
    return line;
  };
}

async function readLine(): Promise<string> {
  const line = process.stdin.isTTY ? '' : await firstLine();
  if (line !== '') return line;
  throw new CollabError('no-password', {
    what: 'There is no password on standard input.',
    why: process.stdin.isTTY
      ? 'Standard input is a terminal, which would show what you type.'
      : 'The first line is empty.',
    next: 'Omit --password-stdin to be asked, or read it from a file or a password manager: collab setup ... --password-stdin < file',
    exitCode: ExitCode.usage,
  });
}

/** Reads up to the end of the first line only, without waiting for the writer to finish. */
async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    process.stdin.destroy();
  }
}
