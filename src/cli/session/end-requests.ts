import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Who asks this process to end: Ctrl-C, `kill` or a service manager, or the closing of its terminal. */
export type EndRequest = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/**
 * Calls `first` at the first request to end, and `again` when the user insists. A terminal that closes often sends SIGHUP
 * twice (the kernel and the shell), and a service manager sends it right after SIGTERM, or SIGTERM right after it when a
 * login ends: SIGHUP never insists, nor does the first SIGTERM behind it.
 * @param atExit called when the process exits, while its terminal may still be there
 * @param withoutTerminal this process has none that could be closed: SIGHUP is nothing to it
 */
export function onEndRequests(
  first: (request: EndRequest) => void,
  again: () => void,
  atExit: () => void,
  withoutTerminal = false,
): void {
  let asked = false;
  let lostTerminal = false;
  const onRequest = (request: EndRequest) => {
    const follows = lostTerminal && request === 'SIGTERM';
    lostTerminal = !asked && request === 'SIGHUP';
    if (!asked) {
      asked = true;
      first(request);
    } else if (request !== 'SIGHUP' && !follows) again();
  };
  const requests: EndRequest[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const request of requests)
    process.on(request, request === 'SIGHUP' && (withoutTerminal || hasNohup()) ? ignore : onRequest);
  if (isatty(0)) outliveTerminal(process.stdin);
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.on('exit', () => {
    atExit();
    terminals.forEach(leaveLostTerminal);
  });
}

/**
 * A terminal that is gone must not end the process before its work is stopped: neither reading from it nor the end of a
 * question, which gives the terminal its modes back.
 */
function outliveTerminal(stdin: NodeJS.ReadStream): void {
  stdin.on('error', ignore);
  const setRawMode = stdin.setRawMode.bind(stdin);
  stdin.setRawMode = (mode) => (isatty(0) ? setRawMode(mode) : stdin);
}

/**
 * Puts /dev/null in the place of a terminal that is gone. Node.js restores the modes of its terminals when it exits, and
 * crashes where it cannot (ResetStdio in its node.cc, up to version 22).
 */
function leaveLostTerminal(fd: number): void {
  if (isatty(fd)) return;
  closeSync(fd);
  openSync('/dev/null', 'r+');
}

/**
 * Whether the command was started with `nohup`. Node.js resets the ignored SIGHUP that nohup sets (ResetSignalHandlers in its
 * node.cc), so only the variable `_` tells, which bash, zsh and ksh set to the program that they start.
 */
export function hasNohup(env: NodeJS.ProcessEnv = process.env): boolean {
  return /(^|\/)nohup$/.test(env._ ?? '');
}

const ignore = (): void => undefined;
