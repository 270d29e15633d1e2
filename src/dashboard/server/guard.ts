/**
 * Who may talk to the dashboard: requests to a name of this server, from its own pages. It stops pages of other sites, and
 * names of other sites that were made to lead here (DNS rebinding).
 */
export interface Place {
  /** Names and addresses by which a browser may ask for the server, without a port. */
  readonly hosts: readonly string[];
  readonly port: number;
}

export type Refusal = { readonly status: 403 | 421; readonly why: string };

interface Asked {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Says where a request comes from; all browsers of today send it, other programs do not. */
  readonly fetchSite: string | undefined;
}

/** Why a request is refused; null if it is not. Source: RFC 9110 (421), Fetch Metadata Request Headers (W3C). */
export function refusalOf({ method, host, origin, fetchSite }: Asked, place: Place): Refusal | null {
  if (!isOwn(host, place)) return { status: 421, why: 'This server does not go by that name.' };
  const reads = method === 'GET' || method === 'HEAD';
  if (origin !== undefined && !isOwn(/^https?:\/\/(.+)$/.exec(origin)?.[1], place))
    return { status: 403, why: 'The request comes from a page of another site.' };
  if (reads) return null;
  if (origin === undefined) return { status: 403, why: 'The request does not say from which page it comes.' };
  if (fetchSite !== undefined && fetchSite !== 'same-origin')
    return { status: 403, why: 'The request comes from a page of another site.' };
  return null;
}

function isOwn(host: string | undefined, { hosts, port }: Place): boolean {
  if (host === undefined) return false;
  const asked = host.toLowerCase();
  return hosts.some((name) => {
    const own = name.includes(':') ? `[${name}]` : name;
    return asked === `${own}:${port}` || (port === 80 && asked === own);
  });
}
