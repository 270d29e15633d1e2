/** That a trial is run again, and why. */
export function repeatNote(trial: number, why: string): string {
  return `Trial ${trial} was under way when the controller before ended, and is run again: ${why}. What its roles logged is kept as the attempt before.`;
}

/** That a device was taken from an abandoned run. */
export function takenOverNote(device: string, run: string): string {
  return `${device} was still held by the abandoned run ${run}. Its lease was ended, and its roles there were stopped; what they logged stays there. To collect it: collab stop ${run}, or collab resume ${run} to go on with that run.`;
}
