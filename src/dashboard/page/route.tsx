import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

/** Where the page is. Each view has its own address, which can be kept, sent, and gone back to. */
export const place = signal(here());

interface Place {
  /** The parts of the path, decoded: `/fleet/nano1` is `['fleet', 'nano1']`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

function here(): Place {
  const path = location.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  return { path, query: new URLSearchParams(location.search) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

addEventListener('popstate', () => (place.value = here()));

/**
 * Goes to an address of the page.
 * @param isBelow what changes is further down: the page stays where it is
 */
export function go(address: string, { isBelow = false } = {}): void {
  history.pushState(null, '', address);
  place.value = here();
  if (isBelow) return;
  document.querySelector('main')?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** A link within the page; with a key for a new tab, the browser follows it as any other. */
export function Link(props: { to: string; class?: string; current?: boolean; children: ComponentChildren }) {
  const { to, children } = props;
  return (
    <a
      href={to}
      class={props.class}
      aria-current={props.current === true ? 'page' : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
