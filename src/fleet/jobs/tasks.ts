import { type Batch, batch, batchCount, batchOf } from './batches.js';
import type { JobDefinition } from './record.js';

/** Values of a task's parameters, by name. */
export type TaskParameters = Readonly<Record<string, string | number | boolean>>;

/** How many tasks a job has. */
export function taskCount({ tasks }: Pick<JobDefinition, 'tasks'>): number {
  if (tasks.kind === 'count') return tasks.count;
  if (tasks.kind === 'batches') return batchCount(tasks);
  if (tasks.kind === 'each') return tasks.rows.length;
  return Object.values(tasks.values).reduce((product, { length }) => product * length, 1);
}

/** The parameters of a task, computed from its number: tasks are not stored before they run. The last parameter varies fastest. */
export function parametersOf({ tasks }: Pick<JobDefinition, 'tasks'>, task: number): TaskParameters {
  if (tasks.kind === 'count') return {};
  if (tasks.kind === 'batches') {
    const { first, images } = batchOf(tasks, task);
    return { first_image: first, images };
  }
  if (tasks.kind === 'each') {
    const row = tasks.rows[task] ?? [];
    return Object.fromEntries(tasks.columns.map((column, at) => [column, row[at] ?? '']));
  }
  let rest = task;
  const parameters: [string, string | number | boolean][] = [];
  for (const [name, values] of Object.entries(tasks.values).reverse()) {
    parameters.unshift([name, values[rest % values.length] ?? '']);
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(parameters);
}

/** The images of a batch, by the parameters of its task; null for a task that is none. */
export function batchIn({ first_image: first, images }: TaskParameters): Batch | null {
  return batch.safeParse({ first, images }).data ?? null;
}

const braces = /\{([A-Za-z_]\w*)\}/g;

/** Parameters whose values are part of the command of a task. */
export function readsInCommand({ tasks, command }: Pick<JobDefinition, 'tasks' | 'command'>): string[] {
  const names = Object.keys(parametersOf({ tasks }, 0));
  const written = new Set(command.flatMap((word) => [...word.matchAll(braces)].map(([, name]) => name)));
  return names.filter((name) => written.has(name));
}

/** The command of a task. `{{` and other braces stay as they are: only names of parameters and `task` are replaced. */
export function commandOf(definition: Pick<JobDefinition, 'tasks' | 'command'>, task: number): string[] {
  const values = { task, ...parametersOf(definition, task) };
  return definition.command.map((word) =>
    word.replace(braces, (whole, name: string) =>
      Object.hasOwn(values, name) ? String(values[name as keyof typeof values]) : whole,
    ),
  );
}
