import { expect, it } from 'vitest';
import { Pace } from './pace.js';

const minutes = (count: number) => count * 60_000;

function paced() {
  const time = { day: 0, machine: 0 };
  const pace = new Pace(
    () => new Date(time.day),
    () => time.machine,
  );
  const pass = (day: number, machine: number) => {
    time.day += minutes(day);
    time.machine += minutes(machine);
  };
  return { pace, pass };
}

it('lets a put go on for days that sends something each half hour', () => {
  const { pace, pass } = paced();
  for (let count = 0; count < 100; count++) {
    pace.step();
    pass(30, 30);
  }
});

it('ends a put that paused for an hour, by either clock', () => {
  for (const [day, machine] of [
    [60, 60],
    [60, 0],
    [0, 60],
  ] as const) {
    const { pace, pass } = paced();
    pace.step();
    pass(day, machine);
    expect(() => pace.step()).toThrow(expect.objectContaining({ name: 'store-put-paused' }));
    // Not only once: others of its messages come as well.
    expect(() => pace.step()).toThrow();
  }
});

it('does not care while nothing is sent', () => {
  const { pace, pass } = paced();
  pass(600, 600);
  pace.step();
  pass(600, 600);
  pace.reset();
  pace.step();
});
