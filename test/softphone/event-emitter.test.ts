import { expect, it } from 'vitest';
import { EventEmitter } from '../../widget/softphone/event-emitter.ts';

it('calls who listens in their order, with what is told', () => {
  const emitter = new EventEmitter();
  const heard: unknown[] = [];
  emitter
    .on('ring', (...args) => heard.push(['first', ...args]))
    .on('ring', (...args) => heard.push(['second', ...args]));
  expect(emitter.emit('ring', 1, 'a')).toBe(true);
  expect(heard).toEqual([
    ['first', 1, 'a'],
    ['second', 1, 'a'],
  ]);
  expect(emitter.emit('silence')).toBe(false);
});

it('calls nobody who has left, and at one event everybody who listened when it began', () => {
  const emitter = new EventEmitter();
  const heard: string[] = [];
  const second = () => heard.push('second');
  emitter.on('ring', () => {
    heard.push('first');
    emitter.removeListener('ring', second);
  });
  emitter.on('ring', second);
  emitter.emit('ring');
  emitter.emit('ring');
  expect(heard).toEqual(['first', 'second', 'first']);
  expect(emitter.listeners('ring')).toHaveLength(1);
});
