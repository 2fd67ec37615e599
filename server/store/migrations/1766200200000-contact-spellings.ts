import type { MigrationInterface, QueryRunner } from 'typeorm';
import { chineseNumbers } from '../../core/kernel/number/numbers.ts';
import { respellContacts } from '../respelling.ts';

/** Contacts are found by any spelling of their number. Where another country's is read, the start writes it anew. */
export class ContactSpellings1766200200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE contact ADD COLUMN comparable text NOT NULL DEFAULT ''");
    await respellContacts(runner, chineseNumbers);
    await runner.query(`DELETE FROM number_plan WHERE name <> '${chineseNumbers.name}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE contact DROP COLUMN comparable');
  }
}
