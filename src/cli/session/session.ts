import { setMaxListeners } from 'node:events';
import { writeSync } from 'node:fs';
import {
  CollabError,
  ExitCode,
  jsonOf,
  knownMetrics,
  LiveRun,
  registerWorkspace,
  systemClock,
  tightenPrivate,
  Workspace,
  type Clock,
  type CollabEvent,
  type Emit,
} from '../../index.js';
import { Screen } from '../events/index.js';
import { isDetached } from './detached.js';
import { type EndRequest, onEndRequests } from './end-requests.js';
import { printResult, type Result } from './print-result.js';
import { endPromptsWith } from './prompts.js';

/** What every command works with: the workspace, the clock, the event output and Ctrl-C. */
export interface Session {
  workspace: Workspace;
  clock: Clock;
  emit: Emit;
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP; a second Ctrl-C or SIGTERM ends the process immediately. */
  signal: AbortSignal;
  /** Says how long a trial took in an earlier run, from which the time left is told until one is complete. */
  expectTrials: (seconds: number) => void;
  /** What a second Ctrl-C says before the process ends. */
  onQuit: (lines: () => readonly string[]) => void;
  /** Prints a message on stderr; silent with --json. */
  say: (line: string) => void;
  /**
   * Prints the result on stdout: the text if there is one, or with --json the data as one line of the kind `result`.
   * With --json a command prints one result, as its last line.
   */
  print: <T extends object>(text: string | null, data: Result<T>) => void;
}

/**
 * @param output what a command prints with --json before its result: its events, or nothing. Commands that work on devices
 * print events; those that only read or write files of this machine do not.
 * @param onStop what the first Ctrl-C says, in place of that the command stops its work
 */
export function openSession(
  options: { json?: boolean },
  output: 'events' | 'result' = 'result',
  onStop?: string,
): Session {
  const json = options.json === true;
  const screen = new Screen(process.stderr, new LiveRun(powerMetrics()));
  const abort = new AbortController();
  // All that a command does at the same time waits for it too: some things for each device. Node warns of more than ten.
  setMaxListeners(0, abort.signal);
  const onRequest = (request: EndRequest) => {
    screen.say(onStop ?? stopping[request]);
    abort.abort(interrupted(request));
  };
  process.stdout.on('error', () => abort.abort(interrupted()));
  let farewell: () => readonly string[] = () => [];
  const quit = () => {
    screen.clear();
    // Other ways to write may not be done when the process ends.
    writeSync(
      2,
      farewell()
        .map((line) => `${line}\n`)
        .join(''),
    );
    process.exit(ExitCode.interrupted);
  };
  onEndRequests(onRequest, quit, () => screen.end(), isDetached());
  endPromptsWith(abort.signal);
  const emitJson = (event: CollabEvent) => {
    process.stdout.write(`${jsonOf({ time: systemClock.now().toISOString(), ...event })}\n`);
  };
  const none: Emit = () => undefined;
  const emit: Emit = !json ? (event) => screen.show(event) : output === 'events' ? emitJson : none;
  const workspace = Workspace.find(process.cwd());
  registerWorkspace(workspace);
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
    expectTrials: (seconds) => screen.expectTrials(seconds),
    onQuit: (lines) => (farewell = lines),
    say: (line) => {
      if (!json) screen.say(line);
    },
    print: (text, data) => {
      screen.clear();
      printResult(json, text, data);
    },
  };
}

/** Names of metrics in watts. */
export const powerMetrics = () =>
  knownMetrics()
    .samples.filter(({ unit }) => unit === 'W')
    .map(({ name }) => name);

const stopping: Readonly<Record<EndRequest, string>> = {
  SIGINT: 'Stopping. Press Ctrl-C again to quit immediately.',
  SIGTERM: 'Stopping, as SIGTERM asks. Press Ctrl-C to quit immediately.',
  SIGHUP: 'Stopping, because the terminal was closed (SIGHUP).',
};

const causes: Partial<Record<EndRequest, string>> = {
  SIGTERM: 'The process got SIGTERM.',
  SIGHUP: 'The terminal was closed (SIGHUP).',
};

function interrupted(request: EndRequest = 'SIGINT'): CollabError {
  return new CollabError('interrupted', {
    what: 'Interrupted.',
    why: causes[request],
    next: 'Run the command again. Finished work is kept.',
    exitCode: ExitCode.interrupted,
  });
}
