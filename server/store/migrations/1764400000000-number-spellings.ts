import type { MigrationInterface, QueryRunner } from 'typeorm';
import { chineseNumbers } from '../../core/kernel/number/numbers.ts';
import { respell } from '../respelling.ts';

/** What numbers are compared by has become wider (86 without its plus, extensions, slashes): old rows follow. */
export class NumberSpellings1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await respell(runner, chineseNumbers);
  }

  /** The narrower form is made again by whatever saves the row next; nothing reads the wider one wrongly. */
  async down(): Promise<void> {}
}
