import {
  CollabError,
  ExitCode,
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
  /** Prints the result on stdout: the text, or the data with --json. */
  print: (text: string, data: unknown) => void;
}

export function openSession(options: { json?: boolean }): Session {
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
    process.stdout.write(`${JSON.stringify({ time: systemClock.now().toISOString(), ...event })}\n`);
  };
  const emit: Emit = json ? emitJson : (event) => screen.show(event);
  const workspace = Workspace.find(process.cwd());
  for (const loose of tightenPrivate(workspace)) emit({ kind: 'workspace.tightened', ...loose });
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
      process.stdout.write(`${json ? JSON.stringify(data) : text}\n`);
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
