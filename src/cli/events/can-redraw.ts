/** Whether lines can change in place: a terminal that understands cursor movement. */
export function canRedraw(stream: { isTTY?: boolean }, { TERM }: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && TERM !== 'dumb';
}
