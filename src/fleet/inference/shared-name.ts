/** Whether a file of the store is one user's own, so that devices do not find it under this name. */
export const isOfOneUser = (name: string): boolean => /^(?:private|jobs)(?:\/|$)/.test(name);
