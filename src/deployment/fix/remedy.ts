import { commandLine } from '../../network/index.js';

/** What a device can lack. */
export type Lack =
  'engine' | 'engine running' | 'docker group' | 'python' | 'disk' | 'time service' | 'clock';

/** A command for a device, as an argument list. */
export interface RemedyCommand {
  argv: readonly string[];
  asRoot: boolean;
}

/** How a lack of a device is fixed: commands in their order, or advice where no command is known. */
export interface Remedy {
  lack: Lack;
  /** In one sentence, for the question to the user. */
  what: string;
  commands: readonly RemedyCommand[];
  /** What to do by hand; null when the commands suffice. */
  advice: string | null;
}

/** A command as the user would type it on the device. */
export function commandText({ argv, asRoot }: RemedyCommand, isRoot: boolean): string {
  return `${asRoot && !isRoot ? 'sudo ' : ''}${commandLine(argv)}`;
}
