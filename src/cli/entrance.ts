import { createInterface } from 'node:readline';
import { CollabError, ExitCode, type EnrollPrompts } from '../index.js';
import { askSecret, canAsk, cannotAsk, confirm } from './prompts.js';

/** The flags that answer what a login may ask. */
export interface EntranceOptions {
  yes?: boolean;
  /** Fingerprints of host keys that are trusted; `all` for every one. */
  trust?: string[];
  passwordStdin?: boolean;
}

/** Who answers for the user when devices are let in: the flags, else the user at the terminal. */
export function entrance({ yes, trust = [], passwordStdin }: EntranceOptions): EnrollPrompts {
  return {
    confirmTrust: async (strangers) => {
      if (yes === true || trust.includes('all')) return true;
      if (strangers.every(({ key }) => trust.includes(key.fingerprint))) return true;
      const places = strangers.map(({ place }) => place).join(', ');
      if (!canAsk())
        throw cannotAsk(`Whether to trust the host key of ${places}`, '--yes, or --trust <fingerprint>');
      return confirm(
        strangers.length === 1
          ? 'Trust this host key on first use, and record it?'
          : `Trust these ${strangers.length} host keys on first use, and record them?`,
      );
    },
    ...(passwordStdin === true
      ? { askPassword: fromStandardInput() }
      : yes !== true && canAsk() && { askPassword: fromTerminal }),
  };
}

const fromTerminal: NonNullable<EnrollPrompts['askPassword']> = async ({ user, host }, attempt) => {
  const again = attempt === 1 ? 'No key opens it. Used once, to install a key' : 'Try again';
  const password = await askSecret(`Password of ${user}@${host} (${again}; empty to give up):`);
  return password === '' ? null : password;
};

/** One line for all devices; a second try with the same one makes no sense. */
function fromStandardInput(): NonNullable<EnrollPrompts['askPassword']> {
  let line: Promise<string> | null = null;
  return async (_login, attempt) => {
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
      ? 'It is a terminal, which would show what you type.'
      : 'Its first line is empty.',
    next: 'Leave --password-stdin out to be asked, or feed it from a file or a password manager: collab setup ... --password-stdin < file',
    exitCode: ExitCode.usage,
  });
}

/** What comes behind the line is left alone, and its writer is not waited for. */
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
