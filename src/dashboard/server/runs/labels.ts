import { CollabError, ExitCode, type LabelChanges } from '../../../index.js';

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

/** The changes of a run's labels that a page asks for. @throws CollabError `bad-request` */
export function labelChanges(json: unknown): LabelChanges {
  if (typeof json !== 'object' || json === null) throw badRequest();
  const { name, note, tag = [], untag = [] } = json as Record<string, unknown>;
  if (name !== undefined && typeof name !== 'string') throw badRequest();
  if (note !== undefined && typeof note !== 'string') throw badRequest();
  if (!isTexts(tag) || !isTexts(untag)) throw badRequest();
  return { name, note, tag, untag };
}

const badRequest = () =>
  new CollabError('bad-request', {
    what: 'The labels are not as a page sends them.',
    next: 'Reload the page.',
    exitCode: ExitCode.usage,
  });
