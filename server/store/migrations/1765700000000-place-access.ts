import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What another server has to know to serve a place whose own server has died. */
export class PlaceAccess1765700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE server_place ADD COLUMN access text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE server_place DROP COLUMN access');
  }
}
