import { signal } from '@preact/signals';

/** Why a call was refused, as the server says it. */
export interface Fault {
  readonly name: string;
  readonly what: string;
  readonly why: string | null;
  readonly next: string;
}

/** What a call gave, or why it was refused. */
export type Answer<T> = { readonly data: T } | { readonly fault: Fault };

/** Calls the server. It never throws: what went wrong is part of the answer. */
export async function call<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  { body, json, signal: until }: { body?: Blob; json?: unknown; signal?: AbortSignal } = {},
): Promise<Answer<T>> {
  try {
    const sent = json === undefined ? body : JSON.stringify(json);
    const answer = await fetch(path, {
      method,
      ...(sent !== undefined && { body: sent }),
      ...(json !== undefined && { headers: { 'content-type': 'application/json' } }),
      ...(until && { signal: until }),
    });
    const text = await answer.text();
    const data = JSON.parse(text === '' ? 'null' : text) as unknown;
    return answer.ok ? { data: data as T } : { fault: data as Fault };
  } catch {
    const what = 'The dashboard does not answer.';
    return { fault: { name: 'silent', what, why: null, next: 'Try again when it is connected.' } };
  }
}

/** A part of a path: a name may have slashes. */
export const named = (name: string): string => name.split('/').map(encodeURIComponent).join('/');

/** What was refused last; shown until it is closed. */
export const refusal = signal<Fault | null>(null);

/** Calls, and shows a refusal. @returns null if it was refused */
export async function told<T>(...of: Parameters<typeof call>): Promise<T | null> {
  const answer = await call<T>(...of);
  if ('data' in answer) return answer.data;
  refusal.value = answer.fault;
  return null;
}
