import type { Position, TelebarOptions } from './telebar.ts';

/** Names of the options; each is `data-` and the same in kebab-case on the script tag. Functions have no attribute. */
export type AttributeOption = Exclude<keyof TelebarOptions, 'getToken' | 'onContactMatch'>;

const POSITIONS: readonly string[] = [
  'bottom-right',
  'bottom-left',
  'top-right',
  'top-left',
  'top',
  'bottom',
] satisfies Position[];

export function isPosition(value: string): value is Position {
  return POSITIONS.includes(value);
}

/** Parsers by option; undefined: the value is not one of those that exist. */
const PARSERS: { readonly [K in AttributeOption]-?: (value: string) => TelebarOptions[K] | undefined } = {
  server: (value) => value,
  locale: oneOf('en', 'zh-CN'),
  position: (value) => value,
  theme: oneOf('auto', 'light', 'dark'),
  mode: oneOf('embedded', 'headless'),
  autoInit: (value) => value !== 'false',
  clickToDial: (value) => value,
  screenPop: oneOf('panel', 'event', 'url'),
  screenPopUrl: (value) => value,
  keepMicrophone: (value) => value !== 'false',
  token: (value) => value,
};

/** The options that the script tag's attributes say; what is not understood is left out and told on the console. */
export function readAttributes(dataset: Readonly<Record<string, string | undefined>>): TelebarOptions {
  const options: Record<string, unknown> = {};
  for (const name of Object.keys(PARSERS) as AttributeOption[]) {
    const text = dataset[name];
    if (text === undefined) continue;
    const value = PARSERS[name](text);
    if (value === undefined) console.warn(`Telebar: ${attributeName(name)} cannot be "${text}".`);
    else options[name] = value;
  }
  return options;
}

/** `clickToDial` is `data-click-to-dial`. */
export function attributeName(option: string): string {
  return `data-${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function oneOf<T extends string>(...values: T[]): (value: string) => T | undefined {
  return (value) => values.find((item) => item === value);
}
