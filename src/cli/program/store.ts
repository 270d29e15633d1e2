import type { Command } from 'commander';
import type { DeleteFlags } from '../commands/store/delete.js';
import type { GetFlags } from '../commands/store/get.js';
import type { PutFlags } from '../commands/store/put.js';
import type { FleetOptions } from '../session/index.js';
import { command, group, onFleet, wholeNumber } from './command.js';

/** `collab store ...`. */
export function addStoreCommands(program: Command): void {
  const store = group(program, 'store', "Files on the fleet's keepers, in versions and replicas").addHelpText(
    'after',
    `
Names are like weights/resnet50.pt. Everybody in the fleet sees them; only you see
what is below private/. Names such as s3://bucket/key are in S3.`,
  );
  addMoving(store);
  addAsking(store);
}

function addMoving(store: Command): void {
  onFleet(command(store, 'put', 'Put a file or folder; a name that is there gets a new version'))
    .argument('<local>', 'File or folder of this machine')
    .argument('<name>', 'Its name in the store; with / at the end, a folder to put it in')
    .option('--keep <versions>', 'Versions to keep of each file (default: as the fleet is set)', wholeNumber)
    .action(async (local: string, name: string, flags: PutFlags) =>
      (await import('../commands/store/put.js')).storePut(local, name, flags),
    );
  onFleet(command(store, 'get', 'Get a file or folder'))
    .argument('<name>')
    .argument('[local]', 'Where it goes (default: its own name here); - is standard output')
    .option('--version <number>', 'This version (default: the newest)', wholeNumber)
    .option('--versions <count>', 'The last versions of a file, the newest last, in one file', wholeNumber)
    .option('--into <folder>', 'With --versions: each in a file of its own')
    .action(async (name: string, local: string | undefined, flags: GetFlags) =>
      (await import('../commands/store/get.js')).storeGet(name, local, flags),
    );
  onFleet(command(store, 'get-all', 'Get all files that match, under their whole names'))
    .argument('<pattern>', "E.g. 'weights/**/*.pt': * within a folder, ** over folders, ?, {a,b}")
    .argument('<folder>', 'Where they go')
    .action(async (pattern: string, folder: string, flags: FleetOptions) =>
      (await import('../commands/store/get-all.js')).storeGetAll(pattern, folder, flags),
    );
  onFleet(command(store, 'delete', 'Delete a file with all its versions'))
    .argument('<name>')
    .option('-r, --recursive', 'Delete a folder with everything in it')
    .option('--force', 'Delete files of other users too')
    .option('-y, --yes', 'Do not ask')
    .action(async (name: string, flags: DeleteFlags) =>
      (await import('../commands/store/delete.js')).storeDelete(name, flags),
    );
}

function addAsking(store: Command): void {
  onFleet(command(store, 'ls', 'Show which devices hold the replicas of a file'))
    .argument('<name>')
    .action(async (name: string, flags: FleetOptions) =>
      (await import('../commands/store/ls.js')).storeLs(name, flags),
    );
  onFleet(command(store, 'ls-all', 'List files'))
    .argument('[pattern]', 'Only names that match, or what is in a folder (default: all)')
    .action(async (pattern: string | undefined, flags: FleetOptions) =>
      (await import('../commands/store/ls-all.js')).storeLsAll(pattern, flags),
    );
  onFleet(command(store, 'store', 'Show what each device holds'))
    .argument('[device]', 'Only this one, by file')
    .action(async (device: string | undefined, flags: FleetOptions) =>
      (await import('../commands/store/store.js')).storeStore(device, flags),
    );
  onFleet(command(store, 'versions', 'List the versions of a file that are kept'))
    .argument('<name>')
    .action(async (name: string, flags: FleetOptions) =>
      (await import('../commands/store/versions.js')).storeVersions(name, flags),
    );
  onFleet(command(store, 'count', 'Count files and their bytes'))
    .argument('[pattern]', 'Only names that match, or what is in a folder (default: all)')
    .action(async (pattern: string | undefined, flags: FleetOptions) =>
      (await import('../commands/store/count.js')).storeCount(pattern, flags),
    );
  onFleet(command(store, 'scrub', 'Read all replicas of everything, and repair what is damaged')).action(
    async (flags: FleetOptions) => (await import('../commands/store/scrub.js')).storeScrub(flags),
  );
}
