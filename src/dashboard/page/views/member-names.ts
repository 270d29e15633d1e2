import { computed } from '@preact/signals';
import { known } from '../connection.js';

const text = computed(() =>
  JSON.stringify(Object.values(known.members.value.entries).map(({ id, name }) => [id, name])),
);

/** The name of each member by its id. It changes with the names only, and not each second with the members' load. */
export const memberNames = computed<ReadonlyMap<string, string>>(
  () => new Map(JSON.parse(text.value) as [string, string][]),
);
