/** The API of a fleet over HTTP: its table of calls, the specification made from it, and the server. */
export type { Caller, MemberActs } from './caller.js';
export { unauthorized } from './faults.js';
export type { JobFeed } from './job-feed.js';
export { feedOf } from './job-handlers.js';
export { listen } from './listen.js';
export { apiListener } from './listener.js';
export { openApi } from './openapi.js';
export type { ApiMember } from './schemas.js';
export { isSameSecret, serveWorkspace, workspaceCaller } from './serve-workspace.js';
export { workspaceToken } from './workspace-token.js';
