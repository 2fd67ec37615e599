import type { TelebarApi } from './telebar.ts';

/** The namespaces of the API: whatever of it is an object of methods. */
export type Area = {
  [K in keyof TelebarApi]: TelebarApi[K] extends Promise<unknown> | string | Method ? never : K;
}[keyof TelebarApi];

type Method = (...args: never[]) => unknown;
/** `asked` methods answer with a promise; what `told` ones do is seen on the page. */
type Kind<T> = T extends (...args: never[]) => Promise<unknown> ? 'asked' : 'told';

/**
 * Every method of every namespace. The loader makes its stand-ins from it, which wait for the widget's code: a method that
 * the type has and this record has not, or the other way round, does not compile.
 */
export const API_METHODS = {
  agent: {
    login: 'asked',
    logout: 'asked',
    signIn: 'asked',
    signOut: 'asked',
    pause: 'asked',
    resume: 'asked',
    lock: 'asked',
    setNextState: 'asked',
    endAcw: 'asked',
  },
  call: {
    dial: 'asked',
    answer: 'asked',
    reject: 'asked',
    hangup: 'asked',
    hold: 'asked',
    resume: 'asked',
    mute: 'asked',
    unmute: 'asked',
    dtmf: 'asked',
    setData: 'asked',
    consult: 'asked',
    swap: 'asked',
    retrieve: 'asked',
    transfer: 'asked',
    conference: 'asked',
    add: 'asked',
    kick: 'asked',
    muteParty: 'asked',
    unmuteParty: 'asked',
    leave: 'asked',
    wrapUp: 'asked',
  },
  supervisor: {
    listen: 'asked',
    whisper: 'asked',
    barge: 'asked',
    stop: 'asked',
    takeOver: 'asked',
    hangup: 'asked',
    pause: 'asked',
    idle: 'asked',
    signOut: 'asked',
  },
  ui: {
    show: 'told',
    hide: 'told',
    minimize: 'told',
    restore: 'told',
    setPosition: 'told',
    openPanel: 'told',
    notify: 'told',
  },
  devices: { list: 'asked', select: 'asked', test: 'asked' },
} as const satisfies { [A in Area]: { [M in keyof TelebarApi[A]]: Kind<TelebarApi[A][M]> } };
