/** The workspace folder on disk: its paths, private files, and reading and writing files. */
export { fileSize, readFileIfThere, writeFileAtomic } from './atomic-file.js';
export { cacheFolder } from './cache-folder.js';
export { durationInstead, parseDurationS } from './duration.js';
export { durationSchema } from './duration-schema.js';
export { makeFolder } from './make-folder.js';
export type { WorkspaceEvent } from './events.js';
export { ignoreAll } from './ignore-file.js';
export { badName, isUtf8 } from './file-names.js';
export { parseJson } from './exact-json.js';
export { sha256OfFile, sha256OfFiles } from './file-hash.js';
export { type Fault, formatFault, type PathFault, schemaFaults, valueAt } from './schema-faults.js';
export { didYouMean } from './similar.js';
export { tightenPrivate } from './private-files.js';
export { otherWorkspaces, registerWorkspace } from './register.js';
export { Workspace } from './workspace.js';
export {
  decimalKey,
  isNumber,
  isWrittenInteger,
  jsonNumber,
  jsonOf,
  numberOf,
  valueKey,
  WrittenNumber,
} from './written-number.js';
export { checkYaml } from './check-yaml.js';
export { type ParsedYaml, parseYaml } from './yaml.js';
