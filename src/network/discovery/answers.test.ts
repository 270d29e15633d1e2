import { describe, expect, it } from 'vitest';
import { Answers } from './answers.js';

const ptr = { name: '_ssh._tcp.local', type: 'PTR', data: 'Nano.1._ssh._tcp.local' };
const srv = { name: 'nano.1._SSH._tcp.local', type: 'SRV', data: { target: 'Nano1.local', port: 22 } };
const a = { name: 'nano1.local', type: 'A', data: '172.30.0.2' };
const txt = { name: 'Nano.1._ssh._tcp.local', type: 'TXT', data: [Buffer.from('user=pi')] };
const whole = {
  type: 'ssh',
  name: 'Nano.1',
  host: 'Nano1.local',
  port: 22,
  addresses: ['172.30.0.2'],
  txt: ['user=pi'],
  from: '172.30.0.2',
};

describe('Answers', () => {
  it('puts one packet together, in any order and any case', () => {
    expect(new Answers().hear([a, txt, srv, ptr], '172.30.0.2')).toEqual({ whole: [whole], ask: [] });
  });

  it('waits for what comes in a later packet, and asks for it once', () => {
    const answers = new Answers();
    const missing = { name: 'nano.1._ssh._tcp.local', type: 'SRV' };
    expect(answers.hear([ptr, txt], '172.30.0.2')).toEqual({ whole: [], ask: [missing] });
    expect(answers.hear([ptr], '172.30.0.2')).toEqual({ whole: [], ask: [] });
    answers.forgetAsked();
    expect(answers.hear([ptr], '172.30.0.2').ask).toEqual([missing]);
    expect(answers.hear([srv, a], '172.30.0.2').whole).toEqual([whole]);
  });

  it('passes over records that are not what they should be', () => {
    const answers = new Answers();
    const odd = [
      { name: '_ssh._tcp.local', type: 'PTR', data: { no: 'text' } },
      { name: '_ssh._tcp.local', type: 'PTR', data: 'printer._ipp._tcp.local' },
      { name: '_ipp._tcp.local', type: 'PTR', data: 'printer._ipp._tcp.local' },
      { name: '__proto__', type: 'A', data: '172.30.0.3' },
      { name: '', type: 'NSEC' },
      ptr,
      { ...srv, data: null },
      { ...srv, data: 'text' },
      { ...srv, data: { target: 5, port: 'x' } },
      { ...txt, data: 7 },
      { ...txt, data: [7, null, Buffer.alloc(60_000, 'x')] },
      { ...a, data: undefined },
    ];
    expect(answers.hear(odd, '172.30.0.2').whole).toEqual([]);
  });

  it('holds a bounded number of services', () => {
    const answers = new Answers();
    const many = Array.from({ length: 5000 }, (_, index) => ({ ...ptr, data: `n${index}._ssh._tcp.local` }));
    expect(answers.hear(many, '172.30.0.2').ask).toHaveLength(2000);
  });
});
