import { LanStore, repeatJudge, resumeRun } from '../../index.js';
import { carryOutRun, openSession, startDetached } from '../session/index.js';

export interface ResumeOptions {
  retry?: 'failed';
  force?: boolean;
  wait?: boolean;
  detach?: boolean;
  notify?: string;
  json?: boolean;
}

/** `collab resume [run]`: goes on with a run at its next trial. */
export async function resume(run: string | undefined, options: ResumeOptions): Promise<void> {
  const session = openSession(options, 'events');
  if (options.detach === true) return startDetached(session, options.json === true);
  const { workspace, clock, signal } = session;
  const lans = new LanStore(workspace);
  const lan = (name: string) => lans.load(name);
  const { force = false, wait = false } = options;
  const retryFailed = options.retry === undefined ? undefined : 'too';
  const judgeRepeats = repeatJudge();
  await carryOutRun(
    session,
    (emit) => resumeRun({ workspace, clock, signal, run, retryFailed, force, wait, lan, judgeRepeats, emit }),
    { notify: options.notify },
  );
}
