import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, JobStatus, MembersSight, StoreSight, WorkerStatus } from '../../index.js';
import type { View } from '../live/index.js';
import type { Route } from './routes.js';
import type { Visitor } from './sessions.js';

/** Who may come in. */
export interface Visitors {
  /** The user whose token a program shows, or why it is of none. */
  ofToken(token: string): Promise<Visitor | { readonly refused: string }>;
  /** Whether a user who came in may stay. */
  mayStay(visitor: Visitor): Promise<boolean>;
}

/** What the dashboard is made of. What all users see has the rights of the user who started it; acts have those of their user. */
export interface DashboardParts {
  /** Name of the fleet. */
  readonly fleet: string;
  /** What each member says, and what the others say of it. */
  readonly members: (signal: AbortSignal) => Promise<MembersSight>;
  /** How the store is, and who gets no tasks. */
  readonly store: (signal: AbortSignal) => Promise<StoreSight>;
  readonly workers: (signal: AbortSignal) => Promise<readonly WorkerStatus[]>;
  readonly jobs: (signal: AbortSignal) => Promise<readonly JobStatus[]>;
  /**
   * Submits a job with the files of a zip file.
   * @param command a line for `sh`; null: what the job.yaml in it says
   * @returns the id of the job
   * @throws CollabError what is wrong with the file or the job
   */
  readonly submit: (
    zip: string,
    written: {
      readonly name: string | null;
      readonly command: string | null;
      readonly pool: readonly string[];
    },
    user: string,
  ) => Promise<string>;
  /** Answers the calls of the API, below /v1, with the rights of a user who was let in. */
  readonly api: (request: IncomingMessage, response: ServerResponse, user: string) => void;
  /** What else the server answers: routes of views that not every server has. */
  readonly routes: readonly Route[];
  /** The views for which it has the data. */
  readonly views: readonly View[];
  /** Folder for what is kept over a restart; only this user can read it. */
  readonly folder: string;
  readonly readOnly: boolean;
  readonly version: string;
  readonly clock: Clock;
  /** @returns 256 random bits as text without special characters */
  readonly secret: () => string;
  /** One line of the log. It has no secrets. */
  readonly log: (line: string) => void;
}
