import type { FleetJobs } from '../jobs/index.js';
import type { JobFeed } from './job-feed.js';
import type { ApiMember } from './schemas.js';

/** Who asks, and with what the questions are answered: all of it with the rights of that user. */
export interface Caller {
  fleet: string;
  jobs: FleetJobs;
  feed: JobFeed;
  members: () => Promise<readonly ApiMember[]>;
  /** Null where nobody's token for the members is. */
  acts: MemberActs | null;
  /** Null where there is no workspace. */
  runs: Runs | null;
}

/** What members do when they are asked with the user's token. */
export interface MemberActs {
  /** @param member its name or id @throws CollabError `fleet-member-unknown`, `member-refused`, `member-unreachable` */
  leave(member: string): Promise<void>;
  /** @returns how many members it reached @throws CollabError as `leave` */
  join(member: string): Promise<number>;
}

/** Runs of a workspace. */
export interface Runs {
  list(): Promise<readonly { runId: string; experiment: string }[]>;
  /** The content of run.json. @throws CollabError `no-such-run`, `run-ambiguous`, `no-runs` */
  record(wanted: string): Promise<Record<string, unknown> & { run_id: string; state: string }>;
}
