import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The row by which each server proves that what it writes can be read again. */
export class StoreCheck1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE store_check (id varchar(64) PRIMARY KEY, mark varchar(64) NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE store_check');
  }
}
