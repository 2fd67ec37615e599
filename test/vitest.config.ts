import { defineConfig, mergeConfig, type ConfigEnv } from 'vitest/config';
import shared from '../vite.config.ts';
import { LongestFirst } from './support/longest-first.ts';

/** All files of the Node suite in the order that takes least time; single files are run with the configuration at the top. */
export default defineConfig((env: ConfigEnv) =>
  mergeConfig(shared(env), { test: { sequence: { sequencer: LongestFirst } } }),
);
