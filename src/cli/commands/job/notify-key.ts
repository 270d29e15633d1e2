import { type FleetOptions, withJobs } from '../../session/index.js';

export interface NotifyKeyFlags extends FleetOptions {
  renew?: boolean;
}

/** `collab job notify-key`: with what the messages about one's own jobs are signed. */
export async function jobNotifyKey(flags: NotifyKeyFlags): Promise<void> {
  await withJobs(flags, 'result', async (jobs, { signal, print }) => {
    const key = await jobs.notifyKey(flags.renew === true, { signal });
    print(key, { user: jobs.user, key });
  });
}
