import { z } from 'zod';
import { BrokerFault, faultOf, NotNow } from './errors.js';
import type { Link } from './link.js';

const fault = z.object({
  error: z.object({ err_code: z.number().default(0), description: z.string().default('') }),
});

/** What JetStream says to a request. @throws NotNow, BrokerConflict, BrokerFault, CollabError `store-full`, `store-frozen` */
export function parsedAnswer<T>(schema: z.ZodType<T>, data: Uint8Array): T {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(data).toString());
  } catch {
    throw new NotNow('the answer is no JSON');
  }
  const failed = fault.safeParse(json);
  if (failed.success) throw faultOf(failed.data.error);
  const answer = schema.safeParse(json);
  if (answer.success) return answer.data;
  throw new BrokerFault(0, `Its answer is of another form: ${z.prettifyError(answer.error)}`);
}

/** One request to JetStream's API. */
export async function api<T>(
  link: Link,
  subject: string,
  body: unknown,
  schema: z.ZodType<T>,
  timeoutMs: number,
): Promise<T> {
  const data = Buffer.from(body === undefined ? '' : JSON.stringify(body));
  return parsedAnswer(schema, (await link.request(`$JS.API.${subject}`, data, { timeoutMs })).data);
}

export const anything = z.looseObject({});
