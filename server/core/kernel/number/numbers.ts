import { china } from './china.ts';
import type { NumberPlan } from './number-plan.ts';
import { isFeatureCode, spell } from './spelling.ts';

/** Numbers whose comparable form is remembered: those of the calls that are under way, each of which is stored again and again. */
const REMEMBERED = 4_000;

/**
 * The one table of spellings: numbers as people type them, cards hold them and lines deliver them, brought to one form
 * for calling (`normaliseDialled`) and for comparing (`comparableNumber`, `isSameNumber`). Numbers of the team itself
 * (agents, hotline) are short and stay as they are.
 */
export class Numbers {
  readonly #plan: NumberPlan;
  readonly #outside: string;
  readonly #comparable = new Map<string, string>();

  /** @param outside what is keyed for a line outside, as `9`, and is no part of a number; '' for nothing */
  constructor(plan: NumberPlan, outside = '') {
    this.#plan = plan;
    this.#outside = outside;
  }

  /** Two of one name compare alike: what one has written into a database the other finds. */
  get name(): string {
    return this.#outside === '' ? this.#plan.name : `${this.#plan.name} ${this.#outside}`;
  }

  /** What a person dialled, as the switch is given it: digits, perhaps `*` and `#`; `+` only at the start. Null: no number. */
  normaliseDialled(typed: string): string | null {
    const main = this.#inside(spell(typed).main);
    if (!/^\+?[0-9*#]+$/.test(main)) return null;
    if (!/[*#]/.test(main)) return this.#plan.called(main);
    const digits = main.replace(/\D/g, '').length;
    return main.startsWith('+') || digits === 0 || digits > 19 ? null : main;
  }

  /**
   * The form in which two spellings of one line are equal, for finding a customer: digits only, without international
   * prefix, the country's code and trunk prefix, and without extension, which no line delivers. In China `+86 138 0013 8000`,
   * `0138 0013 8000` and `13800138000` are all `13800138000`; `+86 10 8888 6666`, `861088886666` and `010-8888/6666` are
   * `1088886666`. Numbers abroad keep their country code: `+1 212 555 0100` and `001 212 555 0100` are `12125550100`.
   * Feature codes stay whole. '' when it is no number (withheld, a name).
   */
  comparableNumber(number: string): string {
    const known = this.#comparable.get(number);
    if (known !== undefined) return known;
    const comparable = this.#compared(number);
    if (this.#comparable.size >= REMEMBERED) this.#comparable.clear();
    this.#comparable.set(number, comparable);
    return comparable;
  }

  #compared(number: string): string {
    const { main } = spell(number);
    if (isFeatureCode(main)) return main;
    if (/\p{L}/u.test(main)) return '';
    return this.#plan.comparable(this.#inside(main));
  }

  /** Whether both spell one telephone: two people behind one line have extensions of their own. */
  isSameNumber(one: string, other: string): boolean {
    const comparable = this.comparableNumber(one);
    return (
      comparable !== '' &&
      comparable === this.comparableNumber(other) &&
      spell(one).extension === spell(other).extension
    );
  }

  /** Without the digit for a line outside: only where what is left is a whole number and the whole is none. */
  #inside(main: string): string {
    if (this.#outside === '' || !main.startsWith(this.#outside)) return main;
    const rest = main.slice(this.#outside.length);
    const whole = (text: string) => this.#plan.isWhole(text.replace(/\D/g, ''));
    return rest.startsWith('+') || (!whole(main) && whole(rest)) ? rest : main;
  }
}

/** What a server reads that was told of no other country. */
export const chineseNumbers = new Numbers(china);
