import type { AgentContext } from '../duty.js';
import type { DispatcherParts } from './dispatcher-parts.js';
import type { JobBook } from './job-book.js';
import { MqttEnds } from './mqtt-ends.js';
import { Notifier } from './notifier.js';
import type { NotifyKeys } from './notify-keys.js';

/** All that tell somebody that jobs have ended. */
export function tellersOf(
  book: JobBook,
  keys: NotifyKeys,
  { send, publish }: Pick<DispatcherParts, 'send' | 'publish'>,
  context: AgentContext,
): readonly { look(): void }[] {
  const notifier = new Notifier(book, keys, context, send);
  return publish === undefined ? [notifier] : [notifier, new MqttEnds(book, publish, context)];
}
