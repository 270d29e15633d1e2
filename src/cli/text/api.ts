/** Where the API listens, and how it is asked. */
export function servedText(address: string, token: string, file: string): string {
  return [
    `The API is at ${address}/v1. Ctrl-C ends it.`,
    `Token: ${token}`,
    `It is also in ${file}. Whoever has it has your rights in the fleet.`,
    'Try it:',
    `    curl -H "authorization: Bearer $(cat ${file})" ${address}/v1/members`,
  ].join('\n');
}

/** @param addresses of the keepers; none if they do not serve the API, or this workspace does not know it */
export function tokenText(token: string, user: string, expires: Date, addresses: readonly string[]): string {
  const where =
    addresses.length === 0
      ? 'No API of a keeper is known here. The owner of the fleet opens it: api: true in fleet.yaml, then collab fleet up.'
      : `Keepers: ${addresses.join(' ')}`;
  return [
    token,
    `Until ${expires.toISOString()}, it has all rights of ${user} in the fleet. Keep it private.`,
    where,
  ].join('\n');
}
