import { CollabError, ExitCode, tableNames, type TableName } from '../../index.js';

/**
 * The tables that were asked for; none is all of a report.
 * @throws CollabError `no-such-table`
 */
export function pickTables(names: readonly string[] | undefined): { tables?: TableName[] } {
  if (names === undefined) return {};
  return {
    tables: names.map((name) => {
      const table = tableNames.find((each) => each === name);
      if (table !== undefined) return table;
      throw new CollabError('no-such-table', {
        what: `There is no table '${name}'.`,
        next: `Choose of: ${tableNames.join(', ')}`,
        exitCode: ExitCode.usage,
      });
    }),
  };
}
