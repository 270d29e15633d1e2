import { describe, expect, it } from 'vitest';
import { Answers } from './answers.js';

const ptr = { name: '_ssh._tcp.local', type: 'PTR', data: 'Nano.1._ssh._tcp.local' };
const srv = { name: 'nano.1._SSH._tcp.local', type: 'SRV', data: { target: 'Nano1.local', port: 22 } };
const a = { name: 'nano1.local', type: 'A', data: '172.30.0.2' };
const txt = { name: 'Nano.1._ssh._tcp.local', type: 'TXT', data: [Buffer.from('user=pi')] };
const complete = {
  type: 'ssh',
  name: 'Nano.1',
  host: 'Nano1.local',
  port: 22,
  addresses: ['172.30.0.2'],
  txt: ['user=pi'],
  from: '172.30.0.2',
};

describe('Answers', () => {
  it('assembles one packet, in any order and case', () => {
    expect(new Answers().receive([a, txt, srv, ptr], '172.30.0.2')).toEqual({
      complete: [complete],
      ask: [],
    });
  });

  it('waits for records in a later packet, and asks for them once', () => {
    const answers = new Answers();
    const missing = { name: 'nano.1._ssh._tcp.local', type: 'SRV' };
    expect(answers.receive([ptr, txt], '172.30.0.2')).toEqual({ complete: [], ask: [missing] });
    expect(answers.receive([ptr], '172.30.0.2')).toEqual({ complete: [], ask: [] });
    answers.forgetAsked();
    expect(answers.receive([ptr], '172.30.0.2').ask).toEqual([missing]);
    expect(answers.receive([srv, a], '172.30.0.2').complete).toEqual([complete]);
  });

  it('ignores invalid records', () => {
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
    expect(answers.receive(odd, '172.30.0.2').complete).toEqual([]);
  });

  it('stores a limited number of services', () => {
    const answers = new Answers();
    const many = Array.from({ length: 5000 }, (_, index) => ({ ...ptr, data: `n${index}._ssh._tcp.local` }));
    expect(answers.receive(many, '172.30.0.2').ask).toHaveLength(2000);
  });
});
