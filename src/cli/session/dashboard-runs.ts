import type { DashboardRuns } from '../../dashboard/index.js';
import { LanStore, stopRun } from '../../index.js';
import { eventLine, plainProgress } from '../events/index.js';
import { openCompared } from './opened-comparison.js';
import { powerMetrics, type Session } from './session.js';
import { trialSecondsBefore } from './trial-seconds.js';

/**
 * The runs of the workspace for the dashboard, with the words of this command line.
 * @param folder for pages while they are made
 */
export function dashboardRuns({ workspace, clock, signal }: Session, folder: string): DashboardRuns {
  return {
    logs: workspace.logs,
    folder,
    clock,
    words: { line: eventLine, progress: plainProgress },
    powerMetrics: powerMetrics(),
    trialSeconds: (experiment) => trialSecondsBefore(experiment, workspace),
    compared: (names) => openCompared(workspace.logs, { names, baseline: undefined, signal }),
    async stop(run) {
      const lans = new LanStore(workspace);
      const lan = (name: string) => lans.load(name);
      const emit = () => undefined;
      // Whoever closes the page does not end the stopping.
      await stopRun({ workspace, run, lan, emit, clock, signal });
    },
  };
}
