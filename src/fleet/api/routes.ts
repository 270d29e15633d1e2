import { unknownPath, wrongMethod } from './faults.js';
import { type EndpointName, endpoints } from './endpoints.js';

export interface Route {
  name: EndpointName;
  /** As they stand in the path, decoded. */
  parameters: Readonly<Record<string, string>>;
}

const routes = (Object.keys(endpoints) as EndpointName[]).map((name) => ({
  name,
  method: endpoints[name].method,
  segments: endpoints[name].path.split('/'),
}));

/**
 * The endpoint of a request.
 * @param path as it was sent, without the query
 * @throws CollabError `api-unknown-path`, `api-wrong-method`
 */
export function routeOf(method: string, path: string): Route {
  const given = path.split('/');
  const found = routes.flatMap((route) => {
    const parameters = matched(route.segments, given);
    return parameters === null ? [] : [{ ...route, parameters }];
  });
  if (found.length === 0) throw unknownPath(path);
  const route = found.find((one) => one.method === method);
  if (route === undefined)
    throw wrongMethod(
      method,
      found.map((one) => one.method),
    );
  return { name: route.name, parameters: route.parameters };
}

/** Null if the path is another one. `{name}` at the end takes all that is left. */
function matched(segments: readonly string[], given: readonly string[]): Record<string, string> | null {
  const takesRest = segments.at(-1) === '{name}';
  if (takesRest ? given.length < segments.length : given.length !== segments.length) return null;
  const parameters: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const [, key] = /^\{(\w+)\}$/.exec(segment) ?? [];
    if (key === undefined) {
      if (segment !== given[at]) return null;
      continue;
    }
    const text = key === 'name' ? given.slice(at).join('/') : (given[at] ?? '');
    const value = decoded(text);
    if (value === null || value === '') return null;
    parameters[key] = value;
  }
  return parameters;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
