/** ssh connections to devices: host keys, logins, commands, files and terminals. */
export { connectSsh, loginMethods, showHostKey } from './client.js';
export type { HostKey } from './host-key.js';
export { installKey, keyNotAccepted } from './install-key.js';
export { type ConfirmTrust, trustNewHosts } from './trust-new-hosts.js';
export { makeKeyPair, workspaceKey, workspaceKeyPath } from './key-pair.js';
export { type HostKeys, keysOnly, KnownHosts } from './known-hosts.js';
export { loginKeys } from './login-keys.js';
export { hopOf, hopRecord, keyPlace, type Login, recordOf, stationsOf } from './login.js';
export { commandLine, quoteWord } from './quote.js';
export { scpCommand } from './scp-command.js';
export { Semaphore } from './semaphore.js';
export { hasOpenSsh, resolvePlace, type TypedPlace } from './ssh-config.js';
export { deviceUnreachable, keysOnlyServer, otherDevice } from './ssh-errors.js';
export type { SshShell } from './ssh-shell.js';
export type { Trust } from './verdict.js';
