import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { WaitingRoom } from '../../server/core/kernel/waiting-room.ts';

let out: string[];
let room: WaitingRoom<string>;
beforeEach(() => {
  out = [];
  room = new WaitingRoom<string>({ perNetwork: 3, inAll: 5 }, (guest) => out.push(guest));
});

describe('a room for strangers', () => {
  it('lets everybody in; a network that fills its places loses the guest who came first', () => {
    for (const guest of ['a1', 'a2', 'a3', 'a4', 'a5']) room.enter('a', guest);
    expect(out).toEqual(['a1', 'a2']);
    expect(room.size).toBe(3);
  });

  it('keeps the few of one network when another fills the room', () => {
    room.enter('honest', 'h1');
    for (const guest of ['a1', 'a2', 'a3', 'b1', 'b2']) room.enter(guest.charAt(0), guest);
    expect(out).toEqual(['a1']);
  });

  it('has the place again of a guest who has left', () => {
    for (const guest of ['a1', 'a2', 'a3']) room.enter('a', guest);
    room.leave('a', 'a2');
    room.leave('a', 'a2');
    room.leave('nobody', 'a2');
    room.enter('a', 'a4');
    expect(out).toEqual([]);
    expect(room.size).toBe(3);
  });

  it('counts a guest once, however often it enters', () => {
    for (let n = 0; n < 10; n++) room.enter('a', 'a1');
    expect(room.size).toBe(1);
    room.leave('a', 'a1');
    expect(room.size).toBe(0);
    for (const guest of ['b1', 'c1', 'd1', 'e1', 'f1']) room.enter(guest.charAt(0), guest);
    expect(out).toEqual([]);
  });

  it('never holds more than its places, and turns nobody out of a network with fewer than another', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')), (networks) => {
        const inside = new Map<string, number>();
        const count = (network: string, change: number) =>
          inside.set(network, (inside.get(network) ?? 0) + change);
        const own = new WaitingRoom<{ network: string }>({ perNetwork: 3, inAll: 5 }, ({ network }) => {
          expect(inside.get(network)).toBe(Math.max(...inside.values()));
          count(network, -1);
        });
        for (const network of networks) {
          count(network, 1);
          own.enter(network, { network });
          expect(own.size).toBeLessThanOrEqual(5);
        }
      }),
    );
  });
});
