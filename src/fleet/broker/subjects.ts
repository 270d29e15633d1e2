/**
 * Names of streams and subjects. Everything that a user may touch has the user, or a space that the user may see, in its subject,
 * so that the broker itself can refuse the rest.
 *
 *     f.<bucket>.<space>.<version id>.<part>.<chunk>   content, in the streams FILES_00 to FILES_15
 *     i.<space>.<name, one token per folder>           the record of a file, in the stream INDEX
 *     meta.<what>                                      about the store, in the stream STORE
 *     lease.<what>                                     in the stream LEASES
 *     j.<job>, j.<job>.<task>                          jobs and their tasks, in the stream JOBS
 *     j.<job>.<task>.late.<attempt>                    the end of an attempt that did not count
 *     j.fleet.pool.<name>                              a kept pool of members, in the stream JOBS too
 *     j.fleet.drain.<member id>                        a member that gets no tasks
 *     j.fleet.model.<name>                             how many images a batch of a model has
 *     j.fleet.key.<user>                               with which messages about a user's jobs are signed
 *     j.fleet.mqtt.<hash>                      which job an MQTT client's id stands for
 *     collab.jobs.<user>.>                     what MQTT clients say and hear: mqtt-topics.ts
 *     disk.<member id>                                 what agents of keepers ask each other
 *     ask.<identity>.<what>                            questions to the agents of keepers
 *     printed.<identity>.<member id>                   a question to a worker: what a task has printed
 *     _INBOX.<identity>.>                              answers
 *     _INBOX.<identity>.m-<member id>.>                those of a worker
 */
export const bucketCount = 16;
const bucketText = (bucket: number) => String(bucket).padStart(2, '0');
export const bucketStream = (bucket: number): string => `FILES_${bucketText(bucket)}`;
export const bucketSubjects = (bucket: number): string => `f.${bucketText(bucket)}.>`;
export const indexStream = 'INDEX';
export const indexSubjects = 'i.>';
export const storeStream = 'STORE';
export const storeSubjects = 'meta.>';
export const leaseStream = 'LEASES';
export const leaseSubjects = 'lease.>';
export const jobStream = 'JOBS';
export const jobSubjects = 'j.>';
export const jobSubject = (job: string): string => `j.${job}`;
export const taskSubject = (job: string, task: number): string => `j.${job}.${task}`;
/** The records of all tasks of a job. */
export const jobTasksSubject = (job: string): string => `j.${job}.*`;
/** All that there is of a job, but its own record. */
export const jobTasksBelow = (job: string): string => `j.${job}.>`;
export const lateSubject = (job: string, task: number, attempt: number): string =>
  `j.${job}.${task}.late.${attempt}`;
/** A kept pool. With four tokens, it is none of the subjects that members may write or read. */
export const poolSubject = (name: string): string => `j.fleet.pool.${name}`;
/** How many images a batch of a model has: out of their reach too. */
export const batchSizeSubject = (model: string): string => `j.fleet.model.${model}`;
/** A member that gets no tasks: out of their reach too. */
export const drainSubject = (member: string): string => `j.fleet.drain.${member}`;
/** As secret as that: with it, messages about a user's jobs are signed. */
export const notifyKeySubject = (user: string): string => `j.fleet.key.${token(user)}`;
/** The record that says that the store is there: format, settings, state. */
export const storeStateSubject = 'meta.state';
/** The note that the files of an earlier set of keepers are in this store. Then what those keepers still hold is removed. */
export const copiedSubject = (generation: number): string => `meta.copied.${generation}`;
/** Says that a server was removed from the cluster, so that it takes a new name when it returns. */
export const removedSubject = (server: string): string => `meta.removed.${server}`;
/** Which keepers have no space left. While there are such keepers, nothing is put. */
export const fullSubject = 'meta.full';

/** The stream that takes a subject. */
export function streamOf(subject: string): string {
  const [what = '', bucket = ''] = subject.split('.');
  if (what === 'f') return bucketStream(Number(bucket));
  return { i: indexStream, meta: storeStream, lease: leaseStream, j: jobStream }[what] ?? storeStream;
}

/** One token: letters, digits, `_` and `-` stay, every other byte of the text in UTF-8 becomes `=hh`. */
export const token = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) => {
      const one = String.fromCharCode(byte);
      return /[\w-]/.test(one) ? one : `=${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');

/** Who asks: `u-<user>`, or `m-<member id>` for the device itself. */
export const userIdentity = (user: string): string => `u-${token(user)}`;
export const memberIdentity = (id: string): string => `m-${id}`;

/** Files that everybody in the fleet sees. */
export const sharedSpace = 's';
/** Files of a user's jobs: that user sees them, and the devices that run the tasks. */
export const jobSpace = (user: string): string => `o-${token(user)}`;
/** Files that only one user sees. */
export const privateSpace = (user: string): string => `p-${token(user)}`;

export const indexSubject = (space: string, name: string): string =>
  `i.${space}.${name.split('/').map(token).join('.')}`;
/** Everything below a folder; all of the space for ``. */
export const indexBelow = (space: string, folder: string): string =>
  folder === '' ? `i.${space}.>` : `${indexSubject(space, folder)}.>`;

/** A chunk of a part. The version id (22 characters) is new for each put. */
export const chunkSubject = (
  bucket: number,
  { space, id }: { space: string; id: string },
  part: number,
  chunk: number,
): string => `f.${bucketText(bucket)}.${space}.${id}.${part}.${chunk}`;
/** All chunks of a version in a bucket. */
export const versionSubjects = (bucket: number, { space, id }: { space: string; id: string }): string =>
  `f.${bucketText(bucket)}.${space}.${id}.>`;

/** All chunks of a part. */
export const partSubjects = (bucket: number, place: { space: string; id: string }, part: number): string =>
  `f.${bucketText(bucket)}.${place.space}.${place.id}.${part}.>`;

/** Questions to agents. `leader` ones are answered by the leader only. */
export const questions = {
  /** Where the replicas of all buckets are, and how the cluster is. */
  placement: 'placement',
  /** Removes the parts of a put that was given up: `{ space, ids }`. */
  abort: 'abort',
  /** Leader, admins: reads everything and repairs. */
  scrub: 'scrub',
  /** Leader, admins: takes a dead keeper out now: `{ member }`. */
  replace: 'replace',
  /** Leader: submits, lists and changes jobs. */
  jobs: 'jobs',
  /** Leader, members: what a worker shall do. */
  work: 'work',
} as const;
/** How much space a keeper has left. Only agents of keepers can ask. */
export const diskQuestion = (member: string): string => `disk.${member}`;
export const question = (identity: string, what: keyof typeof questions): string => `ask.${identity}.${what}`;
/** What a task has printed so far, asked of the member that runs it. */
export const printedQuestion = (identity: string, member: string): string => `printed.${identity}.${member}`;
export const inboxOf = (identity: string): string => `_INBOX.${identity}`;
/** Where a worker answers: it may write nowhere else, so that it answers in nobody else's place. */
export const workerInboxOf = (identity: string, member: string): string =>
  `${inboxOf(identity)}.${memberIdentity(member)}`;
/** Where the answers to a question come. */
export function inboxFor(identity: string, subject: string): string {
  const [what, , member] = subject.split('.');
  return what === 'printed' && member !== undefined ? workerInboxOf(identity, member) : inboxOf(identity);
}
