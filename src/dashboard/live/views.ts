/**
 * The views of the page. Each is the first part of an address; what follows is a part of it, as in `/fleet/nano1`. A server
 * offers those for which it has the data.
 */
export const views = ['fleet', 'jobs', 'inference', 'files', 'runs', 'devices'] as const;
export type View = (typeof views)[number];
