import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { about } from './connection.js';
import { refusal, type Fault } from './call.js';

/** The last refusal, until it is closed. */
export function Refusal() {
  const fault = refusal.value;
  if (fault === null) return null;
  return (
    <div class="notice" role="alert">
      <FaultText fault={fault} />{' '}
      <button type="button" onClick={() => (refusal.value = null)}>
        Close
      </button>
    </div>
  );
}

export function FaultText({ fault: { what, why, next } }: { fault: Fault }) {
  return (
    <>
      <strong>{what}</strong> {why} {next}
    </>
  );
}

interface Question {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly act: () => Promise<unknown>;
}
const question = signal<Question | null>(null);

/** An act that changes something, asked first if it cannot be undone. Not there where the dashboard only shows. */
export function Act(props: {
  children: ComponentChildren;
  ask?: Omit<Question, 'act'>;
  act: () => Promise<unknown>;
  disabled?: boolean;
  /** What it is called where its text alone does not say of what it is; it begins with the text. */
  label?: string;
}) {
  if (about.value?.read_only === true) return null;
  const { ask, act } = props;
  return (
    <button
      type="button"
      disabled={props.disabled}
      aria-label={props.label}
      onClick={() => (ask === undefined ? void act() : (question.value = { ...ask, act }))}
    >
      {props.children}
    </button>
  );
}

/** Asks before what cannot be undone. */
export function Asking() {
  const asked = question.value;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (asked !== null) dialog.current?.showModal();
  }, [asked]);
  if (asked === null) return null;
  const close = () => (question.value = null);
  return (
    <dialog ref={dialog} aria-labelledby="question" onClose={close}>
      <h2 id="question">{asked.title}</h2>
      <p>{asked.text}</p>
      <form method="dialog" class="row">
        <button>No</button>
        <button
          class="strong"
          onClick={() => {
            void asked.act();
          }}
        >
          {asked.yes}
        </button>
      </form>
    </dialog>
  );
}

/** Progress of parts of a whole, in color, hatching, and words. */
export function Bar({
  parts,
  whole,
  label,
}: {
  parts: readonly (readonly [kind: string, count: number])[];
  whole: number;
  label: string;
}) {
  return (
    <span class="bar" role="img" aria-label={label}>
      {parts.map(([kind, count]) =>
        count === 0 ? null : (
          <span key={kind} class={kind} style={{ width: `${(100 * count) / Math.max(1, whole)}%` }} />
        ),
      )}
    </span>
  );
}

/** A state in a sign, a word and a color. */
export function JobState({ state }: { state: string }) {
  const signs: Readonly<Record<string, string>> = {
    queued: '○',
    running: '▶',
    done: '●',
    failed: '✕',
    cancelled: '–',
    complete: '●',
    partial: '◐',
    interrupted: '–',
    skipped: '–',
    lost: '✕',
    stopped: '■',
    pending: '○',
  };
  return (
    <span class={`state ${state}`}>
      <span aria-hidden="true">{signs[state] ?? '?'}</span> {state}
    </span>
  );
}

/** A table that scrolls in its box where it is wider than the page. */
export function Table(props: { label: string; headings: readonly string[]; children: ComponentChildren }) {
  return (
    <div class="wide" role="region" aria-label={props.label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {props.headings.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
