import {
  CollabError,
  ExitCode,
  jsonOf,
  knownMetrics,
  systemClock,
  tightenPrivate,
  Workspace,
  type Clock,
  type CollabEvent,
  type Emit,
} from '../../index.js';
import { LiveRun, Screen } from '../events/index.js';

/** What every command works with: the workspace, the clock, the event output and Ctrl-C. */
export interface Session {
  workspace: Workspace;
  clock: Clock;
  emit: Emit;
  /** Aborted by the first Ctrl-C or SIGTERM; a second one ends the process immediately. */
  signal: AbortSignal;
  /** Prints a message on stderr; silent with --json. */
  say: (line: string) => void;
  /**
   * Prints the result on stdout: the text if there is one, or with --json the data as one line of the kind `result`.
   * With --json a command prints one result, as its last line.
   */
  print: <T extends object>(text: string | null, data: Result<T>) => void;
}

/** A list has no place for a kind, so it stands in a field; no field is named `kind`. */
type Result<T extends object> = T extends readonly unknown[] | { readonly kind: unknown } ? never : T;

/**
 * @param output what a command prints with --json before its result: its events, or nothing. Commands that work on devices
 * print events; those that only read or write files of this machine do not.
 */
export function openSession(options: { json?: boolean }, output: 'events' | 'result' = 'result'): Session {
  const json = options.json === true;
  const screen = new Screen(process.stderr, new LiveRun(powerMetrics()));
  const abort = new AbortController();
  const onSignal = () => {
    if (abort.signal.aborted) process.exit(ExitCode.interrupted);
    screen.say('Stopping. Press Ctrl-C again to quit immediately.');
    abort.abort(interrupted());
  };
  process.stdout.on('error', () => abort.abort(interrupted()));
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const emitJson = (event: CollabEvent) => {
    process.stdout.write(`${jsonOf({ time: systemClock.now().toISOString(), ...event })}\n`);
  };
  const none: Emit = () => undefined;
  const emit: Emit = !json ? (event) => screen.show(event) : output === 'events' ? emitJson : none;
  const workspace = Workspace.find(process.cwd());
  for (const loose of tightenPrivate(workspace)) {
    const event: CollabEvent = { kind: 'workspace.tightened', ...loose };
    if (json && output === 'result') screen.show(event);
    else emit(event);
  }
  return {
    workspace,
    clock: systemClock,
    emit,
    signal: abort.signal,
    say: (line) => {
      if (!json) screen.say(line);
    },
    print: (text, data) => {
      screen.clear();
      if (json) process.stdout.write(`${jsonOf({ kind: 'result', ...data })}\n`);
      else if (text !== null) process.stdout.write(`${text}\n`);
    },
  };
}

const powerMetrics = () =>
  knownMetrics()
    .samples.filter(({ unit }) => unit === 'W')
    .map(({ name }) => name);

function interrupted(): CollabError {
  return new CollabError('interrupted', {
    what: 'Interrupted.',
    next: 'Run the command again. Finished work is kept.',
    exitCode: ExitCode.interrupted,
  });
}
