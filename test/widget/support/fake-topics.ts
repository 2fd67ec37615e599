import type { QueueFigures } from '../../../server/contract/realtime/queue.ts';
import { Topics } from '../../../widget/live/topics.ts';
import type { Colleague, Colleagues } from '../../../server/contract/realtime/colleagues.ts';
import { NOW, membership } from './desk-states.ts';

export function figures(patch: Partial<QueueFigures> = {}): QueueFigures {
  const serviceLevel = {
    ...{ withinMs: 20_000, percent: 80, shortAbandonMs: 5_000, since: null, share: null },
    ...{ answered: 0, answeredInTime: 0, abandoned: 0, shortAbandoned: 0 },
  };
  return {
    ...{ waiting: 0, longestWaitSince: null, serviceLevel },
    ...{ free: 0, onCall: 0, acw: 0, paused: 0, unreachable: 0, ...patch },
  };
}

const colleague = (number: string, name: string, patch: Partial<Colleague> = {}): Colleague => ({
  ...{ id: `agent-${Number(number) - 1000}`, number, name, state: 'idle', since: NOW - 130_000 },
  groups: ['service'],
  ...patch,
});

/** Of the agent of `desk-states`: one is free, the others are not, each for another reason; one is paused and can be asked. */
export const colleagues: Colleagues = {
  agents: [
    colleague('1001', '李伟', { state: 'talking' }),
    colleague('1002', '韩梅梅', { free: true }),
    colleague('1003', '张磊', { state: 'talking', since: NOW - 65_000, groups: ['sales'] }),
    colleague('1004', '陈静', {
      state: 'paused',
      since: NOW - 900_000,
      free: true,
      groups: ['service', 'sales'],
    }),
    colleague('1005', '王芳', { state: 'signed-out', since: NOW - 7_200_000 }),
    colleague('1006', '刘洋', { state: 'acw', since: NOW - 12_000, groups: ['sales'] }),
    colleague('1007', 'Alexandra Konstantinopoulou', { groups: ['sales'] }),
  ],
  groups: [
    { id: 'service', number: '800', name: '客户服务' },
    { id: 'sales', number: '801', name: '售后支持' },
  ],
};

/** Topics that answer at once: two wait for the first group of `desk-states`, nobody for the others. */
export class FakeTopics extends Topics {
  constructor() {
    super();
    this.onWanted(() => {
      for (const topic of this.wanted) {
        if (this.value(topic).status !== 'unknown') continue;
        if (topic === 'colleagues') {
          this.set(topic, { state: colleagues, status: 'fresh' });
          continue;
        }
        const waiting = topic === `queue:${membership().groupId}` ? 2 : 0;
        this.set(topic, { state: figures({ waiting }), status: 'fresh' });
      }
    });
  }
}
